"""Keeps the bot of the trial running: where it ends by itself it is started again on the same data."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from bot.app import run_until
from bot.transport.application import TiendoApplication

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
log = logging.getLogger(__name__)


class Keeper:
    """One bot after another. ``told`` hears whenever it goes down or comes up."""

    def __init__(self, build: Callable[[], TiendoApplication], told: Callable[[bool], None]) -> None:
        self.application: TiendoApplication | None = None
        """The bot that runs; none while it is down."""
        self._build = build
        self._told = told
        self._asked_to_stop = asyncio.Event()
        self._ended = asyncio.Event()
        self._up = asyncio.Event()
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()
        self._keeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return once the first bot takes updates."""
        self._keeping = asyncio.get_running_loop().create_task(self._keep())
        await self._up.wait()

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[TiendoApplication]:
        """The bot that runs, now or as soon as one does; it is not stopped before the block ends."""
        while self.application is None:
            await self._up.wait()
        self._users += 1
        self._unused.clear()
        try:
            yield self.application
        finally:
            self._users -= 1
            if not self._users:
                self._unused.set()

    def stop_bot(self) -> None:
        """Let the present bot end as on SIGTERM; another one follows."""
        self._asked_to_stop.set()

    async def end(self) -> None:
        """Let the bot finish what it has in hand, and start no other."""
        self._ended.set()
        self._asked_to_stop.set()
        if self._keeping is not None:
            # Whoever waits here may be cancelled; the bot is not, it ends in its own time.
            await asyncio.wait({self._keeping})
            self._keeping.result()

    async def _keep(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._ended.is_set():
            self._asked_to_stop.clear()
            was_up = await self._one(self._build())
            pause = SHORTEST_PAUSE if was_up else min(LONGEST_PAUSE, pause * 2)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._ended.wait()

    async def _one(self, application: TiendoApplication) -> bool:
        """Run one bot to its end; whether it came up."""
        stop, was_up = asyncio.Event(), False

        def told(is_up: bool) -> None:
            nonlocal was_up
            was_up |= is_up
            self._is(application if is_up else None)

        loop = asyncio.get_running_loop()
        running = loop.create_task(run_until(stop, application, told=told))
        asked = loop.create_task(self._asked_to_stop.wait())
        await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        # Whoever still uses its database (``bot``) finishes before that is closed.
        self._is(None)
        await self._unused.wait()
        stop.set()
        try:
            await running
        except Exception as fault:
            log.error("the bot ended: %s", type(fault).__name__)
        return was_up

    def _is(self, application: TiendoApplication | None) -> None:
        if application is self.application:
            return
        self.application = application
        if application is None:
            self._up.clear()
        else:
            self._up.set()
        self._told(application is not None)
