"""The books a member of the standing office runs, found by what a button names (a row, a unit, a group)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people.people import CAN, Ability
from bot.domain.people.visitor import Visitor
from bot.plans.names import Directory
from bot.services.core.book import Book
from bot.services.core.desk import Desk, current_locality_id, require_person
from bot.services.core.guards import open_book, require_office
from bot.storage.engine.database import Connection


async def open_office(
    desk: Desk, conn: Connection, visitor: Visitor, locality_id: int | None = None, *, newest: bool = False
) -> Book:
    """The book of a locality (the current one unless named) whose standing office the person acts for.

    Raises NotFound for a locality not open to the person, NotAllowed where he or she is not its standing office.
    """
    book = await open_book(desk, conn, visitor, locality_id, newest=newest)
    require_office(visitor, book.locality.id)
    return book


async def office_with(
    desk: Desk,
    conn: Connection,
    visitor: Visitor,
    holds: Callable[[Book], bool],
    *,
    newest: bool = False,
) -> Book:
    """The book that ``holds`` what a button names, of all localities whose standing office the person acts for.

    Raises NotAllowed for a person who acts for none, NotFound where no such book holds it.
    """
    books = desk.books.newest if newest else desk.books.of
    return await _first(visitor, holds, Ability.RUN, lambda place: books(conn, place))


async def office_of_row(
    desk: Desk, conn: Connection, visitor: Visitor, row_id: int, ability: Ability = Ability.RUN
) -> Book:
    """The book with the plan that a row belongs to, of all localities where the person has the ability.

    Raises NotAllowed for a person who has it nowhere, NotFound where none of them has the row.
    """
    return await _first(
        visitor, lambda book: row_id in book.rows, ability, lambda place: desk.books.of_row(conn, place, row_id)
    )


async def _first(
    visitor: Visitor,
    holds: Callable[[Book], bool],
    ability: Ability,
    book_of: Callable[[int], Awaitable[Book]],
) -> Book:
    require_person(visitor)
    current = current_locality_id(visitor)
    places = [m.locality_id for m in visitor.memberships if m.role in CAN[ability]]
    if not places:
        raise NotAllowed("no_right")
    for place in sorted(dict.fromkeys(places), key=lambda each: each != current):
        book = await book_of(place)
        if holds(book):
            return book
    raise NotFound("not_found")


def directory_of(book: Book) -> Directory:
    """All spellings of the units and groups as they are now."""
    return Directory(book.units.values(), book.groups)
