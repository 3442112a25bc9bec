"""The rules of the plans, held against docs/rules."""
