"""The building: rooms on floors, each importing only rooms below it."""
