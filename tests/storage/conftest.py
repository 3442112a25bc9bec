"""One small locality, as storage tests need it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan.deadlines import DeadlineKind, Milestone, TimeLimit
from bot.domain.plan.plan import Plan, Row, RowKind, UnitRole
from bot.domain.work.lifecycle import Terms, begin
from bot.domain.work.progress import Comparator, Target
from bot.storage.engine.database import Database
from bot.storage.records import events, people, plans

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
LIMIT = TimeLimit(
    "Quý II/2026", DeadlineKind.QUARTER, date(2026, 4, 1), date(2026, 6, 30), (Milestone("31/3", date(2026, 3, 31)),)
)
TERMS = Terms(RowKind.TASK, LIMIT, 2026)
TARGET = Target("≥ 80 %", "%", Comparator.AT_LEAST, (Decimal("80.5"),))


@dataclass(frozen=True)
class World:
    """The ids of what there is."""

    locality: int
    plan: int
    units: tuple[int, int]
    row: int
    assignment: int
    person: int


def row_of(plan_id: int, locality_id: int, code: str = "NV01", position: int = 1) -> Row:
    """A row with everything a row can have."""
    return Row(
        id=0,
        plan_id=plan_id,
        locality_id=locality_id,
        code=code,
        kind=RowKind.TASK,
        position=position,
        reference="II · 6",
        name="Xây dựng Đề án",
        limit=LIMIT,
        group="II",
        parent="Chuyển đổi số",
        output="Đề án",
        kpi="100 %",
        lead_as_printed="Phòng VH-XH",
        target=TARGET,
        note="xem phụ lục",
        doubts=("unit_unknown",),
    )


async def found_locality(conn: AsyncConnection, slug: str = "binh-loc") -> int:
    """A locality of this short name."""
    name = {"binh-loc": "Bình Lộc", "ba-ngoi": "Ba Ngòi"}.get(slug, slug)
    return await plans.save_locality(conn, slug=slug, name=name, kind="phường", province="Đồng Nai")


async def build_world(conn: AsyncConnection, slug: str = "binh-loc", telegram_id: int = 700) -> World:
    """A locality with a plan, two units, one row led by the first, and one person."""
    locality = await found_locality(conn, slug)
    issued = date(2026, 3, 1)
    head = Plan(0, locality, 2026, "01-KH/ĐU", "Kế hoạch", "Đảng ủy", issued, issued_on_as_printed="01/3/2026")
    plan = await plans.save_plan(conn, head, breaks_off="sau nhiệm vụ VI.2", loaded_at=NOW)
    first = await plans.save_unit(conn, locality, "Phòng VH-XH", "division", [("Phòng VHXH", "phong vhxh")], 1)
    second = await plans.save_unit(conn, locality, "Công an", "police", [], 2)
    row = row_of(plan, locality)
    row = replace(row, id=await plans.save_row(conn, row, folded="xay dung de an"))
    assignment = await events.add_assignment(conn, row, UnitRole.LEAD, begin(TERMS, first))
    person = await people.add_person(conn, telegram_id, "Nguyễn Văn An", "vi", NOW)
    return World(locality, plan, (first, second), row.id, assignment, person.id)


@pytest_asyncio.fixture
async def world(database: Database) -> World:
    """The small locality, kept in the database of the test."""
    async with database.write() as conn:
        return await build_world(conn)
