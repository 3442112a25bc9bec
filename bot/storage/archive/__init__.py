"""Backup, restore, and what is kept about a person."""
