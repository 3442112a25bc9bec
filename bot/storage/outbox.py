"""What is to be told to whom and when: queued once by its key, claimed before sending, never sent twice unknowingly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables as t
from bot.storage.types import Instant
from bot.storage.upserts import Upsert


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One notice. States: queued, sending, sent, withdrawn, unknown (sent or not), failed."""

    id: int
    key: str
    locality_id: int
    person_id: int | None
    chat_id: int | None
    rule: str
    assignment_id: int | None
    event_id: int | None
    occasion: str
    payload: dict[str, Any]
    urgent: bool
    not_before: datetime
    created_at: datetime
    state: str
    attempts: int


STATES = ("queued", "sending", "sent", "withdrawn", "unknown", "failed")
o = t.outbox.c
_QUEUE = Upsert(t.outbox, ["key"], returning=["id"])
_ITEMS = select(*(column for column in o if column.name not in ("sent_at", "message_id")))
_DUE = (
    _ITEMS.where(o.state == "queued", o.not_before <= bindparam("now"))
    .order_by(o.urgent.desc(), o.not_before, o.id)
    .limit(bindparam("limit"))
)
_SENDING = _ITEMS.where(o.state == "sending").order_by(o.id)
_ITEM = _ITEMS.where(o.id == bindparam("id"))
_BY_KEY = _ITEMS.where(o.key == bindparam("key"))
_ONE = update(t.outbox).where(o.id == bindparam("the_id"))
_CLAIM = _ONE.where(o.state == "queued").values(state="sending", attempts=o.attempts + 1)
_SENT = _ONE.values(state="sent", message_id=bindparam("message"), sent_at=bindparam("sent", type_=Instant))
_WITHDRAW = _ONE.where(or_(o.state == "queued", o.state == "sending")).values(state="withdrawn")
_RETRY = _ONE.values(state="queued", not_before=bindparam("later", type_=Instant))
_UNKNOWN = _ONE.values(state="unknown")
_FAILED = _ONE.values(state="failed")
_COUNTS = select(o.state, func.count()).where(o.locality_id == bindparam("locality_id")).group_by(o.state)


def _item(found: RowMapping) -> OutboxItem:
    return OutboxItem(**found)


async def queue(
    conn: AsyncConnection,
    key: str,
    *,
    locality_id: int,
    rule: str,
    occasion: str,
    payload: Mapping[str, Any],
    not_before: datetime,
    at: datetime,
    person_id: int | None = None,
    chat_id: int | None = None,
    assignment_id: int | None = None,
    event_id: int | None = None,
    urgent: bool = False,
) -> bool:
    """Whether the notice is new; one with this key is never queued again, whatever became of it."""
    values = {
        "key": key,
        "locality_id": locality_id,
        "person_id": person_id,
        "chat_id": chat_id,
        "rule": rule,
        "assignment_id": assignment_id,
        "event_id": event_id,
        "occasion": occasion,
        "payload": dict(payload),
        "urgent": urgent,
        "not_before": not_before,
        "created_at": at,
        "state": "queued",
        "attempts": 0,
    }
    return (await conn.execute(_QUEUE.on(conn), values)).first() is not None


async def due(conn: AsyncConnection, now: datetime, limit: int) -> tuple[OutboxItem, ...]:
    """The queued notices whose instant has come, urgent ones first, then the longest due."""
    found = await conn.execute(_DUE, {"now": now, "limit": limit})
    return tuple(_item(row) for row in found.mappings())


async def sending(conn: AsyncConnection) -> tuple[OutboxItem, ...]:
    """The notices claimed and not finished: after a restart nobody knows whether they went out."""
    return tuple(_item(row) for row in (await conn.execute(_SENDING)).mappings())


async def item(conn: AsyncConnection, item_id: int) -> OutboxItem | None:
    """One notice."""
    found = (await conn.execute(_ITEM, {"id": item_id})).mappings().first()
    return None if found is None else _item(found)


async def item_by_key(conn: AsyncConnection, key: str) -> OutboxItem | None:
    """The notice queued under this key."""
    found = (await conn.execute(_BY_KEY, {"key": key})).mappings().first()
    return None if found is None else _item(found)


async def claim(conn: AsyncConnection, item_id: int) -> bool:
    """Whether the notice is now ours to send; of several claimers one alone hears yes."""
    return (await conn.execute(_CLAIM, {"the_id": item_id})).rowcount == 1


async def sent(conn: AsyncConnection, item_id: int, message_id: int | None, at: datetime) -> None:
    """Note that the notice went out as this message."""
    await conn.execute(_SENT, {"the_id": item_id, "message": message_id, "sent": at})


async def withdraw(conn: AsyncConnection, item_id: int) -> bool:
    """Whether the notice, queued or claimed, is now not to be sent any more."""
    return (await conn.execute(_WITHDRAW, {"the_id": item_id})).rowcount == 1


async def retry(conn: AsyncConnection, item_id: int, not_before: datetime) -> None:
    """Queue the notice again for later."""
    await conn.execute(_RETRY, {"the_id": item_id, "later": not_before})


async def unknown(conn: AsyncConnection, item_id: int) -> None:
    """Note that nobody knows whether the notice went out."""
    await conn.execute(_UNKNOWN, {"the_id": item_id})


async def failed(conn: AsyncConnection, item_id: int) -> None:
    """Note that the notice can never go out."""
    await conn.execute(_FAILED, {"the_id": item_id})


async def counts(conn: AsyncConnection, locality_id: int) -> dict[str, int]:
    """How many notices of a locality are in each state."""
    held = dict.fromkeys(STATES, 0)
    return held | dict((await conn.execute(_COUNTS, {"locality_id": locality_id})).all())
