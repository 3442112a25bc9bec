"""The plan, its time limits, periods and duties."""
