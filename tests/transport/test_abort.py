"""An abort at every await while an update is handled leaves either before or after, never between."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.domain.people.dialogue import Dialogue
from bot.storage.records import people
from bot.transport.screen.visit import Visit
from bot.views.parts.html import escape
from bot.views.parts.view import View
from tests.town import Town, town_on
from tests.transport.abort import abort_handling
from tests.transport.village import inbox_rows, listen, member

MOST = 400


async def count_up(visit: Visit, text: str) -> None:
    """A dialogue that counts how often it has been advanced."""
    visitor = visit.scene.visitor
    heard = 0 if visitor.dialogue is None else visitor.dialogue.draft["heard"]
    await visit.say(View(escape(f"{heard + 1}")))
    stored = Dialogue(visitor.chat_id, visitor.telegram_id, "count", {"heard": heard + 1}, visit.scene.now)
    visit.keep(stored)


async def _heard(town: Town, telegram_id: int) -> int:
    async with town.db.read() as conn:
        stored = (await people.visitor(conn, telegram_id, telegram_id)).dialogue
    return 0 if stored is None else int(stored.draft["heard"])


async def test_an_abort_at_every_await_leaves_before_or_after(data_dir: Path) -> None:
    n = 0
    async with town_on(data_dir) as town:
        reached = True
        while reached:
            n += 1
            assert n < MOST
            an = await member(town, f"Người {n}")
            listen(town, count_up)
            was_reached = abort_handling(town.app, n)
            an.send_text("một")
            await town.settle()
            reached = was_reached()
            del town.app.processor.do_process_update
            assert await _heard(town, an.id) == 1
            assert set(an.texts()) == {"1"}
            assert len(an.texts()) <= 2  # at worst one answer repeated
            assert {row[1] for row in inbox_rows(town)} == {"done"}
    assert n > 5


async def test_an_abort_at_every_await_and_the_end_of_the_process_leave_before_or_after(
    data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    n, reached = 0, True
    while reached and n < MOST:
        n += 3
        copied = tmp_path_factory.mktemp("copied") / "data"
        shutil.copytree(data_dir, copied)
        async with town_on(copied) as town:
            an = await member(town, f"Người {n}")
            listen(town, count_up)
            town.app.processor._later = lambda ticket, seconds: True  # type: ignore[method-assign]
            was_reached = abort_handling(town.app, n)
            an.send_text("một")
            while not any(t.task is not None and t.task.done() for t in town.app.inbox.queue.tickets):
                town.clock.changed.clear()
                if town.app.at_rest and not town.chats.updates.pending():
                    break
                await asyncio.sleep(0)
            reached = was_reached()
            await town.kill()
            assert (await _stored(copied, an.id)) in ((0, "pending"), (1, "done"))
            town.app = town._built()
            listen(town, count_up)
            await town.start()
            await town.settle()
            assert await _heard(town, an.id) == 1
            assert set(an.texts()) == {"1"}


async def _stored(data_dir: Path, telegram_id: int) -> tuple[int, str]:
    with sqlite3.connect(data_dir / "tiendo.db") as conn:
        draft = conn.execute("SELECT draft FROM dialogues WHERE telegram_id = ?", (telegram_id,)).fetchone()
        state = conn.execute("SELECT state FROM inbox WHERE owner = ?", (telegram_id,)).fetchone()
    return (0 if draft is None else json.loads(draft[0])["heard"], state[0])
