"""People, their memberships and settings."""
