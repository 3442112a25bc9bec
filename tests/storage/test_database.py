"""Transactions: all or nothing, one writer after the other, and errors with names."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import BadInput, DatabaseBusy, DatabaseFull
from bot.storage.engine.database import Database
from bot.storage.engine.types import NaiveInstant
from bot.storage.records import people, plans

from .conftest import NOW, found_locality

pytestmark = pytest.mark.asyncio


async def slugs_of(url: str) -> list[str]:
    second = await Database.open(url)
    async with second.read() as conn:
        found = [place.slug for place in await plans.localities(conn)]
    await second.close()
    return found


async def test_what_was_written_is_seen_by_another(database: Database, database_url: str) -> None:
    async with database.write() as conn:
        await found_locality(conn)
    assert await slugs_of(database_url) == ["binh-loc"]


async def test_an_error_leaves_nothing(database: Database, database_url: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as conn:
            await found_locality(conn)
            raise ZeroDivisionError
    assert await slugs_of(database_url) == []
    async with database.write() as conn:
        await found_locality(conn, "ba-ngoi")
    assert await slugs_of(database_url) == ["ba-ngoi"]


async def test_a_cancelled_write_leaves_nothing(database: Database, database_url: str) -> None:
    written = asyncio.Event()

    async def write() -> None:
        async with database.write() as conn:
            await found_locality(conn)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(write())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await slugs_of(database_url) == []
    async with database.write() as conn:
        await found_locality(conn, "ba-ngoi")
    assert await slugs_of(database_url) == ["ba-ngoi"]


@pytest.mark.parametrize("steps", range(0, 40))
async def test_a_write_cancelled_anywhere_is_whole_or_nothing(
    database: Database, database_url: str, steps: int
) -> None:
    async def write() -> None:
        async with database.write() as conn:
            await found_locality(conn, "one")
            await found_locality(conn, "two")

    task = asyncio.ensure_future(write())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(await slugs_of(database_url)) in (0, 2)
    async with database.write() as conn:
        await found_locality(conn, "ba-ngoi")
    assert "ba-ngoi" in await slugs_of(database_url)


@pytest.mark.parametrize("statement", range(1, 4))
async def test_a_write_cancelled_in_a_statement_leaves_nothing(
    database: Database, database_url: str, statement: int
) -> None:
    async def write() -> None:
        async with database.write() as conn:
            task = asyncio.current_task()
            assert task is not None
            for number in range(1, 4):
                if number == statement:
                    # It is delivered at the next await: while the engine is at work.
                    listen(conn.sync_connection, "before_cursor_execute", lambda *_: task.cancel(), once=True)
                await found_locality(conn, f"s{number}")

    with pytest.raises(asyncio.CancelledError):
        await asyncio.ensure_future(write())
    assert await slugs_of(database_url) == []
    async with database.write() as conn:
        await found_locality(conn, "ba-ngoi")
    assert await slugs_of(database_url) == ["ba-ngoi"]


async def test_a_commit_that_began_is_let_through(database: Database, database_url: str) -> None:
    async def write() -> None:
        task = asyncio.current_task()
        assert task is not None
        async with database.write() as conn:
            await found_locality(conn)
            listen(conn.sync_connection.engine, "commit", lambda *_: task.cancel(), once=True)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.ensure_future(write())
    assert await slugs_of(database_url) == ["binh-loc"]


async def test_two_writers_get_one_after_the_other(database: Database, database_url: str) -> None:
    async with database.write() as conn:
        locality = await found_locality(conn)

    async def bump() -> int:
        async with database.write() as conn:
            return await plans.bump_version(conn, locality)

    assert sorted(await asyncio.gather(*(bump() for _ in range(20)))) == list(range(2, 22))


async def test_a_reader_is_not_held_up_by_the_writer_and_sees_one_moment(database: Database) -> None:
    async with database.write() as conn:
        locality = await found_locality(conn)
    async with database.read() as reader:
        assert await plans.locality_version(reader, locality) == 1
        async with database.write() as writer:
            await plans.bump_version(writer, locality)
            async with database.read() as other:
                assert await plans.locality_version(other, locality) == 1
        assert await plans.locality_version(reader, locality) == 1
    async with database.read() as reader:
        assert await plans.locality_version(reader, locality) == 2


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.read() as conn:
            await found_locality(conn)


async def test_a_locked_database_is_named(sqlite_database: Database, sqlite_path: Path) -> None:
    other = sqlite3.connect(sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy) as caught:
        async with sqlite_database.write() as conn:
            await found_locality(conn)
    assert caught.value.key == "database_busy"
    other.execute("ROLLBACK")
    other.close()
    async with sqlite_database.write() as conn:
        await found_locality(conn)


async def test_a_locked_row_is_named(postgresql_url: str) -> None:
    first, second = await Database.open(postgresql_url), await Database.open(postgresql_url, busy_ms=50)
    async with first.write() as conn:
        locality = await found_locality(conn)
    async with first.write() as conn:
        await plans.bump_version(conn, locality)
        with pytest.raises(DatabaseBusy):
            async with second.write() as late:
                await plans.bump_version(late, locality)
    await first.close()
    await second.close()


async def test_a_full_database_is_named(sqlite_database: Database) -> None:
    async with sqlite_database.write() as conn:
        pages = await conn.scalar(text("PRAGMA page_count"))
        await conn.execute(text(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(DatabaseFull) as caught:
        async with sqlite_database.write() as conn:
            for number in range(1000):
                await plans.save_locality(conn, slug=f"s{number}", name="N" * 2000, kind="xã", province="P")
    assert caught.value.key == "database_full"
    async with sqlite_database.read() as conn:
        assert await plans.localities(conn) == ()


async def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(NaiveInstant):
        async with database.write() as conn:
            await people.add_person(conn, 1, "An", "vi", datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "mysql://x/y", "sqlite+aiosqlite:///:memory:"])
async def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(BadInput):
        await Database.open(url)


async def test_sqlite_is_set_up_to_keep_what_it_was_given(sqlite_database: Database) -> None:
    async with sqlite_database.write() as conn:
        settings = [(await conn.execute(text(f"PRAGMA {name}"))).scalar() for name in _PRAGMAS]
    assert settings == ["wal", 2, 1]


_PRAGMAS = ("journal_mode", "synchronous", "foreign_keys")


async def test_both_engines_hold_to_references(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.write() as conn:
            await people.add_membership(conn, 5, 6, 7, people.Role.HEAD, NOW)
