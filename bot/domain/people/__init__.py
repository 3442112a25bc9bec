"""People and what they may do, ask and raise."""
