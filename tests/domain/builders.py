"""Short ways to write a row's terms and a history of events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings

from bot.domain.plan.deadlines import TimeLimit, read_time_limit
from bot.domain.plan.plan import RowKind
from bot.domain.work.alerts import Rules, Verdict, judge
from bot.domain.work.events import (
    Appraisal,
    Body,
    Closing,
    Event,
    Extension,
    HandOver,
    MilestoneMet,
    Opening,
    Reopening,
    Report,
    Withdrawal,
)
from bot.domain.work.lifecycle import DEFAULT_ZONE, Standing, Terms, apply, begin
from bot.domain.work.progress import Comparator, Target

ISSUED = date(2026, 3, 1)
UNIT, OTHER_UNIT = 7, 8
OFFICER, APPRAISER = 1, 2

few = settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """The instant of a clock time in the commune."""
    return datetime.combine(day, time(hour, minute), DEFAULT_ZONE).astimezone(UTC)


def limit(printed: str | None, issued_on: date = ISSUED) -> TimeLimit:
    """A limit of the plan of 2026."""
    return read_time_limit(printed, year=2026, issued_on=issued_on)


def task(printed: str | None = "Quý II/2026", issued_on: date = ISSUED) -> Terms:
    """The terms of a task."""
    return Terms(RowKind.TASK, limit(printed, issued_on), 2026)


def target(comparator: Comparator, *values: str, unit: str = "%") -> Target:
    """A target with these figures."""
    return Target(" – ".join(values), unit, comparator, tuple(Decimal(value) for value in values))


AT_LEAST_80 = target(Comparator.AT_LEAST, "80")


def indicator(goal: Target = AT_LEAST_80, issued_on: date = ISSUED) -> Terms:
    """The terms of an indicator, due at the end of the plan year."""
    return Terms(RowKind.INDICATOR, limit(None, issued_on), 2026, goal)


@dataclass
class Case:
    """One assignment whose events are told one after the other."""

    terms: Terms
    standing: Standing = field(init=False)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin before anything happened."""
        self.standing = begin(self.terms, UNIT)

    def tell(self, when: datetime | date, body: Body, person_id: int | None = OFFICER) -> Case:
        """One more event; a bare day means nine in the morning."""
        instant = when if isinstance(when, datetime) else at(when)
        event = Event(len(self.events) + 1, instant, person_id, body)
        self.standing = apply(self.terms, self.standing, event)
        self.events.append(event)
        return self

    def report(
        self,
        when: datetime | date,
        percent: str,
        *,
        note: str | None = None,
        reason: str | None = None,
        value: str | None = None,
        period: str | None = None,
    ) -> Case:
        """A report below 100."""
        given = None if value is None else Decimal(value)
        return self.tell(when, Report(Decimal(percent), given, note=note, reason=reason, period=period))

    def complete(self, when: datetime | date, *, value: str | None = None) -> Case:
        """A complete report with a file."""
        given = None if value is None else Decimal(value)
        return self.tell(when, Report(Decimal(100), given, files=(1,)))

    def accept(self, when: datetime | date) -> Case:
        """The newest report is accepted."""
        return self.tell(when, Appraisal(self.standing.report_id or 0, True), APPRAISER)

    def send_back(self, when: datetime | date, reason: str = "ảnh mờ") -> Case:
        """The newest report is returned."""
        return self.tell(when, Appraisal(self.standing.report_id or 0, False, reason), APPRAISER)

    def withdraw(self, when: datetime | date) -> Case:
        """The newest report is taken back."""
        return self.tell(when, Withdrawal(self.standing.report_id or 0))

    def extend(self, when: datetime | date, due_on: date) -> Case:
        """The limit is moved."""
        return self.tell(when, Extension(due_on, "tỉnh lùi hạn"), APPRAISER)

    def close(self, when: datetime | date) -> Case:
        """The office closes it."""
        return self.tell(when, Closing("cấp trên rút"), APPRAISER)

    def reopen(self, when: datetime | date, due_on: date | None = None) -> Case:
        """The office opens it again."""
        return self.tell(when, Reopening("số liệu sai", due_on), APPRAISER)

    def hand_over(self, when: datetime | date) -> Case:
        """Another unit gets it."""
        return self.tell(when, HandOver(OTHER_UNIT, "sáp nhập phòng"), APPRAISER)

    def meet(self, when: datetime | date, milestone: int) -> Case:
        """A milestone is met."""
        return self.tell(when, MilestoneMet(milestone))

    def opened_at(self, when: datetime | date, percent: str) -> Case:
        """The office writes down where the work stood."""
        return self.tell(when, Opening(Decimal(percent)), APPRAISER)

    def on(self, day: date, rules: Rules | None = None) -> Verdict:
        """Its colour on a day."""
        return judge(self.terms, self.standing, day, rules or Rules())


def days(first: date, last: date) -> Iterable[date]:
    """Every day from the first to the last."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
