"""What lies in the tables and the bot itself never reads or writes so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.requests import Request
from bot.storage.engine import tables as t
from bot.storage.records import requests
from bot.storage.records.standings import LIGHT_COLUMNS, Light, light_of


async def light(conn: AsyncConnection, assignment_id: int) -> Light:
    """The stored colour of an assignment."""
    found = await conn.execute(select(*LIGHT_COLUMNS).where(t.assignments.c.id == assignment_id))
    return light_of(found.mappings().one())


async def requests_of(conn: AsyncConnection, plan_id: int) -> list[Request]:
    """All that was asked about a plan, in the order it came."""
    r = t.requests.c
    numbers = (await conn.scalars(select(r.id).where(r.plan_id == plan_id).order_by(r.id))).all()
    return [found for each in numbers if (found := await requests.request(conn, each)) is not None]


async def remove_row(conn: AsyncConnection, row_id: int, at: datetime) -> None:
    """Take a row out of its plan, as is done by hand."""
    await conn.execute(update(t.rows).where(t.rows.c.id == row_id).values(removed_at=at))
