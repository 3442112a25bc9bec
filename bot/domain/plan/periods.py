"""Reporting periods as spans of the calendar, and what the standing office has closed or opened again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.plan.deadlines import month_end
from bot.domain.plan.duties import Ask, Duty, PeriodKind, period_key

_KEY = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])|(9M)))?")
NINE_MONTHS = 9


@dataclass(frozen=True, slots=True)
class Span:
    """A period of the calendar: its short name, its first and last day, and how many months it has."""

    key: str
    first: date
    last: date

    @property
    def months(self) -> int:
        """Its length."""
        return self.last.month - self.first.month + 1

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return self.months == PeriodKind.YEAR.months


@dataclass(frozen=True, slots=True)
class PeriodMark:
    """A period that the standing office has closed (``closes_on`` is then the last day that counted) or opened again.

    ``closes_on`` of one opened again is the last day on which a report serves it, late.
    """

    ask: Ask
    period: str
    is_closing: bool
    closes_on: date
    at: datetime
    person_id: int
    reason: str | None = None


def span_of(key: str) -> Span | None:
    """The span that goes by a short name: 2026-06, 2026-Q2, 2026-H1, 2026-9M, 2026; none for anything else."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    year = int(found.group(1))
    for group, months in ((2, 1), (3, 3), (4, 6)):
        if found.group(group):
            return _span(key, year, int(found.group(group)) * months, months)
    return _span(key, year, *((NINE_MONTHS, NINE_MONTHS) if found.group(5) else (12, 12)))


def _span(key: str, year: int, last_month: int, months: int) -> Span:
    return Span(key, date(year, last_month - months + 1, 1), month_end(year, last_month))


def span_at(kind: PeriodKind, day: date) -> Span:
    """The period of this kind that a day lies in."""
    months = kind.months
    number = (day.month - 1) // months + 1
    return _span(period_key(kind, day.year, number), day.year, number * months, months)


def span_within(first: date, last: date) -> Span | None:
    """The period that begins and ends on these days; none where no period does."""
    found = [span_at(kind, first) for kind in PeriodKind]
    nine = span_of(f"{first.year}-9M")
    return next((span for span in (*found, nine) if span and (span.first, span.last) == (first, last)), None)


def neighbour(span: Span, step: int) -> Span | None:
    """The period of the same length before (-1) or after (1); none where that is another year's."""
    if span.months == NINE_MONTHS:
        return None
    day = span.first - timedelta(days=1) if step < 0 else span.last + timedelta(days=1)
    kind = next(kind for kind in PeriodKind if kind.months == span.months)
    return span_at(kind, day) if day.year == span.first.year else None


def mark_of(duty: Duty, marks: Sequence[PeriodMark]) -> PeriodMark | None:
    """The newest decision about the period of a duty; ``marks`` stand in the order they were made."""
    own = (mark for mark in reversed(marks) if (mark.ask, mark.period) == (duty.ask, duty.period))
    return next(own, None)


def with_marks(duties: Iterable[Duty], marks: Sequence[PeriodMark]) -> tuple[Duty, ...]:
    """The duties as they close by what the standing office has decided."""
    found: list[Duty] = []
    for duty in duties:
        mark = mark_of(duty, marks) if marks else None
        found.append(duty if mark is None else replace(duty, closes=mark.closes_on))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Chase:
    """All units that had not reported were chased: how many, how many people; ``silent`` units have nobody."""

    at: datetime
    person_id: int
    units: int
    told: int
    silent: tuple[int, ...]
