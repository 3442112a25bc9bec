"""Difficulties (khó khăn, vướng mắc)."""
