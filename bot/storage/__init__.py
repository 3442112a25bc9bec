"""Rows and domain objects, on SQLite and on PostgreSQL."""
