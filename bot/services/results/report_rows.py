"""The rows of a period's report: what is said of each, and which open work it must not lose (docs/decisions/0010)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.plan.deadlines import Milestone
from bot.domain.plan.duties import Ask
from bot.domain.plan.periods import CalendarPeriod
from bot.domain.plan.plan import RowKind
from bot.domain.work.events import Event, MilestoneMet, Report, Withdrawal
from bot.domain.work.known import known_by
from bot.domain.work.lifecycle import Standing
from bot.domain.work.scores import IndicatorClass, TaskClass, indicator_class, row_class
from bot.services.core.board import BoardRow, History
from bot.services.core.book import Book
from bot.services.periods.period_state import duty_named


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of the plan with what the report says of it. ``receipts`` are the numbers of reports that carry files.

    ``note`` is the newest one that stands, ``note_unit`` whose it is where the row has several leads.
    """

    shown: BoardRow
    units: tuple[str, ...]
    task_class: TaskClass | None
    indicator_class: IndicatorClass | None
    note: str | None
    note_unit: str | None
    evidence: int
    receipts: tuple[int, ...]

    @property
    def due_on(self) -> date | None:
        """The earliest limit in force of its leads."""
        return min((d for d in (lead.standing.due_on for lead in self.shown.leads) if d), default=None)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return any(lead.is_open for lead in self.shown.leads)


class ComingWhen(StrEnum):
    """Where open work stands at the report's instant, the most pressing first."""

    OVERDUE = "overdue"
    AWAITING = "awaiting"
    """All that is open of it waits for the appraisers."""
    IN_PERIOD = "in_period"
    """It falls due in what is left of the period."""
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Coming:
    """Open work that the report has to speak of: a task, or a milestone of one that falls due.

    A task stands here once, by the most pressing of its leads.
    """

    row: ReportRow
    when: ComingWhen
    due_on: date | None
    milestone: Milestone | None = None


def report_row(book: Book, past: History, at: datetime, shown: BoardRow, period: CalendarPeriod) -> ReportRow:
    """A row of the board with what a report of the period says of it."""
    standings = [lead.standing for lead in shown.leads]
    is_task = shown.row.kind is RowKind.TASK
    told = sorted(
        ((event, lead) for lead in shown.leads for event in known_by(past.happened.get(lead.assignment.id, ()), at)),
        key=lambda each: each[0].id,
    )
    note, note_unit = None, None
    taken_back = {event.body.report_id for event, _ in told if isinstance(event.body, Withdrawal)}
    for event, lead in told:
        if isinstance(event.body, Report) and event.body.note and event.id not in taken_back:
            note, note_unit = event.body.note, book.unit_name(lead.standing.unit_id)
    carrying = [event for event, _ in told if _files(event)]
    return ReportRow(
        shown=shown,
        units=tuple(dict.fromkeys(book.unit_name(each.unit_id) for each in standings)),
        task_class=row_class(standings, book.today(at)) if is_task else None,
        indicator_class=None if is_task else _indicator(book, standings[0], period, book.today(at)),
        note=note,
        note_unit=note_unit if len(shown.leads) > 1 else None,
        evidence=len({file for event in carrying for file in _files(event)}),
        receipts=tuple(event.id for event in carrying if isinstance(event.body, Report)),
    )


def _indicator(book: Book, standing: Standing, period: CalendarPeriod, today: date) -> IndicatorClass | None:
    day, duty = standing.reported_on, duty_named(book, Ask.PROGRESS, period.key)
    reported = day is not None and holds(period, day)
    return indicator_class(standing, period.key, today, reported=reported, is_open=duty is None or duty.opens <= today)


def _files(event: Event) -> tuple[int, ...]:
    return event.body.files if isinstance(event.body, Report | MilestoneMet) else ()


def holds(period: CalendarPeriod, day: date) -> bool:
    """Whether a day is one of the period's."""
    return period.first <= day <= period.last


def coming_work(
    rows: Iterable[ReportRow], period: CalendarPeriod, following: CalendarPeriod, day: date
) -> tuple[Coming, ...]:
    """All open tasks that are owed already, wait, or fall due until the end of the next period, with its milestones."""
    found: list[Coming] = []
    for row in rows:
        if not row.is_open or row.shown.row.kind is not RowKind.TASK:
            continue
        whole = _coming_row(row, period, following, day)
        found += [whole] if whole is not None else []
        for stage in _stages(row):
            when = _falls(stage.due_on, period, following, day)
            found += [Coming(row, when, stage.due_on, stage)] if when is not None else []
    order = tuple(ComingWhen)
    return tuple(sorted(found, key=lambda e: (order.index(e.when), e.due_on or date.max, e.row.shown.row.position)))


def _coming_row(row: ReportRow, period: CalendarPeriod, following: CalendarPeriod, day: date) -> Coming | None:
    due = [lead.standing.due_on for lead in row.shown.leads if lead.is_with_unit]
    if not due:
        return Coming(row, ComingWhen.AWAITING, None)
    days = sorted(each for each in due if each is not None)
    if days and days[0] < day:
        return Coming(row, ComingWhen.OVERDUE, days[0])
    for each in days:
        when = _falls(each, period, following, day)
        if when is not None:
            return Coming(row, when, each)
    return None


def _falls(due_on: date, period: CalendarPeriod, following: CalendarPeriod, day: date) -> ComingWhen | None:
    if day <= due_on <= period.last:
        return ComingWhen.IN_PERIOD
    return ComingWhen.NEXT if max(day, following.first) <= due_on <= following.last else None


def _stages(row: ReportRow) -> list[Milestone]:
    open_leads = [lead for lead in row.shown.leads if lead.is_with_unit]
    return [
        stage
        for number, stage in enumerate(row.shown.leads[0].terms.milestones)
        if any(
            number not in lead.standing.milestones_met and stage.due_on != lead.standing.due_on for lead in open_leads
        )
    ]
