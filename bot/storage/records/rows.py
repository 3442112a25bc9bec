"""The rows of a plan, as printed and as understood."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan.deadlines import DeadlineKind, Milestone, TimeLimit
from bot.domain.plan.plan import Row, RowKind
from bot.domain.work.progress import Target
from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert

_TARGET = TypeAdapter(Target)
_MILESTONES = TypeAdapter(tuple[Milestone, ...])

_ROWS = (
    select(t.rows)
    .where(t.rows.c.plan_id == bindparam("plan_id"), t.rows.c.removed_at.is_(None))
    .order_by(t.rows.c.position, t.rows.c.id)
)
_ROW = select(t.rows).where(t.rows.c.id == bindparam("id"))
_FOLDED = select(t.rows.c.id, t.rows.c.folded).where(
    t.rows.c.plan_id == bindparam("plan_id"), t.rows.c.removed_at.is_(None)
)
_CODES = select(t.rows.c.code, t.rows.c.position).where(t.rows.c.plan_id == bindparam("plan_id"))
_A = t.assignments.c
_HAPPENED = (
    t.events.c.assignment_id == _A.id,
    t.evidence.c.assignment_id == _A.id,
    t.difficulties.c.assignment_id == _A.id,
    or_(t.requests.c.assignment_id == _A.id, t.requests.c.row_id == _A.row_id),
)
_WITH_HISTORY = (
    select(_A.row_id)
    .where(_A.plan_id == bindparam("plan_id"), or_(*(exists().where(this) for this in _HAPPENED)))
    .distinct()
)
_HOLD_WORK = (
    select(_A.id).where(_A.plan_id == bindparam("plan_id"), _A.ended_at.is_(None)).order_by(_A.id).with_for_update()
)
_KEY = ("plan_id", "code")
_SAVE_ROW = Upsert(t.rows, _KEY, [c.name for c in t.rows.c if c.name not in ("id", *_KEY)], returning=["id"])


def _row(found: RowMapping) -> Row:
    target = found["target"]
    return Row(
        id=found["id"],
        plan_id=found["plan_id"],
        locality_id=found["locality_id"],
        code=found["code"],
        kind=RowKind(found["kind"]),
        position=found["position"],
        reference=found["reference"],
        name=found["name"],
        limit=TimeLimit(
            found["deadline_as_printed"],
            DeadlineKind(found["deadline_kind"]),
            found["starts_on"],
            found["due_on"],
            _MILESTONES.validate_python(found["milestones"]),
        ),
        group=found["group_text"],
        parent=found["parent"],
        output=found["output"],
        kpi=found["kpi"],
        lead_as_printed=found["lead_as_printed"],
        tracker_as_printed=found["tracker_as_printed"],
        coordinating_as_printed=found["coordinating_as_printed"],
        target=None if target is None else _TARGET.validate_python(target),
        note=found["note"],
        doubts=tuple(found["doubts"]),
        added_at=found["added_at"],
    )


def _values(row: Row, folded: str) -> dict[str, Any]:
    return {
        "plan_id": row.plan_id,
        "locality_id": row.locality_id,
        "code": row.code,
        "kind": row.kind.value,
        "position": row.position,
        "reference": row.reference,
        "group_text": row.group,
        "parent": row.parent,
        "name": row.name,
        "output": row.output,
        "kpi": row.kpi,
        "lead_as_printed": row.lead_as_printed,
        "tracker_as_printed": row.tracker_as_printed,
        "coordinating_as_printed": row.coordinating_as_printed,
        "note": row.note,
        "target": None if row.target is None else _TARGET.dump_python(row.target, mode="json"),
        "deadline_as_printed": row.limit.printed,
        "deadline_kind": row.limit.kind.value,
        "starts_on": row.limit.starts_on,
        "due_on": row.limit.due_on,
        "milestones": _MILESTONES.dump_python(row.limit.milestones, mode="json"),
        "doubts": list(row.doubts),
        "folded": folded,
        "removed_at": None,
        "added_at": row.added_at,
    }


async def rows(conn: AsyncConnection, plan_id: int) -> tuple[Row, ...]:
    """The rows of a plan in printed order, without those removed."""
    return tuple(_row(found) for found in (await conn.execute(_ROWS, {"plan_id": plan_id})).mappings())


async def row(conn: AsyncConnection, row_id: int) -> Row | None:
    """One row, also where it was removed: its history still names it."""
    found = (await conn.execute(_ROW, {"id": row_id})).mappings().first()
    return None if found is None else _row(found)


async def folded_texts(conn: AsyncConnection, plan_id: int) -> dict[int, str]:
    """The folded text of every row by row id, as given when it was saved; for searching."""
    return dict((await conn.execute(_FOLDED, {"plan_id": plan_id})).all())


async def hold_work(conn: AsyncConnection, plan_id: int) -> None:
    """Let whoever says anything of a row of the plan wait until this transaction ends (PostgreSQL)."""
    await conn.execute(_HOLD_WORK, {"plan_id": plan_id})


async def with_history(conn: AsyncConnection, plan_id: int) -> frozenset[int]:
    """The ids of the rows of a plan about which anybody has said anything: events, evidence, difficulties, requests.

    Also what was said to units that have the row no more.
    """
    return frozenset((await conn.scalars(_WITH_HISTORY, {"plan_id": plan_id})).all())


async def codes(conn: AsyncConnection, plan_id: int) -> dict[str, int]:
    """Every code a plan has ever given to a row, also to one removed, with the row's position."""
    return dict((await conn.execute(_CODES, {"plan_id": plan_id})).all())


async def save_row(conn: AsyncConnection, row: Row, *, folded: str) -> int:
    """The id of the row, inserted or brought up to date by plan and code; one removed stands again.

    ``row.id`` is not looked at. ``folded`` is its text made ready for searching.
    """
    saved: int = (await conn.execute(_SAVE_ROW.on(conn), _values(row, folded))).scalar_one()
    return saved
