"""What the tick has to look at: assignments whose instant has come, rounds of localities, and the flips it notes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Date, RowMapping, bindparam, case, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan.plan import Assignment, UnitRole
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import Standing, State
from bot.domain.work.lights_told import LightsTold
from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant
from bot.storage.records.standings import (
    LIGHT_COLUMNS,
    STANDING_COLUMNS,
    Light,
    assignment_of,
    light_of,
    light_values,
    standing_of,
)

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""An instant that has always come."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An assignment whose instant has come.

    ``seen_until`` is the last day looked at; ``red_told`` which red lights were told, and when first.
    """

    assignment: Assignment
    standing: Standing
    light: Light
    seen_until: date | None
    red_told: LightsTold


@dataclass(frozen=True, slots=True)
class Look:
    """What is stored once an assignment has been looked at; none: time alone never asks for it again."""

    assignment_id: int
    colour: Colour | None
    reasons: Collection[Reason]
    next_change_on: date | None
    next_alert_at: datetime | None
    next_reminder_at: datetime | None
    seen_until: date | None
    red_told: LightsTold


@dataclass(frozen=True, slots=True)
class Flip:
    """A colour that changed on a day; ``before`` is none where the plan was put in use that day."""

    assignment_id: int
    locality_id: int
    at: datetime
    day: date
    before: Colour | None
    after: Colour
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def name(self) -> str:
        """What happened: turn_red, turn_amber, turn_green, turn_grey, turn_done."""
        return f"turn_{self.after.value}"


@dataclass(frozen=True, slots=True)
class Round:
    """A locality whose round has come, with the last day gone round and the version of its book at that time."""

    locality_id: int
    until: date | None
    version: int | None


a, lo, f = t.assignments.c, t.localities.c, t.flips.c
_LEAD = UnitRole.LEAD.value
_RUNNING = a.ended_at.is_(None)
_NOW = bindparam("now", type_=Instant)
_ALERT_DUE, _REMINDER_DUE = a.next_alert_at <= _NOW, a.next_reminder_at <= _NOW
_ROUND_DUE = lo.next_round_at <= _NOW
_SOMETHING = select(
    or_(
        exists().where(_RUNNING, _ALERT_DUE),
        exists().where(_RUNNING, _REMINDER_DUE),
        exists().where(lo.next_round_at.is_not(None), _ROUND_DUE),
        exists().where(t.difficulties.c.next_look_at.is_not(None), t.difficulties.c.next_look_at <= _NOW),
    )
)
_NEXT = tuple(
    select(func.min(column)).where(column > _NOW, *also)
    for column, *also in (
        (a.next_alert_at, _RUNNING),
        (a.next_reminder_at, _RUNNING),
        (lo.next_round_at, lo.next_round_at.is_not(None)),
        (t.difficulties.c.next_look_at, t.difficulties.c.next_look_at.is_not(None)),
        (t.outbox.c.not_before, t.outbox.c.state == "queued"),
    )
)
"""The next instant of each queue; each is the first entry of an index."""
_PENDING = select(*STANDING_COLUMNS, *LIGHT_COLUMNS, a.reminded_until, a.red_told).limit(bindparam("limit"))
# A process works on the rows it has locked; another one skips those (PostgreSQL; SQLite has one writer).
_ALERTS = (
    _PENDING.where(_RUNNING, _ALERT_DUE)
    .order_by(a.next_alert_at, a.id)
    .with_for_update(key_share=True, skip_locked=True)
)
_REMINDERS = (
    _PENDING.where(_RUNNING, _REMINDER_DUE)
    .order_by(a.next_reminder_at, a.id)
    .with_for_update(key_share=True, skip_locked=True)
)
_ROUNDS = (
    select(lo.id, lo.round_until, lo.round_version)
    .where(lo.next_round_at.is_not(None), _ROUND_DUE)
    .order_by(lo.next_round_at)
    .limit(1)
    .with_for_update(key_share=True, skip_locked=True)
)
_SAVE = (
    update(t.assignments)
    .where(a.id == bindparam("the_id"))
    .values({name: bindparam(name) for name in ("colour", "reasons", "next_change_on", "reminded_until", "red_told")})
    .values(
        next_alert_at=bindparam("alert", type_=Instant),
        next_reminder_at=bindparam("reminder", type_=Instant),
    )
)
_STANDINGS_OF = select(*STANDING_COLUMNS).where(a.id.in_(bindparam("ids", expanding=True)), _RUNNING)


def looking_at() -> dict[str, object]:
    """The columns that let the next tick look at an assignment which something else than time has changed.

    What had come due before and was not looked at yet is not marked as seen.
    """
    today = bindparam("today", type_=Date)
    unseen = or_(_REMINDER_DUE, _ALERT_DUE)
    return {
        "reminded_until": case((unseen, a.reminded_until), (a.reminded_until > today, a.reminded_until), else_=today),
        "next_reminder_at": case((_REMINDER_DUE, a.next_reminder_at), else_=_NOW),
    }


_LOOK_AGAIN = (
    update(t.assignments).where(a.plan_id == bindparam("plan"), a.role == _LEAD, _RUNNING).values(looking_at())
)
_FLIPS_SINCE = (
    select(t.flips).where(f.locality_id == bindparam("locality_id"), f.day >= bindparam("day")).order_by(f.id)
)


def _pending(found: RowMapping) -> Pending:
    told = LightsTold.read(found["red_told"])
    return Pending(assignment_of(found), standing_of(found), light_of(found), found["reminded_until"], told)


async def something_due(conn: AsyncConnection, now: datetime) -> bool:
    """Whether any assignment, locality or difficulty has to be looked at by now."""
    return bool(await conn.scalar(_SOMETHING, {"now": now}))


async def next_instant(conn: AsyncConnection, now: datetime) -> datetime | None:
    """The first instant after ``now`` at which something has to be looked at or sent, as far as is known now."""
    found = [await conn.scalar(statement, {"now": now}) for statement in _NEXT]
    return min((instant for instant in found if instant is not None), default=None)


async def next_limit(conn: AsyncConnection, after: date) -> date | None:
    """The first limit after a day of whatever is still open anywhere."""
    still_open = a.state.not_in((State.COMPLETED.value, State.CLOSED.value))
    own = (a.role == _LEAD, _RUNNING, still_open, a.due_on > after)
    found: date | None = await conn.scalar(select(func.min(a.due_on)).where(*own))
    return found


async def pending(conn: AsyncConnection, now: datetime, limit: int) -> tuple[Pending, ...]:
    """Assignments whose instant has come, now held by this transaction alone."""
    for statement in (_ALERTS, _REMINDERS):
        found = (await conn.execute(statement, {"now": now, "limit": limit})).mappings().all()
        if found:
            return tuple(_pending(row) for row in found)
    return ()


async def standings_of(
    conn: AsyncConnection, assignment_ids: Collection[int]
) -> dict[int, tuple[Assignment, Standing]]:
    """Where running assignments stand, by their id."""
    if not assignment_ids:
        return {}
    found = await conn.execute(_STANDINGS_OF, {"ids": sorted(assignment_ids)})
    return {row["id"]: (assignment_of(row), standing_of(row)) for row in found.mappings()}


async def save(conn: AsyncConnection, looks: Sequence[Look]) -> None:
    """Keep what was seen, and when to look again."""
    if not looks:
        return
    values = [
        {
            **light_values(look.colour, look.reasons, look.next_change_on),
            "the_id": look.assignment_id,
            "alert": look.next_alert_at,
            "reminder": look.next_reminder_at,
            "reminded_until": look.seen_until,
            "red_told": look.red_told.written or None,
        }
        for look in looks
    ]
    await conn.execute(_SAVE, values)


async def postpone(conn: AsyncConnection, assignment_id: int, until: datetime) -> None:
    """Look at an assignment again later: now it cannot be judged."""
    values = {"next_alert_at": until, "next_reminder_at": until}
    await conn.execute(update(t.assignments).where(a.id == assignment_id).values(**values))


async def look_again(conn: AsyncConnection, plan_id: int, now: datetime, today: date) -> None:
    """Have every running lead assignment of a plan looked at: what the ladder depends on has changed."""
    await conn.execute(_LOOK_AGAIN, {"plan": plan_id, "now": now, "today": today})


async def begin(conn: AsyncConnection, locality_id: int, plan_id: int, now: datetime, today: date) -> None:
    """Start the ladder of a plan that is in use from today: today counts as looked at."""
    where = (a.plan_id == plan_id, a.role == _LEAD, _RUNNING)
    await conn.execute(update(t.assignments).where(*where).values(reminded_until=today, next_reminder_at=now))
    round_values = {"next_round_at": AT_ONCE, "round_until": today}
    await conn.execute(update(t.localities).where(lo.id == locality_id).values(**round_values))


async def next_round(conn: AsyncConnection, now: datetime) -> Round | None:
    """A locality whose round has come, now held by this transaction alone."""
    found = (await conn.execute(_ROUNDS, {"now": now})).first()
    return None if found is None else Round(*found)


async def save_round(
    conn: AsyncConnection, locality_id: int, until: date | None, version: int | None, next_at: datetime | None
) -> None:
    """Keep how far the round went, and when the next one comes."""
    values = {"round_until": until, "round_version": version, "next_round_at": next_at}
    await conn.execute(update(t.localities).where(lo.id == locality_id).values(**values))


async def call_round(conn: AsyncConnection, locality_ids: Collection[int]) -> None:
    """Have the next tick go round these localities."""
    if locality_ids:
        await conn.execute(update(t.localities).where(lo.id.in_(sorted(locality_ids))).values(next_round_at=AT_ONCE))


async def call_again(conn: AsyncConnection, locality_id: int) -> None:
    """Have the next tick go round a locality and look at all its assignments: other people are told now."""
    values = {"next_round_at": AT_ONCE, "round_version": None}
    await conn.execute(update(t.localities).where(lo.id == locality_id).values(**values))


async def add_flips(conn: AsyncConnection, flips: Sequence[Flip]) -> None:
    """Note colours that changed."""
    if not flips:
        return
    values = [
        {
            "assignment_id": flip.assignment_id,
            "locality_id": flip.locality_id,
            "at": flip.at,
            "day": flip.day,
            "before": None if flip.before is None else flip.before.value,
            "after": flip.after.value,
            "reasons": [reason.value for reason in flip.reasons],
        }
        for flip in flips
    ]
    await conn.execute(insert(t.flips), values)


async def flips_since(conn: AsyncConnection, locality_id: int, day: date) -> tuple[Flip, ...]:
    """The colours of a locality that changed on this day or later, in their order."""
    found = await conn.execute(_FLIPS_SINCE, {"locality_id": locality_id, "day": day})
    return tuple(
        Flip(
            row["assignment_id"],
            row["locality_id"],
            row["at"],
            row["day"],
            None if row["before"] is None else Colour(row["before"]),
            Colour(row["after"]),
            tuple(Reason(reason) for reason in row["reasons"]),
        )
        for row in found.mappings()
    )
