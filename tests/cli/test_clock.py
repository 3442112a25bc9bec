"""What `check` says where the machine's clock is wrong, or was."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.simulator.telegram.api.server import running
from bot.simulator.telegram.chats.state import Chats
from bot.storage.engine.types import instant_text
from tests.cli.running import tiendo
from tests.cli.test_commands import data_dir, first_seeding

__all__ = ["data_dir", "first_seeding"]


@pytest.mark.parametrize("behind", [timedelta(hours=29), timedelta(hours=-1)], ids=["ahead", "an hour back"])
async def test_a_clock_that_is_wrong_fails_the_check_with_what_is_held_back(data_dir: Path, behind: timedelta) -> None:
    chats = Chats(lambda: SystemClock().now() - behind)
    async with running(chats) as server:
        known = {"TIENDO_TOKEN": chats.bot.token, "TIENDO_API_URL": server.url}
        looked = await asyncio.to_thread(tiendo, data_dir, "check", **known)
    assert looked.code == 1
    (line,) = (line for line in looked.out.splitlines() if "Đồng hồ" in line)
    assert "không gửi tin nhắc nào" in line


async def test_an_answer_without_a_date_says_nothing_of_the_clock(data_dir: Path) -> None:
    chats = Chats(SystemClock())
    async with running(chats) as server:
        server.faults.date = lambda: "soon"
        known = {"TIENDO_TOKEN": chats.bot.token, "TIENDO_API_URL": server.url}
        looked = await asyncio.to_thread(tiendo, data_dir, "check", **known)
    assert looked.code == 0 and "Đồng hồ" not in looked.out


def test_what_a_wrong_clock_has_dated_is_listed_by_the_check(data_dir: Path) -> None:
    ahead = instant_text(SystemClock().now() + timedelta(days=30))
    with sqlite3.connect(data_dir / "tiendo.db") as conn:
        about = "SELECT a.id, a.locality_id FROM assignments a JOIN rows r ON r.id = a.row_id WHERE r.code = 'NV07'"
        (assignment, place) = conn.execute(about).fetchone()
        body = '{"kind": "milestone", "milestone": 0}'
        values = (assignment, place, ahead, "milestone", body, "k")
        conn.execute(
            "INSERT INTO events (assignment_id, locality_id, at, kind, body, key) VALUES (?, ?, ?, ?, ?, ?)", values
        )
    looked = tiendo(data_dir, "check")
    (line,) = (line for line in looked.out.splitlines() if "chưa tới" in line)
    assert looked.code == 1
    assert "1 việc" in line and "NV07 · đạt mốc · –" in line
