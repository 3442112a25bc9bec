"""Which calls to SQLite are made at once, and that none of those which wait holds up everyone else."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from bot.domain.errors import DatabaseBusy
from bot.storage.engine.database import Database
from bot.storage.engine.near import connect
from bot.storage.records import plans

from .conftest import found_locality

pytestmark = pytest.mark.asyncio


async def test_statements_run_where_they_are_called_and_waiting_elsewhere(sqlite_path: Path) -> None:
    conn = await connect(str(sqlite_path), isolation_level=None)
    ran: list[tuple[str, bool]] = []
    here = threading.get_ident()
    conn._conn.set_trace_callback(lambda words: ran.append((words.split()[0], threading.get_ident() == here)))
    await conn.execute("BEGIN IMMEDIATE")
    await (await conn.execute("SELECT 1")).fetchall()
    await conn.execute("DELETE FROM audit")
    await conn.commit()
    await conn.execute("BEGIN")
    await conn.rollback()
    await conn.close()
    assert ran == [
        ("BEGIN", False),
        ("SELECT", True),
        ("DELETE", True),
        ("COMMIT", False),
        ("BEGIN", True),
        ("ROLLBACK", True),
    ]


async def test_others_go_on_while_a_writer_waits_for_another_process(sqlite_url: str, sqlite_path: Path) -> None:
    database = await Database.open(sqlite_url, busy_ms=300)
    other = sqlite3.connect(sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with database.write() as conn:
            await found_locality(conn)

    waiting = asyncio.ensure_future(write())
    read = 0
    while not waiting.done():
        async with database.read() as conn:
            assert await plans.localities(conn) == ()
        read += 1
        await asyncio.sleep(0)
    with pytest.raises(DatabaseBusy):
        await waiting
    assert read > 20
    other.close()
    await database.close()


async def test_a_closed_connection_says_so(sqlite_path: Path) -> None:
    conn = await connect(str(sqlite_path))
    await conn.close()
    with pytest.raises(ValueError, match=r"[Cc]onnection"):
        await conn.execute("SELECT 1")


async def test_a_connection_that_could_not_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    opened = connect(str(tmp_path / "nowhere" / "tiendo.db"))
    with pytest.raises(sqlite3.OperationalError):
        await opened
    opened._thread.join(5)
    assert opened._stopped is not None and opened._stopped.done() and not opened._thread.is_alive()
