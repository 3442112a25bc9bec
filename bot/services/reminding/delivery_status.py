"""`/tinhtrang`: what became of the notices of a locality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality
from bot.services.core.desk import Desk
from bot.services.core.office import open_office
from bot.services.reminding.date_anew import Misdated, misdated
from bot.storage.outbox import deliveries
from bot.storage.outbox.deliveries import Deliveries
from bot.storage.records import people


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What was sent, late, withdrawn and left unknown; ``unreachable`` are names, ``unsent_for`` the longest wait.

    ``misdated`` is what people did that bears a date still to come.
    """

    locality: Locality
    deliveries: Deliveries
    unreachable: tuple[str, ...]
    unsent_for: timedelta | None
    misdated: tuple[Misdated, ...] = ()


async def delivery_status(
    desk: Desk, visitor: Visitor, *, now: datetime, locality_id: int | None = None
) -> DeliveryStatus:
    """What became of the notices of a locality. Raises as `open_office`."""
    async with desk.db.read() as conn:
        book = await open_office(desk, conn, visitor, locality_id)
        counts = await deliveries.status(conn, book.locality.id, now)
        everyone = await people.members(conn, book.locality.id)
        ahead = await misdated(conn, book, now)
    names = dict.fromkeys(person.full_name for person, _ in everyone if not person.reachable)
    oldest = counts.oldest_unsent
    return DeliveryStatus(book.locality, counts, tuple(names), None if oldest is None else now - oldest, ahead)
