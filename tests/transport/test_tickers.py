"""The tickers only wake: one that comes an hour late still runs, once, and what it is to look at is in the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED, JobExecutionEvent

from bot.reminders.jobs import HOUSEKEEPING, TICK
from tests.town import Town


@pytest.mark.parametrize(("name", "every"), [("notices", TICK), ("housekeeping", HOUSEKEEPING)])
async def test_a_ticker_that_comes_hours_late_runs_once_and_is_not_dropped(
    town: Town, name: str, every: timedelta
) -> None:
    await town.settle()
    queue = town.app.job_queue
    assert queue is not None
    (ticker,) = queue.get_jobs_by_name(name)
    happened: list[int] = []
    done = asyncio.Event()

    def noted(event: JobExecutionEvent) -> None:
        if event.job_id == ticker.job.id:
            happened.append(event.code)
            done.set()

    queue.scheduler.add_listener(noted, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED)
    queue.scheduler.pause()
    ticker.job.modify(next_run_time=ticker.job.next_run_time - 5 * HOUSEKEEPING - TICK / 2)
    queue.scheduler.resume()
    await done.wait()
    assert happened == [EVENT_JOB_EXECUTED]
    assert ticker.job.trigger.interval == every
