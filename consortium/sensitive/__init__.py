"""Disability, health and protected lists: apart from the rest, opened for a reason, and each opening recorded."""
