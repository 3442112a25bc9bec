"""The trial: its people, its past, its clock and its page."""
