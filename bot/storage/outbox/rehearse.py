"""What lets a day be lived that is over or was begun: for a copy of the database, never for the database itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan.plan import UnitRole
from bot.storage.engine import tables as t
from bot.storage.outbox.looks import AT_ONCE

a, lo, o = t.assignments.c, t.localities.c, t.outbox.c


async def looked_until(conn: AsyncConnection, locality_id: int) -> date | None:
    """The last day on which anything of a locality was looked at."""
    leads = (a.locality_id == locality_id, a.role == UnitRole.LEAD.value)
    found = [
        await conn.scalar(select(func.max(a.reminded_until)).where(*leads)),
        await conn.scalar(select(lo.round_until).where(lo.id == locality_id)),
    ]
    return max((day for day in found if day is not None), default=None)


async def look_anew(conn: AsyncConnection, locality_id: int, kept: Collection[str], prefix: str) -> None:
    """Forget what was looked at and told of a locality, but for notices of these rules, or whose keys begin so."""
    foreseen = (o.locality_id == locality_id, o.rule.not_in(kept), ~o.key.startswith(prefix, autoescape=True))
    await conn.execute(delete(t.outbox).where(*foreseen))
    leads = (a.locality_id == locality_id, a.role == UnitRole.LEAD.value, a.ended_at.is_(None))
    fresh = {"reminded_until": None, "red_told": None, "next_alert_at": AT_ONCE, "next_reminder_at": AT_ONCE}
    await conn.execute(update(t.assignments).where(*leads).values(**fresh))
    due = {"round_until": None, "round_version": None, "next_round_at": AT_ONCE}
    await conn.execute(update(t.localities).where(lo.id == locality_id).values(**due))


async def look_no_more(conn: AsyncConnection, locality_id: int) -> None:
    """Have nothing of a locality looked at."""
    leads = (a.locality_id == locality_id, a.role == UnitRole.LEAD.value)
    await conn.execute(update(t.assignments).where(*leads).values(next_alert_at=None, next_reminder_at=None))
    await conn.execute(update(t.localities).where(lo.id == locality_id).values(next_round_at=None))
    waits = t.difficulties.c.locality_id == locality_id
    await conn.execute(update(t.difficulties).where(waits).values(next_look_at=None))
