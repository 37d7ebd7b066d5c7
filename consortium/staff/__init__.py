"""Who works here: invitations, memberships and the desks they serve, changes with their dates, and the end."""
