"""Lists of rows: my unit's work, deadlines in a span, what is red, what a search found (docs/rules/chat.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.errors import NotFound
from bot.domain.people import people
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.deadlines import Milestone
from bot.domain.plan.plan import Unit, UnitRole
from bot.domain.plan.words import fold
from bot.domain.work.alerts import Colour, Reason
from bot.services.core.board import BoardRow, Lead, in_order, leads, red, rows_of
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.guards import open_book
from bot.storage.engine.database import Connection
from bot.storage.records import events

DAYS_AHEAD = 30


class ListName(StrEnum):
    """Which list. Stands in the data of buttons: never renamed."""

    MINE = "viec"
    DUE = "han"
    RED = "do"
    FOUND = "tim"
    QUEUE = "thamdinh"


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days of the locality, both belong to it; none where that side is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of a list with the leads the list speaks of. ``milestones`` are those that brought it here.

    ``coordinates``: the person's units only coordinate it.
    """

    board_row: BoardRow
    milestones: tuple[Milestone, ...] = ()
    coordinates: bool = False
    units: tuple[str, ...] = ()
    """The units of these leads, where the list is of several units or the person's only coordinate."""


@dataclass(frozen=True, slots=True)
class RowList:
    """A whole list; views cut it into pages. What it was asked for stands in it, so that its buttons can ask again.

    ``unit_id`` is the unit it is narrowed to, ``own_unit_id`` the one the person could narrow it to. ``span`` none
    (of deadlines) is the default one: the next 30 days and everything overdue.
    """

    name: ListName
    locality_id: int
    locality: str
    day: date
    entries: tuple[ListEntry, ...]
    year: int | None = None
    in_use: bool = True
    unit_id: int | None = None
    unit: str | None = None
    own_unit_id: int | None = None
    span: DayRange | None = None
    completed: int = 0
    """How many of the same span or unit are completed and therefore not listed."""
    words: str = ""
    cut: bool = False
    """Whether only the first of the words typed could be searched for."""


def head(book: Book, visitor: Visitor, now: datetime, name: ListName) -> RowList:
    """A list without entries yet, that knows where and for whom it is."""
    day = book.today(now)
    in_use_on = book.plan.in_use_on if book.plan else None
    own = sorted(people.reporting_units(visitor.memberships, book.locality.id))
    return RowList(
        name=name,
        locality_id=book.locality.id,
        locality=f"{book.locality.kind} {book.locality.name}",
        day=day,
        entries=(),
        year=book.plan.year if book.plan else None,
        in_use=in_use_on is not None and in_use_on <= day,
        own_unit_id=next((unit_id for unit_id in own if unit_id in book.units), None),
    )


async def my_work(desk: Desk, visitor: Visitor, *, now: datetime, locality_id: int | None = None) -> RowList:
    """The open rows the person's units lead, the most urgent first; then those a community team coordinates.

    Raises NotFound for a locality not open to the person.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        found = head(book, visitor, now, ListName.MINE)
        mine = people.own_units(visitor.memberships, book.locality.id)
        own = await leads(conn, book, found.day, unit_ids=mine)
        entries = [ListEntry(row) for row in _open_rows(own)]
        teams = {m.unit_id for m in people.of_locality(visitor.memberships, book.locality.id) if m.role is Role.TEAM}
        if teams:
            entries += await _coordinated(conn, book, found.day, teams, {entry.board_row.row.id for entry in entries})
    names = [book.unit_name(unit_id) for unit_id in sorted(mine) if unit_id in book.units]
    done = sum(not any(lead.is_open for lead in row.leads) for row in rows_of(own))
    return _with(found, entries, unit=", ".join(names), completed=done)


async def due(
    desk: Desk,
    visitor: Visitor,
    *,
    span: DayRange | None = None,
    unit_id: int | None = None,
    now: datetime,
    locality_id: int | None = None,
) -> RowList:
    """The open rows whose limit in force, or a milestone of theirs not met, falls into the span, the earliest first.

    Without a span: everything overdue and the next 30 days. Raises NotFound for a locality not open to the person, and
    for a unit not of it.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        found = head(book, visitor, now, ListName.DUE)
        every = await leads(conn, book, found.day, unit_ids=_narrowed(book, unit_id))
    asked = span or DayRange(found.day, found.day + timedelta(days=DAYS_AHEAD))
    first, last = asked.first or date.min, asked.last or date.max
    dated: list[tuple[date, int, ListEntry]] = []
    for row in rows_of(lead for lead in every if lead.is_open):
        hits = [lead for lead in row.leads if _falls_due(lead, first, last, overdue=span is None)]
        stages = _milestones(row, first, last, found.day, overdue=span is None)
        if hits or stages:
            shown = rows_of(hits)[0] if hits else row
            days = [lead.standing.due_on for lead in hits if lead.standing.due_on] + [m.due_on for m in stages]
            dated.append((min(days), row.row.position, ListEntry(shown, stages)))
    done = sum(
        all(not lead.is_open for lead in row.leads)
        and any(_in(lead.standing.due_on, first, last) for lead in row.leads)
        for row in rows_of(every)
    )
    entries = [entry for *_, entry in sorted(dated, key=lambda each: each[:2])]
    return _with(found, entries, book=book, unit_id=unit_id, span=span, completed=done)


async def red_rows(
    desk: Desk, visitor: Visitor, *, unit_id: int | None = None, now: datetime, locality_id: int | None = None
) -> RowList:
    """The red rows of a locality or of what one unit leads, worst first.

    Raises NotFound for a locality not open to the person, and for a unit not of it.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        found = head(book, visitor, now, ListName.RED)
        every = await leads(conn, book, found.day, unit_ids=_narrowed(book, unit_id))
    return _with(found, [ListEntry(row) for row in red(rows_of(every))], book=book, unit_id=unit_id)


async def find_units(
    desk: Desk, visitor: Visitor, words: str, *, locality_id: int | None = None
) -> tuple[tuple[Unit, ...], int]:
    """The units the words may mean (one where they name it by any spelling), and the locality they belong to.

    Raises NotFound for a locality not open to the person.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
    return units_called(book, words), book.locality.id


def units_called(book: Book, words: str) -> tuple[Unit, ...]:
    """The units that go by these words, in any spelling; else those whose spellings hold all of them."""
    wanted = fold(words)
    if not wanted:
        return ()
    spellings = {unit.id: [fold(name) for name in (unit.name, *unit.aliases)] for unit in book.units.values()}
    squeezed = wanted.replace(" ", "")
    by_name = [u for u in book.units.values() if squeezed == fold(u.name).replace(" ", "")]
    exact = by_name or [
        unit for unit in book.units.values() if any(squeezed == name.replace(" ", "") for name in spellings[unit.id])
    ]
    if exact:
        return tuple(exact)
    parts = wanted.split()
    return tuple(
        unit
        for unit in book.units.values()
        if any(all(part in name.split() for part in parts) for name in spellings[unit.id])
    )


def _with(
    found: RowList,
    entries: Iterable[ListEntry],
    *,
    book: Book | None = None,
    unit_id: int | None = None,
    unit: str | None = None,
    span: DayRange | None = None,
    completed: int = 0,
) -> RowList:
    name = book.unit_name(unit_id) if book is not None and unit_id is not None else unit
    listed = tuple(entries)
    if book is not None and unit_id is None:
        listed = tuple(replace(entry, units=units_of(book, entry.board_row)) for entry in listed)
    return replace(found, entries=listed, unit_id=unit_id, unit=name, span=span, completed=completed)


def units_of(book: Book, row: BoardRow) -> tuple[str, ...]:
    """The units whose part gives the row its colour: of a red row those whose part is red."""
    shown = [lead for lead in row.leads if lead.verdict.colour is row.verdict.colour] or list(row.leads)
    return tuple(dict.fromkeys(book.unit_name(lead.standing.unit_id) for lead in shown))


def _narrowed(book: Book, unit_id: int | None) -> Collection[int] | None:
    if unit_id is None:
        return None
    if unit_id not in book.units:
        raise NotFound("not_found")
    return (unit_id,)


def _open_rows(found: Iterable[Lead]) -> list[BoardRow]:
    return in_order(rows_of(lead for lead in found if lead.is_open))


async def _coordinated(
    conn: Connection, book: Book, day: date, unit_ids: Collection[int], listed: Collection[int]
) -> list[ListEntry]:
    if book.plan is None:
        return []
    held = await events.assignments(conn, book.plan.id, role=UnitRole.COORDINATE)
    wanted = {a.row_id for a in held if a.unit_id in unit_ids} - set(listed)
    every = [lead for lead in await leads(conn, book, day) if lead.row.id in wanted]
    return [ListEntry(row, coordinates=True, units=leading(book, row)) for row in _open_rows(every)]


def leading(book: Book, row: BoardRow) -> tuple[str, ...]:
    """The units that lead a row."""
    return tuple(dict.fromkeys(book.unit_name(lead.standing.unit_id) for lead in row.leads))


def _in(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last


def _falls_due(lead: Lead, first: date, last: date, *, overdue: bool) -> bool:
    if overdue and lead.verdict.colour is Colour.RED and Reason.OVERDUE in lead.verdict.reasons:
        return True
    return _in(lead.standing.due_on, first, last)


def _milestones(row: BoardRow, first: date, last: date, day: date, *, overdue: bool) -> tuple[Milestone, ...]:
    # A milestone on the day of the limit is left out: that day is listed as the limit.
    stages = row.leads[0].terms.milestones
    return tuple(
        stage
        for index, stage in enumerate(stages)
        if any(index not in lead.standing.milestones_met and stage.due_on != lead.standing.due_on for lead in row.leads)
        and (_in(stage.due_on, first, last) or (overdue and stage.due_on < day))
    )
