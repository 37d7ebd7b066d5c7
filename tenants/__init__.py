"""Ground floor: who the consortia are, and the walls between them. Imports nothing of `consortium`."""
