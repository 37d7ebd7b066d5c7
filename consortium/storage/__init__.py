"""Bytes that are no rows: files under keys, in a folder or in an S3-compatible bucket."""
