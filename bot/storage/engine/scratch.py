"""A copy of the database in memory, in which something may be tried out: nothing of it is ever kept.

Copying only reads, from one snapshot: nobody who writes to the database waits for it, on either engine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Table, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine.database import Database
from bot.storage.engine.engines import memory_engine
from bot.storage.engine.tables import metadata

_PIECE = 500
_LEFT_OUT = frozenset(
    {"inbox", "dialogues", "questions", "audit", "files", "evidence", "invitations", "invitation_uses", "join_attempts"}
)
"""Large, or nobody's business here; nothing that is told depends on them."""


@asynccontextmanager
async def scratch_copy(source: Database, locality_id: int | None = None) -> AsyncIterator[Database]:
    """What units, plans, work and notices are, of one locality or all, as a database of its own that is then gone."""
    engine = memory_engine()
    scratch = Database("sqlite+aiosqlite://", "sqlite", engine, engine)
    try:
        async with source.read() as found, scratch.write() as copy:
            await copy.run_sync(metadata.create_all)
            for table in metadata.sorted_tables:
                if table.name not in _LEFT_OUT:
                    await _copy(found, copy, table, locality_id)
        yield scratch
    finally:
        await scratch.close()


async def _copy(source: AsyncConnection, copy: AsyncConnection, table: Table, locality_id: int | None) -> None:
    wanted = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_PIECE)
    if locality_id is not None and table.name == "localities":
        wanted = wanted.where(table.c.id == locality_id)
    elif locality_id is not None and "locality_id" in table.c:
        # What belongs to no locality holds in all.
        wanted = wanted.where(or_(table.c.locality_id == locality_id, table.c.locality_id.is_(None)))
    async with source.stream(wanted) as rows:
        async for piece in rows.mappings().partitions(_PIECE):
            await copy.execute(insert(table), [dict(row) for row in piece])
