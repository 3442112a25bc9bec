"""Finding what a button names and refusing it: what is not there and what is another locality's answer alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, TypeVar

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people import people
from bot.domain.people.people import Membership
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Assignment
from bot.domain.work.lifecycle import Standing
from bot.services.core.book import Book
from bot.services.core.desk import Desk, current_locality_id
from bot.storage.engine.database import Connection
from bot.storage.records import events
from bot.storage.records import people as stored_people


class OfLocality(Protocol):
    """Something that belongs to one locality."""

    @property
    def locality_id(self) -> int:
        """The locality."""


T = TypeVar("T", bound=OfLocality)


def readable(visitor: Visitor, found: T | None) -> T:
    """What was looked for. Raises NotFound where it is not there, and where its locality is not open to the person."""
    if found is None:
        raise NotFound("not_found")
    require_reader(visitor, found.locality_id)
    return found


def may_read(visitor: Visitor, locality_id: int) -> bool:
    """Whether the locality is open to the person."""
    return people.may_read(visitor.memberships, locality_id)


def require_reader(visitor: Visitor, locality_id: int) -> None:
    """Raises NotFound for a locality that is not open to the person."""
    if not may_read(visitor, locality_id):
        raise NotFound("not_found")


async def open_book(
    desk: Desk, conn: Connection, visitor: Visitor, locality_id: int | None = None, *, newest: bool = False
) -> Book:
    """The book of a locality open to the person (the current one unless named), with the plan in hand or the newest.

    Raises NotFound, and NotAllowed for one who has no membership at all.
    """
    wanted = current_locality_id(visitor) if locality_id is None else locality_id
    require_reader(visitor, wanted)
    return await (desk.books.newest if newest else desk.books.of)(conn, wanted)


def require_office(visitor: Visitor, locality_id: int) -> None:
    """Raises NotFound for a locality not open to the person, NotAllowed where he or she is not its standing office."""
    require_reader(visitor, locality_id)
    if not people.is_office(visitor.memberships, locality_id):
        raise NotAllowed("no_right")


async def assignment_for(conn: Connection, visitor: Visitor, assignment_id: int) -> Assignment:
    """An assignment of a locality open to the person. Raises NotFound."""
    return readable(visitor, await events.assignment(conn, assignment_id))


async def standing_for(conn: Connection, visitor: Visitor, assignment_id: int) -> tuple[Assignment, Standing]:
    """An assignment of a locality open to the person, and how it stands. Raises NotFound."""
    found = await events.standing(conn, assignment_id)
    if found is None:
        raise NotFound("not_found")
    readable(visitor, found[0])
    return found


async def book_of_assignment(desk: Desk, conn: Connection, visitor: Visitor, assignment_id: int) -> Book:
    """The book with the assignment's plan. Raises NotFound where the person has no membership in its locality."""
    assignment = await assignment_for(conn, visitor, assignment_id)
    return await desk.books.of_row(conn, assignment.locality_id, assignment.row_id)


async def book_of_row(desk: Desk, conn: Connection, visitor: Visitor, row_id: int) -> Book:
    """The book of the person's locality with the plan that holds this row. Raises NotFound."""
    for locality_id in dict.fromkeys(m.locality_id for m in visitor.memberships):
        book = await desk.books.of_row(conn, locality_id, row_id)
        if row_id in book.rows:
            return book
    raise NotFound("not_found")


async def members_of(conn: Connection, book: Book) -> tuple[Membership, ...]:
    """All memberships of the book's locality."""
    return await stored_people.memberships_in(conn, book.locality.id)


def decides(person_id: int, everyone: Collection[Membership], book: Book, unit_id: int) -> bool:
    """Whether the person decides what concerns the work of a unit; ``everyone`` are the locality's `members_of`."""
    return people.may_decide_for_office(
        person_id,
        everyone,
        book.locality.id,
        unit_id=unit_id,
        standing_office_id=book.locality.standing_office_id,
    )
