"""People, their cases, assignments by job centres, intake."""
