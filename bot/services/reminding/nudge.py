"""The standing office chases a unit (đôn đốc): its officers and heads are told at once in working hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotFound
from bot.domain.people.visitor import Visitor
from bot.domain.work.ladder import Rule
from bot.domain.work.occasions import RowChase
from bot.services.core.desk import Desk, require_person
from bot.services.core.hours import at_work_from
from bot.services.core.recipients import audience_of
from bot.services.core.shown import require_shown
from bot.services.reminding.prepare_nudge import UnitChase, look_at_chase, mark_of_chase
from bot.storage.outbox import outbox
from bot.storage.outbox.outbox import Notice
from bot.storage.records import audit, events


@dataclass(frozen=True, slots=True)
class Nudged:
    """A chase under way. ``told`` counts the people it goes to, ``at`` is when: now, or the next 07:00."""

    chase: UnitChase
    told: int
    at: datetime


async def nudge(
    desk: Desk, visitor: Visitor, *, assignment_id: int, now: datetime, key: str, seen: str | None = None
) -> Nudged:
    """The chase of the unit that has an assignment, sent once under ``key``; nobody where the unit has nobody.

    ``seen`` is the mark of the chase that was shown; raises ShownMoved where it would be another one now.

    Raises NotFound, NotAllowed for all but the standing office, TransitionRefused where there is nothing to do.
    """
    person = require_person(visitor)
    chase = await look_at_chase(desk, visitor, assignment_id=assignment_id, now=now)
    async with desk.db.write() as conn:
        stored = await events.standing(conn, assignment_id)
        if stored is None:
            raise NotFound("not_found")
        assignment, standing = stored
        book = await desk.books.of(conn, assignment.locality_id)
        audience = await audience_of(conn, book)
        to = audience.of_unit(standing.unit_id, with_head=True)
        at = at_work_from(book.calendar, now)
        first = await outbox.item_by_key(conn, f"{Rule.NUDGE}:{key}:{to[0].key}") if to else None
        if first is not None:
            return Nudged(chase, len(to), first.due_at or first.not_before)
        require_shown(seen, mark_of_chase(chase))
        notices = [
            Notice(
                key=f"{Rule.NUDGE}:{key}:{each.key}",
                locality_id=book.locality.id,
                rule=Rule.NUDGE.value,
                occasion=RowChase(key).written,
                not_before=at,
                person_id=each.person_id,
                assignment_id=assignment_id,
                urgent=True,
            )
            for each in to
        ]
        await outbox.queue_all(conn, notices, now)
        subject = {"assignment": assignment_id, "unit": standing.unit_id}
        await audit.append(conn, book.locality.id, now, person.id, "nudged", subject)
    return Nudged(chase, len(to), at)
