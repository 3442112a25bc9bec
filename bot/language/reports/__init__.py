"""Quick reports."""
