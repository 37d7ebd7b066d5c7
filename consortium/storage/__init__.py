"""Where files are kept: a folder, or an S3-compatible store; and what a file really is."""
