"""Does a job again and again, by monotonic time: the machine's clock may be set while it waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import timedelta

from bot.transport.sending.triage import described

log = logging.getLogger(__name__)


class Ticker:
    """One job of the application. A turn that comes late comes once, and the next one a whole span after it."""

    def __init__(self, every: timedelta, job: Callable[[], Awaitable[None]], *, first: timedelta | None = None) -> None:
        self.every = every
        self._first = every if first is None else first
        self.job = job
        self._stopping = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to count."""
        self._stopping.clear()
        self._worker = asyncio.get_running_loop().create_task(self._work())

    async def stop(self) -> None:
        """Let a turn that has begun come to its end."""
        self._stopping.set()
        if self._worker is not None:
            with suppress(asyncio.CancelledError):
                await self._worker
            self._worker = None

    def wake(self) -> None:
        """Its turns come by time alone."""

    async def rest(self) -> None:
        """Nobody waits for a turn."""

    @property
    def idle(self) -> bool:
        """Nobody waits for a turn."""
        return True

    @property
    def working(self) -> Collection[asyncio.Task[None]]:
        """Nobody waits for a turn."""
        return ()

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        turn_at = loop.time() + self._first.total_seconds()
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout_at(turn_at):
                    await self._stopping.wait()
                return
            try:
                await self.job()
            except Exception as fault:
                # The next turn comes all the same.
                log.error("a turn: %s", described(fault))
            turn_at = max(turn_at, loop.time()) + self.every.total_seconds()
