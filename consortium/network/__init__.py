"""Member bodies, partners, agreements and their validity."""
