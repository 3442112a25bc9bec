"""Figures of reminders: what a tick costs, how fast ten thousand people are told, how long a whole year takes."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.reminders.tick import something_due, tick
from bot.services.core.desk import Desk
from tests.bench.data import many_localities, open_desk
from tests.bench.figures import Figure
from tests.bench.machine import spread
from tests.bench.reminders_sending import measure_sending
from tests.reminders.year import live_through, quick_folder, summary

A_LOCALITY = 50
FEW, MANY = 4, 4_000
"""Localities of 50 lead assignments each: 200 and 200,000."""
BEGUN = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
MOST_AT_REST, MOST_BESIDE = 3, 1.5
TICKS = 200
DUE = (100, 1_000)
MOST_OF_A_YEAR = 120


def measure_reminders(folder: Path, *, runs: int) -> list[Figure]:
    """The figures of reminders."""
    ticks = asyncio.run(_ticks(folder, runs))
    sending = asyncio.run(measure_sending(folder / "sending"))
    with quick_folder() as year:
        lived = asyncio.run(live_through(year))
    return [
        *ticks,
        *sending,
        Figure(
            "a plan year of the five plans, database in memory, s",
            f"{lived.seconds:.0f}",
            f"≤ {MOST_OF_A_YEAR}",
            lived.seconds <= MOST_OF_A_YEAR,
        ),
        *(Figure(f"the year, {name}", figure) for name, figure in summary(lived)),
    ]


async def _ticks(folder: Path, runs: int) -> list[Figure]:
    few, many = await _filled(folder / "few", FEW), await _filled(folder / "many", MANY)
    try:
        rest = {"few": await _at_rest(few), "many": await _at_rest(many)}
        for _ in range(runs):
            rest["few"] += await _at_rest(few)
            rest["many"] += await _at_rest(many)
        # Of the few only 100 can be due: the same work, to see what the 200,000 beside it cost.
        in_few = [await _due(few, DUE[0], number) for number in range(runs + 1)][1:]
        of_hundred = [await _due(many, DUE[0], number) for number in range(runs + 1)][1:]
        of_thousand = [await _due(many, DUE[1], number) for number in range(runs + 1)][1:]
    finally:
        await few.db.close()
        await many.db.close()
    at_rest = statistics.median(rest["many"]) / statistics.median(rest["few"])
    share = DUE[1] / DUE[0]
    work = statistics.median(of_thousand) / statistics.median(of_hundred) / share
    beside = statistics.median(of_hundred) / statistics.median(in_few)
    return [
        Figure("tick, nothing due, 200 assignments, ms", spread(rest["few"], 1000, 2)),
        Figure("tick, nothing due, 200,000 assignments, ms", spread(rest["many"], 1000, 2)),
        Figure("the second, multiple of the first", f"{at_rest:.2f}", f"≤ {MOST_AT_REST}", at_rest <= MOST_AT_REST),
        Figure("tick, 100 due of 200, ms", spread(in_few, 1000, 0)),
        Figure("tick, 100 due of 200,000, ms", spread(of_hundred, 1000, 0)),
        Figure("tick, 1,000 due of 200,000, ms", spread(of_thousand, 1000, 0)),
        Figure("one of 1,000 due, multiple of one of 100", f"{work:.2f}", f"≤ {MOST_BESIDE}", work <= MOST_BESIDE),
        Figure("one of 100 due, multiple where 200,000 stand beside it", f"{beside:.2f}"),
    ]


async def _filled(folder: Path, copies: int) -> Desk:
    """A database in which everything has been looked at, and nothing is due before December."""
    folder.mkdir()
    desk = await open_desk(folder)
    await many_localities(desk, copies, A_LOCALITY, now=BEGUN)
    async with desk.db.write() as conn:
        # Spread over the months ahead, as they are in a year.
        ahead = "strftime('%Y-%m-%dT%H:%M:%f000Z', '2027-02-01T01:00:00', '+' || (id % 250) || ' days')"
        await conn.exec_driver_sql(f"UPDATE assignments SET next_alert_at = {ahead}, next_reminder_at = {ahead}")
        await conn.exec_driver_sql(f"UPDATE localities SET next_round_at = {ahead}, round_version = version")
        await conn.exec_driver_sql("ANALYZE")
    assert not await something_due(desk, LATER)
    return desk


async def _at_rest(desk: Desk) -> list[float]:
    taken = []
    for _ in range(TICKS):
        begun = time.perf_counter()
        assert await tick(desk, LATER) == 0
        taken.append(time.perf_counter() - begun)
    return taken


async def _due(desk: Desk, number: int, turn: int) -> float:
    """Seconds of a tick in which so many assignments are due, some of every fifth locality of those that hold them."""
    now = LATER + timedelta(minutes=turn)
    instant = now.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    ids = await _some(desk, number)
    async with desk.db.write() as conn:
        for first in range(0, len(ids), 500):
            some = ", ".join(map(str, ids[first : first + 500]))
            due = f"next_alert_at = '{instant}', next_reminder_at = '{instant}', reminded_until = '2026-11-30'"
            await conn.exec_driver_sql(f"UPDATE assignments SET {due} WHERE id IN ({some})")
    begun = time.perf_counter()
    looked = await tick(desk, now)
    taken = time.perf_counter() - begun
    assert looked == number, looked
    assert not await something_due(desk, now)
    return taken


async def _some(desk: Desk, number: int) -> Sequence[int]:
    """So many assignments: 25 of each of the first localities."""
    async with desk.db.read() as conn:
        found = await conn.exec_driver_sql(
            "SELECT id FROM (SELECT id, locality_id, row_number() OVER (PARTITION BY locality_id ORDER BY id) n "
            "FROM assignments WHERE ended_at IS NULL) WHERE n <= 25 ORDER BY locality_id, id LIMIT ?",
            (number,),
        )
        return [row[0] for row in found]
