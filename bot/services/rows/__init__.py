"""Rows of the plan: cards, lists, search."""
