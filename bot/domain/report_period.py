"""Periods a report is drawn up for: a month, a quarter, a half-year, nine months, a year (5-contract, `report`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.deadlines import month_end
from bot.domain.duties import PeriodKind, period_key

_KEY = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])|(9M)))?", re.ASCII)
NINE_MONTHS = "9M"


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days with its short name: 2026-06, 2026-Q2, 2026-H1, 2026-9M, 2026. Both days belong to it."""

    key: str
    first: date
    last: date

    @property
    def year(self) -> int:
        """The plan year it lies in."""
        return self.first.year

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.first <= day <= self.last


def read_period(key: str) -> Period | None:
    """The period of a short name; none where it is none of ours."""
    found = _KEY.fullmatch(key.strip().upper())
    if found is None:
        return None
    year = int(found[1])
    if found[5]:
        return Period(f"{year}-{NINE_MONTHS}", date(year, 1, 1), date(year, 9, 30))
    for group, kind in ((2, PeriodKind.MONTH), (3, PeriodKind.QUARTER), (4, PeriodKind.HALF)):
        if found[group]:
            return _nth(kind, year, int(found[group]))
    return _nth(PeriodKind.YEAR, year, 1)


def periods_of_year(kind: PeriodKind, year: int) -> tuple[Period, ...]:
    """All periods of a kind in a year, the earliest first."""
    return tuple(_nth(kind, year, number) for number in range(1, 12 // kind.months + 1))


def period_on(kind: PeriodKind, day: date) -> Period:
    """The period of a kind that a day lies in."""
    return _nth(kind, day.year, (day.month - 1) // kind.months + 1)


def next_period(period: Period) -> Period:
    """The period whose work comes next: of the same length, and the last quarter after nine months."""
    if period.key.endswith(NINE_MONTHS):
        return _nth(PeriodKind.QUARTER, period.year, 4)
    months = period.last.month - period.first.month + 1
    kind = next(each for each in PeriodKind if each.months == months)
    number = period.last.month // months
    return _nth(kind, period.year, number + 1) if number < 12 // months else _nth(kind, period.year + 1, 1)


def _nth(kind: PeriodKind, year: int, number: int) -> Period:
    last = number * kind.months
    return Period(period_key(kind, year, number), date(year, last - kind.months + 1, 1), month_end(year, last))
