"""Reporting periods: their short names and the spans of the calendar they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.plan.deadlines import month_end

_KEY = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])|(9M)))?")
NINE_MONTHS = 9


class PeriodKind(StrEnum):
    """How long a period is, the shortest first."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Its length in months."""
        return {"month": 1, "quarter": 3, "half": 6, "year": 12}[self.value]


@dataclass(frozen=True, slots=True)
class CalendarPeriod:
    """A period of the calendar: its short name, its first and last day, and how many months it has."""

    key: str
    first: date
    last: date

    @property
    def months(self) -> int:
        """Its length."""
        return self.last.month - self.first.month + 1

    @property
    def number(self) -> int:
        """Which one of its year it is, counted from 1."""
        return self.last.month // self.months

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return self.months == PeriodKind.YEAR.months


def span_of(key: str) -> CalendarPeriod | None:
    """The span that goes by a short name: 2026-06, 2026-Q2, 2026-H1, 2026-9M, 2026; none for anything else."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    year = int(found.group(1))
    for group, kind in ((2, PeriodKind.MONTH), (3, PeriodKind.QUARTER), (4, PeriodKind.HALF)):
        if found.group(group):
            return period(kind, year, int(found.group(group)))
    return nine_months(year) if found.group(5) else period(PeriodKind.YEAR, year, 1)


def period(kind: PeriodKind, year: int, number: int) -> CalendarPeriod:
    """The period of a kind that is the ``number``-th of its year, counted from 1."""
    key = {
        PeriodKind.MONTH: f"{year}-{number:02d}",
        PeriodKind.QUARTER: f"{year}-Q{number}",
        PeriodKind.HALF: f"{year}-H{number}",
        PeriodKind.YEAR: f"{year}",
    }[kind]
    return _span(key, year, number * kind.months, kind.months)


def nine_months(year: int) -> CalendarPeriod:
    """The first nine months of a year, which are reported on and no kind of period."""
    return _span(f"{year}-9M", year, NINE_MONTHS, NINE_MONTHS)


def _span(key: str, year: int, last_month: int, months: int) -> CalendarPeriod:
    return CalendarPeriod(key, date(year, last_month - months + 1, 1), month_end(year, last_month))


def span_at(kind: PeriodKind, day: date) -> CalendarPeriod:
    """The period of this kind that a day lies in."""
    return period(kind, day.year, (day.month - 1) // kind.months + 1)


def span_within(first: date, last: date) -> CalendarPeriod | None:
    """The period that begins and ends on these days; none where no period does."""
    found = [span_at(kind, first) for kind in PeriodKind]
    found.append(nine_months(first.year))
    return next((span for span in found if (span.first, span.last) == (first, last)), None)


def neighbour(span: CalendarPeriod, step: int) -> CalendarPeriod | None:
    """The period of the same length before (-1) or after (1); none where that is another year's."""
    if span.months == NINE_MONTHS:
        return None
    day = span.first - timedelta(days=1) if step < 0 else span.last + timedelta(days=1)
    kind = next(kind for kind in PeriodKind if kind.months == span.months)
    return span_at(kind, day) if day.year == span.first.year else None
