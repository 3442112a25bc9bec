"""A tick with nothing due reads no row; what runs often goes through indexes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine.database import Database
from bot.storage.outbox import deliveries, looks, team_chats
from bot.storage.outbox.deliveries import DeliveryAddress
from bot.storage.records import people, unit_reports

NOW = datetime(2026, 6, 1, 1, tzinfo=UTC)
LARGE = "assignments|outbox|flips|localities|memberships|people|team_chats|mutes|unit_reports"
HOT: dict[str, Callable[[AsyncConnection], Awaitable[object]]] = {
    "something due": lambda conn: looks.something_due(conn, NOW),
    "pending": lambda conn: looks.pending(conn, NOW, 10),
    "round": lambda conn: looks.next_round(conn, NOW),
    "look again": lambda conn: looks.look_again(conn, 1, NOW, NOW.date()),
    "standings": lambda conn: looks.standings_of(conn, [1, 2]),
    "flips": lambda conn: looks.flips_since(conn, 1, NOW.date()),
    "urgent": lambda conn: deliveries.urgent_due(conn, NOW, 10),
    "digests": lambda conn: deliveries.digests_due(conn, NOW, 10),
    "claim for a person": lambda conn: deliveries.claim_digest(conn, DeliveryAddress(1), NOW, "a"),
    "claim for a chat": lambda conn: deliveries.claim_digest(conn, DeliveryAddress(None, -1), NOW, "a"),
    "abandoned": lambda conn: deliveries.abandoned(conn, NOW),
    "singles": lambda conn: deliveries.singles_since(conn, 1, 1, NOW),
    "alerts": lambda conn: deliveries.alerts_of(conn, [1, 2]),
    "red among": lambda conn: deliveries.red_among(conn, [1, 2]),
    "status": lambda conn: deliveries.status(conn, 1, NOW),
    "waiting on a day": lambda conn: deliveries.waiting_on(conn, 1, NOW, NOW),
    "unreachable": lambda conn: people.unreachable_since(conn, 1),
    "chats": lambda conn: team_chats.chats_in(conn, 1),
    "teams of a chat": lambda conn: team_chats.teams_of_chat(conn, 1),
    "what units have met": lambda conn: unit_reports.met(conn, 1),
    "mutes": lambda conn: team_chats.mutes_of(conn, 1),
}


async def plans_of(database: Database, run: Callable[[AsyncConnection], Awaitable[object]]) -> list[str]:
    ran: list[tuple[str, object]] = []
    async with database.write() as conn:
        event.listen(conn.sync_connection, "before_cursor_execute", lambda *given: ran.append((given[2], given[3])))
        await run(conn)
    assert ran
    told: list[str] = []
    async with database.read() as conn:
        for words, values in [pair for pair in ran if not pair[0].startswith(("BEGIN", "EXPLAIN"))]:
            told += [row[3] for row in (await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)).all()]
    return told


@pytest.mark.parametrize("name", HOT)
async def test_nothing_reads_a_whole_table(sqlite_database: Database, name: str) -> None:
    told = await plans_of(sqlite_database, HOT[name])
    assert [line for line in told if re.match(rf"SCAN ({LARGE})\b", line)] == [], told


async def test_the_question_whether_anything_is_due_goes_through_the_three_indexes(sqlite_database: Database) -> None:
    told = " ".join(await plans_of(sqlite_database, HOT["something due"]))
    for index in ("ix_assignments_next_alert", "ix_assignments_next_reminder", "ix_localities_next_round"):
        assert index in told


async def test_what_is_pending_is_read_in_the_order_of_the_index(sqlite_database: Database) -> None:
    assert "USE TEMP B-TREE" not in " ".join(await plans_of(sqlite_database, HOT["pending"]))
