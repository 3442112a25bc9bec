"""Difficulties: raised and answered once by the key of the update that caused it, never changed, read as known then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, bindparam, case, false, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.difficulties import (
    Category,
    Difficulty,
    DifficultyEntry,
    DifficultyState,
    EntryKind,
    EscalationLevel,
)
from bot.domain.work.known import known_by
from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant
from bot.storage.engine.upserts import Upsert
from bot.storage.records import files

d, e, v = t.difficulties.c, t.difficulty_entries.c, t.evidence.c
_HEAD = (d.id, d.locality_id, d.plan_id, d.row_id, d.assignment_id, d.unit_id, d.to_unit_id, d.category)
_ENTRY = (e.id, e.difficulty_id, e.kind, e.at, e.person_id, e.unit_id, e.level, e.text)
_OF_PLAN, _OF_ROW = d.plan_id == bindparam("of"), d.row_id == bindparam("of")
_BY_IDS = d.id.in_(bindparam("ids", expanding=True))
_NOW = bindparam("now", type_=Instant)
_BY_KEY = select(e.difficulty_id, e.id).where(e.key == bindparam("key"))
_IS_DUE = (d.next_look_at.is_not(None), d.next_look_at <= _NOW)
_FIRST_DUE = select(d.locality_id).where(*_IS_DUE).order_by(d.next_look_at).limit(1)
_DUE = (
    select(d.id)
    .where(*_IS_DUE, d.locality_id == bindparam("of"))
    .order_by(d.next_look_at, d.id)
    .limit(bindparam("limit"))
)
_LOOK_AGAIN = (
    update(t.difficulties)
    .where(_OF_PLAN, d.next_look_at.is_not(None))
    .values(next_look_at=bindparam("now", type_=Instant))
)
_ADD = insert(t.difficulties).returning(d.id)
_ADD_ENTRY = Upsert(t.difficulty_entries, ["key"], returning=["id"])
_SAVE = (
    update(t.difficulties)
    .where(d.id == bindparam("the_id"))
    .values(level=bindparam("level"), state=bindparam("state"), next_look_at=bindparam("look", type_=Instant))
)
_RANKED = case((d.state == DifficultyState.OPEN.value, 0), (d.state == DifficultyState.ANSWERED.value, 1), else_=2)
_IDS_OF_ROW = select(d.id, d.state).where(_OF_ROW).order_by(_RANKED, d.id.desc())


def _statements(which: ColumnElement[bool]) -> tuple[Any, Any, Any]:
    joined = t.difficulties.join(t.difficulty_entries, e.difficulty_id == d.id)
    return (
        select(*_HEAD).where(which).order_by(d.id),
        select(*_ENTRY).select_from(joined).where(which).order_by(e.id),
        select(v.difficulty_entry_id, v.id)
        .select_from(joined.join(t.evidence, v.difficulty_entry_id == e.id))
        .where(which)
        .order_by(v.id),
    )


_READ_PLAN, _READ_IDS = map(_statements, (_OF_PLAN, _BY_IDS))


async def of_plan(conn: AsyncConnection, plan_id: int, *, until: datetime | None = None) -> list[Difficulty]:
    """The difficulties of a plan in the order they were raised, as they are or as they were known at an instant."""
    found = await _read(conn, _READ_PLAN, {"of": plan_id})
    if until is None:
        return found
    known = [replace(each, entries=known_by(each.entries, until)) for each in found]
    return [each for each in known if each.entries]


async def by_ids(conn: AsyncConnection, ids: Collection[int]) -> list[Difficulty]:
    """The difficulties of these numbers, in the order given; unknown ones are left out."""
    if not ids:
        return []
    found = {each.id: each for each in await _read(conn, _READ_IDS, {"ids": sorted(ids)})}
    return [found[each] for each in ids if each in found]


async def difficulty(conn: AsyncConnection, difficulty_id: int) -> Difficulty | None:
    """One difficulty."""
    found = await by_ids(conn, (difficulty_id,))
    return found[0] if found else None


async def by_key(conn: AsyncConnection, key: str) -> tuple[Difficulty, DifficultyEntry] | None:
    """The entry that was saved under this key, with its difficulty."""
    known = (await conn.execute(_BY_KEY, {"key": key})).first()
    found = None if known is None else await difficulty(conn, known.difficulty_id)
    if known is None or found is None:
        return None
    return found, next(entry for entry in found.entries if entry.id == known.id)


async def ids_for(
    conn: AsyncConnection,
    plan_id: int,
    *,
    person_id: int | None = None,
    of_units: Collection[int] = (),
    to_units: Collection[int] = (),
    levels: Collection[EscalationLevel] = (),
    everything: bool = False,
    settled: bool = True,
) -> list[int]:
    """The numbers of a plan's difficulties that meet any of what is named: those that wait for an answer first, then
    those answered, then those settled, each the newest first.

    Raised by the person, or by one of the units; or asked of one of the units or at one of the levels.
    """
    wanted: list[ColumnElement[bool]] = [d.unit_id.in_(of_units)] if of_units else []
    wanted += [d.to_unit_id.in_(to_units)] if to_units else []
    wanted += [d.level.in_([level.value for level in levels])] if levels else []
    wanted += [d.person_id == person_id] if person_id is not None else []
    where = [d.plan_id == plan_id, *([] if everything else [or_(false(), *wanted)])]
    where += [] if settled else [d.state != DifficultyState.SETTLED.value]
    return list(await conn.scalars(select(d.id).where(*where).order_by(_RANKED, d.id.desc())))


async def states_of_row(conn: AsyncConnection, row_id: int) -> dict[int, DifficultyState]:
    """Whose turn it is with each difficulty of a row, in the order of `ids_for`."""
    found = await conn.execute(_IDS_OF_ROW, {"of": row_id})
    return {row.id: DifficultyState(row.state) for row in found}


async def next_look(conn: AsyncConnection) -> datetime | None:
    """When the next difficulty has to be looked at; none where none has."""
    found: datetime | None = await conn.scalar(select(func.min(d.next_look_at)))
    return found


async def first_due(conn: AsyncConnection, now: datetime) -> int | None:
    """The locality of the difficulty that has to be looked at first by now; none where none has."""
    found: int | None = await conn.scalar(_FIRST_DUE, {"now": now})
    return found


async def due(conn: AsyncConnection, locality_id: int, now: datetime, limit: int) -> list[Difficulty]:
    """The difficulties of a locality to be looked at by now. Whoever changes them holds the locality first."""
    return await by_ids(conn, list(await conn.scalars(_DUE, {"now": now, "of": locality_id, "limit": limit})))


async def look_again(conn: AsyncConnection, plan_id: int, now: datetime) -> None:
    """Have all that wait for an answer looked at: calendar or people have changed."""
    await conn.execute(_LOOK_AGAIN, {"of": plan_id, "now": now})


async def add(
    conn: AsyncConnection,
    *,
    head: Mapping[str, Any],
    entry: Mapping[str, Any],
    key: str,
    evidence_ids: Collection[int] = (),
) -> Difficulty:
    """A new difficulty with the entry that raises it and its files. `by_key` comes first: a key is used once.

    ``head`` holds the columns of the difficulty, ``entry`` those of the entry.
    """
    columns = dict(head) | {name: entry[name] for name in ("person_id", "at", "level")}
    difficulty_id: int = (await conn.execute(_ADD, columns | {"state": DifficultyState.OPEN.value})).scalar_one()
    await add_entry(conn, difficulty_id, head["locality_id"], entry, key, evidence_ids)
    found = await difficulty(conn, difficulty_id)
    assert found is not None  # it was added just now
    return found


async def add_entry(
    conn: AsyncConnection,
    difficulty_id: int,
    locality_id: int,
    entry: Mapping[str, Any],
    key: str,
    evidence_ids: Collection[int] = (),
) -> int | None:
    """The id of a new entry with its files; none where this key is there already."""
    place = {"difficulty_id": difficulty_id, "locality_id": locality_id, "key": key}
    values = {"unit_id": None, "level": None, "text": None, **entry, **place}
    entry_id: int | None = (await conn.execute(_ADD_ENTRY.on(conn), values)).scalar()
    if entry_id is not None and evidence_ids:
        await files.attach_to_difficulty(conn, evidence_ids, entry_id)
    return entry_id


async def save(conn: AsyncConnection, found: Difficulty, next_look_at: datetime | None) -> None:
    """Keep where a difficulty stands, and when to look at it again."""
    await save_all(conn, [(found, next_look_at)])


async def save_all(conn: AsyncConnection, looked_at: Collection[tuple[Difficulty, datetime | None]]) -> None:
    """As `save`, of many at once."""
    values = [
        {"the_id": each.id, "level": each.level.value, "state": each.state.value, "look": instant}
        for each, instant in looked_at
    ]
    if values:
        await conn.execute(_SAVE, values)


async def _read(conn: AsyncConnection, statements: Iterable[Any], asked: Mapping[str, Any]) -> list[Difficulty]:
    heads, entries, carried = [(await conn.execute(each, asked)).mappings().all() for each in statements]
    given: dict[int, list[int]] = {}
    for row in carried:
        given.setdefault(row["difficulty_entry_id"], []).append(row["id"])
    said: dict[int, list[DifficultyEntry]] = {}
    for row in entries:
        said.setdefault(row["difficulty_id"], []).append(_entry(row, given.get(row["id"], ())))
    return [
        Difficulty(**{**head, "category": Category(head["category"])}, entries=tuple(said[head["id"]]))
        for head in heads
        if head["id"] in said
    ]


def _entry(row: RowMapping, given: Iterable[int]) -> DifficultyEntry:
    return DifficultyEntry(
        id=row["id"],
        kind=EntryKind(row["kind"]),
        at=row["at"],
        person_id=row["person_id"],
        unit_id=row["unit_id"],
        level=None if row["level"] is None else EscalationLevel(row["level"]),
        text=row["text"],
        files=tuple(given),
    )
