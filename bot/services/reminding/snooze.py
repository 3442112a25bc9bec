"""Nhắc lại ngày mai: what a message asked to do comes again with the next digest, where it is still true then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotFound
from bot.domain.people.visitor import Visitor
from bot.domain.work.ladder import Rule
from bot.services.core.book import require_in_hand
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import require_reader
from bot.services.core.hours import DAY, day_of, day_start, next_digest
from bot.storage.outbox import deliveries, outbox
from bot.storage.outbox.outbox import Notice
from bot.storage.records import events

SNOOZED = "snooze:"
"""The keys of notices that somebody asked to hear again begin with this."""
_NEWS = frozenset({Rule.NO_LONGER_RED, Rule.ACCEPTED, Rule.MONDAY_BOARD, Rule.UNREACHABLE, Rule.UNIT_EMPTY})
"""News that asks nobody of the unit to do anything; it does not come again."""


@dataclass(frozen=True, slots=True)
class Snoozed:
    """A message that comes again. ``at`` is the instant of that digest."""

    at: datetime


async def snooze(desk: Desk, visitor: Visitor, *, outbox_id: int, now: datetime) -> Snoozed:
    """When the message that held this notice is repeated; pressed again on the same day it stays one.

    Raises NotAllowed for one who is no member, NotFound for a message of somebody else, TransitionRefused for one of a
    plan that is over.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        item = await outbox.item(conn, outbox_id)
        if item is None or item.person_id != person.id:
            raise NotFound("not_found")
        require_reader(visitor, item.locality_id)
        book = await desk.books.of(conn, item.locality_id)
        about = await events.assignment(conn, item.assignment_id) if item.assignment_id is not None else None
        if about is not None:
            require_in_hand(await desk.books.of_row(conn, item.locality_id, about.row_id))
        # The first digest from tomorrow on, even where today's is still to come.
        tomorrow = day_start(day_of(now) + DAY)
        at = next_digest(book.calendar, tomorrow, person.digest_minute)
        notices = [
            Notice(
                key=f"{SNOOZED}{each.id}:{day_of(at)}",
                locality_id=each.locality_id,
                rule=each.rule,
                occasion=each.occasion,
                not_before=at,
                person_id=person.id,
                assignment_id=each.assignment_id,
                event_id=each.event_id,
                payload=each.payload,
            )
            for each in await deliveries.same_message(conn, item)
            if each.rule not in _NEWS
        ]
        await outbox.queue_all(conn, notices, now)
    return Snoozed(at)
