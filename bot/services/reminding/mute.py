"""No warnings about a task for a while. What is red, and returns, are told all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.errors import NotFound
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Row
from bot.services.core.book import require_in_hand
from bot.services.core.desk import Desk, require_person
from bot.storage.engine.database import Connection
from bot.storage.outbox import team_chats


@dataclass(frozen=True, slots=True)
class Muted:
    """A row and the last day of silence; none: the person is warned of it."""

    row: Row
    until: date | None


async def mute(desk: Desk, visitor: Visitor, *, row_id: int, until: date | None) -> Muted:
    """The row, muted for the person up to and with a day; none: warned of again.

    Raises NotAllowed for one who is no member, NotFound for a row of no plan the person reads, TransitionRefused where
    it is not of the plan in hand.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        row = await _row(desk, conn, visitor, row_id)
        await team_chats.set_mute(conn, person.id, row_id, until)
    return Muted(row, until)


async def see_mute(desk: Desk, visitor: Visitor, *, row_id: int) -> Muted:
    """The row and until when it is muted. Raises as `mute`."""
    person = require_person(visitor)
    async with desk.db.read() as conn:
        row = await _row(desk, conn, visitor, row_id)
        return Muted(row, (await team_chats.mutes_of(conn, person.id)).get(row_id))


async def mutes(desk: Desk, visitor: Visitor, *, today: date) -> tuple[Muted, ...]:
    """Every row that is muted for the person today or later, in the order of the plans."""
    person = require_person(visitor)
    found: list[Muted] = []
    async with desk.db.read() as conn:
        held = await team_chats.mutes_of(conn, person.id)
        for place in visitor.localities:
            book = await desk.books.of(conn, place.id)
            found += [Muted(row, held[row.id]) for row in book.rows.values() if held.get(row.id, date.min) >= today]
    return tuple(found)


async def _row(desk: Desk, conn: Connection, visitor: Visitor, row_id: int) -> Row:
    for place in visitor.localities:
        book = await desk.books.of_row(conn, place.id, row_id)
        if row_id in book.rows:
            require_in_hand(book)
            return book.rows[row_id]
    raise NotFound("not_found")
