"""Work that is asked for often and done once a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

log = logging.getLogger(__name__)


class Soon:
    """Does ``work`` ``seconds`` after it was asked for, once for all who asked meanwhile."""

    def __init__(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        self._work = work
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None
        self._asked = False
        self._ended = asyncio.Event()

    def ask(self) -> None:
        """Have it done soon."""
        self._asked = True
        if (self._task is None or self._task.done()) and not self._ended.is_set():
            self._task = asyncio.get_running_loop().create_task(self._do())

    async def end(self) -> None:
        """Finish what is being done, and do nothing more."""
        self._ended.set()
        if self._task is not None:
            await self._task

    async def _do(self) -> None:
        while self._asked:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._ended.wait()
            if self._ended.is_set():
                return
            self._asked = False
            try:
                await self._work()
            except Exception as fault:
                # A failure does no harm: the work is soon asked for again.
                log.error("not looked at: %s", type(fault).__name__)
