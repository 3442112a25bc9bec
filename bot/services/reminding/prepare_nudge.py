"""Before the standing office chases a unit: which units still have the work, and whom a message reaches (`/dondoc`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import NotAllowed, TransitionRefused
from bot.domain.people import people
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Row
from bot.services.core.board import Lead, lead_on, leads, urgency
from bot.services.core.book import Book, require_in_hand
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import require_office, standing_for
from bot.services.core.recipients import Audience, audience_of
from bot.services.core.shown import mark_of
from bot.services.rows.show_row import find
from bot.storage.engine.database import Connection


@dataclass(frozen=True, slots=True)
class UnitChase:
    """A unit that has not finished its part of a row. ``reached`` and ``unreachable`` are names of its people."""

    locality: Locality
    day: date
    lead: Lead
    unit: str
    reached: tuple[str, ...]
    unreachable: tuple[str, ...]


async def find_chases(desk: Desk, visitor: Visitor, *, code: str, now: datetime) -> tuple[UnitChase, ...]:
    """The units under a code that can be chased, the most urgent first, where the person acts for the office.

    Raises NotAllowed for everybody else, NotFound for a code no plan has, TransitionRefused where all is done, and
    where the plan is not the one in hand, not in use yet, or its year is over.
    """
    require_person(visitor)
    if not any(people.is_office(visitor.memberships, m.locality_id) for m in visitor.memberships):
        raise NotAllowed("no_right")
    rows = [match.row for match in await find(desk, visitor, code=code)]
    own = [row for row in rows if people.is_office(visitor.memberships, row.locality_id)]
    if not own:
        raise NotAllowed("no_right")
    found: list[UnitChase] = []
    async with desk.db.read() as conn:
        for row in own:
            book = await desk.books.of_row(conn, row.locality_id, row.id)
            require_in_hand(book)
            parts = [lead for lead in await leads(conn, book, book.today(now)) if lead.row.id == row.id]
            found += await _chases(conn, book, parts, now)
        if not found:
            raise await _refusal(desk, conn, own[0], now)
    return tuple(found)


async def look_at_chase(desk: Desk, visitor: Visitor, *, assignment_id: int, now: datetime) -> UnitChase:
    """One unit's part of a row, to be chased.

    Raises NotFound, NotAllowed for all but the office, TransitionRefused where nothing is to be done any more, the plan
    is not the one in hand, or nobody is told anything of it.
    """
    require_person(visitor)
    async with desk.db.read() as conn:
        stored = await standing_for(conn, visitor, assignment_id)
        require_office(visitor, stored[0].locality_id)
        book = await desk.books.of_row(conn, stored[0].locality_id, stored[0].row_id)
        require_in_hand(book)
        lead = lead_on(book, *stored, book.today(now))
        found = await _chases(conn, book, [lead], now)
        if not found:
            raise await _refusal(desk, conn, lead.row, now)
    return found[0]


async def _refusal(desk: Desk, conn: Connection, row: Row, now: datetime) -> TransitionRefused:
    """Why nobody can be chased for a row."""
    book = await desk.books.of(conn, row.locality_id)
    if book.plan is not None and not book.plan.is_watched_on(book.today(now)):
        is_over = book.today(now) > book.plan.last_day
        return TransitionRefused("chase_after_year" if is_over else "chase_before_use", year=book.plan.year)
    return TransitionRefused("nothing_to_chase", code=row.code)


async def _chases(conn: Connection, book: Book, parts: Iterable[Lead], now: datetime) -> list[UnitChase]:
    if book.plan is None or not book.plan.is_watched_on(book.today(now)):
        return []
    open_parts = sorted((lead for lead in parts if lead.is_with_unit), key=urgency)
    if not open_parts:
        return []
    audience = await audience_of(conn, book)
    return [_chase(audience, lead, now) for lead in open_parts]


def mark_of_chase(chase: UnitChase) -> str:
    """The mark of whom a chase is shown to reach, and about what."""
    return mark_of(chase.lead.standing.unit_id, chase.lead.standing.state.value)


def _chase(audience: Audience, lead: Lead, now: datetime) -> UnitChase:
    book, unit_id = audience.book, lead.standing.unit_id
    recipients = audience.of_unit(unit_id, with_head=True)
    told = [audience.people[each.person_id] for each in recipients if each.person_id is not None]
    return UnitChase(
        locality=book.locality,
        day=book.today(now),
        lead=lead,
        unit=book.unit_name(unit_id),
        reached=tuple(person.full_name for person in told if person.reachable),
        unreachable=tuple(person.full_name for person in told if not person.reachable),
    )
