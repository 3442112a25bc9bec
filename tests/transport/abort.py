"""Aborts at every await: runs a coroutine and cancels it, as asyncio does, at its n-th suspension."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any


class AbortAt:
    """Awaits ``work``; at its ``n``-th suspension (1, 2 …) the running task is cancelled, once.

    ``reached`` tells whether there were that many. The suspensions of libraries count too, so every await of our code
    that can be cut off is among them.
    """

    def __init__(self, work: Awaitable[Any], n: int) -> None:
        self._work = work
        self._n = n
        self.reached = False

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = 0
        driven = self._work.__await__()
        sent: Any = None
        thrown: BaseException | None = None
        while True:
            try:
                waited = driven.send(sent) if thrown is None else driven.throw(thrown)
            except StopIteration as end:
                return end.value
            steps += 1
            if steps == self._n:
                self.reached = True
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            sent, thrown = None, None
            try:
                sent = yield waited
            except BaseException as error:
                thrown = error


def abort_handling(application: Any, n: int) -> Callable[[], bool]:
    """Abort the first update the application handles from now on at its n-th suspension.

    The result tells, once it has been handled, whether there were that many suspensions.
    """
    processor = application.processor
    handle = processor.do_process_update
    first: list[AbortAt] = []

    async def aborted(update: object, coroutine: Awaitable[Any]) -> None:
        if first:
            await handle(update, coroutine)
            return
        first.append(AbortAt(handle(update, coroutine), n))
        await first[0]

    processor.do_process_update = aborted
    return lambda: bool(first) and first[0].reached
