"""Invitations: a code, a link, a number of uses and an end (docs/rules/rights.md#invitations)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import BadInput, NotAllowed, NotFound
from bot.domain.people.invitation import Invitation
from bot.domain.people.people import Membership, Role, may_invite, of_locality
from bot.domain.people.visitor import Visitor
from bot.domain.plan.codes import begins_as_a_row
from bot.domain.plan.plan import Locality, Unit, UnitKind
from bot.domain.plan.words import fold
from bot.services.core.book import Book
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import open_book
from bot.storage.engine.database import Connection
from bot.storage.records import audit, people

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Signs that look like no other on a phone: without 0, O, 1, I and L."""
CODE_LENGTH = 8
MOST_USES = 500
MOST_DAYS = 365
USES = 1
DAYS = 7
_ROLES_OF_A_UNIT = (Role.OFFICER, Role.HEAD, Role.APPRAISER, Role.COMMITTEE)


@dataclass(frozen=True, slots=True)
class Seat:
    """What somebody is invited to: a role in a unit of a locality."""

    locality_id: int
    unit_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with what it opens. ``link`` is none where the bot's name is not known."""

    invitation: Invitation
    unit: Unit
    locality: Locality
    link: str | None


@dataclass(frozen=True, slots=True)
class InviteChoices:
    """Whom a person may invite in a locality: the units in the order of the directory, each with its roles."""

    locality: Locality
    units: tuple[Unit, ...]
    roles: Mapping[int, tuple[Role, ...]]


def new_code() -> str:
    """A random code of 8 signs. It holds letters and digits, so that no typed word is taken for one."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if looks_like_a_code(code):
            return code


def looks_like_a_code(code: str) -> bool:
    """Whether it could be no word (all letters), no number, and no row of a plan ("NV23THEM")."""
    return not code.isalpha() and not code.isdigit() and not begins_as_a_row(code) and bool(code)


def deep_link(bot_name: str | None, code: str) -> str | None:
    """The address that opens the chat with this code; none where the bot's name is not known."""
    return f"https://t.me/{bot_name}?start={code}" if bot_name else None


def roles_of(locality: Locality, unit: Unit) -> tuple[Role, ...]:
    """The roles a unit of this kind has: a community team its members, the standing office its staff first."""
    if unit.kind is UnitKind.COMMUNITY_TEAM:
        return (Role.TEAM,)
    if unit.id == locality.standing_office_id:
        return (Role.OFFICE, *_ROLES_OF_A_UNIT)
    return _ROLES_OF_A_UNIT


def choices(memberships: Iterable[Membership], book: Book) -> InviteChoices:
    """Whom someone with these memberships may invite. Raises NotAllowed where that is nobody."""
    held = of_locality(memberships, book.locality.id)
    roles = {
        unit.id: tuple(r for r in roles_of(book.locality, unit) if may_invite(held, book.locality.id, unit.id, r))
        for unit in book.units.values()
    }
    units = tuple(unit for unit in book.units.values() if roles[unit.id])
    if not units:
        raise NotAllowed("no_right")
    return InviteChoices(book.locality, units, roles)


def unit_named(book: Book, name: str) -> Unit:
    """The running unit that goes by this name or alias, with or without diacritics. Raises NotFound."""
    wanted = fold(name)
    for unit in book.units.values():
        if wanted in (fold(spelling) for spelling in (unit.name, *unit.aliases)):
            return unit
    raise NotFound("no_such_unit", unit=name)


async def invite_choices(desk: Desk, visitor: Visitor, *, locality_id: int | None = None) -> InviteChoices:
    """Whom the person may invite into the current (or the named) locality. Raises NotFound, NotAllowed."""
    async with desk.db.read() as conn:
        return choices(visitor.memberships, await open_book(desk, conn, visitor, locality_id))


async def invite(
    desk: Desk,
    visitor: Visitor | None,
    *,
    seat: Seat,
    now: datetime,
    uses: int = USES,
    days: int = DAYS,
    code: str | None = None,
) -> Invited:
    """A new invitation; the one already made under ``code`` where the same request comes again.

    ``visitor`` none is the operator at the command line. Raises NotAllowed, NotFound for a unit of another locality,
    BadInput for a number of uses or days out of bounds.
    """
    if not 1 <= uses <= MOST_USES:
        raise BadInput("invite_uses", most=MOST_USES)
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("invite_days", most=MOST_DAYS)
    actor_id = None if visitor is None else require_person(visitor).id
    if visitor is not None and not may_invite(visitor.memberships, seat.locality_id, seat.unit_id, seat.role):
        raise NotAllowed("no_right")
    async with desk.db.write() as conn:
        book = await desk.books.of(conn, seat.locality_id)
        unit = _unit(book, seat.unit_id)
        made = await people.invitation(conn, code) if code else None
        if made is None or (made.unit_id, made.role, made.created_by) != (seat.unit_id, seat.role, actor_id):
            made = Invitation(
                code=code if code and made is None else new_code(),
                locality_id=seat.locality_id,
                unit_id=seat.unit_id,
                role=seat.role,
                uses=uses,
                expires_at=now + timedelta(days=days),
                created_by=actor_id,
                created_at=now,
            )
            await people.add_invitation(conn, made)
            # The code is a key to the house: the trail names unit and role, never the code.
            subject = {"unit": unit.id, "role": seat.role.value, "uses": uses}
            await audit.append(conn, seat.locality_id, now, actor_id, "invited", subject)
    return Invited(made, unit, book.locality, deep_link(desk.bot_name, made.code))


async def revoke_invitation(desk: Desk, visitor: Visitor, *, code: str, now: datetime) -> Invited:
    """The invitation, useless from now on; told the same way where it was revoked before.

    Raises NotFound for a code the person could not have made.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        invited = await _invited(desk, conn, visitor, code)
        made = invited.invitation
        if await people.revoke_invitation(conn, code, now):
            subject = {"unit": made.unit_id, "role": made.role.value, "used": made.used}
            await audit.append(conn, made.locality_id, now, person.id, "invitation_revoked", subject)
    return invited


async def see_invitation(desk: Desk, visitor: Visitor, *, code: str) -> Invited:
    """One invitation the person could have made. Raises NotFound for any other."""
    async with desk.db.read() as conn:
        return await _invited(desk, conn, visitor, code)


async def open_invitations(
    desk: Desk, visitor: Visitor, *, now: datetime, locality_id: int | None = None
) -> tuple[Invited, ...]:
    """The invitations that can still be used and that the person may revoke, the oldest first.

    Raises NotFound for a locality not open to the person, NotAllowed for one who may invite nobody.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        choices(visitor.memberships, book)
        found = await people.invitations_open(conn, book.locality.id, now)
    return tuple(
        Invited(one, book.units[one.unit_id], book.locality, deep_link(desk.bot_name, one.code))
        for one in found
        if one.unit_id in book.units and may_invite(visitor.memberships, book.locality.id, one.unit_id, one.role)
    )


async def _invited(desk: Desk, conn: Connection, visitor: Visitor, code: str) -> Invited:
    made = await people.invitation(conn, code)
    if made is None or not may_invite(visitor.memberships, made.locality_id, made.unit_id, made.role):
        raise NotFound("not_found")
    book = await desk.books.of(conn, made.locality_id)
    return Invited(made, _unit(book, made.unit_id), book.locality, deep_link(desk.bot_name, code))


def _unit(book: Book, unit_id: int) -> Unit:
    unit = book.units.get(unit_id)
    if unit is None:
        raise NotFound("not_found")
    return unit
