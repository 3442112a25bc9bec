"""Updates as they came, stored before they are confirmed, so that none is lost and none takes effect twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant
from bot.storage.engine.upserts import Upsert

SAME_WITHIN = timedelta(hours=48)
"""Telegram keeps an update for a day; a number that comes later than this is a number begun anew."""


@dataclass(frozen=True, slots=True)
class IncomingUpdate:
    """An update as it arrives. ``owner`` is the transport's id of the person; ``said_at`` is the time that the
    transport gives, where it gives one.
    """

    update_id: int
    owner: int
    payload: str
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboxItem:
    """An update to be handled. ``number`` is ours: rising, and never given twice; ``attempts`` counts failures.

    ``key`` is what its effects are kept under.
    """

    number: int
    update_id: int
    owner: int
    payload: str
    attempts: int
    key: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch. ``again`` are ids of updates known before; ``waiting`` are those of them not yet done."""

    new: tuple[InboxItem, ...] = ()
    again: tuple[int, ...] = ()
    waiting: tuple[InboxItem, ...] = ()


x = t.inbox.c
# Written out, not bound: only so does SQLite see that the partial index fits.
_IS_PENDING = text("state = 'pending'")
_IS_DONE = text("state = 'done'")
# Two processes may store one update at once: the second waits for the first, and then stores nothing.
_STORE = Upsert(t.inbox, ["bot_id", "update_id", "nth"], returning=["update_id", "id"])
_ITEM = (x.id, x.update_id, x.owner, x.payload, x.attempts)
_KNOWN = (
    select(*_ITEM, x.nth, x.state, x.received_at, x.said_at)
    .where(x.bot_id == bindparam("bot_id"), x.update_id.in_(bindparam("update_ids", expanding=True)))
    .order_by(x.nth)
)
_PENDING = select(*_ITEM).where(x.bot_id == bindparam("bot_id"), _IS_PENDING, x.payload.is_not(None)).order_by(x.id)
_ONE = x.id == bindparam("number")
_DONE = (
    update(t.inbox)
    .where(_ONE)
    .values(state="done", done_at=func.coalesce(x.done_at, bindparam("done", type_=Instant)), fault=None)
)
_FAILED = (
    update(t.inbox)
    .where(_ONE)
    .values(
        state=bindparam("new_state"),
        attempts=x.attempts + 1,
        fault=bindparam("new_fault"),
        done_at=bindparam("done", type_=Instant),
    )
    .returning(x.attempts)
)
_STATE = select(x.state).where(_ONE)
_ERASE = update(t.inbox).where(_ONE).values(payload=None)
_OF_OLD = select(x.id).where(x.done_at < bindparam("before")).order_by(x.done_at).limit(bindparam("most"))
_PURGE = (
    update(t.inbox).where(x.id.in_(_OF_OLD.where(x.payload.is_not(None), x.done_at.is_not(None)))).values(payload=None)
)
_DROP = delete(t.inbox).where(x.id.in_(_OF_OLD.where(_IS_DONE)))
_COUNTS = select(x.state, func.count()).group_by(x.state)


async def store(conn: AsyncConnection, bot_id: int, updates: Sequence[IncomingUpdate], at: datetime) -> Stored:
    """What became of a batch, all of which is kept now; new updates are numbered in the order given."""
    batch: dict[int, IncomingUpdate] = {}
    for each in updates:
        # One batch may hold an update twice.
        batch.setdefault(each.update_id, each)
    if not batch:
        return Stored()
    known = (await conn.execute(_KNOWN, {"bot_id": bot_id, "update_ids": list(batch)})).mappings().all()
    again = {row["update_id"]: row for row in known if _is_again(row, batch[row["update_id"]], at)}
    new = [each for each in batch.values() if each.update_id not in again]
    waiting = (_item(row) for row in again.values() if row["state"] == "pending" and row["payload"] is not None)
    return Stored(
        await _keep(conn, bot_id, new, {row["update_id"]: row["nth"] + 1 for row in known}, at),
        tuple(again),
        tuple(sorted(waiting, key=lambda item: item.number)),
    )


def _is_again(known: RowMapping, update: IncomingUpdate, at: datetime) -> bool:
    """Whether an update is the one known under its number, delivered once more (docs/decisions/0005)."""
    if known["payload"] == update.payload:
        return True
    then, now = known["said_at"], update.said_at
    if then is None or now is None:
        then, now = known["received_at"], at
    # Told by the transport's clock where it says: ours may have jumped in between.
    gap: timedelta = abs(now - then)
    return gap <= SAME_WITHIN


async def _keep(
    conn: AsyncConnection, bot_id: int, new: Sequence[IncomingUpdate], nths: Mapping[int, int], at: datetime
) -> tuple[InboxItem, ...]:
    values = [
        {
            "bot_id": bot_id,
            "update_id": each.update_id,
            "nth": nths.get(each.update_id, 0),
            "owner": each.owner,
            "payload": each.payload,
            "received_at": at,
            "said_at": each.said_at,
            "state": "pending",
            "attempts": 0,
        }
        for each in new
    ]
    if not values:
        return ()
    numbers: dict[int, int] = dict((await conn.execute(_STORE.on(conn), values)).all())
    return tuple(
        InboxItem(number, each.update_id, each.owner, each.payload, 0, _key(number, each.update_id))
        for each in new
        if (number := numbers.get(each.update_id)) is not None
    )


def _key(number: int, update_id: int) -> str:
    # Telegram's number beside ours: a copy of the file put back by hand may give ours twice (docs/decisions/0005).
    return f"u{number}-{update_id}"


def _item(row: RowMapping) -> InboxItem:
    number, update_id = row["id"], row["update_id"]
    return InboxItem(number, update_id, row["owner"], row["payload"], row["attempts"], _key(number, update_id))


async def pending(conn: AsyncConnection, bot_id: int) -> tuple[InboxItem, ...]:
    """The updates still to be done, in the order they came; one whose text was erased can be done no more."""
    return tuple(_item(row) for row in (await conn.execute(_PENDING, {"bot_id": bot_id})).mappings())


async def is_pending(conn: AsyncConnection, number: int) -> bool:
    """Whether an update is still to be done."""
    return await conn.scalar(_STATE, {"number": number}) == "pending"


async def done(conn: AsyncConnection, number: int, at: datetime) -> None:
    """Mark an update as done; commit it together with its effect."""
    await conn.execute(_DONE, {"number": number, "done": at})


async def failed(conn: AsyncConnection, number: int, at: datetime, fault: str, final: bool) -> int:
    """How often the update has failed now; a final failure sets it aside. ``fault`` holds no words of people."""
    values = {
        "number": number,
        "new_state": "failed" if final else "pending",
        "new_fault": fault,
        "done": at if final else None,
    }
    attempts: int = (await conn.execute(_FAILED, values)).scalar_one()
    return attempts


async def purge(conn: AsyncConnection, before: datetime, most: int) -> int:
    """How many updates lost their text, at most so many: those done or set aside before an instant."""
    return (await conn.execute(_PURGE, {"before": before, "most": most})).rowcount


async def drop_done(conn: AsyncConnection, before: datetime, most: int) -> int:
    """How many updates were forgotten, at most so many: those done before an instant. What failed stays."""
    return (await conn.execute(_DROP, {"before": before, "most": most})).rowcount


async def erase_payload(conn: AsyncConnection, number: int) -> None:
    """Take the text of one update away at once (a secrecy marking was refused); mark it done in the same breath."""
    await conn.execute(_ERASE, {"number": number})


async def counts(conn: AsyncConnection) -> dict[str, int]:
    """How many updates are pending, done, failed."""
    held = {"pending": 0, "done": 0, "failed": 0}
    return held | dict((await conn.execute(_COUNTS)).all())
