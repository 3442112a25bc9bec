"""The only source of "now". Tests and the simulator move it; nothing else reads the machine's clock."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the time and waits for it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return once ``seconds`` have passed on this clock."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return once ``seconds`` have passed."""
        await asyncio.sleep(seconds)


class MovedClock:
    """A clock that stands still until it is moved; sleepers wake when it passes their instant."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The instant the clock was moved to."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was moved past ``seconds`` from now."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), woken))
        await woken

    def next_wake(self) -> datetime | None:
        """The instant at which the next sleeper wakes; none where nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def move_to(self, instant: datetime) -> None:
        """Set the clock and wake everyone whose time has come. It may be set back; sleepers keep their instant."""
        self._now = instant.astimezone(UTC)
        while (wake := self.next_wake()) is not None and wake <= self._now:
            _, _, woken = heapq.heappop(self._sleepers)
            woken.set_result(None)

    def move_by(self, **span: float) -> None:
        """Move by a span given as for ``timedelta`` (hours=1, days=2 …)."""
        self.move_to(self._now + timedelta(**span))


class ShiftedClock:
    """A clock that runs like the machine's but shows another time; it can be moved (the simulator)."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start.astimezone(UTC) - datetime.now(UTC)
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """The machine's instant, shifted."""
        return datetime.now(UTC) + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Return once ``seconds`` have passed on this clock, also where it was moved past them."""
        until = self.now() + timedelta(seconds=seconds)
        while (left := (until - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()

    def move_to(self, instant: datetime) -> None:
        """Show this instant from now on."""
        self._ahead = instant.astimezone(UTC) - datetime.now(UTC)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
