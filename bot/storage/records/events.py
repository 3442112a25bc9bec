"""Assignments, their events, and the fold of the events as it is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import Date, RowMapping, Select, String, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import TienDoError
from bot.domain.plan.plan import Assignment, Row, UnitRole
from bot.domain.work.events import Body, Event
from bot.domain.work.known import known_by
from bot.domain.work.lifecycle import Standing, State
from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant, Json
from bot.storage.engine.upserts import Upsert
from bot.storage.outbox.looks import looking_at
from bot.storage.records.standings import (
    ASSIGNMENT_COLUMNS,
    BODY,
    LIGHT_COLUMNS,
    STANDING_COLUMNS,
    StoredStanding,
    assignment_of,
    light_values,
    standing_of,
    standing_values,
)

__all__ = [
    "AssignmentTaken",
    "KeyTaken",
    "StoredStanding",
    "add_assignment",
    "add_assignments",
    "assignment",
    "assignments",
    "assignments_of_row",
    "awaiting",
    "confirm_assignment",
    "end_assignment",
    "event",
    "event_by_key",
    "events_of",
    "events_of_plan",
    "insert_event",
    "save_standings",
    "standing",
    "standings",
]


class KeyTaken(TienDoError):
    """An event with this key is already there: the update that causes it came a second time."""

    def __init__(self, key: str) -> None:
        super().__init__("event_key_taken", event_key=key)


class AssignmentTaken(TienDoError):
    """The unit already has this row in this role."""

    def __init__(self) -> None:
        super().__init__("assignment_taken")


a, e = t.assignments.c, t.events.c
_EVENT_COLUMNS = (e.id, e.assignment_id, e.at, e.person_id, e.body)

_ASSIGNMENTS = select(*ASSIGNMENT_COLUMNS).where(a.plan_id == bindparam("plan_id"), a.ended_at.is_(None)).order_by(a.id)
_ASSIGNMENTS_OF_ROLE = _ASSIGNMENTS.where(a.role == bindparam("role"))
_ASSIGNMENTS_OF_ROW = (
    select(*ASSIGNMENT_COLUMNS).where(a.row_id == bindparam("row_id"), a.ended_at.is_(None)).order_by(a.id)
)
_ASSIGNMENT = select(*ASSIGNMENT_COLUMNS).where(a.id == bindparam("id"))
_STANDINGS = (
    select(*STANDING_COLUMNS)
    .where(a.plan_id == bindparam("plan_id"), a.role == UnitRole.LEAD.value, a.ended_at.is_(None))
    .order_by(a.id)
)
_STANDINGS_OF_UNITS = _STANDINGS.where(a.unit_id.in_(bindparam("unit_ids", expanding=True)))
_STANDING = select(*STANDING_COLUMNS, a.undo).where(a.id == bindparam("id"))
_STANDING_LOCKED = _STANDING.where(a.ended_at.is_(None)).with_for_update()
_EVENTS_OF = select(*_EVENT_COLUMNS).where(e.assignment_id == bindparam("assignment_id")).order_by(e.id)
_EVENTS_OF_PLAN = (
    select(*_EVENT_COLUMNS)
    .select_from(t.assignments.join(t.events, e.assignment_id == a.id))
    .where(a.plan_id == bindparam("plan_id"))
    .order_by(e.assignment_id, e.id)
)
_EVENT_BY_KEY = select(*_EVENT_COLUMNS).where(e.key == bindparam("key"))
_EVENT = select(*_EVENT_COLUMNS).where(e.id == bindparam("id"))
_AWAITING = (
    select(*STANDING_COLUMNS, *(column.label(f"event_{column.name}") for column in (e.at, e.person_id, e.body)))
    .select_from(t.assignments.join(t.events, e.id == a.report_id))
    .where(
        a.plan_id == bindparam("plan_id"),
        a.role == UnitRole.LEAD.value,
        a.state == State.AWAITING.value,
        a.ended_at.is_(None),
    )
    .order_by(e.at, e.id)
)
_INSERT = Upsert(t.events, ["key"], returning=["id"])
_ADD = insert(t.assignments)
_ADD_ONE = _ADD.returning(a.id)


# Built once: with so many columns, building costs more than running.
_KEPT = [*STANDING_COLUMNS[len(ASSIGNMENT_COLUMNS) :], a.undo, *LIGHT_COLUMNS, a.next_alert_at, a.unit_id]
_SAVE = (
    update(t.assignments)
    .where(a.id == bindparam("the_id"))
    .values({column.name: bindparam(column.name, type_=column.type) for column in _KEPT})
)
_SAVE_AND_LOOK = _SAVE.values(looking_at())
_FLIP_COLUMNS = ("assignment_id", "locality_id", "at", "day", "before", "after", "reasons")
_FLIP_ASKS = ("the_id", "now", "today", "colour", "reasons")
_AFTER = bindparam("colour", type_=String)
_FLIPPED = select(
    a.id,
    a.locality_id,
    bindparam("now", type_=Instant),
    bindparam("today", type_=Date),
    a.colour,
    _AFTER,
    bindparam("reasons", type_=Json),
).where(a.id == bindparam("the_id"), a.colour.is_not(None), a.colour != _AFTER)
# Notes a change of colour; the first colour an assignment gets is no change.
_FLIP = insert(t.flips).from_select(_FLIP_COLUMNS, _FLIPPED)


def _event(found: RowMapping) -> Event:
    return Event(found["id"], found["at"], found["person_id"], BODY.validate_python(found["body"]))


async def assignments(conn: AsyncConnection, plan_id: int, *, role: UnitRole | None = None) -> tuple[Assignment, ...]:
    """The assignments of a plan that run, in all roles or in one."""
    if role is None:
        found = await conn.execute(_ASSIGNMENTS, {"plan_id": plan_id})
    else:
        found = await conn.execute(_ASSIGNMENTS_OF_ROLE, {"plan_id": plan_id, "role": role.value})
    return tuple(assignment_of(row) for row in found.mappings())


async def assignments_of_row(conn: AsyncConnection, row_id: int) -> tuple[Assignment, ...]:
    """The assignments of one row that run, in all roles."""
    found = await conn.execute(_ASSIGNMENTS_OF_ROW, {"row_id": row_id})
    return tuple(assignment_of(row) for row in found.mappings())


async def assignment(conn: AsyncConnection, assignment_id: int) -> Assignment | None:
    """One assignment, also where it has ended."""
    found = (await conn.execute(_ASSIGNMENT, {"id": assignment_id})).mappings().first()
    return None if found is None else assignment_of(found)


async def add_assignment(
    conn: AsyncConnection, row: Row, role: UnitRole, begun: Standing, *, proposed: bool = False
) -> int:
    """The id of a new assignment, to the unit of the standing it begins with.

    Raises AssignmentTaken where the unit already has the row in this role.
    """
    try:
        added = await conn.execute(_ADD_ONE, _assigned(row, role, begun, proposed))
    except IntegrityError as error:
        raise _taken(error) from error
    assignment_id: int = added.scalar_one()
    return assignment_id


async def add_assignments(conn: AsyncConnection, row: Row, given: Iterable[tuple[UnitRole, bool, Standing]]) -> None:
    """Give a row to units, each in a role, proposed or not, and with the standing it begins with.

    Raises AssignmentTaken where a unit already has the row in that role.
    """
    values = [_assigned(row, role, begun, proposed) for role, proposed, begun in given]
    try:
        if values:
            await conn.execute(_ADD, values)
    except IntegrityError as error:
        raise _taken(error) from error


def _assigned(row: Row, role: UnitRole, begun: Standing, proposed: bool) -> dict[str, object]:
    place = {"row_id": row.id, "plan_id": row.plan_id, "locality_id": row.locality_id, "first_unit_id": begun.unit_id}
    return standing_values(begun) | light_values(None, (), None) | place | {"role": role.value, "proposed": proposed}


def _taken(error: IntegrityError) -> Exception:
    # SQLite names the columns of the broken rule, PostgreSQL the rule itself.
    words = str(error.orig)
    broken = "assignments.row_id, assignments.unit_id" in words or "uq_assignments_running" in words
    return AssignmentTaken() if broken else error


async def end_assignment(conn: AsyncConnection, assignment_id: int, at: datetime) -> None:
    """Take the row from the unit; its events stay."""
    where = (a.id == assignment_id, a.ended_at.is_(None))
    await conn.execute(update(t.assignments).where(*where).values(ended_at=at))


async def confirm_assignment(conn: AsyncConnection, assignment_id: int) -> None:
    """Take a proposed assignment as it is."""
    await conn.execute(update(t.assignments).where(a.id == assignment_id).values(proposed=False))


async def standings(
    conn: AsyncConnection, plan_id: int, *, unit_ids: Collection[int] | None = None
) -> tuple[tuple[Assignment, Standing], ...]:
    """The lead assignments of a plan that run, with where they stand, in the order they were made.

    What a withdrawal falls back to (``undo``) is left out here; `standing` gives it.
    """
    if unit_ids is None:
        found = await conn.execute(_STANDINGS, {"plan_id": plan_id})
    else:
        found = await conn.execute(_STANDINGS_OF_UNITS, {"plan_id": plan_id, "unit_ids": sorted(unit_ids)})
    return tuple((assignment_of(row), standing_of(row)) for row in found.mappings())


async def standing(
    conn: AsyncConnection, assignment_id: int, *, for_update: bool = False
) -> tuple[Assignment, Standing] | None:
    """One assignment, also where it has ended, with where it stands.

    ``for_update`` gives only one that runs, and lets others who want to change it wait until this transaction ends.
    """
    statement: Select[*tuple[object, ...]] = _STANDING_LOCKED if for_update else _STANDING
    found = (await conn.execute(statement, {"id": assignment_id})).mappings().first()
    return None if found is None else (assignment_of(found), standing_of(found))


async def save_standings(
    conn: AsyncConnection, kept: Iterable[StoredStanding], *, now: datetime | None = None, today: date | None = None
) -> None:
    """Keep folds and their colours; after a hand-over the assignment belongs to the new unit.

    With ``now`` and ``today`` changes of colour are noted, and the next tick looks at the assignments. Raises
    AssignmentTaken where that unit already has the row in this role.
    """
    seen = {} if now is None or today is None else {"now": now, "today": today}
    values = [
        standing_values(each.standing)
        | light_values(each.colour, each.reasons, each.next_change_on)
        | {"the_id": each.assignment_id, "next_alert_at": each.next_alert_at}
        | seen
        for each in kept
    ]
    if not values:
        return
    try:
        if not seen:
            await conn.execute(_SAVE, values)
            return
        await conn.execute(_FLIP, [{name: each[name] for name in _FLIP_ASKS} for each in values])
        await conn.execute(_SAVE_AND_LOOK, values)
    except IntegrityError as error:
        raise _taken(error) from error


async def events_of(conn: AsyncConnection, assignment_id: int, *, until: datetime | None = None) -> tuple[Event, ...]:
    """The events of an assignment in their order, all or those known at an instant."""
    found = await conn.execute(_EVENTS_OF, {"assignment_id": assignment_id})
    happened = tuple(_event(row) for row in found.mappings())
    return happened if until is None else known_by(happened, until)


async def events_of_plan(
    conn: AsyncConnection, plan_id: int, *, until: datetime | None = None
) -> dict[int, tuple[Event, ...]]:
    """The events of every assignment of a plan by its id, ended ones too; those without events are not in it."""
    found = await conn.execute(_EVENTS_OF_PLAN, {"plan_id": plan_id})
    gathered: dict[int, list[Event]] = {}
    for row in found.mappings():
        gathered.setdefault(row["assignment_id"], []).append(_event(row))
    known = {each: tuple(told) if until is None else known_by(told, until) for each, told in gathered.items()}
    return {assignment_id: told for assignment_id, told in known.items() if told}


async def event_by_key(conn: AsyncConnection, key: str) -> tuple[int, Event] | None:
    """The assignment's id and the event that was saved under this key."""
    found = (await conn.execute(_EVENT_BY_KEY, {"key": key})).mappings().first()
    return None if found is None else (found["assignment_id"], _event(found))


async def event(conn: AsyncConnection, event_id: int) -> tuple[int, Event] | None:
    """The assignment's id and the event of this id."""
    found = (await conn.execute(_EVENT, {"id": event_id})).mappings().first()
    return None if found is None else (found["assignment_id"], _event(found))


async def insert_event(
    conn: AsyncConnection,
    assignment_id: int,
    locality_id: int,
    at: datetime,
    person_id: int | None,
    body: Body,
    key: str,
) -> Event:
    """The event as it was saved. Raises KeyTaken where the key is there already; nothing is written then."""
    values = {
        "assignment_id": assignment_id,
        "locality_id": locality_id,
        "at": at,
        "kind": body.kind,
        "person_id": person_id,
        "body": BODY.dump_python(body, mode="json"),
        "key": key,
    }
    event_id = (await conn.execute(_INSERT.on(conn), values)).scalar()
    if event_id is None:
        raise KeyTaken(key)
    return Event(event_id, at, person_id, body)


async def awaiting(conn: AsyncConnection, plan_id: int) -> tuple[tuple[Assignment, Standing, Event], ...]:
    """The lead assignments that await appraisal, each with its complete report, the oldest report first."""
    found = await conn.execute(_AWAITING, {"plan_id": plan_id})
    return tuple(
        (
            assignment_of(row),
            standing_of(row),
            Event(row["report_id"], row["event_at"], row["event_person_id"], BODY.validate_python(row["event_body"])),
        )
        for row in found.mappings()
    )
