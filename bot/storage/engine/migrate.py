"""Take a database from one step of its tables to another. Alembic is imported only where there is a step to take.

What is done is one transaction, on both engines: cut off at any point, the database stands where it stood.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import __version__
from bot.domain.errors import BadInput
from bot.storage.engine.engines import dialect_of, named_errors, postgresql_engine, sqlite_engine
from bot.storage.engine.steps import (
    STEPS,
    VERSION_TABLE,
    head_revision,
    look,
    look_through,
    refuse_unknown,
    steps,
)

if TYPE_CHECKING:
    from alembic.config import Config

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(575757)")
"""Two processes would make the same tables; the number is this program's own."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """From which step to which a database was taken; the same where there was nothing to do."""

    before: str | None
    after: str

    @property
    def is_back(self) -> bool:
        """Whether tables and columns of later steps were dropped, with what they held."""
        return self.before is not None and self.after < self.before


async def migrate(
    url: str, to: str | None = None, *, first: Callable[[str], Awaitable[None]] | None = None
) -> Migrated:
    """Take the database at ``url`` to a step, by default the newest, forth or back; it is made where there is none.

    ``first`` is done before a database that stands at a step leaves it, while nobody else can. Raises
    BadInput("no_such_step"), and TienDoError for a database this program can take nowhere; nothing is changed then.
    """
    goal = to or head_revision()
    if goal not in steps():
        raise BadInput("no_such_step", step=goal, known=", ".join(steps()))
    found = await look(url)
    refuse_unknown(found)
    if found.step == goal:
        return Migrated(goal, goal)
    async with change_of_tables(url) as conn:
        # Another process may have been quicker.
        found = await conn.run_sync(look_through)
        refuse_unknown(found)
        if found.step != goal:
            if first is not None and found.step is not None:
                await first(found.step)
            await conn.run_sync(take_steps, found.step, goal)
    return Migrated(found.step, goal)


@asynccontextmanager
async def change_of_tables(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that nobody else who changes tables is in. Raises DatabaseBusy, DatabaseFull."""
    engine = _engine(url)
    try:
        with named_errors():
            async with engine.begin() as conn:
                if engine.dialect.name == "postgresql":
                    await conn.execute(_ONE_AT_A_TIME)
                yield conn
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    if dialect_of(url) == "sqlite":
        return sqlite_engine(url, begin="BEGIN IMMEDIATE", size=1)
    return postgresql_engine(url, size=1)


def take_steps(conn: Connection, step: str | None, goal: str) -> None:
    """Take the steps from one to another, and write down which version of the program did."""
    from alembic import command

    back = step is not None and goal < step
    (command.downgrade if back else command.upgrade)(_config(conn), goal)
    # Alembic's own table may have columns beside its own: so step and version cannot come apart.
    if "program" not in {column["name"] for column in inspect(conn).get_columns(VERSION_TABLE)}:
        conn.execute(text(f"ALTER TABLE {VERSION_TABLE} ADD COLUMN program VARCHAR(40)"))
    conn.execute(text(f"UPDATE {VERSION_TABLE} SET program = :version"), {"version": __version__})  # noqa: S608


async def migrate_back(url: str, to: str = "base") -> None:
    """Take the database back to an earlier step, by default to none: everything is lost."""
    from alembic import command

    async with change_of_tables(url) as conn:
        await conn.run_sync(lambda sync: command.downgrade(_config(sync), to))


def _config(conn: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config
