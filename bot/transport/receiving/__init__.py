"""Updates on their way in: stored, ordered, handled once."""
