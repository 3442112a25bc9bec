"""The real bot killed at any instant while people report (`make soak`); see docs/figures.md."""
