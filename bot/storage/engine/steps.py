"""Which step of its tables a database stands at, found without changing anything in it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from bot.domain.errors import TienDoError
from bot.storage.engine.engines import (
    BUSY_MS,
    NO_SUCH_DATABASE,
    dialect_of,
    named_errors,
    postgresql_engine,
    sqlstate_of,
)

STEPS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
LAST_BEFORE_FOLDING = "0.1.0"
"""The last version of the program that knows the steps before the oldest one there is now."""


class SchemaPlace(Enum):
    """Where a database stands, seen from this program."""

    NOWHERE = auto()
    """There is none, or it holds no tables."""
    OLDER = auto()
    NEWEST = auto()
    NEWER = auto()
    """At a step that only a later version knows."""
    FOLDED = auto()
    """At a step before the oldest one this version knows."""
    FOREIGN = auto()
    """It holds tables of another program."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Where a database stands: ``step`` as its tables name it, ``version`` of the program that brought it there."""

    place: SchemaPlace
    step: str | None = None
    version: str | None = None


def steps() -> tuple[str, ...]:
    """Every step this program knows, the oldest first, by the numbers in the names of their files."""
    return _steps(STEPS / "versions")


@cache
def _steps(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(step.name.partition("_")[0] for step in folder.glob("[0-9]*_*.py")))


def head_revision() -> str:
    """The newest step this program knows."""
    return steps()[-1]


def place_of(step: str) -> SchemaPlace:
    """Where a database or an archive at this step stands."""
    if step in steps():
        return SchemaPlace.NEWEST if step == head_revision() else SchemaPlace.OLDER
    return SchemaPlace.FOLDED if step < steps()[0] else SchemaPlace.NEWER


async def look(url: str) -> SchemaState:
    """Where the database at ``url`` stands; nothing is made or changed.

    Raises TienDoError where it is no database of ours, cannot be opened or cannot be reached.
    """
    if dialect_of(url) == "sqlite":
        with named_errors():
            return await asyncio.to_thread(_look_at_file, Path(make_url(url).database or ""))
    engine = postgresql_engine(url, size=1)
    try:
        with named_errors():
            async with engine.connect() as conn:
                return await conn.run_sync(look_through)
    except Exception as error:
        state = sqlstate_of(error) or ""
        if state == NO_SUCH_DATABASE:
            return SchemaState(SchemaPlace.NOWHERE)
        if isinstance(error, OSError) or state.startswith(_NOT_LET_IN):
            raise TienDoError("database_unreachable", why=type(error).__name__) from error
        raise
    finally:
        await engine.dispose()


_NOT_LET_IN = ("08", "28", "57P")
"""PostgreSQL: no connection, no right to one, shutting down or starting."""


def _look_at_file(path: Path) -> SchemaState:
    if not path.exists() or (path.is_file() and path.stat().st_size == 0):
        return SchemaState(SchemaPlace.NOWHERE)
    # Opened as others open it, a file of another program would become one with a log beside it.
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_MS / 1000)) as conn:
        conn.row_factory = sqlite3.Row
        names = {row["name"] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        marks = conn.execute(f"SELECT * FROM {VERSION_TABLE}").fetchall() if VERSION_TABLE in names else []  # noqa: S608
    return _found(names, dict(marks[0]) if marks else None)


def look_through(conn: Connection) -> SchemaState:
    """Where the database stands to which this connection leads."""
    names = inspect(conn).get_table_names()
    mark = None
    if VERSION_TABLE in names:
        row = conn.execute(text(f"SELECT * FROM {VERSION_TABLE}")).mappings().first()  # noqa: S608
        mark = None if row is None else dict(row)
    return _found(names, mark)


def _found(names: Collection[str], mark: Mapping[Any, Any] | None) -> SchemaState:
    own = {name for name in names if not name.startswith("sqlite_")} - {VERSION_TABLE}
    if mark is None:
        return SchemaState(SchemaPlace.FOREIGN if own else SchemaPlace.NOWHERE)
    step = str(mark["version_num"])
    return SchemaState(place_of(step), step, mark.get("program"))


def require_newest(found: SchemaState) -> None:
    """Nothing, where the database can be worked on. Raises TienDoError naming what has to be done first."""
    match found.place:
        case SchemaPlace.NEWEST:
            return
        case SchemaPlace.NOWHERE:
            raise TienDoError("no_database")
        case SchemaPlace.OLDER:
            raise TienDoError("database_older", step=found.step, newest=head_revision())
    refuse_unknown(found)


def refuse_unknown(found: SchemaState) -> None:
    """Nothing, where the database stands at a step this program knows, or has none yet. Raises TienDoError."""
    match found.place:
        case SchemaPlace.NEWER if found.version:
            raise TienDoError("database_newer", step=found.step, version=found.version)
        case SchemaPlace.NEWER:
            raise TienDoError("database_newer_unsigned", step=found.step)
        case SchemaPlace.FOLDED:
            raise TienDoError("database_folded", step=found.step, version=LAST_BEFORE_FOLDING)
        case SchemaPlace.FOREIGN:
            raise TienDoError("database_foreign")
