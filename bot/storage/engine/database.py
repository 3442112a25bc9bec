"""The unit of work: a reading snapshot, or one short writing transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.engine.engines import BUSY_MS, Dialect, dialect_of, named_errors, postgresql_engine, sqlite_engine
from bot.storage.engine.migrate import migrate

# What services hand on from one storage function to the next, without knowing the library.
Connection = AsyncConnection

__all__ = ["Connection", "Database", "migrate"]


async def _to_its_end(work: Awaitable[None]) -> None:
    """Let ``work`` finish even where the caller is cancelled meanwhile; the cancellation is passed on after it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled


class Database:
    """An open database. Reading never waits for writing; on SQLite writers come one after the other."""

    def __init__(self, url: str, dialect: Dialect, writing: AsyncEngine, reading: AsyncEngine) -> None:
        self.url = url
        """Where it was opened; may hold a password, so it is handed to no log and no argument of a process."""
        self.dialect: Dialect = dialect
        self._writing = writing
        self._reading = reading
        self._lock = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, *, readers: int = 4, busy_ms: int = BUSY_MS, durable: bool = True) -> Database:
        """The database at ``url``, proven to answer.

        sqlite+aiosqlite:///path or postgresql+asyncpg://…; ``busy_ms`` is how many milliseconds a lock is waited for.
        Not ``durable``, what is written may be lost with the machine's power: for scratch data (SQLite).
        """
        dialect = dialect_of(url)
        if dialect == "sqlite":
            writing = sqlite_engine(url, begin="BEGIN IMMEDIATE", size=1, busy_ms=busy_ms, durable=durable)
            reading = sqlite_engine(url, begin="BEGIN", size=readers, busy_ms=busy_ms)
        else:
            writing = postgresql_engine(url, busy_ms=busy_ms)
            reading = writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        database = cls(url, dialect, writing, reading)
        try:
            async with database.read() as conn:
                await conn.exec_driver_sql("SELECT 1")
        except BaseException:
            await database.close()
            raise
        return database

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection that sees one moment of the database and cannot change it.

        Raises DatabaseBusy where no connection comes free.
        """
        return self._read()

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection whose changes are kept together at the end, or not at all where anything is raised.

        Keep it short, and do not wait for anything else inside. Raises DatabaseBusy, DatabaseFull.
        """
        return self._write_alone() if self.dialect == "sqlite" else self._write()

    async def close(self) -> None:
        """Close every connection."""
        await self._writing.dispose()
        if self.dialect == "sqlite":
            await self._reading.dispose()

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        with named_errors():
            async with self._reading.connect() as conn:
                yield conn

    @asynccontextmanager
    async def _write_alone(self) -> AsyncIterator[AsyncConnection]:
        async with self._lock, self._write() as conn:
            yield conn

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        with named_errors():
            async with self._writing.connect() as conn:
                work = await conn.begin()
                try:
                    yield conn
                    # Statements of SQLite await nothing, so a cancellation may still be pending: it is raised here.
                    await asyncio.sleep(0)
                except BaseException:
                    if work.is_active:
                        await _to_its_end(work.rollback())
                    raise
                # Of a commit cut off half way nobody knows whether it happened; so it is always finished.
                await _to_its_end(work.commit())
