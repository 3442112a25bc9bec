"""The newest judgement of what was judged: an older one is no news any more."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import tables as t

e = t.events.c
_NEWEST_APPRAISALS = (
    select(e.assignment_id, func.max(e.id))
    .where(e.assignment_id.in_(bindparam("ids", expanding=True)), e.kind == "appraisal")
    .group_by(e.assignment_id)
)


async def newest_appraisals(conn: AsyncConnection, assignment_ids: Collection[int]) -> dict[int, int]:
    """The id of the newest judgement of each of these assignments that was ever judged."""
    if not assignment_ids:
        return {}
    newest: dict[int, int] = dict((await conn.execute(_NEWEST_APPRAISALS, {"ids": sorted(assignment_ids)})).all())
    return newest
