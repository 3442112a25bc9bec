"""Rows of a loaded plan are given to the units that their cells name (docs/rules/plans.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.plan.plan import Assignment, Row, UnitKind, UnitRole
from bot.domain.work.lifecycle import begin
from bot.plans.loaded import LoadedPlan, LoadedRow
from bot.plans.names import Directory
from bot.services.core.book import Book, read_book
from bot.services.core.office import directory_of
from bot.services.units.follow_groups import wanted_leads
from bot.storage.engine.database import Connection
from bot.storage.records import events, plans
from bot.storage.records.units import GroupMember

_Wanted = Mapping[tuple[int, UnitRole], bool]
"""Unit and role, each with whether it is only proposed."""


@dataclass(frozen=True, slots=True)
class Giving:
    """The roles in which a row is given to units; ``anew``: as if nobody had ever had it, for it is other work now."""

    roles: frozenset[UnitRole]
    anew: bool = False


AT_FIRST = Giving(frozenset(UnitRole), anew=True)
"""How a row is given that has just come into the plan."""


async def give_rows(
    conn: Connection,
    book: Book,
    loaded: LoadedPlan,
    units: Mapping[str, int],
    givings: Mapping[str, Giving],
    now: datetime,
) -> Book:
    """The book after rows were given to their units, by code; those not named keep what the office made of them.

    A collective lead stands for the members the office has settled on, which a later file does not know. A unit that
    had left the directory and is given something runs again.
    """
    as_printed, directory = _with_groups_of(book, loaded, units), directory_of(book)
    given: set[int] = set()
    for read in loaded.rows:
        giving = givings.get(read.code)
        if giving is None:
            continue
        row = book.by_code[read.code]
        wanted = _wanted(read, row, units, book, as_printed, directory)
        held = await events.assignments_of_row(conn, row.id)
        given |= await _give(conn, book, row, giving, wanted, held, now)
    back = given - book.units.keys()
    if not back or book.plan is None:
        return book
    await plans.run_units_again(conn, back)
    return await read_book(conn, book.locality.id, book.version, book.plan.year)


def _wanted(
    read: LoadedRow, row: Row, units: Mapping[str, int], book: Book, as_printed: Book, directory: Directory
) -> _Wanted:
    printed, settled = wanted_leads(as_printed, directory, row), wanted_leads(book, directory, row)
    proposals = {units[name]: name in read.proposed_leads for name in read.leads}
    wanted = {
        (unit_id, UnitRole.LEAD): proposals.get(unit_id, False)
        for unit_id in dict.fromkeys([*proposals, *sorted(settled - printed)])
        if unit_id not in printed - settled
    }
    wanted |= {(units[name], UnitRole.COORDINATE): is_proposed for name, is_proposed in read.coordinators}
    return wanted | {(units[name], UnitRole.TRACK): False for name in read.trackers}


async def _give(
    conn: Connection,
    book: Book,
    row: Row,
    giving: Giving,
    wanted: _Wanted,
    held: tuple[Assignment, ...],
    now: datetime,
) -> set[int]:
    """The units that are given the row only now."""

    def is_theirs(unit_id: int, role: UnitRole) -> bool:
        # Which teams coordinate is the office's choice, as long as it is the same work.
        unit = book.units.get(unit_id)
        is_team = unit is not None and unit.kind is UnitKind.COMMUNITY_TEAM
        return role in giving.roles and (giving.anew or role is not UnitRole.COORDINATE or not is_team)

    own = {(each.unit_id, each.role): each for each in held if is_theirs(each.unit_id, each.role)}
    kept = set() if giving.anew else own.keys() & wanted.keys()
    for place, assignment in own.items():
        if place not in kept:
            await events.end_assignment(conn, assignment.id, now)
    begun = [
        (role, proposed, begin(book.terms[row.id], unit_id))
        for (unit_id, role), proposed in wanted.items()
        if (unit_id, role) not in kept and is_theirs(unit_id, role)
    ]
    await events.add_assignments(conn, row, begun)
    return {standing.unit_id for _, _, standing in begun}


def _with_groups_of(book: Book, loaded: LoadedPlan, units: Mapping[str, int]) -> Book:
    members = {
        group.name: tuple(GroupMember(units[name], group.proposed) for name in group.members) for group in loaded.groups
    }
    groups = tuple(replace(group, members=members.get(group.name, group.members)) for group in book.groups)
    return replace(book, groups=groups)
