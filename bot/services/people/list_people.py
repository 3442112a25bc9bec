"""Who belongs to a locality: the office sees all of it, a head the own unit (`/nguoi`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people.people import Membership, Person, Role, is_office, may_invite, of_locality
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Unit
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.guards import open_book
from bot.services.people.invite import InviteChoices, choices
from bot.storage.engine.database import Connection
from bot.storage.records import people

_ROLE_ORDER = tuple(Role(value) for value in ("office", "committee", "appraiser", "head", "officer", "team"))


@dataclass(frozen=True, slots=True)
class Member:
    """One membership with its person and the name of its unit."""

    person: Person
    membership: Membership
    unit: str


@dataclass(frozen=True, slots=True)
class People:
    """The members of a locality (or of a head's unit) in the order of the directory."""

    locality: Locality
    members: tuple[Member, ...]
    people: int
    """How many human beings they are."""


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One membership, the others of the same person beside it, and what the viewer may do with it."""

    locality: Locality
    member: Member
    others: tuple[Member, ...]
    may_end: bool
    may_change: bool
    choices: InviteChoices


async def list_people(desk: Desk, visitor: Visitor, *, locality_id: int | None = None) -> People:
    """The members the person looks after.

    Raises NotFound for a locality not open to the person, NotAllowed for one who looks after nobody.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        seen = await _seen(conn, visitor, book)
    return People(book.locality, seen, len({member.person.id for member in seen}))


async def see_person(desk: Desk, visitor: Visitor, *, membership_id: int) -> PersonPage:
    """One membership with what may be done with it. Raises NotFound where it has ended or may not be seen."""
    async with desk.db.read() as conn:
        wanted = await people.membership(conn, membership_id)
        if wanted is None:
            raise NotFound("not_found")
        book = await open_book(desk, conn, visitor, wanted.locality_id)
        seen = await _seen(conn, visitor, book)
    member = next((one for one in seen if one.membership.id == membership_id), None)
    if member is None:
        raise NotFound("membership_over")
    offered = choices(visitor.memberships, book)
    return PersonPage(
        locality=book.locality,
        member=member,
        others=tuple(one for one in seen if one.person.id == member.person.id and one is not member),
        may_end=may_manage(visitor, member.membership),
        may_change=is_office(visitor.memberships, book.locality.id),
        choices=offered,
    )


def may_manage(visitor: Visitor, membership: Membership) -> bool:
    """Whether the person may end this membership: whoever could have invited to it."""
    return may_invite(visitor.memberships, membership.locality_id, membership.unit_id, membership.role)


def looks_after(visitor: Visitor, locality_id: int) -> frozenset[int] | None:
    """The units whose members the person sees; none: every unit. Raises NotAllowed for one who sees nobody."""
    held = of_locality(visitor.memberships, locality_id)
    if any(m.role is Role.OFFICE for m in held):
        return None
    led = frozenset(m.unit_id for m in held if m.role is Role.HEAD)
    if not led:
        raise NotAllowed("no_right")
    return led


async def _seen(conn: Connection, visitor: Visitor, book: Book) -> tuple[Member, ...]:
    units = looks_after(visitor, book.locality.id)
    place: Mapping[int, int] = {unit_id: n for n, unit_id in enumerate(book.units)}
    found = [
        Member(person, membership, book.unit_name(membership.unit_id))
        for person, membership in await people.members(conn, book.locality.id)
        if units is None or membership.unit_id in units
    ]
    last = len(place)
    return tuple(
        sorted(
            found,
            key=lambda one: (
                place.get(one.membership.unit_id, last),
                _ROLE_ORDER.index(one.membership.role),
                one.person.full_name,
                one.membership.id,
            ),
        )
    )


def unit_of(book: Book, unit_id: int) -> Unit:
    """The running unit of this id. Raises NotFound."""
    unit = book.units.get(unit_id)
    if unit is None:
        raise NotFound("not_found")
    return unit
