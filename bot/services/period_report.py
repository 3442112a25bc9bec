"""Everything a report of a locality's period says, as one value: every document and the chat read it, none counts anew.

What was known at one instant; texts of the plan, units and who leads a row are those of today (docs/decisions/0010).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bot.domain.deadlines import Milestone
from bot.domain.difficulties import Difficulty, DifficultyState
from bot.domain.duties import Ask, Duty, PeriodKind
from bot.domain.errors import BadInput, NotFound
from bot.domain.events import Event, MilestoneMet, Report, Withdrawal
from bot.domain.lifecycle import DEFAULT_ZONE
from bot.domain.plan import Locality, Plan, RowKind
from bot.domain.report_period import Period, next_period, period_on, periods_of_year, read_period
from bot.domain.scores import IndicatorClass, TaskClass, indicator_class, row_class
from bot.questions.query import Filters, Kind, Query
from bot.services.answer import Asker, Owing, UnitScore, owing_for, ranking_for
from bot.services.board import BoardRow, History, history, rows_of
from bot.services.book import Book
from bot.services.desk import Desk
from bot.services.period_figures import (
    Overview,
    Source,
    TrendPoint,
    colours_by_unit,
    colours_of,
    mean_of_tasks,
    task_classes,
    trend_point,
)
from bot.storage import audit
from bot.storage import difficulties as stored
from bot.storage.database import Connection

_OF_UNITS = (Ask.PROGRESS, Ask.SUMMARY)


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


@dataclass(frozen=True, slots=True)
class Raised:
    """A difficulty with the names of its row, its unit and of whom it asks (none: by its level)."""

    difficulty: Difficulty
    code: str
    unit: str
    to_unit: str | None


@dataclass(frozen=True, slots=True)
class Coming:
    """Work that comes next: a row that falls due in the next period, a milestone of one, or what is overdue already."""

    row: ReportRow
    due_on: date
    milestone: Milestone | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """A locality's period at an instant. ``owing`` are units that still owe their progress report of the period."""

    overview: Overview
    locality: Locality
    office: str
    office_aliases: tuple[str, ...]
    plan: Plan
    period: Period
    day: date
    rows: tuple[ReportRow, ...]
    ranking: tuple[UnitScore, ...]
    duty: Duty | None
    owing: tuple[Owing, ...]
    reporting_units: int
    """How many units the duty asks."""
    difficulties: tuple[Raised, ...]
    """Not settled yet, or raised or settled in the period; the oldest first."""
    coming: tuple[Coming, ...]
    next: Period

    @property
    def tasks(self) -> tuple[ReportRow, ...]:
        """The rows that are tasks."""
        return tuple(row for row in self.rows if row.shown.row.kind is RowKind.TASK)

    @property
    def indicators(self) -> tuple[ReportRow, ...]:
        """The rows that are indicators."""
        return tuple(row for row in self.rows if row.shown.row.kind is RowKind.INDICATOR)

    @property
    def groups(self) -> tuple[tuple[str, tuple[ReportRow, ...]], ...]:
        """The tasks by the group they are printed in, in printed order; "" where a plan has none."""
        found: dict[str, list[ReportRow]] = {}
        for row in self.tasks:
            found.setdefault(row.shown.row.group or "", []).append(row)
        return tuple((name, tuple(rows)) for name, rows in found.items())


def instant_of(book: Book, period: Period, now: datetime) -> datetime:
    """The instant a period is reported from: now until it is over and its reports can no longer be given, then that.

    At 24:00 of its last day, or of the day on which its units' duty closes; never after the plan year.
    """
    own = (each for each in (*book.duties, *book.unit_duties) if each.period == period.key and each.ask in _OF_UNITS)
    last = max([period.last, *(duty.closes for duty in own)])
    if book.plan is not None:
        last = min(last, book.plan.last_day)
    return min(now, datetime.combine(last, time.max, DEFAULT_ZONE).astimezone(UTC))


def shortest_kind(book: Book) -> PeriodKind:
    """The kind of period a locality asks its units for; months where it asks for none."""
    return book.reporting.progress.kind if book.reporting.progress else PeriodKind.MONTH


def current_period(book: Book, now: datetime) -> Period:
    """The period of the locality's shortest kind that is running; after the plan year its last one."""
    day = book.today(now)
    return period_on(shortest_kind(book), min(day, book.plan.last_day) if book.plan else day)


def require_period(key: str) -> Period:
    """The period of this name. Raises BadInput for what is none."""
    found = read_period(key)
    if found is None:
        raise BadInput("no_such_period", text=key[:20])
    return found


async def book_of_period(desk: Desk, conn: Connection, locality_id: int, period: Period, now: datetime) -> Book:
    """The book with the plan of the period's year.

    Raises BadInput for a period that has not begun or was over before the plan was issued, NotFound without a plan.
    """
    book = await desk.books.of(conn, locality_id)
    if period.first > book.today(now):
        raise BadInput("period_in_future", day=f"{period.first:%d/%m/%Y}")
    if not any(plan.year == period.year for plan in book.plans):
        raise NotFound("no_plan_of_year", year=period.year)
    book = await desk.books.of(conn, locality_id, period.year)
    if book.plan is not None and period.last < book.plan.issued_on:
        raise BadInput("period_before_plan", day=f"{book.plan.issued_on:%d/%m/%Y}")
    return book


async def period_report(
    desk: Desk, locality_id: int, period: Period, *, now: datetime, at: datetime | None = None
) -> PeriodReport:
    """The report of a period, from what was known at ``at``, or at the period's own instant.

    Raises as `book_of_period` does, and BadInput for an instant still to come.
    """
    if at is not None and at > now:
        raise BadInput("instant_in_future")
    async with desk.db.read() as conn:
        book = await book_of_period(desk, conn, locality_id, period, now)
        assert book.plan is not None
        instant = at or instant_of(book, period, now)
        past = await history(conn, book, instant)
        asker = Asker((), book.today(instant), instant)
        ranking = await ranking_for(conn, book, Query(Kind.RANKING, Filters()), asker)
        duty, owing = await owing_for(conn, book, period.key, asker)
        raised = await stored.of_plan(conn, book.plan.id, until=instant)
        head = await audit.head(conn, locality_id)
    leads = past.leads(instant)
    rows = tuple(_row(book, past, instant, each, period) for each in rows_of(leads))
    coming_next = next_period(period)
    office_id = book.locality.standing_office_id
    office = book.units.get(office_id) if office_id is not None else None
    return PeriodReport(
        overview=_overview(past, period, instant, now, rows, head),
        locality=book.locality,
        office=office.name if office else "",
        office_aliases=office.aliases if office else (),
        plan=book.plan,
        period=period,
        day=book.today(instant),
        rows=rows,
        ranking=ranking,
        duty=duty,
        owing=owing,
        reporting_units=len(
            {lead.standing.unit_id for lead in leads if duty and duty in book.rules[lead.row.id].duties}
        ),
        difficulties=tuple(_raised(book, each) for each in raised if _belongs(each, period)),
        coming=_coming(rows, coming_next, book.today(instant)),
        next=coming_next,
    )


def _overview(
    past: History,
    period: Period,
    at: datetime,
    now: datetime,
    rows: Sequence[ReportRow],
    head: tuple[int, str] | None,
) -> Overview:
    book, day = past.book, past.book.today(at)
    plan, locality = book.plan, book.locality
    assert plan is not None
    shown = [row.shown for row in rows]
    classes = task_classes(shown, day)
    tasks = sum(row.row.kind is RowKind.TASK for row in shown)
    indicators = Counter(row.indicator_class for row in rows if row.indicator_class is not None)
    return Overview(
        source=Source(
            locality_id=locality.id,
            slug=locality.slug,
            place=f"{locality.kind} {locality.name}",
            plan_number=plan.number,
            plan_issued_on=plan.issued_on,
            plan_year=plan.year,
            issuer=plan.issuer,
            period=period.key,
            at=at,
            made_at=now,
            audit=head,
        ),
        in_use=plan.in_use_on is not None and plan.in_use_on <= day,
        tasks=tasks,
        indicators=len(shown) - tasks,
        closed=tasks - sum(classes.values()),
        classes=classes,
        indicator_classes={each: indicators[each] for each in IndicatorClass},
        colours=colours_of(shown),
        percent=mean_of_tasks(shown),
        by_unit=colours_by_unit(book, [lead for row in shown for lead in row.leads]),
        trend=_trend(past, period, at),
    )


def _trend(past: History, period: Period, at: datetime) -> tuple[TrendPoint, ...]:
    """The periods of the year up to this one, each as its own report would have it; a running one as known now."""
    book = past.book
    assert book.plan is not None
    found = []
    for each in periods_of_year(shortest_kind(book), book.plan.year):
        if each.last < book.plan.issued_on or each.first > min(period.last, book.today(at)):
            continue
        instant = instant_of(book, each, at)
        found.append(trend_point(each.key, instant, past.leads(instant), book.today(instant)))
    return tuple(found)


def _row(book: Book, past: History, at: datetime, shown: BoardRow, period: Period) -> ReportRow:
    standings = [lead.standing for lead in shown.leads]
    is_task = shown.row.kind is RowKind.TASK
    told = sorted(
        (
            (event, lead)
            for lead in shown.leads
            for event in past.happened.get(lead.assignment.id, ())
            if event.at <= at
        ),
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
        indicator_class=None if is_task else indicator_class(standings[0], period.key),
        note=note,
        note_unit=note_unit if len(shown.leads) > 1 else None,
        evidence=len({file for event in carrying for file in _files(event)}),
        receipts=tuple(event.id for event in carrying if isinstance(event.body, Report)),
    )


def _files(event: Event) -> tuple[int, ...]:
    return event.body.files if isinstance(event.body, Report | MilestoneMet) else ()


def _belongs(each: Difficulty, period: Period) -> bool:
    if each.state is not DifficultyState.SETTLED:
        return True
    return any(when is not None and period.holds(_day(when)) for when in (each.at, each.settled_at))


def _day(at: datetime) -> date:
    return at.astimezone(DEFAULT_ZONE).date()


def _raised(book: Book, each: Difficulty) -> Raised:
    row = book.rows.get(each.row_id)
    to_unit = None if each.to_unit_id is None else book.unit_name(each.to_unit_id)
    return Raised(each, row.code if row else "–", book.unit_name(each.unit_id), to_unit)


def _coming(rows: Iterable[ReportRow], period: Period, day: date) -> tuple[Coming, ...]:
    """What is owed already, then what falls due in the next period with its milestones, the earliest first."""
    found: list[Coming] = []
    for row in rows:
        if not row.is_open or row.shown.row.kind is not RowKind.TASK:
            continue
        due = [lead.standing.due_on for lead in row.shown.leads if lead.is_open and lead.standing.due_on is not None]
        if any(each < day for each in due):
            found.append(Coming(row, min(due), overdue=True))
        elif any(period.holds(each) for each in due):
            found.append(Coming(row, min(each for each in due if period.holds(each))))
        found += [Coming(row, stage.due_on, stage) for stage in _stages(row, period)]
    return tuple(sorted(found, key=lambda each: (not each.overdue, each.due_on, each.row.shown.row.position)))


def _stages(row: ReportRow, period: Period) -> list[Milestone]:
    leads = row.shown.leads
    return [
        stage
        for number, stage in enumerate(leads[0].terms.milestones)
        if period.holds(stage.due_on)
        and any(number not in lead.standing.milestones_met and stage.due_on != lead.standing.due_on for lead in leads)
    ]
