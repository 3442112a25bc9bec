"""One clock for several processes: the instant stands in a file, and stands still until the town moves it."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import MovedClock

LOOK_SECONDS = 0.02


class ClockFile:
    """Shows what the file says."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """The instant in the file."""
        return datetime.fromisoformat(self._path.read_text("ascii"))

    def monotonic(self) -> float:
        """Time is what it was moved to."""
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        """Return once the file has been moved past ``seconds`` from now."""
        until = self.now() + timedelta(seconds=seconds)
        while self.now() < until:
            await asyncio.sleep(LOOK_SECONDS)


class TownClock(MovedClock):
    """Writes the file."""

    def __init__(self, path: Path, start: datetime) -> None:
        super().__init__(start)
        self._path = path
        self.move_to(start)

    def move_to(self, instant: datetime) -> None:
        """Set the clock of all processes; theirs first, so that no answer of Telegram's is dated ahead of it."""
        written = self._path.with_suffix(".new")
        written.write_text(instant.astimezone(UTC).isoformat(), "ascii")
        os.replace(written, self._path)
        super().move_to(instant)
