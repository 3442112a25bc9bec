"""Updates as they came, stored before they are confirmed, so that none is lost and none takes effect twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant
from bot.storage.engine.upserts import Upsert


@dataclass(frozen=True, slots=True)
class InboxItem:
    """An update still to be done. ``owner`` is the transport's id of the person, ``attempts`` counts failures."""

    update_id: int
    owner: int
    payload: str
    attempts: int


x = t.inbox.c
# Written out, not bound: only so does SQLite see that the partial index fits.
_IS_PENDING = text("state = 'pending'")
_STORE = Upsert(t.inbox, ["bot_id", "update_id"], returning=["update_id"])
_PENDING = (
    select(x.update_id, x.owner, x.payload, x.attempts)
    .where(x.bot_id == bindparam("bot_id"), _IS_PENDING, x.payload.is_not(None))
    .order_by(x.update_id)
)
_ONE = (x.bot_id == bindparam("the_bot"), x.update_id == bindparam("the_update"))
_DONE = (
    update(t.inbox)
    .where(*_ONE)
    .values(state="done", done_at=func.coalesce(x.done_at, bindparam("done", type_=Instant)), fault=None)
)
_FAILED = (
    update(t.inbox)
    .where(*_ONE)
    .values(
        state=bindparam("new_state"),
        attempts=x.attempts + 1,
        fault=bindparam("new_fault"),
        done_at=bindparam("done", type_=Instant),
    )
    .returning(x.attempts)
)
_ERASE = update(t.inbox).where(*_ONE).values(payload=None)
_PURGE = (
    update(t.inbox)
    .where(x.payload.is_not(None), x.done_at.is_not(None), x.done_at < bindparam("before"))
    .values(payload=None)
)
_COUNTS = select(x.state, func.count()).group_by(x.state)


async def store(conn: AsyncConnection, bot_id: int, updates: Iterable[tuple[int, int, str]], at: datetime) -> set[int]:
    """The update ids that are new, after all of (update id, owner, payload) are kept."""
    values = [
        {
            "bot_id": bot_id,
            "update_id": update_id,
            "owner": owner,
            "payload": payload,
            "received_at": at,
            "state": "pending",
            "attempts": 0,
        }
        for update_id, owner, payload in updates
    ]
    if not values:
        return set()
    return set((await conn.execute(_STORE.on(conn), values)).scalars())


async def pending(conn: AsyncConnection, bot_id: int) -> tuple[InboxItem, ...]:
    """The updates still to be done, in the order they were sent; one whose text was erased can be done no more."""
    found = await conn.execute(_PENDING, {"bot_id": bot_id})
    return tuple(InboxItem(*row) for row in found)


async def done(conn: AsyncConnection, bot_id: int, update_id: int, at: datetime) -> None:
    """Mark an update as done; commit it together with its effect."""
    await conn.execute(_DONE, {"the_bot": bot_id, "the_update": update_id, "done": at})


async def failed(conn: AsyncConnection, bot_id: int, update_id: int, at: datetime, fault: str, final: bool) -> int:
    """How often the update has failed now; a final failure sets it aside. ``fault`` holds no words of people."""
    values = {
        "the_bot": bot_id,
        "the_update": update_id,
        "new_state": "failed" if final else "pending",
        "new_fault": fault,
        "done": at if final else None,
    }
    attempts: int = (await conn.execute(_FAILED, values)).scalar_one()
    return attempts


async def purge(conn: AsyncConnection, done_before: datetime) -> int:
    """How many updates lost their text: those done or set aside before an instant."""
    return (await conn.execute(_PURGE, {"before": done_before})).rowcount


async def erase_payload(conn: AsyncConnection, bot_id: int, update_id: int) -> None:
    """Take the text of one update away at once (a secrecy marking was refused); mark it done in the same breath."""
    await conn.execute(_ERASE, {"the_bot": bot_id, "the_update": update_id})


async def counts(conn: AsyncConnection) -> dict[str, int]:
    """How many updates are pending, done, failed."""
    held = {"pending": 0, "done": 0, "failed": 0}
    return held | dict((await conn.execute(_COUNTS)).all())
