"""Difficulties: kept once by their key, read as they are and as they were known, the files with what they came with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.difficulties import Category, Difficulty, DifficultyState, EntryKind, EscalationLevel
from bot.domain.people.evidence import Evidence
from bot.storage.archive import privacy
from bot.storage.engine.database import Database
from bot.storage.records import difficulties, files

from .conftest import NOW, World, build_world

DAY = timedelta(days=1)
SHA = "a" * 64


def head(world: World) -> dict[str, Any]:
    places = {"locality_id": world.locality, "plan_id": world.plan, "row_id": world.row}
    return {
        **places,
        "assignment_id": world.assignment,
        "unit_id": world.units[0],
        "to_unit_id": world.units[1],
        "category": Category.FUNDS.value,
    }


def entry(world: World, kind: EntryKind, at: datetime = NOW, **more: object) -> dict[str, Any]:
    return {"kind": kind.value, "at": at, "person_id": world.person, "text": f"lời {kind}", "level": None} | more


async def raised(conn: AsyncConnection, world: World, key: str = "k", at: datetime = NOW) -> Difficulty:
    first = entry(world, EntryKind.RAISED, at, level=EscalationLevel.UNIT.value)
    return await difficulties.add(conn, head=head(world), entry=first, key=key)


async def a_file(conn: AsyncConnection, world: World, key: str) -> Evidence:
    await files.add_file(conn, SHA, 3, "image/jpeg", NOW)
    given = Evidence(0, world.locality, world.person, SHA, "a.jpg", "image/jpeg", 3, NOW, {})
    return await files.add_evidence(conn, given, key)


async def test_what_is_raised_is_read_back_with_its_files(database: Database, world: World) -> None:
    async with database.write() as conn:
        found = await raised(conn, world)
        one, two = await a_file(conn, world, "1"), await a_file(conn, world, "2")
        await files.attach_to_difficulty(conn, (one.id, two.id), found.entries[0].id)
        # What is carried by one entry is not taken by another.
        other = await raised(conn, world, "k2")
        await files.attach_to_difficulty(conn, (one.id,), other.entries[0].id)
        assert await files.drop_evidence(conn, (one.id, two.id)) == 0
        assert await files.drop_unattached(conn, NOW + DAY) == frozenset()
    async with database.read() as conn:
        first, second = await difficulties.of_plan(conn, world.plan)
        assert (first.files, second.files) == ((one.id, two.id), ())
        assert first.category is Category.FUNDS and first.level is EscalationLevel.UNIT
        assert await difficulties.by_ids(conn, (second.id, 99, first.id)) == [second, first]
        assert [each.is_carried for each in await files.evidence(conn, (one.id, two.id))] == [True, True]


async def test_a_key_is_used_once(database: Database, world: World) -> None:
    async with database.write() as conn:
        found = await raised(conn, world)
        answer = entry(world, EntryKind.ANSWERED)
        entry_id = await difficulties.add_entry(conn, found.id, world.locality, answer, "a")
        assert await difficulties.add_entry(conn, found.id, world.locality, answer, "a") is None
    async with database.read() as conn:
        known = await difficulties.by_key(conn, "a")
        assert known is not None and (known[0].id, known[1].id) == (found.id, entry_id)
        assert await difficulties.by_key(conn, "b") is None
        assert [each.kind for each in known[0].entries] == [EntryKind.RAISED, EntryKind.ANSWERED]


async def test_a_plan_is_read_as_it_was_known_at_an_instant(database: Database, world: World) -> None:
    async with database.write() as conn:
        first = await raised(conn, world)
        await difficulties.add_entry(conn, first.id, world.locality, entry(world, EntryKind.SETTLED, NOW + DAY), "s")
        await raised(conn, world, "later", NOW + 2 * DAY)
    async with database.read() as conn:
        assert await difficulties.of_plan(conn, world.plan, until=NOW - DAY) == []
        (then,) = await difficulties.of_plan(conn, world.plan, until=NOW)
        assert then.state is DifficultyState.OPEN
        (then,) = await difficulties.of_plan(conn, world.plan, until=NOW + DAY)
        assert (then.state, then.settled_at) == (DifficultyState.SETTLED, NOW + DAY)
        assert len(await difficulties.of_plan(conn, world.plan)) == 2


async def test_what_has_come_due_is_looked_at_until_it_is_saved_anew(database: Database, world: World) -> None:
    async with database.write() as conn:
        found = await raised(conn, world)
        await difficulties.save(conn, found, NOW + DAY)
        place = world.locality
        assert await difficulties.due(conn, place, NOW, 9) == [] and await difficulties.first_due(conn, NOW) is None
        assert await difficulties.first_due(conn, NOW + DAY) == place
        assert await difficulties.due(conn, place, NOW + DAY, 9) == [found]
        assert await difficulties.due(conn, place + 1, NOW + DAY, 9) == []
        await difficulties.look_again(conn, world.plan, NOW)
        assert await difficulties.due(conn, place, NOW, 9) == [found]
        await difficulties.save(conn, found, None)
        await difficulties.look_again(conn, world.plan, NOW)
        assert await difficulties.due(conn, place, NOW + 99 * DAY, 9) == []


async def test_lists_hold_what_is_named_those_not_settled_first(database: Database, world: World) -> None:
    async with database.write() as conn:
        old, new = await raised(conn, world), await raised(conn, world, "2")
        await difficulties.add_entry(conn, new.id, world.locality, entry(world, EntryKind.SETTLED), "s")
        settled = await difficulties.difficulty(conn, new.id)
        assert settled is not None
        await difficulties.save(conn, settled, None)
        other = await build_world(conn, "ba-ngoi", 701)
        elsewhere = await raised(conn, other, "3")
    async with database.read() as conn:
        ids = difficulties.ids_for
        assert await ids(conn, world.plan, everything=True) == [old.id, new.id]
        assert await ids(conn, world.plan, person_id=world.person) == [old.id, new.id]
        assert await ids(conn, world.plan, of_units=world.units[:1], settled=False) == [old.id]
        assert await ids(conn, world.plan, to_units=world.units[1:]) == [old.id, new.id]
        assert await ids(conn, world.plan, levels=(EscalationLevel.UNIT,), settled=False) == [old.id]
        assert await ids(conn, world.plan, of_units=world.units[1:], levels=(EscalationLevel.OFFICE,)) == []
        assert await ids(conn, world.plan) == []
        assert await ids(conn, other.plan, everything=True) == [elsewhere.id]


async def test_all_a_person_said_is_handed_out_and_stays_under_the_bare_number(
    database: Database, world: World
) -> None:
    async with database.write() as conn:
        found = await raised(conn, world)
        kept = await privacy.export_person(conn, 700)
        assert kept is not None
        assert [each["id"] for each in kept["difficulties"]] == [found.id]
        assert [each["text"] for each in kept["difficulty_entries"]] == ["lời raised"]
        assert await privacy.erase_person(conn, 700, NOW)
        assert await difficulties.of_plan(conn, world.plan) == [found]
