"""Working days: Monday to Friday, less days off, plus days worked in exchange (docs/rules/vietnam.md#working-days)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.plan.deadlines import month_end


class DayKind(StrEnum):
    """What an exception makes of a day."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class DayException:
    """One day that is not what its weekday says, with its name and where that is known from."""

    day: date
    kind: DayKind
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The days a state office works."""

    exceptions: Mapping[date, DayKind] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        kind = self.exceptions.get(day)
        return day.weekday() < 5 if kind is None else kind is DayKind.WORK

    def working_on_or_before(self, day: date) -> date:
        """The day itself where offices work, else the working day before it."""
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day

    def working_on_or_after(self, day: date) -> date:
        """The day itself where offices work, else the next working day."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def last_working_day(self, year: int, month: int) -> date:
        """The last working day of a month."""
        return self.working_on_or_before(month_end(year, month))
