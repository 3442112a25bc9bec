"""The board: rows of a plan with what their lead assignments show today."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.plan.plan import Assignment, Row, RowKind, UnitRole
from bot.domain.work.alerts import COLOUR_ORDER, Colour, RowVerdict, Verdict, judge, judge_row
from bot.domain.work.events import Event
from bot.domain.work.known import known_by
from bot.domain.work.lifecycle import WORKING, Standing, State, Terms, fold_through
from bot.services.core.book import Book
from bot.storage.engine.database import Connection
from bot.storage.records import events


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead assignment as it stands on the board's day."""

    assignment: Assignment
    row: Row
    terms: Terms
    standing: Standing
    verdict: Verdict

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done by the unit."""
        return self.standing.state not in (State.COMPLETED, State.CLOSED)

    @property
    def shown(self) -> Colour | None:
        """The colour it is shown in; none where it is closed."""
        return None if self.standing.state is State.CLOSED else self.verdict.colour

    @property
    def is_with_unit(self) -> bool:
        """Whether the unit has to act: not where its report waits for the appraisers, nor where it is done."""
        return self.standing.state in WORKING

    @property
    def refusal(self) -> str | None:
        """The key of why it takes no report now; none where it does."""
        state = self.standing.state
        if state is State.CLOSED:
            return "closed"
        if state is State.AWAITING:
            return "awaiting"
        return "completed" if state is State.COMPLETED and self.row.kind is RowKind.TASK else None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One row with its leads; ``verdict`` is what the row as a whole shows."""

    row: Row
    leads: tuple[Lead, ...]
    verdict: RowVerdict

    @property
    def shown(self) -> Colour | None:
        """The colour it is shown in; none where it is closed."""
        return None if self.verdict.state is State.CLOSED else self.verdict.colour


def lead_on(book: Book, assignment: Assignment, standing: Standing, day: date) -> Lead:
    """A lead assignment judged on a day."""
    terms = book.terms[assignment.row_id]
    verdict = judge(terms, standing, day, book.rules[assignment.row_id])
    return Lead(assignment, book.rows[assignment.row_id], terms, standing, verdict)


async def leads(conn: Connection, book: Book, day: date, *, unit_ids: Collection[int] | None = None) -> list[Lead]:
    """The running lead assignments of the plan (of some units) in printed order, judged on a day."""
    if book.plan is None:
        return []
    stored = await events.standings(conn, book.plan.id, unit_ids=unit_ids)
    found = [lead_on(book, a, s, day) for a, s in stored if a.row_id in book.rows]
    return sorted(found, key=lambda lead: (lead.row.position, lead.assignment.id))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are of each colour; what is closed shows none and is counted apart."""

    colours: Mapping[Colour, int]
    closed: int = 0

    @property
    def followed(self) -> int:
        """How many are not closed."""
        return sum(self.colours.values())


def tally(found: Iterable[BoardRow | Lead]) -> Tally:
    """Rows or lead assignments counted by what they show: the one count behind every sum of colours."""
    colours, closed = dict.fromkeys(Colour, 0), 0
    for each in found:
        if each.shown is None:
            closed += 1
        else:
            colours[each.shown] += 1
    return Tally(colours, closed)


@dataclass(frozen=True, slots=True)
class History:
    """The running lead assignments of a plan with all that happened to them until an instant, by assignment."""

    book: Book
    held: tuple[Assignment, ...]
    happened: Mapping[int, tuple[Event, ...]]

    def through(self, instants: Sequence[datetime]) -> list[list[Lead]]:
        """The lead assignments as they were known at each instant, the earliest first, and judged on its day.

        A row added later was not there yet.
        """
        walks = [self._walk(each, instants) for each in self.held]
        found = []
        for place, at in enumerate(instants):
            known, day = self.book.known(at), self.book.today(at)
            then = [
                lead_on(known, each, walk[place], day)
                for each, walk in zip(self.held, walks, strict=True)
                if _stood(self.book.rows[each.row_id], self.happened.get(each.id, ()), at)
            ]
            found.append(sorted(then, key=lambda lead: (lead.row.position, lead.assignment.id)))
        return found

    def _walk(self, each: Assignment, instants: Sequence[datetime]) -> tuple[Standing, ...]:
        terms, events_of_it = self.book.terms[each.row_id], self.happened.get(each.id, ())
        return fold_through(terms, each.first_unit_id, events_of_it, instants)


async def history(conn: Connection, book: Book, until: datetime) -> History:
    """What happened in a plan until an instant, to the lead assignments of today: which ones ran then is not stored.

    A row added later was not there yet.
    """
    if book.plan is None:
        return History(book, (), {})
    happened = await events.events_of_plan(conn, book.plan.id, until=until)
    held = await events.assignments(conn, book.plan.id, role=UnitRole.LEAD)
    return History(book, tuple(each for each in held if each.row_id in book.rows), happened)


async def leads_known(conn: Connection, book: Book, at: datetime) -> list[Lead]:
    """The running lead assignments as they were known at an instant: their events until then, folded and judged."""
    return (await history(conn, book, at)).through((at,))[0]


def _stood(row: Row, happened: Sequence[Event], at: datetime) -> bool:
    # What has happened to it happened once it was there, whatever the clock showed when it was added.
    return row.added_at is None or row.added_at <= at or bool(known_by(happened, at))


def rows_of(found: Iterable[Lead]) -> list[BoardRow]:
    """Leads gathered by their row, in the order of the leads."""
    by_row: dict[int, list[Lead]] = {}
    for lead in found:
        by_row.setdefault(lead.row.id, []).append(lead)
    return [
        BoardRow(group[0].row, tuple(group), judge_row([(lead.standing, lead.verdict) for lead in group]))
        for group in by_row.values()
    ]


def urgency(lead: Lead) -> tuple[int, int, date, int]:
    """The order of "most urgent first" of leads: that of `in_order`."""
    return _urgency(lead.verdict, lead.standing.due_on, lead.row)


def in_order(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Rows as they stand wherever they are not listed by their days (docs/rules/chat.md#lists).

    Worst colour first, of the red ones those with most reasons; then the earliest limit, then as printed.
    """
    return sorted(rows, key=lambda row: _urgency(row.verdict, _earliest(row), row.row))


def _urgency(verdict: Verdict | RowVerdict, due_on: date | None, row: Row) -> tuple[int, int, date, int]:
    reasons = len(verdict.reasons) if verdict.colour is Colour.RED else 0
    return (COLOUR_ORDER.index(verdict.colour), -reasons, due_on or date.max, row.position)


def red(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """The red rows, worst first: most reasons, then longest overdue."""
    return in_order(row for row in rows if row.verdict.colour is Colour.RED)


def _earliest(row: BoardRow) -> date | None:
    return min((lead.standing.due_on for lead in row.leads if lead.standing.due_on is not None), default=None)
