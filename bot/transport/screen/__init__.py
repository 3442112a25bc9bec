"""Buttons, command menus, and what a handler has in hand."""
