"""Loading, opening and setting up a plan."""
