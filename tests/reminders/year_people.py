"""Who lives in the five communes of the year: every role, units of two, of one and of nobody, groups and teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import UnitKind
from bot.services.core.desk import Desk
from bot.storage.engine.database import Connection
from bot.storage.records import events, people, plans

TEAMS = 2
"""Community teams with members in each locality that has any; the others have nobody."""
HOURS = (450, 450, 450, 450, 420, 975)
"""Digest hours in minutes, taken in turn: 07:30, 07:00, 16:15."""
_UNITS: tuple[tuple[Role, ...], ...] = (
    (Role.OFFICER, Role.OFFICER, Role.HEAD),
    (Role.OFFICER,),
    (Role.HEAD,),
    (),
)
"""Who has joined the units that lead, in turn; the last kind has nobody."""


@dataclass
class Place:
    """One locality with its people, by the ids of the database."""

    id: int
    slug: str
    plan_id: int
    office_unit: int
    leading: tuple[int, ...]
    teams: tuple[int, ...]
    telegram: dict[int, int] = field(default_factory=dict)
    """The chat of each person who ever belonged to it."""


@dataclass
class Newcomers:
    """Gives out people nobody has met."""

    desk: Desk
    numbers: count[int] = field(default_factory=lambda: count(7_100_000_001))
    minutes: dict[int, int] = field(default_factory=dict)
    """The digest hour each person chose on the first day."""

    async def join(self, conn: Connection, place: Place, unit_id: int, role: Role, now: datetime) -> int:
        """The id of a new person with one membership."""
        number = next(self.numbers)
        person = await people.add_person(conn, number, f"Nguyễn Văn {number % 1000}", "vi", now)
        minute = HOURS[person.id % len(HOURS)]
        await people.set_digest_minute(conn, person.id, minute)
        self.minutes[person.id] = minute
        place.telegram[person.id] = number
        await self.join_also(conn, place, person.id, unit_id, role, now)
        return person.id

    async def join_also(
        self, conn: Connection, place: Place, person_id: int, unit_id: int, role: Role, now: datetime
    ) -> None:
        """One more membership, as `join` of the services leaves it."""
        await people.add_membership(conn, person_id, place.id, unit_id, role, now)


async def settle_in(desk: Desk, newcomers: Newcomers, now: datetime) -> list[Place]:
    """The five localities with their people, before any plan is in use."""
    places: list[Place] = []
    async with desk.db.write() as conn:
        for locality in await plans.localities(conn):
            place = await _place(conn, locality.id, locality.slug)
            await _people(conn, newcomers, place, now)
            places.append(place)
        first, second = places[0], places[1]
        # Somebody works for two communes; somebody judges for one and reports for one of its units.
        both = next(iter(first.telegram))
        second.telegram[both] = first.telegram[both]
        await newcomers.join_also(conn, second, both, second.leading[0], Role.OFFICER, now)
        await newcomers.join_also(conn, second, both, second.office_unit, Role.COMMITTEE, now)
    return places


async def _place(conn: Connection, locality_id: int, slug: str) -> Place:
    locality = await plans.locality(conn, locality_id)
    plan = await plans.plan_of(conn, locality_id)
    assert plan is not None and locality.standing_office_id is not None
    leading = sorted({a.unit_id for a, _ in await events.standings(conn, plan.id)} - {locality.standing_office_id})
    teams = [u.id for u in await plans.units(conn, locality_id) if u.kind is UnitKind.COMMUNITY_TEAM]
    return Place(locality_id, slug, plan.id, locality.standing_office_id, tuple(leading), tuple(teams[:TEAMS]))


async def _people(conn: Connection, newcomers: Newcomers, place: Place, now: datetime) -> None:
    async def join(unit_id: int, role: Role) -> int:
        return await newcomers.join(conn, place, unit_id, role, now)

    for number, unit_id in enumerate(place.leading):
        for role in _UNITS[number % len(_UNITS)]:
            await join(unit_id, role)
    await join(place.office_unit, Role.OFFICE)
    await join(place.office_unit, Role.OFFICE)
    await join(place.office_unit, Role.HEAD)
    await join(place.office_unit, Role.COMMITTEE)
    # Reports for the office's own rows, but not upward for all.
    await join(place.office_unit, Role.OFFICER)
    judge = await join(place.leading[0], Role.APPRAISER)
    await join(place.leading[1], Role.APPRAISER)
    await newcomers.join_also(conn, place, judge, place.leading[0], Role.OFFICER, now)
    for unit_id in place.teams:
        await join(unit_id, Role.TEAM)
        await join(unit_id, Role.TEAM)


async def visitor(desk: Desk, place: Place, person_id: int) -> Visitor:
    """Who writes, read afresh as for every message."""
    number = place.telegram[person_id]
    async with desk.db.read() as conn:
        return await people.visitor(conn, number, number)
