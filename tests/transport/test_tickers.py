"""The tickers only wake, by monotonic time: one that comes late runs once; what is due is in the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.reminders.jobs import HOUSEKEEPING, TICK
from bot.reminders.ticker import Ticker
from tests.town import Town


class Loop(asyncio.SelectorEventLoop):
    """A loop whose time is moved on wherever it would wait."""

    def __init__(self) -> None:
        super().__init__()
        self.moved = 0.0

    def time(self) -> float:
        return super().time() + self.moved


def run(job: object) -> None:
    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(job)  # type: ignore[arg-type]


async def pass_by(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Loop)
    loop.moved += seconds
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_ticker_comes_again_and_again_and_one_that_fails_comes_again_too() -> None:
    async def job() -> None:
        at: list[float] = []

        async def turn() -> None:
            at.append(asyncio.get_running_loop().time())
            raise RuntimeError

        ticker = Ticker(timedelta(seconds=30), turn, first=timedelta(seconds=5))
        begun = asyncio.get_running_loop().time()
        await ticker.start()
        for _ in range(100):
            await pass_by(1)
        await ticker.stop()
        assert [each - begun for each in at] == pytest.approx([5, 35, 65, 95], abs=2)

    run(job())


def test_one_that_comes_hours_late_runs_once() -> None:
    async def job() -> None:
        at: list[float] = []

        async def turn() -> None:
            at.append(asyncio.get_running_loop().time())

        ticker = Ticker(timedelta(seconds=30), turn)
        await ticker.start()
        await pass_by(0)
        await pass_by(5 * 3600)
        assert len(at) == 1
        await ticker.stop()

    run(job())


def test_a_turn_that_has_begun_comes_to_its_end() -> None:
    async def job() -> None:
        begun, may_end, ended = asyncio.Event(), asyncio.Event(), []

        async def turn() -> None:
            begun.set()
            await may_end.wait()
            ended.append(True)

        ticker = Ticker(timedelta(seconds=30), turn, first=timedelta())
        await ticker.start()
        await begun.wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(ticker.stop())
            await asyncio.sleep(0)
            assert not ended
            may_end.set()
        assert ended == [True]

    run(job())


async def test_the_application_looks_twice_a_minute_and_keeps_house_every_hour(town: Town) -> None:
    assert [each.every for each in town.app.companions if isinstance(each, Ticker)] == [TICK, HOUSEKEEPING]
