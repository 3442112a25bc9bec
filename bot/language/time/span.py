"""A span of time as a sentence names it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Days from ``start`` to ``end``, both inclusive; none where that side is open ("trước 15/7").

    ``key`` names the sort for the sentence that spells it out: today, tomorrow, day, week, month, quarter, half, year,
    part, next_days, past_days, before, until, after, from, between.
    """

    start: date | None
    end: date | None
    key: str


@dataclass(frozen=True, slots=True)
class SpanError:
    """A span that names no days: ``key`` is date_invalid (30/2, tháng 13, quý 5) or span_reversed.

    ``said`` is the text that names it.
    """

    key: str
    said: str = ""
