"""The main menu of a member: who one is, where, and what can be done there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people.people import Person, Role, of_locality, roles_in
from bot.domain.people.visitor import LocalityRef, Visitor
from bot.domain.plan.plan import Locality
from bot.services.core.desk import Desk, current_locality_id, require_person
from bot.services.core.guards import open_book


@dataclass(frozen=True, slots=True)
class Held:
    """One membership in words: the name of the unit and the role."""

    unit: str
    role: Role


@dataclass(frozen=True, slots=True)
class Home:
    """A member in the current locality. ``elsewhere`` are the other localities of the person."""

    person: Person
    locality: Locality
    held: tuple[Held, ...]
    roles: frozenset[Role]
    plan_in_use: bool
    elsewhere: tuple[LocalityRef, ...]


async def open_menu(desk: Desk, visitor: Visitor) -> Home:
    """The member's roles in the current locality and whether its plan is in use. Raises NotAllowed."""
    person = require_person(visitor)
    here = current_locality_id(visitor)
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, here)
    return Home(
        person=person,
        locality=book.locality,
        held=tuple(Held(book.unit_name(m.unit_id), m.role) for m in of_locality(visitor.memberships, here)),
        roles=roles_in(visitor.memberships, here),
        plan_in_use=book.plan is not None and book.plan.in_use_on is not None,
        elsewhere=tuple(place for place in visitor.localities if place.id != here),
    )
