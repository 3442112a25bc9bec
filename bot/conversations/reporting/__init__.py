"""Reporting progress, with evidence."""
