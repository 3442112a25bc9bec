"""The preview of a day and the day itself: after random histories the same is told as was foretold.

And looking ahead keeps nothing, waits for nobody and is waited for by nobody, on either engine.
"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.reminders.preview import Planned, plan_day
from bot.services.reminding.mute import mute
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database, migrate
from bot.storage.outbox import team_chats
from bot.storage.outbox.team_chats import TeamChat
from bot.storage.records import people
from tests.reminders.hamlet import DIVISION, POLICE, TEAM, Hamlet, a_hamlet
from tests.reminders.test_one_truth import CODES, History
from tests.reminders.test_plan_day import row_of

LIMITS = {"NV01": "20/10/2026", "NV02": "26/10/2026", "NV03": "30/10/2026", "NV04": "5/10/2026"}
SEEDS = range(6)
DAYS_AHEAD = 12


async def lived(hamlet: Hamlet, seed: int) -> None:
    """Three weeks of October in which people did this and that, the last of it told."""
    for code, printed in LIMITS.items():
        await hamlet.row(code, printed, DIVISION if code == "NV02" else POLICE, teams=[TEAM] * (code == "NV02"))
    await hamlet.use()
    history = History(hamlet, seed)
    if seed % 2:
        async with hamlet.db.write() as conn:
            await team_chats.bind(conn, TeamChat(hamlet.place, hamlet.units[TEAM], -500, 1, hamlet.clock.now()))
    for _ in range(3):
        for _ in range(5):
            await history.do()
            hamlet.clock.move_by(minutes=history.random.choice((1, 30, 600)))
        await hamlet.up_until(f"{hamlet.clock.now() + timedelta(days=3):%Y-%m-%d} 18:00")
    code = history.random.choice(CODES)
    await mute(
        hamlet.desk, await hamlet.visitor("Tổ viên"), row_id=await row_of(hamlet, code), until=date(2026, 10, 22)
    )
    if seed % 3 == 0:
        async with hamlet.db.write() as conn:
            await people.set_reachable(conn, hamlet.people["Hải"], False, hamlet.clock.now())
    await hamlet.work()


def known(hamlet: Hamlet, planned: tuple[Planned, ...]) -> set[tuple[str, str, str]]:
    """Who hears what of which row; places where nobody is hear nothing."""
    names = {person_id: name for name, person_id in hamlet.people.items()} | {None: "nhóm"}
    heard = [each for each in planned if each.person is not None or each.chat is not None]
    return {(names[each.person], each.rule.value, each.code or "") for each in heard}


@pytest.mark.slow
@pytest.mark.unmeasured
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
async def test_what_is_foretold_of_the_days_to_come_is_what_they_tell(tmp_path: Path, seed: int) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'tiendo.db'}"
    await migrate(url)
    async with a_hamlet(url, tmp_path, "2026-10-01 08:00", month_reports=True) as hamlet:
        await lived(hamlet, seed)
        today = hamlet.clock.now().date()
        days = [today + timedelta(days=n) for n in range(1, DAYS_AHEAD)]
        foretold = {day: known(hamlet, await plan_day(hamlet.desk, hamlet.place, day)) for day in days}
        await hamlet.up_until(f"{days[-1]} 18:00")
        told = await hamlet.told()
        for day in days:
            assert foretold[day] == {(one.who, one.rule, one.code or "") for one in told if one.day == day}, day
        assert any(foretold.values())


async def everything(db: Database) -> dict[str, list[object]]:
    async with db.read() as conn:
        return {
            table.name: [tuple(row) for row in await conn.execute(select(table).order_by(*table.primary_key.columns))]
            for table in t.metadata.sorted_tables
        }


async def test_looking_ahead_changes_nothing_at_all(database_url: str, tmp_path: Path) -> None:
    async with a_hamlet(database_url, tmp_path, "2026-10-01 08:00", month_reports=True) as hamlet:
        await lived(hamlet, 1)
        before = await everything(hamlet.db)
        today = hamlet.clock.now().date()
        foretold = [
            planned
            for n in (-14, 0, 1, 5, 40, 200)
            for planned in await plan_day(hamlet.desk, None, today + timedelta(days=n))
        ]
        assert foretold
        assert await everything(hamlet.db) == before


async def test_looking_ahead_waits_for_no_writer_and_no_writer_waits_for_it(database_url: str, tmp_path: Path) -> None:
    async with a_hamlet(database_url, tmp_path, "2026-10-01 08:00", month_reports=True) as hamlet:
        await lived(hamlet, 2)
        ahead = hamlet.clock.now().date() + timedelta(days=4)
        quiet = await plan_day(hamlet.desk, hamlet.place, ahead)
        impatient = await Database.open(database_url, busy_ms=1)
        try:
            async with impatient.write() as conn:
                # Whoever holds the writer, and every row, does not hold up the preview.
                await conn.execute(t.outbox.update().values(attempts=t.outbox.c.attempts))
                await conn.execute(t.assignments.update().values(role=t.assignments.c.role))
                assert await plan_day(hamlet.desk, hamlet.place, ahead) == quiet
            looking = asyncio.create_task(plan_day(hamlet.desk, hamlet.place, ahead))
            written = 0
            while not looking.done():
                async with impatient.write() as conn:
                    await conn.execute(t.assignments.update().values(role=t.assignments.c.role))
                written += 1
            assert await looking == quiet and written > 0
        finally:
            await impatient.close()
