"""What is to be told to whom and when: queued once by its key, claimed before sending, never sent twice unknowingly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One notice.

    States: queued, sending, sent, withdrawn, unknown (sent or not), failed; early: sent under a wrong clock, and worked
    out by it, so that its day is still to come.
    """

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
    due_at: datetime | None = None
    """When it was meant to go, however often it has been put off since."""
    claimed_at: datetime | None = None
    claim: str | None = None
    again: bool = False
    """Whether it may have been sent before."""
    early: bool = False
    """Whether it was sent before under a wrong clock, so that it is told on its day all the same."""


o = t.outbox.c
_QUEUE = Upsert(t.outbox, ["key"], returning=["id"])
_QUEUE_ALL = Upsert(t.outbox, ["key"])
COLUMNS = tuple(column for column in o if column.name not in ("sent_at", "message_id", "late"))
_ITEMS = select(*COLUMNS)
_ITEM = _ITEMS.where(o.id == bindparam("id"))
_BY_KEY = _ITEMS.where(o.key == bindparam("key"))
_EARLY = select(o.id, o.key).where(o.state == "early")


def item_of(found: RowMapping) -> OutboxItem:
    """The notice of a row that holds its columns."""
    return OutboxItem(**found)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to be queued: to a person or, for a team, to a chat. ``not_before`` is when it is due."""

    key: str
    locality_id: int
    rule: str
    occasion: str
    not_before: datetime
    person_id: int | None = None
    chat_id: int | None = None
    assignment_id: int | None = None
    event_id: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    urgent: bool = False


def _values(notice: Notice, at: datetime) -> dict[str, Any]:
    return {
        "key": notice.key,
        "locality_id": notice.locality_id,
        "person_id": notice.person_id,
        "chat_id": notice.chat_id,
        "rule": notice.rule,
        "assignment_id": notice.assignment_id,
        "event_id": notice.event_id,
        "occasion": notice.occasion,
        "payload": dict(notice.payload),
        "urgent": notice.urgent,
        "not_before": notice.not_before,
        "due_at": notice.not_before,
        "created_at": at,
        "state": "queued",
        "attempts": 0,
    }


async def queue_all(conn: AsyncConnection, notices: Iterable[Notice], at: datetime) -> None:
    """Queue notices; one whose key is known is left as it is, whatever became of it, but for those sent too early."""
    values = [_values(notice, at) for notice in notices]
    if not values:
        return
    await _have_again(conn, values)
    await conn.execute(_QUEUE_ALL.on(conn), values)


async def _have_again(conn: AsyncConnection, values: Iterable[Mapping[str, Any]]) -> None:
    """Queue once more what went out under a wrong clock and is due now."""
    early = {found.key: found.id for found in await conn.execute(_EARLY)}
    for each in values if early else ():
        if each["key"] in early:
            fresh = {**each, "early": True, "sent_at": None, "message_id": None, "claimed_at": None, "claim": None}
            await conn.execute(update(t.outbox).where(o.id == early[each["key"]], o.state == "early").values(**fresh))


async def queue(conn: AsyncConnection, notice: Notice, at: datetime) -> bool:
    """Whether the notice is new; one with this key is never queued again, whatever became of it."""
    return (await conn.execute(_QUEUE.on(conn), _values(notice, at))).first() is not None


async def item(conn: AsyncConnection, item_id: int) -> OutboxItem | None:
    """One notice."""
    found = (await conn.execute(_ITEM, {"id": item_id})).mappings().first()
    return None if found is None else item_of(found)


async def item_by_key(conn: AsyncConnection, key: str) -> OutboxItem | None:
    """The notice queued under this key."""
    found = (await conn.execute(_BY_KEY, {"key": key})).mappings().first()
    return None if found is None else item_of(found)


async def told_before(conn: AsyncConnection, at: datetime) -> None:
    """Note that all that was due by ``at`` went out when it was due (a history made up for the trial)."""
    due = (o.state == "queued", o.not_before <= at)
    await conn.execute(update(t.outbox).where(*due).values(state="sent", sent_at=o.not_before))
