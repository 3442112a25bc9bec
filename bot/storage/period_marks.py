"""Which periods the standing office has closed or opened again: added once by the key of the update, never changed."""

from __future__ import annotations

from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.duties import Ask
from bot.domain.periods import PeriodMark
from bot.storage import tables as t
from bot.storage.upserts import Upsert

m = t.period_marks.c
_MARK = select(m.ask, m.period, m.is_closing, m.closes_on, m.at, m.person_id, m.reason)
_OF_PLAN = _MARK.where(m.plan_id == bindparam("plan_id")).order_by(m.id)
_BY_KEY = _MARK.where(m.key == bindparam("key"))
_ADD = Upsert(t.period_marks, ["key"])


def _mark(found: RowMapping) -> PeriodMark:
    return PeriodMark(**{**found, "ask": Ask(found["ask"])})


async def of_plan(conn: AsyncConnection, plan_id: int) -> tuple[PeriodMark, ...]:
    """What has been decided about the periods of a plan, in its order."""
    return tuple(_mark(row) for row in (await conn.execute(_OF_PLAN, {"plan_id": plan_id})).mappings())


async def by_key(conn: AsyncConnection, key: str) -> PeriodMark | None:
    """The decision that was saved under this key."""
    found = (await conn.execute(_BY_KEY, {"key": key})).mappings().first()
    return None if found is None else _mark(found)


async def add(conn: AsyncConnection, locality_id: int, plan_id: int, mark: PeriodMark, key: str) -> None:
    """Keep a decision."""
    values = {
        "locality_id": locality_id,
        "plan_id": plan_id,
        "ask": mark.ask.value,
        "period": mark.period,
        "is_closing": mark.is_closing,
        "closes_on": mark.closes_on,
        "at": mark.at,
        "person_id": mark.person_id,
        "reason": mark.reason,
        "key": key,
    }
    await conn.execute(_ADD.on(conn), values)
