"""What somebody who looks over the bot's shoulder sees: the newest notices, colours that changed, and events."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.people import Role
from bot.domain.work.events import Event
from bot.domain.work.ladder import Rule
from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant
from bot.storage.records.standings import BODY


@dataclass(frozen=True, slots=True)
class SeenNotice:
    """A notice by the words people know: the code of its row, and the name of the person or group it goes to."""

    id: int
    rule: str
    code: str | None
    to: str
    due_at: datetime
    state: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class SeenFlip:
    """A colour that changed, by the code and the unit."""

    at: datetime
    code: str
    unit: str
    before: str | None
    after: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event by the Telegram id of whoever caused it; 0 where that is nobody."""

    telegram_id: int
    event: Event


@dataclass(frozen=True, slots=True)
class SeenMember:
    """A running membership by the Telegram id of whoever has it, and the words people know it by."""

    telegram_id: int
    role: Role
    unit: str
    slug: str
    place: str


a, e, f, o, p, r = t.assignments.c, t.events.c, t.flips.c, t.outbox.c, t.people.c, t.rows.c
lo = t.localities.c
_NOTICES = (
    select(o.id, o.rule, r.code, p.full_name, t.units.c.name, o.due_at, o.not_before, o.state, o.message_id)
    .select_from(
        t.outbox.outerjoin(t.people, p.id == o.person_id)
        .outerjoin(t.assignments, a.id == o.assignment_id)
        .outerjoin(t.rows, r.id == a.row_id)
        .outerjoin(t.team_chats, (t.team_chats.c.chat_id == o.chat_id) & t.team_chats.c.ended_at.is_(None))
        .outerjoin(t.units, t.units.c.id == t.team_chats.c.unit_id)
    )
    .order_by(o.id.desc())
    .limit(bindparam("limit"))
)
_FLIPS = (
    select(f.at, r.code, t.units.c.name, f.before, f.after, f.reasons)
    .select_from(
        t.flips.join(t.assignments, a.id == f.assignment_id)
        .join(t.rows, r.id == a.row_id)
        .join(t.units, t.units.c.id == a.unit_id)
    )
    .order_by(f.id.desc())
    .limit(bindparam("limit"))
)
_EVENTS = (
    select(e.id, e.at, e.person_id, e.body, p.telegram_id)
    .select_from(t.events.outerjoin(t.people, p.id == e.person_id))
    .where(e.id > bindparam("after"))
    .order_by(e.id)
)
_TOLD = select(exists().where(o.event_id.in_(bindparam("ids", expanding=True)), o.state == "sent"))
_DIGEST = select(exists().where(o.urgent.is_(False), o.state == "sent", o.sent_at > bindparam("since", type_=Instant)))
_REMINDER = select(
    exists().where(
        o.person_id == p.id,
        p.telegram_id == bindparam("telegram_id"),
        o.state == "sent",
        o.message_id == bindparam("message_id"),
    )
)
_MEMBERS = (
    select(p.telegram_id, t.memberships.c.role, t.units.c.name, lo.slug, lo.kind, lo.name.label("place"))
    .select_from(
        t.memberships.join(t.people, p.id == t.memberships.c.person_id)
        .join(t.units, t.units.c.id == t.memberships.c.unit_id)
        .join(t.localities, lo.id == t.memberships.c.locality_id)
    )
    .where(t.memberships.c.ended_at.is_(None), p.telegram_id.is_not(None))
    .order_by(t.memberships.c.id)
)
_ASKED = select(t.questions.c.reading).where(t.questions.c.asked_at >= bindparam("since", type_=Instant))
_CHASED = select(
    exists().where(
        o.rule.in_((Rule.NUDGE.value, Rule.PERIOD_NUDGE.value)), o.created_at >= bindparam("since", type_=Instant)
    )
)


async def newest_notices(conn: AsyncConnection, limit: int) -> tuple[SeenNotice, ...]:
    """The newest notices, oldest first."""
    found = (await conn.execute(_NOTICES, {"limit": limit})).all()
    return tuple(
        SeenNotice(row.id, row.rule, row.code, row.full_name or row.name or "", row.due_at or row.not_before, *row[7:])
        for row in reversed(found)
    )


async def newest_flips(conn: AsyncConnection, limit: int) -> tuple[SeenFlip, ...]:
    """The newest changes of colour, oldest first."""
    found = (await conn.execute(_FLIPS, {"limit": limit})).all()
    return tuple(
        SeenFlip(row.at, row.code, row.name, row.before, row.after, tuple(row.reasons)) for row in reversed(found)
    )


async def newest_event(conn: AsyncConnection) -> int:
    """The id of the newest event; 0 where there is none."""
    return int(await conn.scalar(select(func.max(e.id))) or 0)


async def events_after(conn: AsyncConnection, event_id: int) -> tuple[SeenEvent, ...]:
    """The events since the one of this id, in their order."""
    found = await conn.execute(_EVENTS, {"after": event_id})
    return tuple(
        SeenEvent(row.telegram_id or 0, Event(row.id, row.at, row.person_id, BODY.validate_python(row.body)))
        for row in found
    )


async def is_told(conn: AsyncConnection, event_ids: Collection[int]) -> bool:
    """Whether anybody was told of one of these events."""
    return bool(event_ids) and bool(await conn.scalar(_TOLD, {"ids": sorted(event_ids)}))


async def a_digest_went_out(conn: AsyncConnection, since: datetime) -> bool:
    """Whether a digest was sent after an instant."""
    return bool(await conn.scalar(_DIGEST, {"since": since}))


async def is_reminder(conn: AsyncConnection, telegram_id: int, message_id: int) -> bool:
    """Whether this message of a person's chat is a notice."""
    return bool(await conn.scalar(_REMINDER, {"telegram_id": telegram_id, "message_id": message_id}))


async def members(conn: AsyncConnection) -> tuple[SeenMember, ...]:
    """Everybody who belongs anywhere now, in the order in which they joined."""
    found = (await conn.execute(_MEMBERS)).all()
    return tuple(
        SeenMember(row.telegram_id, Role(row.role), row.name, row.slug, f"{row.kind} {row.place}") for row in found
    )


async def a_question_was_answered(conn: AsyncConnection, since: datetime) -> bool:
    """Whether somebody asked something, from an instant on, that was understood."""
    return any(reading.get("query") for reading in (await conn.execute(_ASKED, {"since": since})).scalars())


async def somebody_was_chased(conn: AsyncConnection, since: datetime) -> bool:
    """Whether the standing office chased a unit, from an instant on."""
    return bool(await conn.scalar(_CHASED, {"since": since}))
