"""What a clock that was ahead has left: dates later than now, waits for a wrong day (docs/decisions/0014).

``limit`` is the latest instant anything can rightly bear now; what is later was written under a wrong clock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, Integer, bindparam, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan.plan import UnitRole
from bot.domain.work.lights_told import LightsTold
from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant
from bot.storage.outbox.looks import AT_ONCE

a, f, lo, o, pl = t.assignments.c, t.flips.c, t.localities.c, t.outbox.c, t.plans.c
_LIMIT, _TODAY = bindparam("limit", type_=Instant), bindparam("today", type_=Date)
_YEAR = bindparam("year", type_=Integer)
_LEADS = (a.role == UnitRole.LEAD.value, a.ended_at.is_(None))
_GONE, _ENDED = ("sent", "unknown", "sending"), ("withdrawn", "failed")
_DATED = (
    (t.outbox, o.created_at),
    (t.outbox, o.sent_at),
    (t.outbox, o.claimed_at),
    (t.flips, f.at),
    (t.join_attempts, t.join_attempts.c.at),
)
_AHEAD = select(
    or_(
        *(exists().where(column > _LIMIT).select_from(table) for table, column in _DATED),
        exists().where(a.reminded_until > _TODAY, *_LEADS),
        exists().where(lo.round_until > _TODAY),
        exists().where(pl.in_use_on > _TODAY),
        # Its year seemed to be over.
        exists().where(pl.locality_id == lo.id, pl.in_use_on <= _TODAY, pl.year >= _YEAR, lo.next_round_at.is_(None)),
    )
)


@dataclass(frozen=True, slots=True)
class Misled:
    """One notice that was worked out under a wrong clock."""

    locality_id: int
    assignment_id: int | None
    rule: str
    occasion: str


@dataclass(frozen=True, slots=True)
class DelayedNotice:
    """A notice that waits. ``minute`` is the recipient's hour of the digest; none for a group."""

    id: int
    key: str
    locality_id: int
    urgent: bool
    due_at: datetime
    minute: int | None


async def is_anything_ahead(conn: AsyncConnection, limit: datetime, today: date) -> bool:
    """Whether the program itself has dated anything later than now, or has looked at a day still to come."""
    return bool(await conn.scalar(_AHEAD, {"limit": limit, "today": today, "year": today.year}))


def _is_deed(rules: Collection[str], prefix: str) -> ColumnElement[bool]:
    """What a person did, or asked to be told again: no clock has worked it out."""
    return or_(o.rule.in_(rules), o.key.startswith(prefix, autoescape=True))


async def take_back(
    conn: AsyncConnection, rules: Collection[str], prefix: str, limit: datetime, now: datetime
) -> tuple[Misled, ...]:
    """Have every notice that time caused told when it is due by the right clock; those worked out under the wrong one.

    ``rules`` and ``prefix`` (of keys) name the notices of what people did: they were told in time, and stay told.
    """
    deed = _is_deed(rules, prefix)
    late_made, late_gone = o.created_at > limit, or_(o.sent_at > limit, o.claimed_at > limit)
    worked_out = (o.locality_id, o.assignment_id, o.rule, o.occasion)
    unsaid = delete(t.outbox).where(~deed, late_made, o.state.in_(("queued", *_ENDED))).returning(*worked_out)
    gone = {"state": "early", "created_at": now, "sent_at": now, "claimed_at": None, "claim": None}
    said = update(t.outbox).where(~deed, late_made, o.state.in_(_GONE)).values(**gone).returning(*worked_out)
    misled = [Misled(*row) for statement in (unsaid, said) for row in await conn.execute(statement)]
    again = {"state": "queued", "not_before": func.coalesce(o.due_at, o.not_before), "claimed_at": None, "claim": None}
    known = or_(deed, o.created_at <= limit)
    unmarked = update(t.outbox).where(known, late_gone, o.state.in_(_ENDED)).values(**again)
    marked = update(t.outbox).where(~deed, o.created_at <= limit, late_gone, o.state.in_(_GONE))
    await conn.execute(unmarked)
    await conn.execute(marked.values(**again, early=True, sent_at=None, message_id=None))
    for column in (o.created_at, o.sent_at, o.claimed_at):
        await conn.execute(update(t.outbox).where(deed, column > limit).values({column.name: now}))
    return tuple(misled)


async def waiting_beyond(conn: AsyncConnection, limit: datetime) -> tuple[DelayedNotice, ...]:
    """The notices that wait for later than now."""
    p = t.people.c
    found = await conn.execute(
        select(o.id, o.key, o.locality_id, o.urgent, func.coalesce(o.due_at, o.not_before), p.digest_minute)
        .select_from(t.outbox.outerjoin(t.people, p.id == o.person_id))
        .where(o.state == "queued", or_(o.not_before > limit, o.due_at > limit))
        .order_by(o.id)
    )
    return tuple(DelayedNotice(*row) for row in found)


async def bring_forward(conn: AsyncConnection, notice_id: int, at: datetime) -> None:
    """Have a notice told earlier."""
    await conn.execute(update(t.outbox).where(o.id == notice_id).values(not_before=at, due_at=at))


async def unlight(conn: AsyncConnection, limit: datetime) -> None:
    """Forget the changes of colour that were noted too early; each row has the colour it had before the first."""
    changed: dict[int, str | None] = {}
    for row in await conn.execute(select(f.assignment_id, f.before).where(f.at > limit).order_by(f.id)):
        changed.setdefault(row.assignment_id, row.before)
    for assignment_id, before in changed.items():
        if before is not None:
            await conn.execute(update(t.assignments).where(a.id == assignment_id).values(colour=before))
    await conn.execute(delete(t.flips).where(f.at > limit))


async def last_worked_out(
    conn: AsyncConnection, rules: Collection[str], prefix: str, limit: datetime
) -> Mapping[int, datetime]:
    """When a notice that time causes was last worked out under the right clock, by locality."""
    own = (~_is_deed(rules, prefix), o.created_at <= limit)
    found = await conn.execute(select(o.locality_id, func.max(o.created_at)).where(*own).group_by(o.locality_id))
    return {row[0]: row[1] for row in found}


async def look_at_all(conn: AsyncConnection, now: datetime) -> None:
    """Have every assignment, locality and difficulty looked at now."""
    await conn.execute(update(t.assignments).where(*_LEADS).values(next_alert_at=now, next_reminder_at=now))
    await conn.execute(update(t.localities).values(next_round_at=AT_ONCE))
    d = t.difficulties.c
    await conn.execute(update(t.difficulties).where(d.next_look_at.is_not(None)).values(next_look_at=now))


async def unsee(
    conn: AsyncConnection,
    locality_id: int,
    seen: date,
    today: date,
    assignment_ids: Collection[int],
    *,
    round_too: bool,
) -> None:
    """Have looked no further than ``seen`` where one has looked beyond today, and at these.

    ``round_too``: at what concerns the whole locality as well.
    """
    beyond = or_(a.reminded_until > today, a.id.in_(sorted(assignment_ids)))
    own = (a.locality_id == locality_id, beyond, *_LEADS)
    earlier = case((a.reminded_until < seen, a.reminded_until), else_=seen)
    await conn.execute(update(t.assignments).where(*own).values(reminded_until=earlier))
    beyond = lo.round_until > today if not round_too else lo.round_until.is_not(None)
    earlier = case((lo.round_until < seen, lo.round_until), else_=seen)
    await conn.execute(update(t.localities).where(lo.id == locality_id, beyond).values(round_until=earlier))


async def lights_told(conn: AsyncConnection) -> Mapping[int, LightsTold]:
    """On which day each red light of an assignment was first told, by assignment."""
    found = await conn.execute(select(a.id, a.red_told).where(a.red_told.is_not(None), *_LEADS))
    return {row.id: LightsTold.read(row.red_told) for row in found}


async def keep_lights_told(conn: AsyncConnection, assignment_id: int, told: LightsTold) -> None:
    """Keep on which day each red light was first told."""
    await conn.execute(update(t.assignments).where(a.id == assignment_id).values(red_told=told.written or None))


async def used_from(conn: AsyncConnection, today: date) -> tuple[tuple[int, int, int], ...]:
    """The plans that are in use from a day still to come: id, locality, year."""
    found = await conn.execute(select(pl.id, pl.locality_id, pl.year).where(pl.in_use_on > today).order_by(pl.id))
    return tuple((row.id, row.locality_id, row.year) for row in found)


async def let_in(conn: AsyncConnection, limit: datetime, now: datetime, muted_until: date) -> None:
    """Nobody waits at the door, or is not warned, for longer than was meant."""
    attempts, mutes = t.join_attempts, t.mutes
    await conn.execute(update(attempts).where(attempts.c.at > limit).values(at=now))
    await conn.execute(update(mutes).where(mutes.c.until > muted_until).values(until=muted_until))
