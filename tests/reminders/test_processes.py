"""Two processes tick and dispatch at once: each notice goes out once, none is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import MovedClock
from bot.domain.people.people import Role
from bot.reminders import tick as ticking
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.outbox import deliveries, looks
from tests.reminders.hamlet import DIVISION, POLICE, Hamlet, Mouth, a_hamlet, local
from tests.reminders.test_delivery import singles

ROWS = 30


async def busy(hamlet: Hamlet) -> None:
    """Much to tell on one morning, to several people."""
    for number in range(6):
        await hamlet.join(f"Cán bộ {number}", POLICE if number % 2 else DIVISION, Role.OFFICER)
    for number in range(ROWS):
        await hamlet.row(f"NV{number}", "30/6/2026", POLICE if number % 2 else DIVISION)
    await hamlet.use()
    hamlet.clock.move_to(local("2026-06-16 00:10"))


async def another(hamlet: Hamlet, url: str, folder: Path) -> Hamlet:
    """A second process on the same database, under the same clock."""
    db = await Database.open(url)
    other = Hamlet(db, folder, hamlet.clock, Mouth(hamlet.clock))
    other.ids, other.people, other.units = hamlet.ids, hamlet.people, hamlet.units
    other.place = hamlet.place
    return other


async def test_two_processes_share_the_work_and_send_each_notice_once(database_url: str, tmp_path: Path) -> None:
    async with a_hamlet(database_url, tmp_path, "2026-06-01 10:00") as hamlet:
        await busy(hamlet)
        other = await another(hamlet, database_url, tmp_path)
        try:
            await asyncio.gather(
                *(ticking.tick(each.desk, hamlet.clock.now(), batch=4) for each in (hamlet, other, hamlet, other))
            )
            hamlet.clock.move_to(local("2026-06-16 07:30"))
            await asyncio.gather(hamlet.work(), other.work())
            await asyncio.gather(hamlet.work(), other.work())
            async with hamlet.db.read() as conn:
                assert not await looks.something_due(conn, hamlet.clock.now())
                o = t.outbox.c
                found = (await conn.execute(select(o.state, o.rule).where(o.rule == "due_in_14"))).all()
                flips = (await conn.execute(select(t.flips.c.assignment_id, t.flips.c.day, t.flips.c.after))).all()
        finally:
            await other.db.close()
    officers = 4  # An or Bình, and three more of each unit
    assert Counter(row.state for row in found) == {"sent": ROWS * officers}
    assert max(Counter(tuple(row) for row in flips).values()) == 1
    messages = Counter(sent.chat_id for each in (hamlet, other) for sent in each.mouth.sent)
    assert set(messages.values()) == {1}


async def test_a_process_leaves_alone_what_another_holds(postgresql_url: str, tmp_path: Path) -> None:
    async with a_hamlet(postgresql_url, tmp_path, "2026-06-01 10:00") as hamlet:
        await busy(hamlet)
        await ticking.tick(hamlet.desk, hamlet.clock.now())
        hamlet.clock.move_to(local("2026-06-23 00:10"))
        other = await another(hamlet, postgresql_url, tmp_path)
        try:
            async with hamlet.db.write() as held:
                mine = await looks.pending(held, hamlet.clock.now(), 10)
                async with other.db.write() as conn:
                    theirs = await looks.pending(conn, hamlet.clock.now(), 1000)
                assert not {each.assignment.id for each in mine} & {each.assignment.id for each in theirs}
                assert len(mine) + len(theirs) == ROWS
        finally:
            await other.db.close()


@pytest.mark.parametrize("batch", [1, 7, 1000])
async def test_the_size_of_a_batch_changes_nothing(sqlite_url: str, tmp_path: Path, batch: int) -> None:
    async with a_hamlet(sqlite_url, tmp_path, "2026-06-01 10:00") as hamlet:
        await busy(hamlet)
        await ticking.tick(hamlet.desk, hamlet.clock.now(), batch=batch)
        hamlet.clock.move_to(local("2026-06-16 07:30"))
        await hamlet.work()
        assert len(await hamlet.told(rules=["due_in_14"])) == ROWS * 4
        assert isinstance(hamlet.clock, MovedClock)


async def test_of_two_processes_that_read_the_same_singles_none_puts_off_what_the_other_has_sent(
    database_url: str, tmp_path: Path
) -> None:
    async with a_hamlet(database_url, tmp_path, "2026-06-01 10:00") as hamlet:
        await singles(hamlet, 7)
        other = await another(hamlet, database_url, tmp_path)
        try:
            async with other.db.read() as conn:
                seen = await deliveries.urgent_due(conn, hamlet.clock.now(), 10)
            assert len(seen) == 7
            await hamlet.work()
            for item in seen:
                assert not await other.dispatcher._deliverer.send_single(item)
        finally:
            await other.db.close()
        await hamlet.up_until("2026-06-02 10:00")
        assert [each.day.day for each in await hamlet.told(rules=["returned"])] == [1] * 5 + [2] * 2
        assert all(f"<b>TL{n}</b>" not in hamlet.messages("An")[-1].text for n in range(1, 6))
