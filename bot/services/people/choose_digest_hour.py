"""The hour at which a person's digest goes out (`/caidat`)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.errors import BadInput
from bot.domain.people.visitor import Visitor
from bot.services.core.desk import Desk, require_person
from bot.services.core.hours import EARLIEST_DIGEST, LATEST_DIGEST
from bot.storage.outbox import deliveries
from bot.storage.records import people


async def set_digest_minute(desk: Desk, visitor: Visitor, *, minute: int, now: datetime) -> int:
    """The minute of the day from now on (450: 07:30), also for what is queued already.

    Raises NotAllowed for one who is no member, BadInput for an hour before 06:00 or after 17:00.
    """
    person = require_person(visitor)
    if not EARLIEST_DIGEST <= minute <= LATEST_DIGEST:
        raise BadInput("not_found")
    async with desk.db.write() as conn:
        await people.set_digest_minute(conn, person.id, minute)
        await deliveries.rebook(conn, person.id, minute - person.digest_minute, now)
    return minute
