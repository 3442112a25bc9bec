"""Ask the next level where an answer has not come in five working days, or where nobody is left to give one."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.people.difficulties import Difficulty, EntryKind, escalates_on
from bot.services.core.board import lead_on
from bot.services.core.hours import day_start
from bot.services.core.recipients import Audience
from bot.services.difficulties.difficulty_sides import is_left_alone, look_at, next_level, tell
from bot.storage.engine.database import Connection
from bot.storage.outbox import looks
from bot.storage.records import audit, difficulties

DAY = timedelta(days=1)


Seen = tuple[Difficulty, datetime | None]
"""A difficulty as it stands once it was looked at, and when to look at it again."""


async def look(conn: Connection, audience: Audience, found: Difficulty, now: datetime) -> Seen:
    """A difficulty that has gone up a level where its time had come, to be saved by the caller.

    The locality is held. After an outage of any length it goes up one level, and those asked then have their five
    working days.
    """
    book = audience.book
    today = book.today(now)
    due = escalates_on(found, book.calendar)
    if book.plan is None or found.row_id not in book.rows or not book.plan.is_watched_on(today) or due is None:
        return found, None
    if due > today and not is_left_alone(audience, found):
        return found, look_at(book, found)
    if not await _is_running(conn, audience, found, now):
        # Done or closed, nobody is asked; looked at again tomorrow, as the work may have been opened again.
        return found, day_start(today + DAY)
    return await _go_up(conn, audience, found, now)


async def _is_running(conn: Connection, audience: Audience, found: Difficulty, now: datetime) -> bool:
    """Whether the unit still has the task, and something is left to do."""
    book = audience.book
    standings = await looks.standings_of(conn, (found.assignment_id,))
    pair = standings.get(found.assignment_id)
    return pair is not None and pair[0].row_id in book.rows and lead_on(book, *pair, book.today(now)).is_open


async def _go_up(conn: Connection, audience: Audience, found: Difficulty, now: datetime) -> Seen:
    level = next_level(audience, found)
    if level is None:
        return found, None
    values = {"kind": EntryKind.ESCALATED.value, "at": now, "person_id": None, "level": level.value}
    # The key names the level: however many processes look, each level is asked once.
    key = f"difficulty:{found.id}:{level.value}"
    await difficulties.add_entry(conn, found.id, found.locality_id, values, key)
    after = await difficulties.difficulty(conn, found.id)
    assert after is not None  # it was read just now
    await tell(conn, audience, after, after.entries[-1], now)
    subject = {"difficulty": found.id, "unit": found.unit_id}
    await audit.append(conn, found.locality_id, now, None, "difficulty_escalated", subject)
    return after, look_at(audience.book, after)
