"""The storing of a batch, cut at every await: each update of it is handled exactly once, on either engine.

Telegram comes again with what was not confirmed, be it to the same process or to the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables
from tests.faults.deeds import POLICE, all_done
from tests.journeys.test_main_journey import seed_binh_loc
from tests.town import Town, town_on
from tests.transport.abort import AbortAt
from tests.transport.village import echo, listen

MOST = 200
# A process that is cut off closes nothing, not even the connection it was just opening.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running bot with the plan of Bình Lộc, once on each engine; what reaches it is handed over by the test."""
    seed_binh_loc(database_url, tmp_path / "data")
    async with town_on(tmp_path / "data", database_url=database_url, updates=False) as town:
        listen(town, echo)
        yield town


class Letters:
    """What one person writes, as Telegram would deliver it."""

    def __init__(self, town: Town, person: SimulatedPerson) -> None:
        self.town = town
        self.body = {**person.send_text("…").body}
        town.chats.updates.clear()

    def batch(self, *texts: str) -> list[dict[str, Any]]:
        """The updates, the first of them twice."""
        found = []
        for text in texts:
            number = self.town.chats.updates.next_id
            self.town.chats.updates.skip_ids(1)
            message = {**self.body, "message_id": self.town.chats.number(), "text": text}
            found.append({"update_id": number, "message": message})
        return [*found, found[0]]


async def cut(town: Town, batch: list[dict[str, Any]], n: int) -> bool:
    """Store a batch and cut it off where it waits for the ``n``-th time; whether it waited so often."""
    driven = AbortAt(town.app.inbox.receive(batch), n)

    async def storing() -> None:
        await driven

    await asyncio.gather(asyncio.ensure_future(storing()), return_exceptions=True)
    return driven.reached


async def someone(town: Town, n: int) -> tuple[SimulatedPerson, Letters]:
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name=f"Nguyễn Văn {chr(65 + n % 26)}")
    return an, Letters(town, an)


@pytest.mark.parametrize("process_ends", [False, True])
async def test_a_batch_cut_while_it_is_stored_is_handled_exactly_once(town: Town, process_ends: bool) -> None:
    n, reached = 0, True
    while reached:
        n += 1
        assert n < MOST
        an, letters = await someone(town, n)
        batch = letters.batch("một", "hai", "ba")
        reached = await cut(town, batch, n)
        if process_ends:
            await town.kill()
            town.app = town._built()
            listen(town, echo)
            await town.start(updates=False)
        await town.app.inbox.receive(batch)
        await town.app.inbox.receive(batch)
        await town.settle()
        assert an.texts() == ["một", "hai", "ba"], f"cut at await {n}"
    assert n > 3
    await all_done(town)
    async with town.db.read() as conn:
        assert len((await conn.scalars(select(tables.inbox.c.id))).all()) == 3 * n


async def test_the_same_batch_twice_at_once_is_handled_once(town: Town) -> None:
    """Telegram waits a minute for the answer to what it posts, and then posts again."""
    an, letters = await someone(town, 0)
    for number in range(20):
        batch = letters.batch(f"một {number}", f"hai {number}")
        await asyncio.gather(*(town.app.inbox.receive(batch) for _ in range(4)))
    await town.settle()
    assert an.texts() == [f"{word} {number}" for number in range(20) for word in ("một", "hai")]
    await all_done(town)
