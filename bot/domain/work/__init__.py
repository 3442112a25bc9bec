"""What happens to an assignment, and what follows from it."""
