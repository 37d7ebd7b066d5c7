"""Files in: imports with a preview, a dry run, row errors, undo."""
