"""Days off and days worked in exchange: those of the whole country, overlaid by a locality's own."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan.calendar import DayException, DayKind
from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert

_DAYS = (
    select(t.day_exceptions)
    .where(or_(t.day_exceptions.c.locality_id == bindparam("locality_id"), t.day_exceptions.c.locality_id.is_(None)))
    .order_by(t.day_exceptions.c.day, t.day_exceptions.c.locality_id.is_not(None))
)
_OWN = select(t.day_exceptions.c.day).where(t.day_exceptions.c.locality_id == bindparam("locality_id"))
_SAID = ("kind", "name", "source")
_SAVE_OWN = Upsert(t.day_exceptions, ["locality_id", "day"], _SAID)
_SAVE_COUNTRYS = Upsert(t.day_exceptions, ["day"], _SAID, where=t.day_exceptions.c.locality_id.is_(None))


async def day_exceptions(conn: AsyncConnection, locality_id: int) -> tuple[DayException, ...]:
    """The exceptions that hold in a locality, by day; its own stands where the country has one too."""
    held = {
        found["day"]: DayException(found["day"], DayKind(found["kind"]), found["name"], found["source"])
        for found in (await conn.execute(_DAYS, {"locality_id": locality_id})).mappings()
    }
    return tuple(held.values())


async def own_days(conn: AsyncConnection, locality_id: int) -> frozenset[date]:
    """The days that a locality's own exceptions speak of."""
    return frozenset((await conn.scalars(_OWN, {"locality_id": locality_id})).all())


async def save_day(conn: AsyncConnection, locality_id: int | None, day: DayException) -> None:
    """Write an exception of a locality, or of the whole country, instead of the one that day had."""
    values = {"locality_id": locality_id, "day": day.day, "kind": day.kind.value, "name": day.name}
    save = _SAVE_COUNTRYS if locality_id is None else _SAVE_OWN
    await conn.execute(save.on(conn), values | {"source": day.source})


async def remove_day(conn: AsyncConnection, locality_id: int | None, day: date) -> None:
    """Let the day be what its weekday says."""
    # "IS NOT DISTINCT FROM": the days of the whole country have no locality.
    where = (t.day_exceptions.c.locality_id.is_not_distinct_from(locality_id), t.day_exceptions.c.day == day)
    await conn.execute(delete(t.day_exceptions).where(*where))
