"""Outbox and dialogues: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.dialogue import Dialogue
from bot.storage.engine.database import Database
from bot.storage.outbox import deliveries, dialogues, outbox
from bot.storage.outbox.outbox import Notice
from bot.storage.records import people
from tests import notices

from .conftest import NOW, World

LATER = NOW + timedelta(hours=1)


async def queue(conn: AsyncConnection, world: World, key: str, at: datetime = NOW, *, urgent: bool = True) -> bool:
    notice = Notice(
        key, world.locality, "due_soon", "2026-06-23", at,
        person_id=world.person, chat_id=700, payload={"a": 1}, urgent=urgent,
    )  # fmt: skip
    return await outbox.queue(conn, notice, NOW)


async def test_a_notice_is_queued_once_whatever_became_of_it(database: Database, world: World) -> None:
    async with database.write() as conn:
        assert await queue(conn, world, "k")
        assert not await queue(conn, world, "k")
        (item,) = await notices.waiting(conn)
        assert (item.state, item.attempts, item.payload) == ("queued", 0, {"a": 1})
        for state in ("withdrawn", "unknown", "failed"):
            await deliveries.settle(conn, [item.id], state)
            assert not await queue(conn, world, "k")
            assert await notices.states(conn, world.locality) == {state: 1}


async def test_single_messages_go_the_longest_due_first_and_later_ones_wait(database: Database, world: World) -> None:
    async with database.write() as conn:
        for key, at in (("later", LATER), ("now", NOW), ("old", NOW - timedelta(days=1))):
            await queue(conn, world, key, at)
        await queue(conn, world, "digest", urgent=False)
        assert [item.key for item in await deliveries.urgent_due(conn, NOW, 10)] == ["old", "now"]
        assert [item.key for item in await deliveries.urgent_due(conn, NOW, 1)] == ["old"]
        assert [item.key for item in await deliveries.urgent_due(conn, LATER, 10)] == ["old", "now", "later"]


async def test_one_claimer_alone_gets_a_notice(database: Database, world: World) -> None:
    async with database.write() as conn:
        await queue(conn, world, "k")
        (item,) = await notices.waiting(conn)

    async def claim() -> bool:
        async with database.write() as conn:
            return await deliveries.claim_single(conn, item, "a", NOW)

    assert sorted(await asyncio.gather(*(claim() for _ in range(4)))) == [False, False, False, True]
    async with database.read() as conn:
        claimed = await outbox.item(conn, item.id)
    assert claimed == replace(item, state="sending", attempts=1, claim="a", claimed_at=NOW)


async def test_a_dialogue_is_saved_replaced_and_ended(database: Database) -> None:
    first = Dialogue(1, 2, "report", {"số": "1"}, NOW)
    second = Dialogue(1, 2, "ask", {"câu": ["hỏi"]}, LATER, LATER)
    async with database.write() as conn:
        await dialogues.save(conn, first)
        await dialogues.save(conn, second)
    async with database.write() as conn:
        assert (await people.visitor(conn, 2, 1)).dialogue == second
        assert await dialogues.answers_pending(conn) == (second,)
        assert await dialogues.end(conn, 1, 2)
        assert not await dialogues.end(conn, 1, 2)
        assert (await people.visitor(conn, 2, 1)).dialogue is None
