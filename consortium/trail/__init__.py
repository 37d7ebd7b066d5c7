"""Who did what, to which row, when: written by database triggers, read by pages."""
