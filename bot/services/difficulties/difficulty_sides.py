"""The two sides of a difficulty: whom it is asked of, and who hears the answer (docs/decisions/0012)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.people.difficulties import (
    Difficulty,
    DifficultyEntry,
    DifficultyState,
    EntryKind,
    EscalationLevel,
    escalates_on,
    may_answer,
)
from bot.domain.people.people import Role
from bot.domain.work.ladder import Rule
from bot.domain.work.occasions import DifficultyWord
from bot.services.core.book import Book
from bot.services.core.hours import at_work_from, day_start
from bot.services.core.recipients import Audience, Recipient
from bot.storage.engine.database import Connection
from bot.storage.outbox import outbox
from bot.storage.outbox.outbox import Notice


def asked_at(audience: Audience, level: EscalationLevel, to_unit_id: int | None) -> list[Recipient]:
    """Who is asked at a level: the unit's officers and head, the standing office, the committee."""
    if level is EscalationLevel.UNIT:
        return [] if to_unit_id is None else audience.of_unit(to_unit_id, with_head=True)
    return audience.in_role(Role.OFFICE if level is EscalationLevel.OFFICE else Role.COMMITTEE)


def first_level(audience: Audience, unit_id: int, to_unit_id: int | None) -> EscalationLevel:
    """Who is asked first: the coordinating unit, else the standing office, of its own rows the committee.

    Where nobody has joined there, the next level that somebody holds.
    """
    to_office = to_unit_id is None or to_unit_id == audience.book.locality.standing_office_id
    return _held(audience, EscalationLevel.OFFICE if to_office else EscalationLevel.UNIT, unit_id, to_unit_id)


def next_level(audience: Audience, difficulty: Difficulty) -> EscalationLevel | None:
    """Who is asked next, the levels left out that nobody holds; none above the committee."""
    above = difficulty.level.above
    return None if above is None else _held(audience, above, difficulty.unit_id, difficulty.to_unit_id)


def is_held(audience: Audience, difficulty: Difficulty) -> bool:
    """Whether anybody has joined on the level that is asked now."""
    return bool(asked_at(audience, difficulty.level, difficulty.to_unit_id))


def is_left_alone(audience: Audience, difficulty: Difficulty) -> bool:
    """Whether nobody has joined on the level that is asked now, while somebody has on the level above."""
    above = next_level(audience, difficulty)
    if above is None or is_held(audience, difficulty):
        return False
    return bool(asked_at(audience, above, difficulty.to_unit_id))


def _held(audience: Audience, lowest: EscalationLevel, unit_id: int, to_unit_id: int | None) -> EscalationLevel:
    # The standing office is not asked about its own rows. Where no level has anybody the usual one is asked all the
    # same: it has to find somebody.
    of_office = unit_id == audience.book.locality.standing_office_id
    usual = EscalationLevel.COMMITTEE if of_office or lowest is EscalationLevel.COMMITTEE else EscalationLevel.OFFICE
    order = list(EscalationLevel)
    levels = [each for each in order[order.index(lowest) :] if not (of_office and each is EscalationLevel.OFFICE)]
    return next((each for each in levels if asked_at(audience, each, to_unit_id)), usual)


def raisers(audience: Audience, difficulty: Difficulty) -> list[Recipient]:
    """Who hears the answer: whoever raised it, or once gone from the unit its officers and head."""
    own = audience.of_unit(difficulty.unit_id, with_head=True)
    return [each for each in own if each.person_id == difficulty.person_id] or own


def hearers(audience: Audience, difficulty: Difficulty, entry: DifficultyEntry) -> list[Recipient]:
    """Who is told of an entry, never the one who said it."""
    found: Iterable[Recipient]
    if entry.kind is EntryKind.SETTLED and entry.unit_id == difficulty.unit_id:
        found = ()
    elif entry.kind in (EntryKind.ANSWERED, EntryKind.SETTLED):
        found = raisers(audience, difficulty)
    else:
        found = _asked(audience, difficulty, entry)
    return [each for each in found if each.person_id != entry.person_id]


def _asked(audience: Audience, difficulty: Difficulty, entry: DifficultyEntry) -> list[Recipient]:
    asked = asked_at(audience, difficulty.level, difficulty.to_unit_id)
    last = difficulty.answer
    if entry.kind is not EntryKind.FOLLOWED or last is None or last.person_id in {each.person_id for each in asked}:
        return asked
    # A further question also goes to whoever gave the last answer, even where the next level is asked by now.
    held = [m for m in audience.members if m.person_id == last.person_id]
    if not held or not may_answer(held, difficulty):
        return asked
    return [*asked, Recipient(held[0].role, held[0].unit_id, last.person_id)]


def is_news(audience: Audience, difficulty: Difficulty, entry_id: int, person_id: int | None) -> bool:
    """Whether somebody is still to be told of an entry: not once it was answered, taken further, or settled."""
    later = [entry.kind for entry in difficulty.entries if entry.id > entry_id]
    entry = next((each for each in difficulty.entries if each.id == entry_id), None)
    if entry is None or person_id not in {each.person_id for each in hearers(audience, difficulty, entry)}:
        return False
    if entry.kind is EntryKind.SETTLED:
        return True
    if entry.kind is EntryKind.ANSWERED:
        # A later answer does not replace this one; once the raising unit has asked on, it has read the answer.
        return EntryKind.FOLLOWED not in later and difficulty.state is DifficultyState.ANSWERED
    gone_on = EntryKind.ESCALATED in later or EntryKind.ANSWERED in later
    return difficulty.state is DifficultyState.OPEN and not gone_on


async def tell(
    conn: Connection, audience: Audience, difficulty: Difficulty, entry: DifficultyEntry, now: datetime
) -> int:
    """How many people are told of an entry, each once, in working hours; nobody of a plan that is not in use."""
    book = audience.book
    if book.plan is None or not book.plan.is_watched_on(book.today(now)):
        return 0
    occasion = DifficultyWord(entry.id, difficulty.id, by_time=entry.person_id is None)
    notices = [
        Notice(
            key=f"{Rule.DIFFICULTY}:{entry.id}:{each.key}",
            locality_id=difficulty.locality_id,
            rule=Rule.DIFFICULTY.value,
            occasion=occasion.written,
            not_before=at_work_from(book.calendar, now),
            person_id=each.person_id,
            assignment_id=difficulty.assignment_id,
            payload=occasion.payload,
            urgent=True,
        )
        for each in hearers(audience, difficulty, entry)
    ]
    await outbox.queue_all(conn, notices, now)
    return len(notices)


def look_at(book: Book, difficulty: Difficulty) -> datetime | None:
    """The instant at which the next level may have to be asked; none where no answer is owed."""
    day = escalates_on(difficulty, book.calendar)
    return None if day is None else day_start(day)
