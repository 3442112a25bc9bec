"""Telegram begins its numbers anew at random after a quiet week: what comes then is new, whatever its number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.simulator.telegram.chats.people import Person
from tests.faults.deeds import all_done, officer, photo, press, reports, say
from tests.journeys.test_main_journey import seed_binh_loc
from tests.town import Town, town_on

FIRST = 700_000_001
"""The number of the first update of a simulated Telegram."""
ANEW = {"below": 5_000, "inside": FIRST, "inside, one late": FIRST + 1, "above": 1_900_000_000}


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running bot with the plan of Bình Lộc, once on each engine."""
    seed_binh_loc(database_url, tmp_path / "data")
    async with town_on(tmp_path / "data", database_url=database_url) as town:
        yield town


async def report(town: Town, an: Person, percent: int) -> str:
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
