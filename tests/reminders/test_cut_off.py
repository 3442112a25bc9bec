"""An abort at every await of tick and dispatcher: nothing lost, nothing doubled but what counts as unknown."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.reminders.deliver import LEASE
from bot.reminders.tick import tick
from bot.storage.engine.database import Database
from tests.reminders.hamlet import TEAM, Hamlet, Mouth, a_hamlet, local
from tests.transport.abort import AbortAt

# A busy machine takes several times as long.
pytestmark = pytest.mark.timeout(600)

MOST = 400
Work = Callable[[Hamlet], Awaitable[object]]


async def prepared(url: str, folder: Path) -> tuple[Hamlet, dict[str, int]]:
    """What is due on the morning of 11/06: a red light, a warning, a board for nobody yet."""
    async with a_hamlet(url, folder, "2026-06-01 10:00") as hamlet:
        await hamlet.row("NV01", "10/6/2026", teams=[TEAM])
        await hamlet.row("NV02", "25/6/2026")
        await hamlet.use()
        await hamlet.report("NV02", 70)
        await hamlet.up_until("2026-06-10 18:00")
        return hamlet, hamlet.people


async def reopened(made: Hamlet, path: Path, at: str) -> Hamlet:
    made.clock.move_to(local(at))
    db = await Database.open(f"sqlite+aiosqlite:///{path}")
    hamlet = Hamlet(db, path.parent, made.clock, Mouth(made.clock))
    hamlet.people, hamlet.ids, hamlet.units, hamlet.place = made.people, made.ids, made.units, made.place
    return hamlet


async def cut(work: Awaitable[object], n: int) -> bool:
    """Whether the work had that many suspensions; it is cut off at the n-th."""
    aborted = AbortAt(work, n)

    async def run() -> None:
        await aborted

    task = asyncio.get_running_loop().create_task(run())
    await asyncio.gather(task, return_exceptions=True)
    return aborted.reached


def told(path: Path) -> list[tuple[str, str, int]]:
    with sqlite3.connect(path) as conn:
        return conn.execute(
            "SELECT rule, state, COUNT(*) FROM outbox WHERE not_before >= '2026-06-11' GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()


async def test_a_tick_cut_off_at_any_await_is_done_again_with_the_same_result(sqlite_path: Path) -> None:
    made, _ = await prepared(f"sqlite+aiosqlite:///{sqlite_path}", sqlite_path.parent)
    wanted: list[tuple[str, str, int]] | None = None
    n, reached = 0, True
    while reached and n < MOST:
        n += 1
        copied = sqlite_path.parent / f"tick{n}.db"
        shutil.copyfile(sqlite_path, copied)
        hamlet = await reopened(made, copied, "2026-06-11 00:01")
        try:
            reached = await cut(tick(hamlet.desk, hamlet.clock.now()), n)
            await tick(hamlet.desk, hamlet.clock.now())
            with sqlite3.connect(copied) as conn:
                flips = conn.execute("SELECT assignment_id, day, after FROM flips WHERE day >= '2026-06-11'").fetchall()
        finally:
            await hamlet.db.close()
        assert len(flips) == len(set(flips))
        result = told(copied)
        wanted = wanted or result
        assert result == wanted, n
    assert n > 5
    assert wanted is not None
    assert ("turned_red", "queued", 3) in wanted


@pytest.mark.slow
async def test_a_dispatch_cut_off_at_any_await_loses_no_alert(sqlite_path: Path) -> None:
    made, _ = await prepared(f"sqlite+aiosqlite:///{sqlite_path}", sqlite_path.parent)
    ready = await reopened(made, sqlite_path, "2026-06-11 00:01")
    await tick(ready.desk, ready.clock.now())
    await ready.db.close()
    n, reached = 0, True
    while reached and n < MOST:
        n += 1
        copied = sqlite_path.parent / f"send{n}.db"
        shutil.copyfile(sqlite_path, copied)
        hamlet = await reopened(made, copied, "2026-06-11 07:30")
        try:
            reached = await cut(hamlet.dispatcher.send_due(), n)
            cut_off = list(hamlet.mouth.sent)
            hamlet.clock.move_by(seconds=LEASE.total_seconds() + 1)
            await hamlet.work()
            assert_each_alert_once(hamlet, len(cut_off), n)
        finally:
            await hamlet.db.close()
    assert n > 5


def assert_each_alert_once(hamlet: Hamlet, before: int, n: int) -> None:
    for name in ("An", "Hải", "Tổ viên"):
        sent = hamlet.messages(name)
        marked = ["nhắc lại" in each.text.lower() for each in sent]
        # Once, or once more and marked: the first may not have been noted. Never none.
        assert len(sent) in (1, 2), (n, name, before)
        assert marked[1:] == [True] * (len(sent) - 1), (n, name)
        assert "Quá hạn" in sent[-1].text
