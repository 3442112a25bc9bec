"""Reporting periods."""
