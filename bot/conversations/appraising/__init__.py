"""Appraising complete reports."""
