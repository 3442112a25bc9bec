"""The outbox as the dispatcher works through it: who is due, claimed together, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant
from bot.storage.outbox.outbox import COLUMNS, OutboxItem, item_of


@dataclass(frozen=True, slots=True)
class DeliveryAddress:
    """Whom a message goes to: a person, or the group chat of a team."""

    person_id: int | None = None
    chat_id: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One notice of a red light, or of its end (``is_end``), and what became of it.

    ``again``: it may have been sent, and is to be sent again.
    """

    id: int
    assignment_id: int
    recipient: DeliveryAddress
    occasion: str
    state: str
    is_end: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What became of a locality's notices. ``unknown`` counts those left so, ``again`` those sent a second time.

    ``early``: those that went out under a wrong clock before their day.
    """

    sent: int
    late: int
    withdrawn: int
    unknown: int
    again: int
    failed: int
    waiting: int
    oldest_unsent: datetime | None
    early: int = 0


Place = tuple[datetime, int]
"""A place in the queue: when a notice is due, and its id."""
START: Place = (datetime(2000, 1, 1, tzinfo=UTC), 0)
o = t.outbox.c
_RED, _END = "turned_red", "no_longer_red"
_NOW = bindparam("now", type_=Instant)
_ITEMS = select(*COLUMNS)
_URGENT = (
    _ITEMS.where(o.state == "queued", o.urgent.is_(True), o.not_before <= _NOW)
    .order_by(o.not_before, o.id)
    .limit(bindparam("limit"))
)
_AFTER, _AFTER_ID = bindparam("after", type_=Instant), bindparam("after_id", type_=BigInteger)
_RECIPIENTS = (
    select(o.person_id, o.chat_id, o.not_before, o.id)
    .where(o.state == "queued", o.urgent.is_(False), o.not_before <= _NOW)
    .where(o.not_before >= _AFTER, or_(o.not_before > _AFTER, o.id > _AFTER_ID))
    .order_by(o.not_before, o.id)
    .limit(bindparam("limit"))
)
_ABANDONED = _ITEMS.where(
    o.state == "sending", or_(o.claimed_at.is_(None), o.claimed_at <= bindparam("before", type_=Instant))
).order_by(o.id)
_SINGLES = select(func.count()).where(
    o.person_id == bindparam("person_id"),
    o.locality_id == bindparam("locality_id"),
    o.urgent.is_(True),
    or_(
        and_(o.state == "sent", o.sent_at >= bindparam("since", type_=Instant)),
        o.state == "sending",
        and_(o.state == "unknown", o.claimed_at >= bindparam("since", type_=Instant)),
    ),
)
_ALERTS = (
    select(o.id, o.assignment_id, o.person_id, o.chat_id, o.occasion, o.state, o.rule, o.again)
    .where(o.assignment_id.in_(bindparam("ids", expanding=True)), o.rule.in_((_RED, _END)))
    .order_by(o.id)
)
_RED_AMONG = select(t.assignments.c.id).where(
    t.assignments.c.id.in_(bindparam("ids", expanding=True)), t.assignments.c.colour == "red"
)
_OLDEST = select(func.min(o.due_at)).where(
    o.locality_id == bindparam("locality_id"), o.state.in_(("queued", "sending")), o.due_at <= _NOW
)
_FLAGS = select(func.count()).where(o.locality_id == bindparam("locality_id"))
_WAITING_ON = _ITEMS.where(
    o.locality_id == bindparam("locality_id"),
    o.state == "queued",
    o.not_before >= bindparam("since", type_=Instant),
    o.not_before < bindparam("until", type_=Instant),
).order_by(o.id)


def _of(recipient: DeliveryAddress) -> ColumnElement[bool]:
    if recipient.person_id is not None:
        return o.person_id == recipient.person_id
    return and_(o.person_id.is_(None), o.chat_id == recipient.chat_id)


async def urgent_due(conn: AsyncConnection, now: datetime, limit: int) -> tuple[OutboxItem, ...]:
    """What goes at once and is due, the longest due first."""
    found = await conn.execute(_URGENT, {"now": now, "limit": limit})
    return tuple(item_of(row) for row in found.mappings())


async def claim_single(conn: AsyncConnection, item: OutboxItem, name: str, now: datetime) -> bool:
    """Whether a notice that goes at once, and is still due, is now ours to send; of several claimers one hears yes."""
    ours = (o.id == item.id, o.state == "queued", o.urgent.is_(True), o.not_before <= now)
    values = {"state": "sending", "attempts": o.attempts + 1, "claimed_at": now, "claim": name}
    return (await conn.execute(update(t.outbox).where(*ours).values(**values))).rowcount == 1


async def digests_due(
    conn: AsyncConnection, now: datetime, limit: int, after: Place = START
) -> tuple[tuple[DeliveryAddress, ...], Place | None]:
    """Those for whom a digest is due, the longest due first, as far as ``limit`` rows behind ``after`` tell.

    With them the place of the last row read; none where there was none.
    """
    asked = {"now": now, "limit": limit, "after": after[0], "after_id": after[1]}
    found = (await conn.execute(_RECIPIENTS, asked)).all()
    last = (found[-1].not_before, found[-1].id) if found else None
    return tuple(dict.fromkeys(DeliveryAddress(row.person_id, row.chat_id) for row in found)), last


async def claim_digest(
    conn: AsyncConnection, recipient: DeliveryAddress, now: datetime, name: str
) -> tuple[OutboxItem, ...]:
    """All that is due for one recipient, now ours to send; none while anyone else sends to the same."""
    if recipient.person_id is not None:
        # Two processes ask one after the other, so that a person never gets two halves of a digest.
        await conn.execute(_lock_person(recipient.person_id))
    own = _of(recipient)
    busy: Select[tuple[int]] = select(o.id).where(own, o.state == "sending", o.urgent.is_(False)).limit(1)
    if (await conn.execute(busy)).first() is not None:
        return ()
    ours = update(t.outbox).where(own, o.state == "queued", o.urgent.is_(False), o.not_before <= now)
    values = {"state": "sending", "attempts": o.attempts + 1, "claimed_at": now, "claim": name}
    found = await conn.execute(ours.values(**values).returning(*COLUMNS))
    return tuple(sorted((item_of(row) for row in found.mappings()), key=lambda item: item.id))


def _lock_person(person_id: int) -> Select[tuple[int]]:
    return select(t.people.c.id).where(t.people.c.id == person_id).with_for_update(key_share=True)


async def abandoned(conn: AsyncConnection, before: datetime) -> tuple[OutboxItem, ...]:
    """The notices claimed long ago and not finished: nobody knows whether they went out."""
    return tuple(item_of(row) for row in (await conn.execute(_ABANDONED, {"before": before})).mappings())


async def take_over(conn: AsyncConnection, item: OutboxItem) -> bool:
    """Whether an abandoned notice still stands as it was read; it is queued again then, and so is ours."""
    own = (o.id == item.id, o.state == "sending", o.claim.is_not_distinct_from(item.claim))
    return (await conn.execute(update(t.outbox).where(*own).values(state="queued"))).rowcount == 1


async def singles_since(conn: AsyncConnection, person_id: int, locality_id: int, since: datetime) -> int:
    """How many single messages a person was sent by a locality since an instant, those in hand among them."""
    await conn.execute(_lock_person(person_id))
    asked = {"person_id": person_id, "locality_id": locality_id, "since": since}
    return int(await conn.scalar(_SINGLES, asked) or 0)


async def sent(
    conn: AsyncConnection, ids: Collection[int], message_id: int, at: datetime, *, late: Collection[int] = ()
) -> None:
    """Note that these notices went out as one message; ``late`` are those that came late."""
    values = {"state": "sent", "message_id": message_id, "sent_at": at}
    await conn.execute(update(t.outbox).where(o.id.in_(ids)).values(**values))
    if late:
        await conn.execute(update(t.outbox).where(o.id.in_(late)).values(late=True))


async def settle(conn: AsyncConnection, ids: Collection[int], state: str) -> None:
    """End notices as withdrawn, unknown or failed."""
    if ids:
        await conn.execute(update(t.outbox).where(o.id.in_(ids)).values(state=state))


async def put_off(conn: AsyncConnection, ids: Collection[int], until: datetime, *, again: bool = False) -> None:
    """Queue notices again for later; ``again``: they may have been sent."""
    if not ids:
        return
    values = {"state": "queued", "not_before": until} | ({"again": True} if again else {})
    await conn.execute(update(t.outbox).where(o.id.in_(ids)).values(**values))


async def move_to(conn: AsyncConnection, ids: Collection[int], at: datetime) -> None:
    """Let notices be due at another instant, in a digest; they are not late before it."""
    if ids:
        values = {"state": "queued", "urgent": False, "not_before": at, "due_at": at}
        await conn.execute(update(t.outbox).where(o.id.in_(ids)).values(**values))


async def rebook(conn: AsyncConnection, person_id: int, minutes: int, now: datetime) -> None:
    """Move what waits for a person's digests by so many minutes; what would lie in the past then stays."""
    own = (o.person_id == person_id, o.state == "queued", o.urgent.is_(False), o.due_at == o.not_before)
    for row in (await conn.execute(select(o.id, o.not_before).where(*own))).all():
        at = row.not_before + timedelta(minutes=minutes)
        if at > now:
            await conn.execute(update(t.outbox).where(o.id == row.id).values(not_before=at, due_at=at))


async def alerts_of(conn: AsyncConnection, assignment_ids: Collection[int]) -> tuple[Alert, ...]:
    """Every notice of red lights of these assignments and of their ends, in their order."""
    if not assignment_ids:
        return ()
    found = await conn.execute(_ALERTS, {"ids": sorted(assignment_ids)})
    return tuple(
        Alert(
            id=row.id,
            assignment_id=row.assignment_id,
            recipient=DeliveryAddress(row.person_id, row.chat_id),
            occasion=row.occasion,
            state=row.state,
            is_end=row.rule == _END,
            again=row.again,
        )
        for row in found
    )


async def red_among(conn: AsyncConnection, assignment_ids: Collection[int]) -> frozenset[int]:
    """Those of the assignments that are red as stored."""
    if not assignment_ids:
        return frozenset()
    return frozenset((await conn.execute(_RED_AMONG, {"ids": sorted(assignment_ids)})).scalars())


async def same_message(conn: AsyncConnection, item: OutboxItem) -> tuple[OutboxItem, ...]:
    """The notices that went out in the same message as this one, itself among them."""
    if item.claim is None:
        return (item,)
    who = DeliveryAddress(item.person_id, item.chat_id)
    statement = _ITEMS.where(_of(who), o.claim == item.claim, o.claimed_at == item.claimed_at).order_by(o.id)
    return tuple(item_of(row) for row in (await conn.execute(statement)).mappings())


async def waiting_on(
    conn: AsyncConnection, locality_id: int, since: datetime, until: datetime
) -> tuple[OutboxItem, ...]:
    """What is queued in a locality for a span of time."""
    asked = {"locality_id": locality_id, "since": since, "until": until}
    return tuple(item_of(row) for row in (await conn.execute(_WAITING_ON, asked)).mappings())


async def status(conn: AsyncConnection, locality_id: int, now: datetime) -> Deliveries:
    """What became of a locality's notices, and what has been due the longest."""
    by_state = select(o.state, func.count()).where(o.locality_id == locality_id).group_by(o.state)
    counts: dict[str, int] = dict((await conn.execute(by_state)).all())
    asked = {"locality_id": locality_id}
    return Deliveries(
        sent=counts.get("sent", 0),
        late=int(await conn.scalar(_FLAGS.where(o.late.is_(True)), asked) or 0),
        withdrawn=counts.get("withdrawn", 0),
        unknown=counts.get("unknown", 0),
        again=int(await conn.scalar(_FLAGS.where(o.again.is_(True)), asked) or 0),
        failed=counts.get("failed", 0),
        waiting=counts.get("queued", 0) + counts.get("sending", 0),
        oldest_unsent=await conn.scalar(_OLDEST, asked | {"now": now}),
        early=int(await conn.scalar(_FLAGS.where(or_(o.early.is_(True), o.state == "early")), asked) or 0),
    )
