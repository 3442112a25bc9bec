"""SQLite without a walk to another thread for every statement: only what may wait for a lock or the disk takes it.

aiosqlite hands each call to a thread of its connection, four or five times for one SELECT. A statement of ours takes
some ten microseconds in the page cache, each handing over ten times that (docs/figures.md). So statements run where
they are called; opening a writing transaction, which may wait for another process, and committing, which waits for
the disk, stay on the thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")
_NEAR = {"cursor", "execute", "fetchone", "fetchmany", "fetchall", "rollback"}
_SLOW = ("BEGIN IMMEDIATE", "PRAGMA", "VACUUM", "ANALYZE", "CREATE", "ALTER", "DROP")


class NearConnection(aiosqlite.Connection):
    """An aiosqlite connection whose short calls are made at once. One task at a time uses it, as every connection.

    A task that is cancelled leaves its call to the thread. Until that has ended, all calls go there, in their order: a
    rollback made at once would be followed by the statement it was to take back.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._walking: deque[None] = deque()
        self._stopped: asyncio.Future[object] | None = None

    def stop(self) -> asyncio.Future[object] | None:
        """As everywhere; what ends with the thread is kept."""
        self._stopped = super().stop()
        return self._stopped

    async def _connect(self) -> aiosqlite.Connection:
        try:
            return await super()._connect()
        except Exception:
            # A thread that ends after the loop has would complain of it on standard error.
            if self._stopped is not None:
                await self._stopped
            raise

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        if self._running and self._connection and not self._walking and _is_short(fn, args):
            return fn(*args, **kwargs)

        def walked() -> T:
            try:
                return fn(*args, **kwargs)
            finally:
                self._walking.popleft()

        self._walking.append(None)
        done: T = await super()._execute(walked)  # type: ignore[no-untyped-call]
        return done


def _is_short(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    name = getattr(fn, "__name__", "")
    if name == "close":
        # Closing the last connection writes the log back into the database and takes long; a cursor's close does not.
        return isinstance(getattr(fn, "__self__", None), sqlite3.Cursor)
    if name not in _NEAR:
        return False
    return not (name == "execute" and str(args[0]).lstrip().upper().startswith(_SLOW))


def connect(database: str, **given: Any) -> NearConnection:
    """What the engine opens its connections with."""
    # Two threads use it, never at once: after a cancelled task SQLite's own lock keeps them apart.
    given["check_same_thread"] = False
    opened = NearConnection(lambda: sqlite3.connect(database, **given), iter_chunk_size=64)
    opened._thread.daemon = True
    return opened
