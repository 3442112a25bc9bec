"""Which periods the standing office has closed, opened again or chased; walks left half way.

What was decided is added once by its key and never changed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan.duties import Ask, Chase, PeriodMark
from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert

m, c, w = t.period_marks.c, t.period_chases.c, t.period_walks.c
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


_CHASES = (
    select(c.at, c.person_id, c.units, c.told, c.silent)
    .where(c.plan_id == bindparam("plan_id"), c.ask == bindparam("ask"), c.period == bindparam("period"))
    .order_by(c.id)
)
_ADD_CHASE = Upsert(t.period_chases, ["key"])


async def chases(conn: AsyncConnection, plan_id: int, ask: Ask, period: str) -> tuple[Chase, ...]:
    """The chases of a period, in the order they were sent."""
    found = await conn.execute(_CHASES, {"plan_id": plan_id, "ask": ask.value, "period": period})
    return tuple(Chase(row.at, row.person_id, row.units, row.told, tuple(row.silent)) for row in found)


async def add_chase(
    conn: AsyncConnection, locality_id: int, plan_id: int, ask: Ask, period: str, chase: Chase, key: str
) -> None:
    """Keep that all units that had not reported were chased."""
    values = {
        "locality_id": locality_id,
        "plan_id": plan_id,
        "ask": ask.value,
        "period": period,
        "at": chase.at,
        "person_id": chase.person_id,
        "units": chase.units,
        "told": chase.told,
        "silent": list(chase.silent),
        "key": key,
    }
    await conn.execute(_ADD_CHASE.on(conn), values)


_WALK = select(w.draft).where(w.person_id == bindparam("person"), w.locality_id == bindparam("place"))
_PARK = Upsert(t.period_walks, ["person_id", "locality_id"], update=["draft", "updated_at"])
_FORGET = delete(t.period_walks).where(w.person_id == bindparam("person"), w.locality_id == bindparam("place"))


async def parked(conn: AsyncConnection, person_id: int, locality_id: int) -> dict[str, Any] | None:
    """What a person has said of a period and left half way."""
    found: dict[str, Any] | None = await conn.scalar(_WALK, {"person": person_id, "place": locality_id})
    return found


async def park(conn: AsyncConnection, person_id: int, locality_id: int, draft: dict[str, Any], at: datetime) -> None:
    """Keep what a person has said of a period until it is gone on with."""
    values = {"person_id": person_id, "locality_id": locality_id, "draft": draft, "updated_at": at}
    await conn.execute(_PARK.on(conn), values)


async def forget(conn: AsyncConnection, person_id: int, locality_id: int) -> None:
    """Drop what was left half way."""
    await conn.execute(_FORGET, {"person": person_id, "place": locality_id})


_KEYS_KNOWN = select(t.events.c.key).where(t.events.c.key.in_(bindparam("keys", expanding=True)))


async def known_keys(conn: AsyncConnection, keys: Collection[str]) -> frozenset[str]:
    """Those of these keys under which a report was saved."""
    return frozenset(await conn.scalars(_KEYS_KNOWN, {"keys": sorted(keys)})) if keys else frozenset()
