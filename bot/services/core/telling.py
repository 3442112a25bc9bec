"""Telling other people at once what somebody did (docs/rules/reminders.md)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta

from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.domain.work.occasions import JudgedReport
from bot.services.core.book import Book
from bot.storage.engine.database import Connection
from bot.storage.outbox import outbox
from bot.storage.outbox.outbox import Notice

WAKE, SLEEP = time(6), time(21)


def awake_from(now: datetime) -> datetime:
    """The instant from which a person may be told: now between 06:00 and 21:00 of the locality, else the next 06:00."""
    local = now.astimezone(DEFAULT_ZONE)
    if WAKE <= local.time() < SLEEP:
        return now
    day = local.date() if local.time() < WAKE else local.date() + timedelta(days=1)
    return datetime.combine(day, WAKE, DEFAULT_ZONE)


async def tell(
    conn: Connection,
    book: Book,
    rule: str,
    person_ids: Collection[int],
    *,
    assignment_id: int,
    event_id: int,
    now: datetime,
) -> int:
    """How many people are told of an event, each once however often this runs; nobody before the plan is in use."""
    in_use_on = book.plan.in_use_on if book.plan else None
    if in_use_on is None or in_use_on > book.today(now):
        return 0
    occasion = JudgedReport(event_id)
    for person_id in dict.fromkeys(person_ids):
        notice = Notice(
            key=f"{rule}:{event_id}:{person_id}",
            locality_id=book.locality.id,
            rule=rule,
            occasion=occasion.written,
            payload=occasion.payload,
            not_before=awake_from(now),
            person_id=person_id,
            assignment_id=assignment_id,
            event_id=event_id,
            urgent=True,
        )
        await outbox.queue(conn, notice, now)
    return len(set(person_ids))
