"""What is kept about a person, to be handed out and to be erased."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Table, case, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant, instant_text
from bot.storage.outbox.looks import call_again


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


async def _all(conn: AsyncConnection, table: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    found = (await conn.execute(select(table).where(where).order_by(*table.primary_key.columns))).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in found]


async def export_person(conn: AsyncConnection, telegram_id: int) -> dict[str, Any] | None:
    """Everything kept about a person, ready for JSON, by table; none where nobody has this transport id."""
    people = await _all(conn, t.people, t.people.c.telegram_id == telegram_id)
    if not people:
        return None
    person_id: int = people[0]["id"]
    return {
        "person": people[0],
        "memberships": await _all(conn, t.memberships, t.memberships.c.person_id == person_id),
        "invitation_uses": await _all(conn, t.invitation_uses, t.invitation_uses.c.person_id == person_id),
        "events": await _all(conn, t.events, t.events.c.person_id == person_id),
        "unit_reports": await _all(conn, t.unit_reports, t.unit_reports.c.person_id == person_id),
        "requests": await _all(
            conn, t.requests, or_(t.requests.c.person_id == person_id, t.requests.c.decided_by == person_id)
        ),
        "requests_done": await _all(conn, t.requests_done, t.requests_done.c.person_id == person_id),
        "difficulties": await _all(conn, t.difficulties, t.difficulties.c.person_id == person_id),
        "difficulty_entries": await _all(conn, t.difficulty_entries, t.difficulty_entries.c.person_id == person_id),
        "period_marks": await _all(conn, t.period_marks, t.period_marks.c.person_id == person_id),
        "period_chases": await _all(conn, t.period_chases, t.period_chases.c.person_id == person_id),
        "period_walks": await _all(conn, t.period_walks, t.period_walks.c.person_id == person_id),
        "evidence": await _all(conn, t.evidence, t.evidence.c.person_id == person_id),
        "dialogues": await _all(conn, t.dialogues, t.dialogues.c.telegram_id == telegram_id),
        "questions": await _all(conn, t.questions, t.questions.c.telegram_id == telegram_id),
        "messages": await _all(conn, t.inbox, t.inbox.c.owner == telegram_id),
        "notices": await _all(conn, t.outbox, t.outbox.c.person_id == person_id),
        "join_attempts": await _all(conn, t.join_attempts, t.join_attempts.c.telegram_id == telegram_id),
        "mutes": await _all(conn, t.mutes, t.mutes.c.person_id == person_id),
        "team_chats": await _all(conn, t.team_chats, t.team_chats.c.bound_by == person_id),
    }


async def erase_person(conn: AsyncConnection, telegram_id: int, at: datetime) -> bool:
    """Take name, transport id, drafts and messages of a person away; False where nobody has this transport id.

    Memberships end and notices are withdrawn. Events, reports of units, difficulties, what was asked and
    decided stay under the bare number: they are the record of the work.
    """
    person_id = await conn.scalar(select(t.people.c.id).where(t.people.c.telegram_id == telegram_id))
    if person_id is None:
        return False
    gone = {"telegram_id": None, "full_name": None, "current_locality_id": None, "reachable": False, "erased_at": at}
    await conn.execute(update(t.people).where(t.people.c.id == person_id).values(**gone))
    running = (t.memberships.c.person_id == person_id, t.memberships.c.ended_at.is_(None))
    ended = update(t.memberships).where(*running).values(ended_at=at, ended_by=person_id)
    for locality_id in set(await conn.scalars(ended.returning(t.memberships.c.locality_id))):
        await call_again(conn, locality_id)
    await conn.execute(delete(t.dialogues).where(t.dialogues.c.telegram_id == telegram_id))
    await conn.execute(delete(t.questions).where(t.questions.c.telegram_id == telegram_id))
    await conn.execute(delete(t.join_attempts).where(t.join_attempts.c.telegram_id == telegram_id))
    await conn.execute(delete(t.period_walks).where(t.period_walks.c.person_id == person_id))
    await conn.execute(delete(t.mutes).where(t.mutes.c.person_id == person_id))
    await _erase_messages(conn, telegram_id, at)
    await _erase_notices(conn, person_id, telegram_id)
    return True


async def _erase_messages(conn: AsyncConnection, telegram_id: int, at: datetime) -> None:
    inbox = t.inbox.c
    # A pending update without its text could never be done again after a restart, so it counts as done.
    values = {
        "owner": 0,
        "payload": None,
        "fault": None,
        "state": case((inbox.state == "pending", "done"), else_=inbox.state),
        "done_at": func.coalesce(inbox.done_at, literal(at, Instant)),
    }
    await conn.execute(update(t.inbox).where(inbox.owner == telegram_id).values(**values))


async def _erase_notices(conn: AsyncConnection, person_id: int, telegram_id: int) -> None:
    outbox = t.outbox.c
    theirs = or_(outbox.person_id == person_id, outbox.chat_id == telegram_id)
    withdrawn = case((outbox.state == "queued", "withdrawn"), else_=outbox.state)
    await conn.execute(update(t.outbox).where(theirs).values(state=withdrawn, chat_id=None, payload={}))
