"""Figure b: `/do` where 3,321 localities are stored, beside the same where there are 5."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot.clock import SystemClock
from bot.i18n import translator
from bot.services.core.desk import Desk
from bot.services.rows.list_rows import red_rows
from bot.storage.records import people
from bot.views.rows.lists import row_list
from tests.bench.data import Many, many_localities, open_desk
from tests.bench.figures import Figure
from tests.bench.machine import spread
from tests.bench.processes import BotProcess, Telegram, real_bot

FEW, MANY = 5, 3_321
ASSIGNMENTS = 60
MOST = 2
AROUND = 300
"""Localities asked in turn: more than there are books kept."""
ASKED = 300
UPDATES = 400
Ask = Callable[[int], Awaitable[None]]


def measure_red_list(folder: Path, *, runs: int) -> list[Figure]:
    """The figures of b."""
    few, many = folder / "few", folder / "many"
    few_there, many_there = asyncio.run(_filled(few, FEW)), asyncio.run(_filled(many, MANY))
    calls = asyncio.run(_calls(few, many, few_there, many_there, runs))
    with Telegram() as telegram:
        telegram.ask("people", ids=sorted({*many_there.first(FEW), *many_there.some(AROUND, 1)}))
        whole: dict[str, list[float]] = {"few": [], "same": [], "all": []}
        for _ in range(runs):
            for name, place, asked in (
                ("few", few, few_there.first(FEW)),
                ("same", many, many_there.first(FEW)),
                ("all", many, many_there.some(AROUND, 1)),
            ):
                with real_bot(telegram, place) as bot:
                    whole[name].append(_updates(telegram, bot, asked))
    return [
        *_compared("/do, service and view", calls, digits=2),
        *_compared("/do, whole update, CPU", whole, digits=2),
        Figure("size of the database with 3,321 localities, MB", f"{(many / 'tiendo.db').stat().st_size / 1e6:.0f}"),
    ]


async def _filled(folder: Path, copies: int) -> Many:
    folder.mkdir()
    desk = await open_desk(folder)
    try:
        return await many_localities(desk, copies, ASSIGNMENTS)
    finally:
        await desk.db.close()


async def _calls(few: Path, many: Path, few_there: Many, many_there: Many, runs: int) -> dict[str, list[float]]:
    first, second = await open_desk(few), await open_desk(many)
    taken: dict[str, list[float]] = {"few": [], "same": [], "all": []}
    try:
        for _ in range(runs + 1):
            taken["few"].append(await _timed(first, few_there.first(FEW)))
            taken["same"].append(await _timed(second, many_there.first(FEW)))
            taken["all"].append(await _timed(second, many_there.some(AROUND, 1)))
    finally:
        await first.db.close()
        await second.db.close()
    # The first round reads the books of the few localities; later ones have them.
    return {name: times[1:] for name, times in taken.items()}


async def _timed(desk: Desk, askers: Sequence[int]) -> float:
    t, now, taken = translator("vi"), SystemClock().now(), []
    for number in range(ASKED):
        asker = askers[number % len(askers)]
        begun = time.process_time()
        async with desk.db.read() as conn:
            visitor = await people.visitor(conn, asker, asker)
        row_list(t, await red_rows(desk, visitor, now=now))
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def _updates(telegram: Telegram, bot: BotProcess, askers: list[int]) -> float:
    telegram.ask("load", kind="text", count=100, texts=["/do"], ids=askers)
    before = bot.cpu
    telegram.ask("load", kind="text", count=UPDATES, texts=["/do"], ids=askers)
    return (bot.cpu - before) / UPDATES


def _compared(name: str, taken: dict[str, list[float]], *, digits: int) -> list[Figure]:
    base = statistics.median(taken["few"])
    same, every = ([value / base for value in taken[kind]] for kind in ("same", "all"))
    bound = f"≤ {MOST}"
    return [
        Figure(f"{name}: ms with 5 localities", spread(taken["few"], 1000, digits)),
        Figure(f"{name}: with 3,321, 5 of them asked, multiple", spread(same), bound, statistics.median(same) <= MOST),
        Figure(
            f"{name}: with 3,321, {AROUND} of them asked in turn, multiple",
            spread(every),
            bound,
            statistics.median(every) <= MOST,
        ),
    ]
