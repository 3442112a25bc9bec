"""Random histories lived twice, once cut off at random awaits: more of them than `make test` has time for."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.storage.engine.database import migrate
from tests.reminders.test_cut_off_histories import histories

SEEDS = range(80)


def soak(folder: Path) -> list[str]:
    """What one that dies tells otherwise than one that lives."""
    return asyncio.run(_lived(folder / "tiendo.db"))


async def _lived(path: Path) -> list[str]:
    await migrate(f"sqlite+aiosqlite:///{path}")
    return await histories(path, SEEDS)
