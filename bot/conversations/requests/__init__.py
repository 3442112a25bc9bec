"""What units ask of the standing office, and what it changes."""
