"""What whole units have reported: added once by the key of the update that caused it, never changed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan.duties import Ask, UnitReport
from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert

Met = frozenset[tuple[int, str, str]]
"""What has been met of a plan: unit, ask, period."""


r = t.unit_reports.c
_REPORT = select(*(column for column in r if column.name != "key"))
_OF_PLAN = r.plan_id == bindparam("plan_id")
_FIRST = select(r.unit_id, r.ask, r.period, r.late, r.at).where(_OF_PLAN).order_by(r.id)
_MET = select(r.unit_id, r.ask, r.period).where(_OF_PLAN).distinct()
_OF_DUTY = _REPORT.where(
    _OF_PLAN, r.unit_id == bindparam("unit_id"), r.ask == bindparam("ask"), r.period == bindparam("period")
).order_by(r.id)
_BY_ID = _REPORT.where(r.id == bindparam("id"))
_BY_KEY = _REPORT.where(r.key == bindparam("key"))
# Every writer of a locality locks this row in the end (for the audit); taken first it cannot deadlock.
_HOLD = select(t.localities.c.id).where(t.localities.c.id == bindparam("locality_id")).with_for_update(key_share=True)
_ADD = Upsert(t.unit_reports, ["key"])


def _report(found: RowMapping) -> UnitReport:
    return UnitReport(**{**found, "ask": Ask(found["ask"])})


async def met(conn: AsyncConnection, plan_id: int) -> Met:
    """What units have met of what whole units owe in a plan."""
    return frozenset((row.unit_id, row.ask, row.period) for row in await conn.execute(_MET, {"plan_id": plan_id}))


async def first_of_plan(conn: AsyncConnection, plan_id: int) -> dict[tuple[int, str, str], tuple[datetime, bool]]:
    """When each duty of whole units was met by its first report, and whether that was late: by unit, ask, period."""
    found: dict[tuple[int, str, str], tuple[datetime, bool]] = {}
    for row in await conn.execute(_FIRST, {"plan_id": plan_id}):
        key = (row.unit_id, row.ask, row.period)
        # The first was there when a later one came, whatever the clock showed.
        before = found.get(key)
        found[key] = (row.at, row.late) if before is None else (min(before[0], row.at), before[1])
    return found


async def of_duty(conn: AsyncConnection, plan_id: int, unit_id: int, ask: Ask, period: str) -> tuple[UnitReport, ...]:
    """The reports of a unit that serve one duty, in the order they came."""
    asked = {"plan_id": plan_id, "unit_id": unit_id, "ask": ask.value, "period": period}
    return tuple(_report(row) for row in (await conn.execute(_OF_DUTY, asked)).mappings())


async def report(conn: AsyncConnection, report_id: int) -> UnitReport | None:
    """The report of this number."""
    found = (await conn.execute(_BY_ID, {"id": report_id})).mappings().first()
    return None if found is None else _report(found)


async def by_key(conn: AsyncConnection, key: str) -> UnitReport | None:
    """The report that was saved under this key."""
    found = (await conn.execute(_BY_KEY, {"key": key})).mappings().first()
    return None if found is None else _report(found)


async def hold(conn: AsyncConnection, locality_id: int) -> None:
    """Let others who write in the locality wait until this transaction ends (PostgreSQL; SQLite has one writer)."""
    await conn.execute(_HOLD, {"locality_id": locality_id})


async def add(conn: AsyncConnection, sent: UnitReport, key: str) -> UnitReport:
    """The report as saved under this key, now or before. ``sent.id`` is not looked at."""
    values = asdict(sent) | {"ask": sent.ask.value, "key": key}
    del values["id"]
    await conn.execute(_ADD.on(conn), values)
    return _report((await conn.execute(_BY_KEY, {"key": key})).mappings().one())
