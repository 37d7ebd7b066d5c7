"""Documents of a case: their kinds, versions and expiry."""
