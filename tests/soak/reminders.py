"""Two real processes tick and dispatch on one database while both are killed, for weeks of a moved clock."""

from __future__ import annotations

import asyncio
import logging
import time as stopwatch
from collections import Counter
from contextlib import AsyncExitStack
from datetime import time, timedelta
from pathlib import Path
from random import Random

from bot.simulator.telegram.api.server import running
from tests.reminders.year import at
from tests.soak.clock_file import TownClock
from tests.soak.told_verdict import judge, summary
from tests.soak.town_of_year import FIRST, Town, Weeks
from tests.soak.two_processes import Watch, Worker, worker

DAYS = 16
FIRST_HOUR = time(8)


async def soak(folder: Path, url: str, seed: int, days: int) -> list[str]:
    """What is wrong at the end."""
    begun = stopwatch.monotonic()
    path = folder / "clock"
    town = Town(folder, url, seed, TownClock(path, at(FIRST, FIRST_HOUR)))
    try:
        await town.open()
        await Weeks(town, days).write()
        watches = (Watch(town.chats, "a"), Watch(town.chats, "b"))
        async with AsyncExitStack() as stack:
            servers = [await stack.enter_async_context(running(town.chats, faults=watch)) for watch in watches]
            # Callers that die in the middle of a request are what this is about.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            for number, (letter, server, watch) in enumerate(zip("ab", servers, watches, strict=True)):
                watch.db = town.desk.db
                chance = Random(2 * seed + number)
                town.workers += (worker(letter, server.url, watch, folder, url, path, chance),)
            codes = await _lived(town, days)
        wrong = [f"process {worker.letter} ended with {code} on SIGTERM" for worker, code in codes if code]
        lived = await town.lived(stopwatch.monotonic() - begun)
    finally:
        await town.close()
    received = sorted((each for watch in watches for each in watch.received), key=lambda each: each.at)
    wrong += judge(lived, received, until=at(FIRST + timedelta(days=days), time()))
    _tell(town, folder, lived.seconds)
    for line in summary(lived, received):
        print(f"  {line}")
    return wrong


async def _lived(town: Town, days: int) -> list[tuple[Worker, int]]:
    """The exit codes of both processes at the end."""
    loop = asyncio.get_running_loop()
    dying = [loop.create_task(each.live_and_die()) for each in town.workers]
    living = loop.create_task(town.live(FIRST + timedelta(days=days - 1)))
    try:
        await asyncio.wait({living, *dying}, return_when=asyncio.FIRST_COMPLETED)
        living.cancel()
        for each in dying:
            each.cancel()
        ended = await asyncio.gather(living, *dying, return_exceptions=True)
        for fault in ended:
            if isinstance(fault, Exception):
                raise fault
        for each in town.workers:
            await each.start_anew()
        await town.outlive_leases()
    finally:
        codes = [(each, await each.stop()) for each in town.workers]
    return codes


def _tell(town: Town, folder: Path, seconds: float) -> None:
    kills = sum((each.kills for each in town.workers), Counter())
    how = ", ".join(f"{count} {how}" for how, count in sorted(kills.items()))
    print(f"  {seconds:.0f} s, {kills.total()} kills: {how}")
    refused = Counter(town.refused)
    print(f"  {town.jumps} leases of the dead waited for; refused to people: {dict(sorted(refused.items()))}")
    log = (folder / "bot.log").read_text("utf-8", "replace").splitlines()
    faults = Counter(line.partition(" ")[2].partition(" ")[2] for line in log if " ERROR " in line)
    print(f"  faults in the bots' log: {faults.total()}")
    for line, count in faults.most_common(5):
        print(f"    {count} x {line[:160]}")
