"""Tables as JSON lines, the same from both engines, and back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import JSON, Column, Date, DateTime, MetaData, Numeric, Table, func, insert, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine.steps import VERSION_TABLE
from bot.storage.engine.tables import metadata
from bot.storage.engine.types import instant_text

_BATCH = 500
TABLES: tuple[Table, ...] = tuple(metadata.sorted_tables)
"""Every table of the newest step, those that are pointed to before those that point."""
_SEQUENCE = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :newest)")


async def tables_of(conn: AsyncConnection) -> tuple[Table, ...]:
    """Every table of ours as it is in the database, whatever step that stands at, in the order of `TABLES`."""
    found = MetaData()
    await conn.run_sync(lambda sync: found.reflect(sync, only=lambda name, _: name != VERSION_TABLE))
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    return tuple(found.sorted_tables)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _back(column: Column[Any], value: Any) -> object:
    if value is None:
        return None
    # SQLite keeps instants and figures as the text they are written as.
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(column.type, Numeric) else value


async def dump_table(conn: AsyncConnection, table: Table, path: Path) -> None:
    """Write every row as one line of JSON, a piece of the table in memory at a time."""
    with await asyncio.to_thread(path.open, "w", encoding="utf-8") as lines:
        statement = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
        async with conn.stream(statement) as rows:
            async for piece in rows.mappings().partitions(_BATCH):
                written = "".join(
                    json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False) + "\n"
                    for row in piece
                )
                await asyncio.to_thread(lines.write, written)


def _pieces(table: Table, lines: TextIO) -> Iterator[list[dict[str, object]]]:
    while taken := list(islice(lines, _BATCH)):
        yield [{name: _back(table.c[name], value) for name, value in json.loads(line).items()} for line in taken]


async def load_table(conn: AsyncConnection, table: Table, path: Path) -> None:
    """Insert every line that `dump_table` wrote; new rows are numbered after them."""
    with await asyncio.to_thread(path.open, encoding="utf-8") as lines:
        pieces = _pieces(table, lines)
        while piece := await asyncio.to_thread(next, pieces, None):
            await conn.execute(insert(table), piece)
    if conn.dialect.name == "postgresql" and "id" in table.c:
        newest = await conn.scalar(select(func.max(table.c.id)))
        if newest is not None:
            await conn.execute(_SEQUENCE, {"name": table.name, "newest": newest})


async def number_beyond(conn: AsyncConnection, at: datetime) -> None:
    """Have numbers that are never given twice go on from this instant, in milliseconds.

    The rows alone do not tell how far it was counted before they were dumped: what had the highest number may have been
    deleted. And what was numbered since is gone, but its buttons are not.
    """
    least = int(at.timestamp() * 1000)
    for table in TABLES:
        if not table.dialect_options["sqlite"]["autoincrement"]:
            continue
        newest = max(least, await conn.scalar(select(func.max(table.c.id))) or 0)
        if conn.dialect.name == "postgresql":
            await conn.execute(_SEQUENCE, {"name": table.name, "newest": newest})
        else:
            await conn.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
            counted = {"name": table.name, "newest": newest}
            await conn.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :newest)"), counted)


async def is_empty(conn: AsyncConnection) -> bool:
    """Whether the database holds nothing: no tables but ours, and no row in those."""
    names: list[str] = await conn.run_sync(lambda sync: inspect(sync).get_table_names())
    if not set(names) <= {*metadata.tables, VERSION_TABLE}:
        return False
    for table in TABLES:
        if table.name in names and (await conn.execute(select(text("1")).select_from(table).limit(1))).first():
            return False
    return True
