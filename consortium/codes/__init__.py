"""Code tables: education levels, contract types, occupations; the standard ones, and what a consortium adds, renames or hides."""
