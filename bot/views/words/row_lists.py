"""Buttons that open a list of rows: which list, of which unit, in which span."""

from __future__ import annotations

from datetime import date

from bot.services.rows.list_rows import DayRange

DEFAULT_SPAN = "d"


NO_UNIT = "0"


def span_argument(span: DayRange | None) -> str:
    """A span as it stands in the data of a button: "2026-06-01.2026-06-30", an open side left out."""
    if span is None:
        return DEFAULT_SPAN
    return f"{span.first.isoformat() if span.first else ''}.{span.last.isoformat() if span.last else ''}"


def read_span_argument(text: str) -> DayRange | None:
    """The span a button carries; none for the default one. Raises ValueError for what we never wrote."""
    if text == DEFAULT_SPAN:
        return None
    first, dot, last = text.partition(".")
    if not dot:
        raise ValueError(text)
    return DayRange(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
