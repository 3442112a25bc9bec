"""Everything a report of a locality's period says, as one value: every document and the chat read it, none counts anew.

What was known at one instant; texts of the plan, units and who leads a row are those of today (docs/decisions/0010).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.domain.errors import BadInput, TransitionRefused
from bot.domain.people.difficulties import Difficulty, DifficultyState
from bot.domain.plan.duties import Ask
from bot.domain.plan.periods import NINE_MONTHS, CalendarPeriod, PeriodKind, neighbour, span_at, span_of
from bot.domain.plan.plan import Locality, Plan, RowKind
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.domain.work.scores import IndicatorClass
from bot.services.core.board import History, Lead, history, rows_of, tally
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.hours import day_start
from bot.services.periods.period_state import PeriodState, duty_named, period_state
from bot.services.periods.see_period import refuse_outside_plan
from bot.services.results.period_figures import (
    Overview,
    Source,
    TrendPoint,
    colours_by_unit,
    mean_of_tasks,
    silent_tasks,
    task_classes,
    trend_point,
)
from bot.services.results.rank_units import Ranking, ranking
from bot.services.results.report_rows import Coming, ReportRow, coming_work, holds, report_row
from bot.storage.engine.database import Connection
from bot.storage.records import audit
from bot.storage.records import difficulties as stored

NEAR = Decimal(90)
"""Percent of its target from which an indicator is near it."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A difficulty with the names of its row, its unit and of whom it asks (none: by its level)."""

    difficulty: Difficulty
    code: str
    unit: str
    to_unit: str | None


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """A locality's period at an instant."""

    overview: Overview
    locality: Locality
    office: str
    office_aliases: tuple[str, ...]
    plan: Plan
    period: CalendarPeriod
    day: date
    rows: tuple[ReportRow, ...]
    ranking: Ranking
    reporting: PeriodState | None
    """Who has reported for the period, also after it was over; none where it asks for no reports of units."""
    difficulties: tuple[Raised, ...]
    """Not settled yet, or raised or settled in the period; the oldest first."""
    coming: tuple[Coming, ...]
    next: CalendarPeriod

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
        """The tasks by the group they are printed in, in printed order; "" where a plan has none.

        Appendices begin their groups anew, some under the same names: where there are several, they are named too.
        """
        found: list[tuple[tuple[str, str], list[ReportRow]]] = []
        for row in self.tasks:
            place = (_appendix(row), row.shown.row.group or "")
            if not found or found[-1][0] != place:
                found.append((place, []))
            found[-1][1].append(row)
        several = len({appendix for (appendix, _), _ in found}) > 1
        return tuple((f"{place[0]} · {place[1]}" if several else place[1], tuple(rows)) for place, rows in found)


def _appendix(row: ReportRow) -> str:
    first = row.shown.row.reference.partition(" · ")[0]
    return first if first.startswith("PL ") else ""


def instant_of(period: CalendarPeriod, at: datetime) -> datetime:
    """The instant a period is shown at: now; of one that is over, when it ended (docs/decisions/0013)."""
    return min(at, day_start(period.last + timedelta(days=1)))


def shortest_kind(book: Book) -> PeriodKind:
    """The kind of period a locality asks its units for; months where it asks for none."""
    return book.reporting.progress.kind if book.reporting.progress else PeriodKind.MONTH


def current_period(book: Book, now: datetime) -> CalendarPeriod:
    """The period of the locality's shortest kind that is running; after the plan year its last one."""
    day = book.today(now)
    return span_at(shortest_kind(book), min(day, book.plan.last_day) if book.plan else day)


def period_after(period: CalendarPeriod) -> CalendarPeriod:
    """The period whose work comes next: of the same length; after nine months the last quarter."""
    if period.months == NINE_MONTHS:
        return span_at(PeriodKind.QUARTER, period.last + timedelta(days=1))
    kind = next(each for each in PeriodKind if each.months == period.months)
    return neighbour(period, 1) or span_at(kind, period.last + timedelta(days=1))


def require_period(key: str) -> CalendarPeriod:
    """The period of a short name. Raises BadInput for what is none."""
    found = span_of(key.strip().upper())
    if found is None:
        raise BadInput("no_such_period", text=key[:20])
    return found


async def book_of_period(desk: Desk, conn: Connection, locality_id: int, period: CalendarPeriod, now: datetime) -> Book:
    """The book with the plan of the period's year.

    Raises TransitionRefused where there is none, and for a period that has not begun or was over before the plan.
    """
    book = await desk.books.of(conn, locality_id)
    if book.plan is None:
        raise TransitionRefused("period_no_plan")
    if any(plan.year == period.first.year for plan in book.plans):
        book = await desk.books.of(conn, locality_id, period.first.year)
    refuse_outside_plan(book, period, now)
    return book


async def period_report(
    desk: Desk, locality_id: int, period: CalendarPeriod, *, now: datetime, at: datetime | None = None
) -> PeriodReport:
    """The report of a period from what is known now, or was known at ``at``; of one that was over, when it ended.

    Raises as `book_of_period` does, and BadInput for an instant still to come.
    """
    known_at = at or now
    if known_at > now:
        raise BadInput("instant_in_future")
    async with desk.db.read() as conn:
        book = await book_of_period(desk, conn, locality_id, period, known_at)
        assert book.plan is not None
        instant = instant_of(period, known_at)
        past = await history(conn, book, instant)
        placed = await ranking(conn, book, period, known_at)
        reporting = await _reporting(conn, book, period, known_at)
        raised = await stored.of_plan(conn, book.plan.id, until=instant)
        head = await audit.head(conn, locality_id)
    trend, leads = _walked(past, period, instant)
    rows = tuple(report_row(book, past, instant, each, period) for each in rows_of(leads))
    office_id = book.locality.standing_office_id
    office = book.units.get(office_id) if office_id is not None else None
    day, coming_next = book.today(instant), period_after(period)
    return PeriodReport(
        overview=_overview(book, period, instant, now, rows, trend, head),
        locality=book.locality,
        office=office.name if office else "",
        office_aliases=office.aliases if office else (),
        plan=book.plan,
        period=period,
        day=day,
        rows=rows,
        ranking=placed,
        reporting=reporting,
        difficulties=tuple(_raised(book, each) for each in raised if _belongs(each, period)),
        coming=coming_work(rows, period, coming_next, day),
        next=coming_next,
    )


async def _reporting(conn: Connection, book: Book, period: CalendarPeriod, at: datetime) -> PeriodState | None:
    known = book.known(at)
    duties = (duty_named(known, ask.value, period.key) for ask in (Ask.PROGRESS, Ask.SUMMARY))
    duty = next((each for each in duties if each is not None), None)
    return None if duty is None else await period_state(conn, book, duty, at)


def _overview(
    book: Book,
    period: CalendarPeriod,
    at: datetime,
    now: datetime,
    rows: Sequence[ReportRow],
    trend: tuple[TrendPoint, ...],
    head: tuple[int, str] | None,
) -> Overview:
    day, plan, locality = book.today(at), book.plan, book.locality
    assert plan is not None
    shown = [row.shown for row in rows]
    classes = task_classes(shown, day)
    tasks = sum(row.row.kind is RowKind.TASK for row in shown)
    indicators = Counter(row.indicator_class for row in rows if row.indicator_class is not None)
    counted = tally(shown)
    return Overview(
        source=Source(
            locality_id=locality.id,
            slug=locality.slug,
            place=f"{locality.kind} {locality.name}",
            plan_number=plan.number,
            plan_issued_on=plan.issued_on,
            issuer=plan.issuer,
            period=period.key,
            at=at,
            made_at=now,
            audit=head,
        ),
        in_use=plan.in_use_on is not None and plan.in_use_on <= day,
        tasks=tasks,
        indicators=len(shown) - tasks,
        silent=silent_tasks(shown),
        closed=tasks - sum(classes.values()),
        classes=classes,
        indicator_classes={each: indicators[each] for each in IndicatorClass},
        near_target=_near_target(rows),
        colours=counted.colours,
        closed_rows=counted.closed,
        percent=mean_of_tasks(shown),
        by_unit=colours_by_unit(book, [lead for row in shown for lead in row.leads]),
        trend=trend,
    )


def _near_target(rows: Iterable[ReportRow]) -> int:
    running = (row for row in rows if row.indicator_class is IndicatorClass.IN_PROGRESS)
    return sum(row.shown.verdict.percent >= NEAR for row in running)


def _walked(past: History, period: CalendarPeriod, at: datetime) -> tuple[tuple[TrendPoint, ...], list[Lead]]:
    """The trend, and the leads at the instant of the report: every history is walked once.

    The trend has the periods of the year up to this one, each as its own report has it; a running one as known now. It
    begins with the one in which the plan came into use: before it nobody could report.
    """
    book = past.book
    assert book.plan is not None
    kind, year, last = shortest_kind(book), book.plan.year, min(period.last, book.today(at))
    begun = book.plan.in_use_on or book.plan.issued_on
    spans = [span_at(kind, date(year, month, 1)) for month in range(1, 13, kind.months)]
    shown = [each for each in spans if each.last >= begun and each.first <= last]
    instants = [instant_of(each, at) for each in shown]
    *before, leads = past.through([*instants, at])
    trend = tuple(
        trend_point(each.key, instant, then, book.today(instant))
        for each, instant, then in zip(shown, instants, before, strict=True)
    )
    return trend, leads


def _belongs(each: Difficulty, period: CalendarPeriod) -> bool:
    if each.state is not DifficultyState.SETTLED:
        return True
    return any(when is not None and holds(period, _day(when)) for when in (each.at, each.settled_at))


def _day(at: datetime) -> date:
    return at.astimezone(DEFAULT_ZONE).date()


def _raised(book: Book, each: Difficulty) -> Raised:
    row = book.rows.get(each.row_id)
    to_unit = None if each.to_unit_id is None else book.unit_name(each.to_unit_id)
    return Raised(each, row.code if row else "–", book.unit_name(each.unit_id), to_unit)
