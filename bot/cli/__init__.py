"""The commands of `python -m bot …` (docs/rules/contract.md), one module a family.

Heavy parts are imported where they are used.
"""
