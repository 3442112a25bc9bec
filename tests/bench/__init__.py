"""Figures measured as ratios within one run (`make bench`); see docs/figures.md."""
