"""The rows of the outbox, as tests look at them."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import tables as t
from bot.storage.outbox.outbox import COLUMNS, OutboxItem, item_of


async def waiting(conn: AsyncConnection) -> list[OutboxItem]:
    """What is queued, in the order it was queued."""
    found = await conn.execute(select(*COLUMNS).where(t.outbox.c.state == "queued").order_by(t.outbox.c.id))
    return [item_of(row) for row in found.mappings()]


async def states(conn: AsyncConnection, locality_id: int) -> Counter[str]:
    """How many notices of a locality are in each state."""
    return Counter(await conn.scalars(select(t.outbox.c.state).where(t.outbox.c.locality_id == locality_id)))
