"""Work that is asked for often and done once a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Soon:
    """Does ``work`` ``seconds`` after it was asked for, once for all who asked meanwhile."""

    def __init__(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        self._work = work
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None
        self._asked = False

    def ask(self) -> None:
        """Have it done soon."""
        self._asked = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._do())

    async def end(self) -> None:
        """Do nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _do(self) -> None:
        while self._asked:
            await asyncio.sleep(self._seconds)
            self._asked = False
            try:
                await self._work()
            except Exception as fault:
                # What is looked at may just be going down; it is asked for again.
                log.info("not looked at: %s", type(fault).__name__)
