"""Accounts, memberships, roles, sign-in, sign-ins."""
