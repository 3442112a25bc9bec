"""A group that becomes a supergroup, seen through the real Bot API of the simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.simulator.telegram.chats.people import ChatGroup
from bot.storage.outbox import team_chats
from bot.storage.outbox.team_chats import TeamChat
from bot.storage.records import plans
from bot.views.parts.html import Html
from bot.views.parts.view import View
from tests.town import Town, town_on
from tests.transport.village import SLUG, member, settle_village

NEW_ID = -1_009_000_000_001


@pytest_asyncio.fixture
async def town(sqlite_path: Path) -> AsyncIterator[Town]:
    settle_village(sqlite_path)
    async with town_on(sqlite_path.parent) as town:
        yield town


async def test_the_message_goes_to_the_supergroup_and_its_number_is_kept(town: Town) -> None:
    an = await member(town)
    group = ChatGroup.created(town.chats, "Tổ CNSCĐ", an)
    group.add_bot(an)
    await town.settle()
    async with town.db.write() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        assert place is not None
        unit = (await plans.units(conn, place.id))[0]
        await team_chats.bind(conn, TeamChat(place.id, unit.id, group.id, 1, town.clock.now()))
    moved = group.migrate(NEW_ID)
    await town.settle()
    await town.app.sender.send(group.id, View(Html("Bản tin")))
    assert moved.texts()[-1] == "Bản tin"
    async with town.db.read() as conn:
        assert (await team_chats.chats_in(conn, place.id))[unit.id].chat_id == NEW_ID
