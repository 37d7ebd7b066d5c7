"""Sportelli: places, channels, opening hours, staff."""
