"""The audit chain: unbroken, never forked, and telling where it was changed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from bot.domain.errors import NotFound
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.records import audit

from .conftest import NOW, World, build_world


async def write_chain(database: Database, world: World) -> None:
    for number in range(5):
        async with database.write() as conn:
            at = NOW + timedelta(microseconds=number)
            await audit.append(conn, world.locality, at, world.person, "report", {"event_id": number, "x": None})


async def test_a_chain_holds_and_has_a_head(database: Database, world: World) -> None:
    async with database.read() as conn:
        assert await audit.head(conn, world.locality) is None
        assert await audit.verify(conn, world.locality) is None
    await write_chain(database, world)
    async with database.write() as conn:
        other = await build_world(conn, "ba-ngoi", 701)
        mark = await audit.append(conn, other.locality, NOW, None, "load", {"plan_id": 1})
    async with database.read() as conn:
        head = await audit.head(conn, world.locality)
        assert head is not None
        assert head[0] == 5
        assert await audit.head(conn, other.locality) == (1, mark)
        assert await audit.verify(conn, world.locality) is None


@pytest.mark.parametrize(
    "change",
    [
        {"action": "other"},
        {"actor_id": None},
        {"at": NOW},
        {"subject": {"event_id": 99}},
        {"previous": "0" * 64},
        {"hash": "f" * 64},
    ],
)
async def test_a_changed_link_is_found(database: Database, world: World, change: dict[str, object]) -> None:
    await write_chain(database, world)
    async with database.write() as conn:
        await conn.execute(update(t.audit).where(t.audit.c.seq == 3).values(**change))
    async with database.read() as conn:
        assert await audit.verify(conn, world.locality) == 3


async def test_a_missing_link_is_found(database: Database, world: World) -> None:
    await write_chain(database, world)
    async with database.write() as conn:
        await conn.execute(delete(t.audit).where(t.audit.c.seq == 2))
    async with database.read() as conn:
        assert await audit.verify(conn, world.locality) == 2


async def test_a_chain_never_forks(database: Database, database_url: str, world: World) -> None:
    second = await Database.open(database_url)

    async def append(opened: Database) -> None:
        async with opened.write() as conn:
            await audit.append(conn, world.locality, NOW, world.person, "report", {})

    await asyncio.gather(*(append(opened) for opened in (database, second) for _ in range(10)))
    async with second.read() as conn:
        head = await audit.head(conn, world.locality)
        assert head is not None
        assert head[0] == 20
        assert await audit.verify(conn, world.locality) is None
    await second.close()


async def test_an_unknown_locality_has_no_chain(database: Database) -> None:
    async with database.write() as conn:
        with pytest.raises(NotFound):
            await audit.append(conn, 9, NOW, None, "x", {})
