"""The real sender under Telegram's limits: full speed, never above it, and what goes at once overtakes."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.domain.people.people import Role
from bot.reminders.tick import tick
from bot.storage.engine.database import Database
from bot.storage.outbox import outbox
from bot.storage.outbox.outbox import Notice
from bot.transport.sending.sender import Sender
from tests.reminders.hamlet import OFFICE, POLICE, Hamlet, local
from tests.town import WatchedClock

PEOPLE = 240
SECOND = timedelta(seconds=1)


class Line:
    """In the place of the bot's HTTP: notes when each message arrives."""

    def __init__(self, clock: WatchedClock) -> None:
        self.clock = clock
        self.arrived: list[tuple[datetime, int]] = []
        self._numbers = count(1)

    async def send_message(self, chat_id: int, text: str, **more: Any) -> SimpleNamespace:
        await asyncio.sleep(0)
        self.arrived.append((self.clock.now(), chat_id))
        return SimpleNamespace(message_id=next(self._numbers))


async def run_dry(hamlet: Hamlet, clock: WatchedClock, until: datetime | None = None) -> None:
    """Let the dispatcher work; time passes only while all it does is to wait."""
    while not hamlet.dispatcher.idle and (until is None or clock.now() < until):
        working = hamlet.dispatcher.working
        if working and working <= clock.asleep:
            wake = clock.next_wake()
            assert wake is not None
            clock.move_to(wake)
        await asyncio.sleep(0.0005)


async def test_thirty_a_second_are_held_and_never_passed_and_a_return_overtakes(
    sqlite_url: str, tmp_path: Path
) -> None:
    clock = WatchedClock(local("2026-06-01 10:00"))
    db = await Database.open(sqlite_url)
    hamlet = Hamlet(db, tmp_path, clock)
    line = Line(clock)
    hamlet.app.sender = Sender(line, clock, per_second=30)  # type: ignore[arg-type]
    try:
        await hamlet.settle()
        await hamlet.join("Văn phòng", OFFICE, Role.OFFICE)
        for number in range(PEOPLE):
            await hamlet.join(f"Cán bộ {number}", POLICE, Role.OFFICER)
        await hamlet.join("An", OFFICE, Role.OFFICER)
        await hamlet.row("NV01", "30/6/2026")
        await hamlet.row("NV02", "Quý III/2026", OFFICE)
        await hamlet.use()
        clock.move_to(local("2026-06-16 00:10"))
        await tick(hamlet.desk, clock.now())
        clock.move_to(local("2026-06-16 07:30"))
        begun = clock.now()
        await hamlet.dispatcher.start()
        await run_dry(hamlet, clock, begun + 3 * SECOND)
        report = await hamlet.report("NV02", 100)
        await hamlet.give_back("NV02", report)
        queued_at = clock.now()
        async with db.write() as conn:
            notice = Notice(
                "r",
                hamlet.place,
                "returned",
                str(report + 1),
                queued_at,
                hamlet.people["An"],
                None,
                hamlet.ids["NV02"],
                report + 1,
                urgent=True,
            )
            await outbox.queue_all(conn, [notice], queued_at)
        hamlet.dispatcher.wake()
        await run_dry(hamlet, clock)
        await hamlet.dispatcher.stop()
    finally:
        await db.close()
    await_an = next(at for at, chat_id in line.arrived if chat_id == 1000 + list(hamlet.people).index("An"))
    assert timedelta() <= await_an - queued_at <= 2 * SECOND
    assert_limits_kept(line.arrived)
    assert len(line.arrived) >= PEOPLE
    spent = (line.arrived[-1][0] - line.arrived[0][0]).total_seconds()
    assert len(line.arrived) / max(spent, 1) >= 28


def assert_limits_kept(arrived: list[tuple[datetime, int]]) -> None:
    for position, (at, _) in enumerate(arrived):
        within = [chat for then, chat in arrived[position : position + 40] if then < at + SECOND]
        assert len(within) <= 30, at
    assert max(Counter(chat for _, chat in arrived).values()) <= 2
