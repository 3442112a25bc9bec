"""Community digital teams and the rows they coordinate (docs/rules/plans.md#who-leads), of the newest plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadInput, NotFound
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Assignment, Locality, Row, Unit, UnitKind, UnitRole
from bot.services.core.book import Book, living, require_not_over
from bot.services.core.desk import Desk, require_person
from bot.services.core.office import directory_of, office_of_row, office_with, open_office
from bot.services.core.shown import mark_of, require_shown
from bot.services.units.edit_units import clean_name, save_new
from bot.services.units.follow_groups import add
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events, plans

MOST_TEAMS = 100
ALL = 0
"""Stands for all teams where a team's id is asked for."""


@dataclass(frozen=True, slots=True)
class Coordinated:
    """A row and how many of the teams looked at coordinate it: confirmed, and only proposed."""

    row: Row
    confirmed: int
    proposed: int


@dataclass(frozen=True, slots=True)
class TeamWork:
    """What one team (``team``), or all of them, coordinate; ``others`` are the rows they could be given."""

    locality: Locality
    team: Unit | None
    teams: int
    rows: tuple[Coordinated, ...]
    others: tuple[Row, ...]

    @property
    def proposed(self) -> int:
        """How many rows are still a proposal."""
        return sum(row.proposed > 0 for row in self.rows)

    @property
    def mark(self) -> str:
        """The mark of the rows as they are shown."""
        return mark_of([(each.row.id, each.confirmed, each.proposed) for each in self.rows])


@dataclass(frozen=True, slots=True)
class TeamsAdded:
    """The teams that were added, those that were there, and the spellings that belong to someone else."""

    locality: Locality
    added: tuple[str, ...]
    known: tuple[str, ...]
    taken: tuple[tuple[str, str], ...]


async def team_work(desk: Desk, visitor: Visitor, *, team_id: int = ALL) -> TeamWork:
    """What a team, or all teams of the current locality, coordinate. Raises NotAllowed, NotFound."""
    async with desk.db.read() as conn:
        return await _work(conn, await _book(desk, conn, visitor, team_id), team_id)


async def confirm_work(
    desk: Desk, visitor: Visitor, *, team_id: int = ALL, now: datetime, seen: str | None = None
) -> TeamWork:
    """The same, with every proposal taken as it is.

    ``seen`` is the mark of the rows that were shown; raises ShownMoved where they are others now.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await _book(desk, conn, visitor, team_id)
        waiting = [each for each in await _held(conn, book, _teams(book, team_id)) if each.proposed]
        if waiting:
            require_shown(seen, (await _work(conn, book, team_id)).mark)
        for assignment in waiting:
            await events.confirm_assignment(conn, assignment.id)
        if waiting:
            subject = {"team": team_id or None, "count": len(waiting)}
            await audit.append(conn, book.locality.id, now, person.id, "team_work_confirmed", subject)
            await plans.bump_version(conn, book.locality.id)
        return await _work(conn, book, team_id)


async def set_work(
    desk: Desk, visitor: Visitor, *, row_id: int, team_id: int = ALL, coordinates: bool, now: datetime
) -> TeamWork:
    """What a team (or all) coordinate after a row was given to or taken from them; what is so already stays.

    Raises NotAllowed, NotFound, TransitionRefused where the row's plan is over.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await office_of_row(desk, conn, visitor, row_id)
        require_not_over(book)
        teams = _teams(book, team_id)
        touched = await _set(conn, book, book.rows[row_id], teams, coordinates=coordinates, now=now)
        if touched:
            action = "team_work_given" if coordinates else "team_work_taken"
            subject = {"team": team_id or None, "row": row_id, "count": touched}
            await audit.append(conn, book.locality.id, now, person.id, action, subject)
            await plans.bump_version(conn, book.locality.id)
        return await _work(conn, book, team_id)


async def add_teams(
    desk: Desk, visitor: Visitor, *, names: Collection[str], now: datetime, locality_id: int | None = None
) -> TeamsAdded:
    """What became of the names: new teams are given what all teams before them coordinate, in hand and to come.

    Raises NotAllowed, BadInput for no names, too many, or one that cannot be a name.
    """
    person = require_person(visitor)
    wanted = tuple(dict.fromkeys(clean_name(name) for name in names))
    if not 1 <= len(wanted) <= MOST_TEAMS:
        raise BadInput("teams_count", most=MOST_TEAMS)
    added: list[str] = []
    known: list[str] = []
    taken: list[tuple[str, str]] = []
    async with desk.db.write() as conn:
        book = await open_office(desk, conn, visitor, locality_id)
        directory, ids = directory_of(book), list[int]()
        before = _teams(book, ALL)
        for name in wanted:
            entry = directory.find(name)
            if entry is None:
                place = len(book.units) + len(ids)
                ids.append(await save_new(conn, book, person, name, UnitKind.COMMUNITY_TEAM, place, now))
                added.append(name)
            elif entry.name in {team.name for team in before}:
                known.append(name)
            else:
                taken.append((name, entry.name))
        if ids:
            for each in await living(conn, book):
                for row_id, proposed in await _shared(conn, each, before):
                    for unit_id in ids:
                        row = each.rows[row_id]
                        await add(conn, each, row, unit_id, UnitRole.COORDINATE, proposed=proposed, now=now)
            await plans.bump_version(conn, book.locality.id)
    return TeamsAdded(book.locality, tuple(added), tuple(known), tuple(taken))


async def _book(desk: Desk, conn: Connection, visitor: Visitor, team_id: int) -> Book:
    if team_id == ALL:
        return await open_office(desk, conn, visitor, newest=True)
    return await office_with(desk, conn, visitor, lambda b: team_id in b.units, newest=True)


def _teams(book: Book, team_id: int) -> tuple[Unit, ...]:
    found = tuple(
        unit for unit in book.units.values() if unit.kind is UnitKind.COMMUNITY_TEAM and team_id in (ALL, unit.id)
    )
    if team_id != ALL and not found:
        raise NotFound("not_found")
    return found


async def _held(conn: Connection, book: Book, teams: Iterable[Unit]) -> list[Assignment]:
    ids = {team.id for team in teams}
    if book.plan is None:
        return []
    found = await events.assignments(conn, book.plan.id, role=UnitRole.COORDINATE)
    return [each for each in found if each.unit_id in ids and each.row_id in book.rows]


async def _set(
    conn: Connection, book: Book, row: Row, teams: tuple[Unit, ...], *, coordinates: bool, now: datetime
) -> int:
    """How many assignments were touched."""
    held = {
        each.unit_id: each for each in await events.assignments_of_row(conn, row.id) if each.role is not UnitRole.TRACK
    }
    touched = 0
    for team in teams:
        own = held.get(team.id)
        if own is not None and own.role is UnitRole.LEAD:
            continue
        if coordinates and own is None:
            await add(conn, book, row, team.id, UnitRole.COORDINATE, proposed=False, now=now)
        elif coordinates and own is not None and own.proposed:
            await events.confirm_assignment(conn, own.id)
        elif not coordinates and own is not None:
            await events.end_assignment(conn, own.id, now)
        else:
            continue
        touched += 1
    return touched


async def _shared(conn: Connection, book: Book, teams: tuple[Unit, ...]) -> list[tuple[int, bool]]:
    """The rows that every team coordinates, each with whether that is a proposal for any of them."""
    by_row: dict[int, list[Assignment]] = {}
    for each in await _held(conn, book, teams):
        by_row.setdefault(each.row_id, []).append(each)
    return [(row_id, any(each.proposed for each in held)) for row_id, held in by_row.items() if len(held) == len(teams)]


async def _work(conn: Connection, book: Book, team_id: int) -> TeamWork:
    teams = _teams(book, team_id)
    by_row: dict[int, list[Assignment]] = {}
    for each in await _held(conn, book, teams):
        by_row.setdefault(each.row_id, []).append(each)
    rows = tuple(
        Coordinated(row, sum(not each.proposed for each in by_row[row.id]), sum(e.proposed for e in by_row[row.id]))
        for row in book.rows.values()
        if row.id in by_row
    )
    # A row that only some teams have can still be given to the rest.
    others = tuple(row for row in book.rows.values() if len(by_row.get(row.id, ())) < len(teams))
    return TeamWork(book.locality, teams[0] if team_id != ALL else None, len(teams), rows, others)
