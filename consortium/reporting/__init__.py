"""Indicators: figures of a window as of a date, and the records that they count."""
