"""Duties of reporting: which periods are asked, from when, until when (docs/rules/duties.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.deadlines import month_end
from bot.domain.plan.periods import PeriodKind, period

LATE_DAYS = 10


class Ask(StrEnum):
    """What a duty asks, and of whom. Values are stored and never renamed."""

    PROGRESS = "progress"
    """One progress report of every lead assignment."""
    SUMMARY = "summary"
    """One summary of a unit, for a longer kind of period."""
    UPWARD = "upward"
    """The standing office's own report to the level above."""
    ONCE = "once"
    """A document of a unit before a day, met with a file."""


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """One kind of period a locality asks for. ``due_day`` is the last day on time; none: the last working day."""

    kind: PeriodKind
    due_month: int | None = None
    due_day: int | None = None
    as_printed: str | None = None


@dataclass(frozen=True, slots=True)
class OnceRule:
    """A duty with one day, met with a file."""

    name: str
    due_on: date
    as_printed: str


@dataclass(frozen=True, slots=True)
class ReportingRules:
    """What a locality asks of its units, and of its standing office."""

    units: tuple[PeriodRule, ...] = ()
    office: tuple[PeriodRule, ...] = ()
    once: tuple[OnceRule, ...] = ()

    @property
    def progress(self) -> PeriodRule | None:
        """The shortest kind of period: it asks one progress report of every lead assignment."""
        return min(self.units, key=lambda rule: rule.kind.months, default=None)

    @property
    def summaries(self) -> tuple[PeriodRule, ...]:
        """The longer kinds: each asks one summary of a unit."""
        shortest = self.progress
        return tuple(rule for rule in self.units if shortest and rule.kind.months > shortest.kind.months)


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that is owed: a report from ``opens`` to ``due`` is on time, until ``closes`` it is late.

    ``period`` is its short name; of a one-off duty, which has no ``kind``, the day it is due, and ``name`` is what the
    plan calls it.
    """

    kind: PeriodKind | None
    period: str
    opens: date
    due: date
    closes: date
    ask: Ask = Ask.PROGRESS
    name: str = ""

    @property
    def told_from(self) -> date:
        """The first day on which anybody hears of it: putting a plan in use is no news of that very day."""
        return self.opens if self.ask is not Ask.ONCE else self.opens + timedelta(days=1)


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


def duties_of_year(rule: PeriodRule, year: int, calendar: WorkingCalendar, ask: Ask = Ask.PROGRESS) -> tuple[Duty, ...]:
    """All duties of one kind of period in a plan year, the earliest first.

    A half-year with a printed month stands for the first half alone, as printed (Ba Ngòi: "6 tháng").
    """
    months = rule.kind.months
    count = 1 if rule.kind is PeriodKind.HALF and rule.due_month is not None else 12 // months
    return tuple(_duty(rule, year, number, calendar, ask) for number in range(1, count + 1))


def _duty(rule: PeriodRule, year: int, number: int, calendar: WorkingCalendar, ask: Ask) -> Duty:
    last_month = number * rule.kind.months
    month = rule.due_month or last_month
    if rule.due_day is None:
        due = calendar.last_working_day(year, month)
    else:
        due = min(date(year, month, 1) + timedelta(days=rule.due_day - 1), month_end(year, month))
    # A printed day may lie before the period's last month (Ba Ngòi: the year before 1 December).
    opens = min(date(year, last_month, 1), due.replace(day=1))
    return Duty(rule.kind, period(rule.kind, year, number).key, opens, due, due + timedelta(days=LATE_DAYS), ask)


def duties_of_units(
    rules: ReportingRules, year: int, in_use_on: date | None, calendar: WorkingCalendar
) -> tuple[Duty, ...]:
    """What whole units and the standing office owe in a plan year, by the day it is due (docs/decisions/0006).

    Only what opens once the plan is in use. A one-off duty opens on that very day; it is owed where there is a working
    day left to tell of it.
    """
    if in_use_on is None:
        return ()
    asked = [(rule, Ask.SUMMARY) for rule in rules.summaries] + [(rule, Ask.UPWARD) for rule in rules.office]
    found = [duty for rule, ask in asked for duty in duties_of_year(rule, year, calendar, ask)]
    once = [duty for duty in _once(rules, in_use_on) if calendar.working_on_or_after(duty.told_from) <= duty.due]
    return tuple(sorted([*(duty for duty in found if duty.opens >= in_use_on), *once], key=lambda duty: duty.due))


def _once(rules: ReportingRules, in_use_on: date) -> Iterator[Duty]:
    days: dict[date, int] = {}
    for rule in rules.once:
        nth = days[rule.due_on] = days.get(rule.due_on, 0) + 1
        key = f"{rule.due_on}" if nth == 1 else f"{rule.due_on}.{nth}"
        closes = rule.due_on + timedelta(days=LATE_DAYS)
        yield Duty(None, key, in_use_on, rule.due_on, closes, Ask.ONCE, rule.name)


def owed(duties: Sequence[Duty], in_use_on: date | None, starts_on: date | None) -> tuple[Duty, ...]:
    """The duties an assignment has: those that open once the plan is in use and by whose due day it has started."""
    if in_use_on is None:
        return ()
    return tuple(d for d in duties if d.opens >= in_use_on and (starts_on is None or starts_on <= d.due))


def served_by_report(duties: Sequence[Duty], served: Collection[str], day: date) -> tuple[Duty, bool] | None:
    """The duty that a report of this day serves and whether late; one past its due day comes first.

    ``duties`` are those the assignment has, ``served`` the periods it has served already.
    """
    open_now = [d for d in duties if d.opens <= day <= d.closes and d.period not in served]
    for duty in open_now:
        if duty.due < day:
            return duty, True
    return (open_now[0], False) if open_now else None


def spoken_of(duties: Sequence[Duty], day: date) -> Duty | None:
    """The one people mean without naming it: the first that is open, else the last that was, else the first to come."""
    is_open = [duty for duty in duties if duty.opens <= day <= duty.closes]
    begun = [duty for duty in duties if duty.opens <= day]
    return next(iter(is_open or begun[-1:] or duties), None)


def newest_missed(duties: Sequence[Duty], served: Collection[str], reported_on: date | None, day: date) -> Duty | None:
    """The newest duty past its due day where it is still owed on ``day``.

    A report after the duty has closed no longer serves it, but ends the reproach (docs/decisions/0003).
    """
    past = [d for d in duties if d.due < day]
    if not past or past[-1].period in served:
        return None
    if reported_on is not None and reported_on > past[-1].closes:
        return None
    return past[-1]


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
class UnitReport:
    """A report of a whole unit. ``nothing_new``: "Không phát sinh"; ``late``: given after the due day."""

    id: int
    locality_id: int
    plan_id: int
    unit_id: int
    ask: Ask
    period: str
    at: datetime
    person_id: int
    late: bool
    nothing_new: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class Chase:
    """All units that had not reported were chased: how many, how many people; ``silent`` units have nobody."""

    at: datetime
    person_id: int
    units: int
    told: int
    silent: tuple[int, ...]
