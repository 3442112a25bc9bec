"""A day for a row that came without one: the schedule of a higher level, or a limit that could not be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.errors import BadInput, NotAllowed, NotFound
from bot.domain.people import people
from bot.domain.people.people import Ability
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Row
from bot.domain.plan.words import tidy
from bot.domain.work.events import Extension
from bot.services.core import ledger
from bot.services.core.board import Lead, lead_on
from bot.services.core.book import Book, require_changeable
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import decides, members_of
from bot.services.core.office import office_of_row
from bot.services.core.tell_change import tell_limit
from bot.services.plan.set_opening import MAX_SOURCE
from bot.storage.engine.database import Connection
from bot.storage.records import events

YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Undated:
    """A row with the lead assignments whose limit is to be set; ``units`` are theirs.

    ``decided`` are all whose limit the person decides; ``leads`` those of them without one, else all.
    """

    locality: Locality
    row: Row
    decided: tuple[Lead, ...]
    leads: tuple[Lead, ...]
    units: tuple[str, ...]
    today: date


async def look(desk: Desk, visitor: Visitor, *, row_id: int, now: datetime) -> Undated:
    """A row whose limit may be set.

    Raises NotFound, NotAllowed (``limit_by_committee`` where the standing office is a party and a committee member
    decides), BadInput where nothing of it is open any more, TransitionRefused where its plan is over.
    """
    async with desk.db.read() as conn:
        book = await office_of_row(desk, conn, visitor, row_id, Ability.DECIDE)
        return await _undated(conn, book, visitor, row_id, now)


async def set_limit(
    desk: Desk, visitor: Visitor, *, row_id: int, due_on: date, reason: str, now: datetime, key: str
) -> Undated:
    """The row after the limit of its open lead assignments was set to a day, once under ``key``.

    ``reason`` is the document the day comes from. Raises as ``look`` does, and BadInput for a day that has passed or
    lies far ahead, or a reason that is missing or too long.
    """
    person = require_person(visitor)
    words = tidy(reason)
    if not words:
        raise BadInput("source_needed")
    if len(words) > MAX_SOURCE:
        raise BadInput("source_too_long", most=MAX_SOURCE)
    async with desk.db.write() as conn:
        book = await office_of_row(desk, conn, visitor, row_id, Ability.DECIDE)
        row = await _undated(conn, book, visitor, row_id, now)
        keys = {lead.assignment.id: f"{key}:limit:{lead.assignment.id}" for lead in row.decided}
        again = [lead for lead in row.decided if await events.event_by_key(conn, keys[lead.assignment.id])]
        await ledger.hold(conn, keys)
        if not again:
            check_limit(row, due_on)
        done: list[Lead] = []
        for lead in again or [lead for lead in row.leads if lead.standing.due_on != due_on]:
            body, own_key = Extension(due_on, words), keys[lead.assignment.id]
            recorded = await ledger.record(
                conn, book, lead.assignment.id, body, person_id=person.id, now=now, key=own_key
            )
            done.append(lead_on(book, recorded.assignment, recorded.after, row.today))
            if not recorded.repeated:
                await tell_limit(conn, book, recorded, due_on, by=person.id, now=now, key=own_key)
    names = tuple(book.unit_name(lead.standing.unit_id) for lead in done)
    return replace(row, leads=tuple(done), units=names)


def check_limit(row: Undated, due_on: date) -> None:
    """Nothing where the day can be a limit, and is another one for somebody. Raises BadInput otherwise."""
    year = row.leads[0].terms.year
    if due_on < row.today:
        raise BadInput("limit_in_past")
    if all(lead.standing.due_on == due_on for lead in row.leads):
        raise BadInput("limit_stands_already", code=row.row.code, day=f"{due_on:%d/%m/%Y}")
    if due_on.year > year + YEARS_AHEAD:
        raise BadInput("limit_too_far", year=year + YEARS_AHEAD)


async def _undated(conn: Connection, book: Book, visitor: Visitor, row_id: int, now: datetime) -> Undated:
    if book.plan is None:
        raise NotFound("no_plan")
    require_changeable(book, now)
    person = require_person(visitor)
    everyone = await members_of(conn, book)
    today = book.today(now)
    found = [
        lead_on(book, assignment, standing, today)
        for assignment, standing in await events.standings(conn, book.plan.id)
        if assignment.row_id == row_id
    ]
    open_ones = [lead for lead in found if lead.is_open]
    if not open_ones:
        raise BadInput("nothing_open", code=book.rows[row_id].code)
    own = [lead for lead in open_ones if decides(person.id, everyone, book, lead.standing.unit_id)]
    if not own:
        is_office = people.is_office(visitor.memberships, book.locality.id)
        raise NotAllowed("limit_by_committee" if is_office else "no_right")
    # Some of the row's units may have a limit already: as long as any has none, only those are meant.
    found = [lead for lead in own if lead.standing.due_on is None] or own
    names = tuple(book.unit_name(lead.standing.unit_id) for lead in found)
    return Undated(book.locality, book.rows[row_id], tuple(own), tuple(found), names, today)
