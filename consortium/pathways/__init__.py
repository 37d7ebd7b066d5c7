"""Measures, pathways, sessions, outcomes."""
