"""Numbers on their way out, for programs that know only binary floats."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = 15
"""As many decimal digits as a binary float keeps, whatever they are."""


def plain_number(value: Decimal) -> int | float:
    """A number as JSON and workbooks have it: whole where it is whole, never with the noise of a binary fraction."""
    return int(value) if value == value.to_integral_value() else float(f"{value:.{_DIGITS}g}")
