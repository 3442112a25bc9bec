"""The directory of a locality: units, what they are called, and their end (`/donvi`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadInput, NotFound, TransitionRefused
from bot.domain.people.people import Person
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Unit, UnitKind, UnitRole
from bot.domain.plan.words import fold
from bot.plans.names import Directory
from bot.services.core.board import leads
from bot.services.core.book import Book, living, renewed
from bot.services.core.desk import Desk, require_person
from bot.services.core.office import directory_of, office_with, open_office
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events, plans
from bot.storage.records import people as stored_people
from bot.storage.records.plans import Group

LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class Units:
    """The directory of a locality; community teams stand apart."""

    locality: Locality
    units: tuple[Unit, ...]
    teams: tuple[Unit, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class UnitCard:
    """One unit: its members (human beings), what it leads that is open, how many rows it leads and coordinates in all.

    Of the plan in hand and the one being opened together. ``note`` is the key of what has just been done to it;
    ``old_name`` the name it had before.
    """

    locality: Locality
    unit: Unit
    members: int
    open_codes: tuple[str, ...]
    leads: int
    coordinates: int
    is_standing_office: bool
    note: str | None = None
    old_name: str | None = None


async def list_units(desk: Desk, visitor: Visitor, *, locality_id: int | None = None) -> Units:
    """The directory. Raises NotAllowed for all but the standing office."""
    async with desk.db.read() as conn:
        book = await open_office(desk, conn, visitor, locality_id)
    teams = tuple(unit for unit in book.units.values() if unit.kind is UnitKind.COMMUNITY_TEAM)
    units = tuple(unit for unit in book.units.values() if unit.kind is not UnitKind.COMMUNITY_TEAM)
    return Units(book.locality, units, teams, book.groups)


async def see_unit(desk: Desk, visitor: Visitor, *, unit_id: int, now: datetime) -> UnitCard:
    """One unit. Raises NotAllowed, NotFound."""
    async with desk.db.read() as conn:
        book = await office_with(desk, conn, visitor, lambda b: unit_id in b.units)
        return await _card(conn, book, unit_id, now)


async def rename_unit(desk: Desk, visitor: Visitor, *, unit_id: int, name: str, now: datetime) -> UnitCard:
    """The unit under its new name; the old one stays among its spellings, so that the plan's cells still name it.

    Raises NotAllowed, NotFound, BadInput (``unit_name_invalid``, ``name_taken``).
    """
    wanted = clean_name(name)

    async def change(conn: Connection, book: Book, unit: Unit) -> str | None:
        if unit.name == wanted:
            return None
        await _free(conn, book, wanted, unit)
        for spelling in (unit.name, wanted):
            await plans.add_alias(conn, book.locality.id, unit.id, spelling, fold(spelling))
        await plans.rename_unit(conn, unit.id, wanted)
        return "unit_renamed"

    return await _change(desk, visitor, unit_id, now, change)


async def add_alias(desk: Desk, visitor: Visitor, *, unit_id: int, alias: str, now: datetime) -> UnitCard:
    """The unit with one more spelling. Raises as ``rename_unit`` does; ``name_taken`` says by whom."""
    wanted = clean_name(alias)

    async def change(conn: Connection, book: Book, unit: Unit) -> str | None:
        if wanted in (unit.name, *unit.aliases):
            return None
        await _free(conn, book, wanted, unit)
        await plans.add_alias(conn, book.locality.id, unit.id, wanted, fold(wanted))
        return "unit_alias_added"

    return await _change(desk, visitor, unit_id, now, change)


async def remove_alias(desk: Desk, visitor: Visitor, *, unit_id: int, alias: str, now: datetime) -> UnitCard:
    """The unit without a spelling.

    Raises NotAllowed, NotFound, BadInput for its present name, and TransitionRefused (``alias_in_plan``) where a cell
    of the plan would name someone else, or nobody, without it.
    """

    async def change(conn: Connection, book: Book, unit: Unit) -> str | None:
        if fold(alias) == fold(unit.name):
            raise BadInput("alias_is_name")
        if fold(alias) not in {fold(each) for each in unit.aliases}:
            return None
        for each in await living(conn, book):
            code = _needs(each, unit, alias)
            if code is not None:
                raise TransitionRefused("alias_in_plan", alias=alias, code=code)
        await plans.remove_alias(conn, book.locality.id, fold(alias))
        return "unit_alias_removed"

    return await _change(desk, visitor, unit_id, now, change)


async def add_unit(
    desk: Desk, visitor: Visitor, *, name: str, kind: UnitKind, now: datetime, locality_id: int | None = None
) -> UnitCard:
    """The new unit; one of this very name that is there already is shown instead.

    Raises NotAllowed, BadInput (``unit_name_invalid``, ``name_taken``).
    """
    person = require_person(visitor)
    wanted = clean_name(name)
    async with desk.db.write() as conn:
        book = await open_office(desk, conn, visitor, locality_id)
        known = next((unit for unit in book.units.values() if unit.name == wanted), None)
        if known is not None:
            return await _card(conn, book, known.id, now, "unit_known")
        await _free(conn, book, wanted, None)
        unit_id = await save_new(conn, book, person, wanted, kind, len(book.units), now)
        return await _card(conn, await renewed(conn, book), unit_id, now, "unit_added")


async def end_unit(desk: Desk, visitor: Visitor, *, unit_id: int, now: datetime) -> UnitCard:
    """The unit as it was when it left the directory; its history stays.

    Raises NotAllowed, NotFound, TransitionRefused: it is the standing office, leads something open (``unit_leads``
    names the rows), or still has members.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await office_with(desk, conn, visitor, lambda b: unit_id in b.units)
        card = await _card(conn, book, unit_id, now, "unit_ended")
        refuse_end(card)
        for group in book.groups:
            kept = [(held.unit_id, held.proposed) for held in group.members if held.unit_id != unit_id]
            if len(kept) < len(group.members):
                await plans.set_group_members(conn, group.id, kept)
        for each in await living(conn, book):
            for assignment in await events.assignments(conn, each.plan.id) if each.plan else ():
                if assignment.unit_id == unit_id and assignment.role is not UnitRole.LEAD:
                    await events.end_assignment(conn, assignment.id, now)
        await plans.end_unit(conn, unit_id, now)
        await audit.append(conn, book.locality.id, now, person.id, "unit_ended", {"unit": unit_id})
        await plans.bump_version(conn, book.locality.id)
    return card


def refuse_end(card: UnitCard) -> None:
    """Nothing where the unit may end. Raises TransitionRefused."""
    if card.is_standing_office:
        raise TransitionRefused("unit_is_office")
    if card.open_codes:
        raise TransitionRefused("unit_leads", n=len(card.open_codes), codes=", ".join(card.open_codes[:20]))
    if card.members:
        raise TransitionRefused("unit_has_members", n=card.members)


def clean_name(text: str) -> str:
    """A name on one line. Raises BadInput where nothing is left or it is too long."""
    name = " ".join(text.split()).strip(" .;,")
    if len(name) > LONGEST_NAME or len(fold(name)) < 2:
        raise BadInput("unit_name_invalid", most=LONGEST_NAME)
    return name


async def save_new(
    conn: Connection, book: Book, person: Person, name: str, kind: UnitKind, position: int, now: datetime
) -> int:
    """The id of a unit that was added under ``name``; the version is the caller's to bump."""
    unit_id = await plans.save_unit(conn, book.locality.id, name, kind, [(name, fold(name))], position)
    await audit.append(conn, book.locality.id, now, person.id, "unit_added", {"unit": unit_id, "kind": kind.value})
    return unit_id


async def _free(conn: Connection, book: Book, name: str, unit: Unit | None) -> None:
    """Nothing where the spelling is nobody's, or the unit's own. Raises BadInput ``name_taken``."""
    entry = directory_of(book).find(name)
    if entry is not None and (unit is None or entry.is_group or entry.name != unit.name):
        raise BadInput("name_taken", name=name, owner=entry.name)
    owner = (await plans.aliases(conn, book.locality.id)).get(fold(name))
    if owner is not None and owner not in book.units:
        raise BadInput("name_of_ended", name=name)
    if owner is not None and (unit is None or owner != unit.id):
        raise BadInput("name_taken", name=name, owner=book.unit_name(owner))


def _needs(book: Book, unit: Unit, alias: str) -> str | None:
    """The code of a row whose cells need this spelling."""
    kept = tuple(each for each in unit.aliases if fold(each) != fold(alias))
    others = [each for each in book.units.values() if each.id != unit.id]
    without = Directory([*others, Unit(unit.id, unit.locality_id, unit.name, unit.kind, kept)], book.groups)
    whole = directory_of(book)
    for row in book.rows.values():
        for cell in (row.lead_as_printed, row.tracker_as_printed, row.coordinating_as_printed):
            if cell and whole.resolve(cell) != without.resolve(cell):
                return book.code_of(row)
    return None


async def _change(
    desk: Desk,
    visitor: Visitor,
    unit_id: int,
    now: datetime,
    change: Callable[[Connection, Book, Unit], Awaitable[str | None]],
) -> UnitCard:
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await office_with(desk, conn, visitor, lambda b: unit_id in b.units)
        unit = book.units[unit_id]
        action = await change(conn, book, unit)
        if action is not None:
            await audit.append(conn, book.locality.id, now, person.id, action, {"unit": unit_id})
            book = await renewed(conn, book)
        return await _card(conn, book, unit_id, now, action, unit.name)


async def _card(
    conn: Connection, book: Book, unit_id: int, now: datetime, note: str | None = None, old_name: str | None = None
) -> UnitCard:
    if unit_id not in book.units:
        raise NotFound("not_found")
    open_codes: list[str] = []
    led = coordinated = 0
    for each in await living(conn, book):
        found = await leads(conn, each, each.today(now), unit_ids=[unit_id])
        open_codes += [each.code_of(lead.row) for lead in found if lead.is_open]
        assigned = await events.assignments(conn, each.plan.id, role=UnitRole.COORDINATE) if each.plan else ()
        led += len(found)
        coordinated += sum(one.unit_id == unit_id for one in assigned)
    held = await stored_people.memberships_in(conn, book.locality.id)
    return UnitCard(
        locality=book.locality,
        unit=book.units[unit_id],
        members=len({each.person_id for each in held if each.unit_id == unit_id}),
        open_codes=tuple(dict.fromkeys(open_codes)),
        leads=led,
        coordinates=coordinated,
        is_standing_office=book.locality.standing_office_id == unit_id,
        note=note,
        old_name=old_name,
    )
