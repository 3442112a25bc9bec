"""The engines under a database, and the names of the errors that are nobody's mistake."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

from sqlalchemy import AdaptedConnection, Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, MissingGreenlet
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.domain.errors import BadInput, DatabaseBusy, DatabaseFull, TienDoError
from bot.storage.engine import near

BUSY_MS = 10_000
_POOL = 5
_POOL_WAIT_S = 30


Dialect = Literal["sqlite", "postgresql"]


def dialect_of(url: str | URL) -> Dialect:
    """Which engine a database URL speaks of. Raises BadInput for any other, or for a SQLite database in memory."""
    match make_url(url):
        case URL(drivername="sqlite+aiosqlite", database=str(path)) if path not in ("", ":memory:"):
            return "sqlite"
        case URL(drivername="postgresql+asyncpg"):
            return "postgresql"
    raise BadInput("database_url")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sqlite_engine(
    url: str | URL, *, begin: str, size: int, busy_ms: int = BUSY_MS, durable: bool = True
) -> AsyncEngine:
    """An engine on a SQLite file whose transactions open with ``begin``."""
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_S,
        json_serializer=_dump,
        connect_args={"async_creator_fn": near.connect},
    )

    def connect(dbapi: Any, record: object) -> None:
        # The driver would otherwise open transactions by itself, late and without IMMEDIATE.
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(busy_ms)}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        if begin == "BEGIN":
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    def start(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", connect)
    event.listen(engine.sync_engine, "invalidate", _let_go)
    event.listen(engine.sync_engine, "begin", start)
    return engine


def memory_engine() -> AsyncEngine:
    """An engine on a SQLite database in memory, over one connection; what is in it goes with the engine."""
    engine = create_async_engine(
        "sqlite+aiosqlite://",
        poolclass=StaticPool,
        json_serializer=_dump,
        connect_args={"async_creator_fn": near.connect},
    )

    def connect(dbapi: Any, record: object) -> None:
        dbapi.isolation_level = None

    def start(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN")

    event.listen(engine.sync_engine, "connect", connect)
    event.listen(engine.sync_engine, "begin", start)
    return engine


def _let_go(dbapi: AdaptedConnection, record: object, error: BaseException | None) -> None:
    """End the transaction of a connection that is thrown away, because its statement was cancelled."""
    # Closing alone does not end it: SQLite keeps its lock while a cursor lives, and a traceback may hold one.
    with suppress(MissingGreenlet, asyncio.CancelledError, ValueError, sqlite3.Error):
        dbapi.run_async(lambda driver: asyncio.shield(driver.rollback()))


def postgresql_engine(url: str | URL, *, size: int = _POOL, busy_ms: int = BUSY_MS) -> AsyncEngine:
    """An engine on a PostgreSQL database; a lock waited for too long is an error that is named."""
    settings = {"lock_timeout": str(busy_ms), "timezone": "UTC", "application_name": "tiendo"}
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_S,
        pool_pre_ping=True,
        json_serializer=_dump,
        connect_args={"server_settings": settings},
    )


_BUSY_STATES = {"55P03", "40P01", "40001", "53300"}
"""PostgreSQL: lock not available, deadlock, serialisation failure, too many connections."""
_FULL_STATES = {"53100"}
NO_SUCH_DATABASE = "3D000"
"""PostgreSQL's word for a database that was never created."""


@contextmanager
def named_errors() -> Iterator[None]:
    """A block whose driver errors for locked and full come out as DatabaseBusy and DatabaseFull."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy from error
    except DBAPIError as error:
        named = _named(error.orig)
        if named is None:
            raise
        raise named from error


def _named(error: BaseException | None) -> TienDoError | None:
    if isinstance(error, sqlite3.Error):
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        return {
            sqlite3.SQLITE_BUSY: DatabaseBusy(),
            sqlite3.SQLITE_LOCKED: DatabaseBusy(),
            sqlite3.SQLITE_FULL: DatabaseFull(),
        }.get(code)
    state = sqlstate_of(error)
    if state in _BUSY_STATES:
        return DatabaseBusy()
    return DatabaseFull() if state in _FULL_STATES else None


def sqlstate_of(error: BaseException | None) -> str | None:
    """PostgreSQL's five signs for what went wrong; none for any other error."""
    state: str | None = getattr(getattr(error, "orig", error), "sqlstate", None)
    return state
