"""The standing office at its desk: the books it runs, found by what a button names."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain import people
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people import Role
from bot.plans.names import Directory
from bot.services.book import Book
from bot.services.desk import Desk, current_locality_id, open_book, require_person
from bot.storage.database import Connection
from bot.storage.people import Visitor

_OFFICE = frozenset({Role.OFFICE})


async def open_office(desk: Desk, conn: Connection, visitor: Visitor, locality_id: int | None = None) -> Book:
    """The book of a locality (the current one unless named) whose standing office the person acts for.

    Raises NotAllowed for everybody else.
    """
    book = await open_book(desk, conn, visitor, locality_id)
    if not people.is_office(visitor.memberships, book.locality.id):
        raise NotAllowed("no_right")
    return book


async def office_with(
    desk: Desk,
    conn: Connection,
    visitor: Visitor,
    holds: Callable[[Book], bool],
    roles: frozenset[Role] = _OFFICE,
) -> Book:
    """The book that ``holds`` what a button names, of all localities where the person has one of ``roles``.

    Raises NotAllowed for a person who has none of them anywhere, NotFound where no such book holds it.
    """
    require_person(visitor)
    current = current_locality_id(visitor)
    places = [m.locality_id for m in visitor.memberships if m.role in roles]
    if not places:
        raise NotAllowed("no_right")
    for place in sorted(dict.fromkeys(places), key=lambda each: each != current):
        book = await desk.books.of(conn, place)
        if holds(book):
            return book
    raise NotFound("not_found")


def directory_of(book: Book) -> Directory:
    """All spellings of the units and groups as they are now."""
    return Directory(book.units.values(), book.groups)
