"""Rankings, figures and documents of a period."""
