"""Figure c: what `run` takes of memory, and how soon it polls."""

from __future__ import annotations

import asyncio
import statistics
from pathlib import Path

from tests.bench.data import five_plans
from tests.bench.figures import Figure
from tests.bench.machine import spread
from tests.bench.processes import Telegram, real_bot, seconds_of, seconds_until

PEOPLE = 100
UPDATES = 2_000
MOST_MEMORY = 150
MOST_START = 4
TEXTS = ["/viec", "/do", "/han", "/trogiup", "/tim hồ sơ", "/han tháng 12", "xin chào"]


def measure_running(folder: Path, *, starts: int) -> list[Figure]:
    """The figures of c."""
    someone = asyncio.run(five_plans(folder, PEOPLE))
    with Telegram() as telegram:
        telegram.ask("people", ids=[each.telegram_id for each in someone])
        with real_bot(telegram, folder, sends_per_second=10_000) as bot:
            begun, _ = bot.memory
            half = UPDATES // 2
            telegram.ask("load", kind="text", count=half, texts=TEXTS)
            telegram.ask("load", kind="text", count=PEOPLE, texts=[f"/baocao {each.code}" for each in someone])
            telegram.ask("load", kind="typed", count=PEOPLE, texts=["30", "40 %", "45"])
            telegram.ask("load", kind="steps", count=UPDATES - half - 2 * PEOPLE, texts=[])
            now, peak = bot.memory
        library, started = [], []
        for _ in range(starts):
            library.append(seconds_of("import telegram.ext"))
            started.append(seconds_until(telegram, folder))
    multiple = [took / statistics.median(library) for took in started]
    middle = statistics.median(multiple)
    return [
        Figure("memory of run at its first poll, MB", f"{begun:.0f}"),
        Figure(f"memory of run after {UPDATES:,} updates, five plans, MB", f"{now:.0f}"),
        Figure("the same at its highest, MB", f"{peak:.0f}", f"≤ {MOST_MEMORY}", peak <= MOST_MEMORY),
        Figure("python -c 'import telegram.ext', whole process, s", spread(library, 1, 2)),
        Figure("start of run to first poll, s", spread(started, 1, 2)),
        Figure("the same as a multiple of the import", spread(multiple), f"≤ {MOST_START}", middle <= MOST_START),
    ]
