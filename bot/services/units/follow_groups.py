"""Lead assignments follow the groups that printed leads name (docs/rules/plans.md#who-leads)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.plan.plan import Assignment, Row, RowKind, UnitRole
from bot.domain.work.events import Closing, MilestoneMet, Reopening, Report
from bot.domain.work.lifecycle import Standing, State, begin
from bot.plans.names import Directory
from bot.services.core import ledger
from bot.services.core.book import Book
from bot.services.core.office import directory_of
from bot.storage.engine.database import Connection
from bot.storage.records import events
from bot.storage.records.plans import Group

Held = list[tuple[Assignment, Standing]]


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is written down where an assignment that has been reported on is closed, or opened again."""

    left: str
    back: str


@dataclass(frozen=True, slots=True)
class Followed:
    """What a change of groups did to lead assignments, as codes of rows."""

    begun: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


def rows_led_by(book: Book, group: Group) -> tuple[Row, ...]:
    """The tasks whose printed lead names the group."""
    directory = directory_of(book)
    return tuple(row for row in book.rows.values() if group.name in _named(directory, row))


def _named(directory: Directory, row: Row) -> tuple[str, ...]:
    if row.kind is not RowKind.TASK or not row.lead_as_printed:
        return ()
    return directory.resolve(row.lead_as_printed).groups


def wanted_leads(book: Book, directory: Directory, row: Row) -> frozenset[int]:
    """The units a task's printed lead gives it to; the standing office where it names nobody."""
    named = directory.resolve(row.lead_as_printed or "")
    by_name = {unit.name: unit.id for unit in book.units.values()}
    found = {by_name[name] for name in named.units}
    for group in book.groups:
        if group.name in named.groups:
            found |= {member.unit_id for member in group.members if member.unit_id in book.units}
    office = book.locality.standing_office_id
    return frozenset(found) if found or office is None else frozenset({office})


async def follow(
    conn: Connection, before: Book, after: Book, reasons: Reasons, *, person_id: int, now: datetime, key: str
) -> Followed:
    """What was done so that every row whose group has changed is led by whom it now names.

    New members begin afresh, members who leave end where nothing was reported and are closed with a reason where
    something was. Hand-overs and completed work stay. Only differences are acted on.
    """
    if after.plan is None:
        return Followed()
    held: dict[int, Held] = {}
    for pair in await events.standings(conn, after.plan.id):
        held.setdefault(pair[0].row_id, []).append(pair)
    change = _Change(reasons, person_id, now, key)
    was, now_is = directory_of(before), directory_of(after)
    begun: list[str] = []
    ended: list[str] = []
    closed: list[str] = []
    for row in after.rows.values():
        if not _named(now_is, row):
            continue
        old, new = wanted_leads(before, was, row), wanted_leads(after, now_is, row)
        own = held.get(row.id, [])
        for unit_id in sorted(new - old):
            given = await _give(conn, after, row, unit_id, own, change)
            begun += [row.code] if given else []
        for unit_id in sorted(old - new):
            done = await _take(conn, after, unit_id, own, change)
            if done is not None:
                (closed if done else ended).append(row.code)
    return Followed(_once(begun), _once(ended), _once(closed))


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of groups: by whom, when, and under which key its events are recorded."""

    reasons: Reasons
    person_id: int
    now: datetime
    key: str

    async def record(self, conn: Connection, book: Book, assignment_id: int, body: Reopening | Closing) -> None:
        """Open an assignment again, or close it."""
        key = f"{self.key}:{'left' if isinstance(body, Closing) else 'back'}:{assignment_id}"
        await ledger.record(conn, book, assignment_id, body, person_id=self.person_id, now=self.now, key=key)


async def _give(conn: Connection, book: Book, row: Row, unit_id: int, own: Held, change: _Change) -> bool:
    for assignment, standing in own:
        if unit_id in (assignment.unit_id, assignment.first_unit_id):
            if standing.state is not State.CLOSED:
                return False
            await change.record(conn, book, assignment.id, Reopening(change.reasons.back))
            return True
    await add(conn, book, row, unit_id, UnitRole.LEAD, proposed=False, now=change.now)
    return True


async def add(
    conn: Connection, book: Book, row: Row, unit_id: int, role: UnitRole, *, proposed: bool, now: datetime
) -> int:
    """The id of a fresh assignment; one of a lead is judged at once. Raises AssignmentTaken."""
    terms = book.terms[row.id]
    standing = begin(terms, unit_id)
    added = await events.add_assignment(conn, row, role, standing, proposed=proposed)
    if role is UnitRole.LEAD:
        fresh = Assignment(added, row.id, row.locality_id, unit_id, role, unit_id, proposed)
        await ledger.store(conn, book, fresh, terms, standing, now)
    return added


async def _take(conn: Connection, book: Book, unit_id: int, own: Held, change: _Change) -> bool | None:
    """True where the assignment was closed, False where it ended, none where it stays as it is."""
    for assignment, standing in own:
        if assignment.first_unit_id != unit_id or assignment.unit_id != unit_id:
            continue
        if standing.state in (State.COMPLETED, State.CLOSED):
            return None
        happened = await events.events_of(conn, assignment.id)
        if not any(isinstance(event.body, Report | MilestoneMet) for event in happened):
            await events.end_assignment(conn, assignment.id, change.now)
            return False
        await change.record(conn, book, assignment.id, Closing(change.reasons.left))
        return True
    return None


def _once(codes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
