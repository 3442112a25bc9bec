"""The clocks that can be moved."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.clock import MovedClock, ShiftedClock

START = datetime(2026, 6, 15, 1, tzinfo=UTC)


async def test_a_moved_clock_wakes_sleepers_in_the_order_of_their_time() -> None:
    clock, woken = MovedClock(START), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    async with asyncio.TaskGroup() as group:
        for seconds in (30, 10, 20):
            group.create_task(sleeper(seconds))
        await asyncio.sleep(0)
        clock.move_by(seconds=15)
        await asyncio.sleep(0)
        assert woken == [10]
        assert clock.next_wake() == START + timedelta(seconds=20)
        clock.move_by(hours=1)
    assert woken == [10, 20, 30]


async def test_a_shifted_clock_wakes_its_sleepers_when_it_is_moved_past_them() -> None:
    clock = ShiftedClock(START)
    assert abs(clock.now() - START) < timedelta(seconds=5)
    async with asyncio.TaskGroup() as group:
        sleeping = group.create_task(clock.sleep(3600))
        await asyncio.sleep(0)
        assert not sleeping.done()
        clock.move_to(START + timedelta(hours=2))
    assert clock.now() >= START + timedelta(hours=2)
