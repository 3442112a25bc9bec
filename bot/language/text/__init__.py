"""Tokens, slips of typing, figures and search."""
