"""Telegram begins its numbers anew at random after a quiet week: what comes then is new, whatever its number."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.archive import backup
from bot.storage.engine import tables
from tests.faults.deeds import OFFICE, all_done, photo, reports
from tests.journeys.test_main_journey import seed_binh_loc
from tests.town import Town, officer, press, say, town_on

FIRST = 700_000_001
"""The number of the first update of a simulated Telegram."""
ANEW = {"below": 5_000, "inside": FIRST, "inside, one late": FIRST + 1, "above": 1_900_000_000}


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running bot with the plan of Bình Lộc, once on each engine."""
    seed_binh_loc(database_url, tmp_path / "data")
    async with town_on(tmp_path / "data", database_url=database_url) as town:
        yield town


async def report(town: Town, an: SimulatedPerson, percent: int) -> str:
    """A report of NV07 with a photo, and what it was answered with."""
    await say(town, an, f"NV07 {percent}%")
    an.send_photo(photo(), f"đã làm {percent} phần")
    await town.settle()
    return await press(town, an, "Gửi báo cáo")


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("first", ANEW.values(), ids=ANEW.keys())
async def test_reports_after_a_quiet_week_are_recorded_and_answered(town: Town, first: int, restarted: bool) -> None:
    an = await officer(town)
    assert "60%" in await report(town, an, 60)
    if restarted:
        await town.restart()
    town.clock.move_by(days=9)
    town.chats.updates.begin_anew(first)
    assert "80%" in await report(town, an, 80)
    assert [(r.percent, len(r.files), r.note) for r in await reports(town)] == [
        (60, 1, "đã làm 60 phần"),
        (80, 1, "đã làm 80 phần"),
    ]
    await all_done(town)


async def test_a_nudge_is_named_after_the_bot_whose_question_it_answers(town: Town) -> None:
    """Another bot counts the messages of a chat from the beginning."""
    await officer(town)
    office = await officer(town, OFFICE, "Trần Thị Bình", Role.OFFICE)
    await say(town, office, "/dondoc NV07")
    question = office.last().id
    await press(town, office, "Gửi đôn đốc")
    async with town.db.read() as conn:
        [key] = await conn.scalars(select(tables.outbox.c.key).where(tables.outbox.c.rule == "nudge"))
    assert key.startswith(f"nudge:{town.app.inbox.bot_id}:{office.id}:{question}:")


async def test_after_a_backup_was_brought_back_no_card_of_before_sends_another_report(
    data_dir: Path, tmp_path: Path
) -> None:
    """What came after the backup is gone, but its messages and their buttons still hang in the chat."""
    async with town_on(data_dir) as town:
        an, place = await officer(town), (town.settings.database, data_dir)
        await say(town, an, "NV07 40%")
        await press(town, an, "Gửi báo cáo")
        await backup.backup(*place, tmp_path / "b.tar", town.clock.now())
        await say(town, an, "NV07 60%")
        lost = an.last()
        send = next(b["callback_data"] for b in lost.buttons if b["text"] == "Gửi báo cáo")
        await town.stop()
        for path in data_dir.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        await backup.restore(tmp_path / "b.tar", *place)
        await town.start_anew()
        await say(town, an, "NV13 90%")
        an.press_stale(send, lost.id)
        await town.settle()
        assert an.unanswered() == []
        assert [r.percent for r in await reports(town)] == [40]
        assert await reports(town, "NV13") == []
        await press(town, an, "Gửi báo cáo")
        assert [r.percent for r in await reports(town, "NV13")] == [90]
        await all_done(town)
