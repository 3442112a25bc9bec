"""Outbox and dialogues: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest_asyncio

from bot.domain.people.dialogue import Dialogue
from bot.storage.engine.database import Database
from bot.storage.outbox import dialogues, outbox
from bot.storage.outbox.outbox import Notice

from .conftest import NOW, World

LATER = NOW + timedelta(hours=1)


@pytest_asyncio.fixture
async def notices(database: Database, world: World) -> list[int]:
    """Three queued notices: a plain one, an urgent one, one for later."""
    async with database.write() as conn:
        for key, urgent, at in (("plain", False, NOW), ("urgent", True, NOW), ("later", False, LATER)):
            notice = Notice(
                key, world.locality, "due_soon", "2026-06-23", at,
                person_id=world.person, chat_id=700, payload={"a": 1}, urgent=urgent,
            )  # fmt: skip
            assert await outbox.queue(conn, notice, NOW)
        return [item.id for item in await outbox.due(conn, LATER, 10)]


async def test_a_notice_is_queued_once(database: Database, world: World, notices: list[int]) -> None:
    async with database.write() as conn:
        await outbox.withdraw(conn, notices[0])
        again = await outbox.queue(conn, Notice("urgent", world.locality, "r", "", NOW), NOW)
    assert not again


async def test_urgent_notices_come_first_and_later_ones_wait(database: Database, notices: list[int]) -> None:
    async with database.read() as conn:
        assert [item.key for item in await outbox.due(conn, NOW, 10)] == ["urgent", "plain"]
        assert [item.key for item in await outbox.due(conn, NOW, 1)] == ["urgent"]
        assert [item.key for item in await outbox.due(conn, LATER, 10)] == ["urgent", "plain", "later"]


async def test_one_claimer_alone_gets_a_notice(database: Database, notices: list[int]) -> None:
    async def claim() -> bool:
        async with database.write() as conn:
            return await outbox.claim(conn, notices[0])

    assert sorted(await asyncio.gather(*(claim() for _ in range(4)))) == [False, False, False, True]
    async with database.read() as conn:
        item = await outbox.item(conn, notices[0])
        assert item is not None and (item.state, item.attempts) == ("sending", 1)


async def test_a_notice_ends_in_one_of_its_states(database: Database, world: World, notices: list[int]) -> None:
    urgent, plain, later = notices
    async with database.write() as conn:
        await outbox.claim(conn, urgent)
        await outbox.sent(conn, urgent, 12, NOW)
        assert not await outbox.withdraw(conn, urgent)
        assert await outbox.withdraw(conn, plain)
        assert not await outbox.claim(conn, plain)
        await outbox.claim(conn, later)
        item = await outbox.item(conn, later)
        assert item is not None
        assert (item.state, item.attempts, item.payload) == ("sending", 1, {"a": 1})
        await outbox.unknown(conn, later)
        held = await outbox.counts(conn, world.locality)
        assert held == dict.fromkeys(outbox.STATES, 0) | {"sent": 1, "withdrawn": 1, "unknown": 1}
        await outbox.failed(conn, later)
        assert (await outbox.counts(conn, world.locality))["failed"] == 1


async def test_a_dialogue_is_saved_replaced_and_ended(database: Database) -> None:
    first = Dialogue(1, 2, "report", {"số": "1"}, NOW)
    second = Dialogue(1, 2, "ask", {"câu": ["hỏi"]}, LATER, LATER)
    async with database.write() as conn:
        await dialogues.save(conn, first)
        await dialogues.save(conn, second)
    async with database.write() as conn:
        assert await dialogues.dialogue(conn, 1, 2) == second
        assert await dialogues.answers_pending(conn) == (second,)
        assert await dialogues.end(conn, 1, 2)
        assert not await dialogues.end(conn, 1, 2)
        assert await dialogues.dialogue(conn, 1, 2) is None
