"""What people do in these tests, and what the database holds afterwards."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import count
from typing import Any

from PIL import Image
from sqlalchemy import func, select

from bot.domain.people.visitor import Visitor
from bot.domain.work.events import Event, Report
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables
from bot.storage.records import audit, events, people, plans
from tests.town import Town
from tests.town import officer as officer
from tests.town import say as say

POLICE, OFFICE, CULTURE = "Công an phường", "Văn phòng Đảng ủy", "Phòng Văn hóa - Xã hội"
TROUBLE = "trục trặc"
"""A word of the sentence that owns up to a fault of ours."""
_SHADES = count(1)


def photo() -> bytes:
    """A picture nobody has sent before."""
    shade = next(_SHADES)
    made = io.BytesIO()
    Image.new("RGB", (160, 120), (shade % 256, shade // 256, 30)).save(made, "JPEG")
    return made.getvalue()


async def happened(town: Town, code: str = "NV07", slug: str = "binh-loc") -> list[Event]:
    """All that happened to the rows of this code."""
    async with town.db.read() as conn:
        locality = await plans.locality_by_slug(conn, slug)
        assert locality is not None
        plan = await plans.plan_of(conn, locality.id)
        assert plan is not None
        row = next(row for row in await plans.rows(conn, plan.id) if row.code == code)
        found = await events.events_of_plan(conn, plan.id)
        return [e for a in await events.assignments_of_row(conn, row.id) for e in found.get(a.id, ())]


async def reports(town: Town, code: str = "NV07", slug: str = "binh-loc") -> list[Report]:
    """The reports of a row."""
    return [event.body for event in await happened(town, code, slug) if isinstance(event.body, Report)]


async def visitor(town: Town, person: SimulatedPerson) -> Visitor:
    """What the database knows of someone, with the open dialogue."""
    async with town.db.read() as conn:
        return await people.visitor(conn, person.id, person.id)


async def draft(town: Town, person: SimulatedPerson) -> dict[str, Any] | None:
    """What the open dialogue holds; none where none is open."""
    open_one = (await visitor(town, person)).dialogue
    return None if open_one is None else dict(open_one.draft)


@dataclass(frozen=True)
class Books:
    """What must add up at the end of every test."""

    inbox: dict[str, int]
    evidence: int
    files: int
    unfinished: int


async def books(town: Town) -> Books:
    """Inbox by state, rows of evidence, files on the disk and unfinished ones; the audit chains are whole."""
    async with town.db.read() as conn:
        states = await conn.execute(select(tables.inbox.c.state, func.count()).group_by(tables.inbox.c.state))
        rows = await conn.scalar(select(func.count()).select_from(tables.evidence))
        for place in await plans.localities(conn):
            assert await audit.verify(conn, place.id) is None
    root = town.app.desk.files.root
    kept, unfinished = (sum(p.is_file() for p in (root / part).rglob("*")) for part in ("files", "tmp"))
    return Books({str(state): int(many) for state, many in states}, int(rows or 0), kept, unfinished)


async def all_done(town: Town) -> None:
    """Every update that came is done: none waits, none has failed."""
    assert set((await books(town)).inbox) <= {"done"}
