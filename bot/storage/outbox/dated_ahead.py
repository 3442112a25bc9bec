"""What people did that bears a later date than now: a wrong clock has dated it (docs/decisions/0014)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, cast, func, literal, null, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.work.events import Body, Event
from bot.storage.engine import tables as t
from bot.storage.engine.types import Id, Instant
from bot.storage.records.standings import BODY

PUT_RIGHT = "clock_put_right"
"""How the audit trail names that a wrong clock was set right."""


@dataclass(frozen=True, slots=True)
class DatedAhead:
    """One thing done: its kind, number and date, who did it, and which assignment, row or unit it is about."""

    kind: str
    id: int
    at: datetime
    person_id: int | None
    assignment_id: int | None
    row_id: int | None
    unit_id: int | None


e, u, q, r, x, m, w = (
    t.events.c,
    t.unit_reports.c,
    t.difficulty_entries.c,
    t.requests.c,
    t.requests_done.c,
    t.period_marks.c,
    t.rows.c,
)
_PLACE, _LIMIT = bindparam("place", type_=Id), bindparam("limit", type_=Instant)
_NONE = cast(null(), Id)


def _ahead(kind: str | ColumnElement[str], table: Table, at: ColumnElement[Any], **about: ColumnElement[Any]) -> Any:
    named = literal(kind) if isinstance(kind, str) else kind
    who, assignment, row, unit = (
        about.get(name, _NONE) for name in ("person_id", "assignment_id", "row_id", "unit_id")
    )
    (number,) = table.primary_key.columns
    columns = (named.label("kind"), number.label("id"), at.label("at"), who, assignment, row, unit)
    return select(*columns).where(table.c.locality_id == _PLACE, at > _LIMIT)


_DIFFICULTY = t.difficulties.c
_AHEAD = union_all(
    _ahead(e.kind, t.events, e.at, person_id=e.person_id, assignment_id=e.assignment_id),
    _ahead("unit_report", t.unit_reports, u.at, person_id=u.person_id, unit_id=u.unit_id),
    _ahead("difficulty", t.difficulty_entries, q.at, person_id=q.person_id, row_id=_DIFFICULTY.row_id).where(
        _DIFFICULTY.id == q.difficulty_id
    ),
    _ahead("request", t.requests, r.at, person_id=r.person_id, row_id=r.row_id, unit_id=r.unit_id),
    _ahead("decision", t.requests, r.decided_at, person_id=r.decided_by, row_id=r.row_id, unit_id=r.unit_id),
    _ahead("done", t.requests_done, x.at, person_id=x.person_id, row_id=r.row_id, unit_id=r.unit_id).where(
        r.id == x.request_id
    ),
    _ahead("period", t.period_marks, m.at, person_id=m.person_id),
    _ahead("added", t.rows, w.added_at, row_id=w.id),
)
_BEARING = (
    (t.events, e.at),
    (t.unit_reports, u.at),
    (t.difficulties, _DIFFICULTY.at),
    (t.difficulty_entries, q.at),
    (t.requests, r.at),
    (t.requests, r.decided_at),
    (t.requests_done, x.at),
    (t.period_marks, m.at),
    (t.period_chases, t.period_chases.c.at),
    (t.evidence, t.evidence.c.at),
    (t.rows, w.added_at),
)
"""All that bears the instant at which a person did something."""


async def dated_ahead(conn: AsyncConnection, locality_id: int, limit: datetime) -> tuple[DatedAhead, ...]:
    """All that was done in a locality and bears a date after ``limit``, by that date."""
    every = [DatedAhead(*row) for row in await conn.execute(_AHEAD, {"place": locality_id, "limit": limit})]
    return tuple(sorted(every, key=lambda each: (each.at, each.kind, each.id)))


async def offsets(conn: AsyncConnection, limit: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Of messages that were received under a wrong clock: what it showed, and what Telegram's showed when they came."""
    x = t.inbox.c
    found = await conn.execute(select(x.received_at, x.payload).where(x.received_at > limit, x.payload.is_not(None)))
    dated = [(row.received_at, _sent_at(row.payload)) for row in found]
    return tuple((shown, sent) for shown, sent in dated if sent is not None)


def _sent_at(payload: str) -> datetime | None:
    told: Mapping[str, Any] = json.loads(payload).get("message") or {}
    seconds = told.get("date")
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


async def was_right_at(conn: AsyncConnection, locality_id: int, limit: datetime) -> datetime | None:
    """When a wrong clock was last found to be right again."""
    c = t.audit.c
    known = (c.locality_id == locality_id, c.action == PUT_RIGHT, c.at <= limit)
    found: datetime | None = await conn.scalar(select(func.max(c.at)).where(*known))
    return found


async def next_event_at(conn: AsyncConnection, locality_id: int, event_id: int, limit: datetime) -> datetime | None:
    """When the first thing happened to any assignment of a locality after this event, as far as it is dated rightly."""
    after = (e.locality_id == locality_id, e.id > event_id, e.at <= limit)
    found: datetime | None = await conn.scalar(select(e.at).where(*after).order_by(e.id).limit(1))
    return found


async def date_anew(conn: AsyncConnection, locality_id: int, old: datetime, new: datetime) -> None:
    """Let all that was done at one instant in a locality bear another."""
    for table, column in _BEARING:
        own = (table.c.locality_id == locality_id, column == old)
        await conn.execute(update(table).where(*own).values({column.name: new}))


async def set_body(conn: AsyncConnection, event: Event, body: Body) -> None:
    """Let an event say what follows from its date: which period it serves."""
    await conn.execute(update(t.events).where(e.id == event.id).values(body=BODY.dump_python(body, mode="json")))


async def set_late(conn: AsyncConnection, report_id: int, late: bool) -> None:
    """Note whether the report of a whole unit came late."""
    await conn.execute(update(t.unit_reports).where(u.id == report_id).values(late=late))
