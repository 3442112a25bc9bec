"""What a question that was understood is answered with: rows, units in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.plan.plan import UnitRole
from bot.domain.plan.words import fold
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import State
from bot.language.asking.query import Filters, Order, Query
from bot.language.text.search import rank as rank_by_words
from bot.services.core.board import BoardRow, Lead, in_order, leads, leads_known, rows_of
from bot.services.core.book import Book
from bot.services.results.rank_units import UnitScore, gathered, has_reports, joined_by, names_of_absent, places
from bot.services.rows.list_rows import leading, units_of
from bot.storage.engine.database import Connection
from bot.storage.records import events, plans


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, when: the units that "mine" speaks of, and the day that colours are of.

    ``known_at`` is a past instant whose knowledge the answer is given from; none for what is known now.
    """

    own: Collection[int]
    day: date
    known_at: datetime | None = None


class OwnPart(StrEnum):
    """What part the units of a question have in the plan, where they lead nothing."""

    COORDINATES = "coordinates"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of an answer, with the units its leads belong to."""

    board_row: BoardRow
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankingAnswer:
    """The units by their score; ``absent`` are those that nobody has joined, ``is_reported`` as of `Ranking`."""

    units: tuple[UnitScore, ...] = ()
    absent: tuple[str, ...] = ()
    is_reported: bool = True


@dataclass(frozen=True, slots=True)
class UnitCount:
    """A unit with how many of the rows it leads are as asked; equal counts share a place."""

    place: int
    unit_id: int
    unit: str
    fits: int
    leads: int


async def board_leads(conn: Connection, book: Book, asker: Asker) -> list[Lead]:
    """The running leads as the asker is to see them."""
    if asker.known_at is not None:
        return await leads_known(conn, book, asker.known_at)
    return await leads(conn, book, asker.day)


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The rows of an answer; ``part`` is said where the units asked about lead nothing.

    ``also_red`` are codes of rows that are due as soon as those asked for, and red besides.
    """

    rows: tuple[AnswerRow, ...]
    part: OwnPart | None = None
    also_red: tuple[str, ...] = ()


async def rows_for(conn: Connection, book: Book, query: Query, asker: Asker) -> FoundRows:
    """The rows that fit every filter, in the order of the question: as searched, as due, else most urgent first.

    Of units that lead nothing, and of which nothing else was said, those that they coordinate.
    """
    filters = query.filters
    every = await board_leads(conn, book, asker)
    chosen, part = await _of_units(conn, book, filters, asker, every)
    rows = await _fitting(conn, book, chosen, filters, asker.day)
    also: list[BoardRow] = []
    if filters.reasons == (Reason.DUE_SOON,) and not filters.colour:
        named = {row.row.id for row in rows}
        red = await _fitting(conn, book, chosen, replace(filters, colour=(Colour.RED,)), asker.day)
        also = [row for row in red if row.row.id not in named]
    shown = tuple(AnswerRow(row, _units_shown(book, row, part)) for row in rows[: query.top])
    return FoundRows(shown, part, tuple(row.row.code for row in also))


async def _fitting(conn: Connection, book: Book, chosen: Iterable[Lead], filters: Filters, day: date) -> list[BoardRow]:
    kept = [lead for lead in chosen if _fits(lead, filters, book, day)]
    # A task's light is the worst of its leads', so a row is asked as a whole where no unit is named.
    rows = [row for row in rows_of(kept) if _row_fits(row, filters)]
    if filters.words:
        return await _by_words(conn, book, rows, filters.words)
    if filters.due_from is not None or filters.due_to is not None:
        return sorted(rows, key=lambda row: (_due(row, filters), row.row.position))
    return in_order(rows)


def _units_shown(book: Book, row: BoardRow, part: OwnPart | None) -> tuple[str, ...]:
    """The units that give a row its light; of a row that is only coordinated all that lead it."""
    return units_of(book, row) if part is None else leading(book, row)


async def _of_units(
    conn: Connection, book: Book, filters: Filters, asker: Asker, every: list[Lead]
) -> tuple[list[Lead], OwnPart | None]:
    units: Collection[int] | None = None
    if filters.mine:
        units = asker.own
    elif filters.unit_id is not None:
        units = (filters.unit_id,)
    if units is None or book.plan is None:
        return every, None
    led = [lead for lead in every if lead.standing.unit_id in units]
    if filters.unit_role is UnitRole.LEAD and led:
        return led, None
    held = await events.assignments(conn, book.plan.id, role=UnitRole.COORDINATE)
    coordinated = {each.row_id for each in held if each.unit_id in units} - {lead.row.id for lead in led}
    found = [lead for lead in every if lead.row.id in coordinated]
    if filters.unit_role is UnitRole.LEAD:
        return found, OwnPart.COORDINATES if found else OwnPart.NONE
    return found if filters.unit_role is UnitRole.COORDINATE else [*led, *found], None


def _fits(lead: Lead, filters: Filters, book: Book, day: date) -> bool:
    standing, row = lead.standing, lead.row
    if filters.row_kind is not None and row.kind is not filters.row_kind:
        return False
    if filters.codes and row.code not in filters.codes:
        return False
    if filters.deadline_kind and row.limit.kind not in filters.deadline_kind:
        return False
    if filters.state and standing.state not in filters.state:
        return False
    if filters.completed_late:
        return standing.late and _falls_due(lead, filters)
    reasons = _reasons(lead, book, day) if Colour.RED in filters.colour else set(lead.verdict.reasons)
    if filters.reasons and not set(filters.reasons) & reasons:
        return False
    return _falls_due(lead, filters)


def _reasons(lead: Lead, book: Book, day: date) -> set[Reason]:
    """Why a lead is as it is; what is red is due soon as well where one asks for red."""
    found, due_on = set(lead.verdict.reasons), lead.standing.due_on
    soon = day + timedelta(days=book.rules[lead.row.id].alert.due_soon_days)
    if lead.is_with_unit and due_on is not None and day <= due_on <= soon:
        found.add(Reason.DUE_SOON)
    return found


def _falls_due(lead: Lead, filters: Filters) -> bool:
    if filters.due_from is None and filters.due_to is None:
        return True
    first, last = filters.due_from or date.min, filters.due_to or date.max
    # What is done does not fall due any more, unless it is asked for.
    if not (filters.state or filters.colour) and not lead.is_open:
        return False
    return any(first <= day <= last for day in _days_of(lead))


def _days_of(lead: Lead) -> list[date]:
    """The days on which something of a lead is due: its limit, and its milestones not met."""
    limit = [] if lead.standing.due_on is None else [lead.standing.due_on]
    return limit + [m.due_on for n, m in enumerate(lead.terms.milestones) if n not in lead.standing.milestones_met]


def _row_fits(row: BoardRow, filters: Filters) -> bool:
    # What is closed has no colour, unless one asks for what is closed.
    colour = row.verdict.colour if State.CLOSED in filters.state else row.shown
    if filters.colour and colour not in filters.colour:
        return False
    percent = row.verdict.percent
    return (
        (filters.percent_over is None or percent > filters.percent_over)
        and (filters.percent_under is None or percent < filters.percent_under)
        and (filters.percent_from is None or percent >= filters.percent_from)
        and (filters.percent_to is None or percent <= filters.percent_to)
    )


async def _by_words(conn: Connection, book: Book, rows: Sequence[BoardRow], words: Iterable[str]) -> list[BoardRow]:
    assert book.plan is not None
    texts = await plans.folded_texts(conn, book.plan.id)
    by_id = {row.row.id: row for row in rows}
    candidates = [(row_id, texts.get(row_id, "")) for row_id in by_id]
    sought = fold(" ".join(words))
    whole = [(row_id, text) for row_id, text in candidates if f" {sought} " in f" {text} "]
    return [by_id[row_id] for row_id, _ in rank_by_words(sought, whole or candidates)]


def _due(row: BoardRow, filters: Filters) -> date:
    """The day in the span asked for that brings a row into the list, as `/han` has it."""
    first, last = filters.due_from or date.min, filters.due_to or date.max
    return min((day for lead in row.leads for day in _days_of(lead) if first <= day <= last), default=date.max)


async def ranking_for(conn: Connection, book: Book, query: Query, asker: Asker) -> RankingAnswer:
    """The units by their score, the best first or the worst; those that have no place are left out."""
    every = await board_leads(conn, book, asker)
    joined = await joined_by(conn, book, asker.known_at)
    found = list(places(every, book, asker.day, joined))
    if query.order is Order.WORST:
        found.reverse()
    asked = query.filters.unit_id
    leading = [unit for unit in gathered(every) if asked in (None, unit)]
    return RankingAnswer(
        units=tuple(each for each in found if asked in (None, each.unit_id))[: query.top],
        absent=names_of_absent(book, leading, joined),
        is_reported=has_reports(every),
    )


def asks_for_counts(query: Query) -> bool:
    """Whether units are asked for by how much of their work is so ("nhiều việc đỏ nhất"), not by their score."""
    return bool(query.filters.colour or query.filters.reasons or query.filters.state)


async def counts_for(conn: Connection, book: Book, query: Query, asker: Asker) -> tuple[UnitCount, ...]:
    """All units by how many of their rows fit, the most first; also those that have no place in the ranking."""
    by_unit = gathered(await board_leads(conn, book, asker))
    fits = {unit: sum(_counts(lead, query.filters, book, asker.day) for lead in own) for unit, own in by_unit.items()}
    found = [
        UnitCount(1 + sum(other > n for other in fits.values()), unit, book.unit_name(unit), n, len(by_unit[unit]))
        for unit, n in fits.items()
        if query.filters.unit_id in (None, unit)
    ]
    return tuple(sorted(found, key=lambda each: -each.fits)[: query.top])


def _counts(lead: Lead, filters: Filters, book: Book, day: date) -> bool:
    return _fits(lead, filters, book, day) and (not filters.colour or lead.shown in filters.colour)
