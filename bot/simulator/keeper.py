"""Keeps the bot of the trial running: where it ends by itself it is started again on the same data."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

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
        self._stop = asyncio.Event()
        self._ended = asyncio.Event()
        self._up = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    async def start(self) -> TiendoApplication:
        """The first bot, once it takes updates."""
        self._keeping = asyncio.get_running_loop().create_task(self._keep())
        return await self.bot()

    async def bot(self) -> TiendoApplication:
        """The bot that runs, now or as soon as one does."""
        while self.application is None:
            await self._up.wait()
        return self.application

    def stop_bot(self) -> None:
        """Let the present bot end as on SIGTERM; another one follows."""
        self._stop.set()

    async def end(self) -> None:
        """Let the bot finish what it has in hand, and start no other."""
        self._ended.set()
        self._stop.set()
        if self._keeping is not None:
            await self._keeping

    async def _keep(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._ended.is_set():
            self._stop.clear()
            application = self._build()
            was_up = False

            def told(is_up: bool, one: TiendoApplication = application) -> None:
                nonlocal was_up
                was_up |= is_up
                self._is(one if is_up else None)

            try:
                await run_until(self._stop, application, told=told)
            except Exception as fault:
                log.error("the bot ended: %s", type(fault).__name__)
            pause = SHORTEST_PAUSE if was_up else min(LONGEST_PAUSE, pause * 2)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._ended.wait()

    def _is(self, application: TiendoApplication | None) -> None:
        if application is self.application:
            return
        self.application = application
        if application is None:
            self._up.clear()
        else:
            self._up.set()
        self._told(application is not None)
