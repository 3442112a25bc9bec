"""Figure a: what an update costs and how many a second are sustained, beside a bare echo."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import SPARE_CONNECTIONS
from bot.settings import Settings
from tests.bench.data import Someone, five_plans
from tests.bench.figures import Figure
from tests.bench.machine import fsync_times, spread
from tests.bench.processes import BotProcess, Telegram, echo_bot, real_bot

PEOPLE = 400
"""Enough that nobody is answered more than once a second: the pace of a single chat stays switched on."""
TELEGRAM = 30
"""Messages a second Telegram takes from a bot."""
LEAST = 2
BOUND = f"≥ {LEAST} (aim 5)"
WARM_UP = 400


@dataclass
class Measured:
    """Several loads of one kind: seconds an update took in all, of the bot's processor, and how long people waited."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    other_side: list[float] = field(default_factory=list)
    """How busy the simulated Telegram's own core was (1 = wholly)."""

    @property
    def rates(self) -> list[float]:
        """Updates a second."""
        return [1 / seconds for seconds in self.wall]


def one_load(telegram: Telegram, bot: BotProcess, measured: Measured, kind: str, count: int, texts: list[str]) -> None:
    """Run one load and note what it took."""
    cpu = bot.cpu
    took = telegram.ask("load", kind=kind, count=count, texts=texts)
    measured.wall.append(took["seconds"] / count)
    measured.cpu.append((bot.cpu - cpu) / count)
    measured.waited.append(took["p95"])
    measured.other_side.append(took["busy"])


def measure_speed(folder: Path, *, runs: int, count: int) -> list[Figure]:
    """The figures of a, printed as they come."""
    someone = asyncio.run(five_plans(folder, PEOPLE))
    echo, asked, pressed, typed = Measured(), Measured(), Measured(), Measured()
    slots = Settings.model_fields["slots"].default
    with Telegram() as telegram:
        telegram.ask("people", ids=[each.telegram_id for each in someone])
        for _ in range(runs):
            with echo_bot(telegram, slots, slots + SPARE_CONNECTIONS) as bot:
                telegram.ask("load", kind="text", count=WARM_UP, texts=["/viec"])
                one_load(telegram, bot, echo, "text", count, ["/viec"])
            with real_bot(telegram, folder) as bot:
                telegram.ask("load", kind="text", count=WARM_UP, texts=["/viec"])
                one_load(telegram, bot, asked, "text", count, ["/viec"])
                _open_dialogues(telegram, someone)
                one_load(telegram, bot, typed, "typed", PEOPLE, ["30", "40 %", "45"])
                one_load(telegram, bot, pressed, "steps", count, [])
                telegram.ask("load", kind="text", count=PEOPLE, texts=["/huy"])
    return _figures(folder, echo, {"/viec": asked, "press in a report": pressed, "percent typed": typed})


def _open_dialogues(telegram: Telegram, someone: list[Someone]) -> None:
    texts = [f"/baocao {each.code}" for each in someone]
    telegram.ask("load", kind="text", count=len(texts), texts=texts)


def _figures(folder: Path, echo: Measured, kinds: dict[str, Measured]) -> list[Figure]:
    disk = fsync_times(folder)
    found = [
        Figure("fsync of 4 KiB in the data folder, 200 times, ms", spread(disk, 1000, 2)),
        Figure("bare echo: CPU ms an update", spread(echo.cpu, 1000, 2)),
        Figure("bare echo: updates a second", spread(echo.rates, 1, 0)),
        Figure("bare echo: busy share of the simulated Telegram's core", spread(echo.other_side, 1, 2)),
    ]
    for name, each in kinds.items():
        cpu = [used / statistics.median(echo.cpu) for used in each.cpu]
        wall = [taken / statistics.median(echo.wall) for taken in each.wall]
        sustained = [rate / TELEGRAM for rate in each.rates]
        met = statistics.median(sustained) >= LEAST
        found += [
            Figure(f"{name}: CPU ms an update", spread(each.cpu, 1000, 2)),
            Figure(f"{name}: CPU an update, multiple of the echo's", spread(cpu)),
            Figure(f"{name}: time an update under load, multiple of the echo's", spread(wall)),
            Figure(f"{name}: answered within, 95 of 100, ms", spread(each.waited, 1000, 0)),
            Figure(f"{name}: updates a second", spread(each.rates, 1, 0)),
            Figure(f"{name}: updates a second, multiple of Telegram's 30", spread(sustained), BOUND, met),
            Figure(f"{name}: busy share of the simulated Telegram's core", spread(each.other_side, 1, 2)),
        ]
    return found
