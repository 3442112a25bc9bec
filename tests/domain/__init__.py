"""The rules of the plans, held against 1-domain."""
