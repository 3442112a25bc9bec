"""Bring a database to the newest step of its tables. Alembic is imported only where there is a step to take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.engine.engines import dialect_of, named_errors, postgresql_engine, sqlite_engine

if TYPE_CHECKING:
    from alembic.config import Config

_STEPS = Path(__file__).parent / "migrations"


def _config(conn: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config


def _engine(url: str) -> AsyncEngine:
    if dialect_of(url) == "sqlite":
        return sqlite_engine(url, begin="BEGIN IMMEDIATE", size=1)
    return postgresql_engine(url, size=1)


async def _on(url: str, work: Callable[[Connection], None]) -> None:
    engine = _engine(url)
    try:
        with named_errors():
            async with engine.begin() as conn:
                await conn.run_sync(work)
    finally:
        await engine.dispose()


async def migrate(url: str, to: str = "head") -> None:
    """Bring the database at ``url`` to a step, by default the newest; one already there is left alone."""

    def upgrade(conn: Connection) -> None:
        if to == "head" and _revision_of(conn) == head_revision():
            return
        from alembic import command

        command.upgrade(_config(conn), to)

    await _on(url, upgrade)


async def migrate_back(url: str, to: str = "base") -> None:
    """Take the database back to an earlier step, by default to none: everything is lost."""
    from alembic import command

    await _on(url, lambda conn: command.downgrade(_config(conn), to))


async def current_revision(conn: AsyncConnection) -> str | None:
    """The step a database stands at; none where it has no tables yet."""
    return await conn.run_sync(_revision_of)


def _revision_of(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    revision: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def head_revision() -> str:
    """The newest step this program knows, by the numbers in the names of their files."""
    return max(step.name for step in (_STEPS / "versions").glob("[0-9]*_*.py")).partition("_")[0]
