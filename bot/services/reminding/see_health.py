"""How the bot itself is, as far as the standing office needs to know (`/tinhtrang`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.clock import ClockDoubt
from bot.services.core.desk import Desk
from bot.storage.outbox import inbox


@dataclass(frozen=True, slots=True)
class Health:
    """Messages received and not yet answered, those given up, and when it was last looked whether something is due.

    ``doubt``: why the clock is not believed, so that nothing is sent by time alone.
    """

    pending: int
    failed: int
    ticked_at: datetime | None
    doubt: ClockDoubt | None = None


async def see_health(desk: Desk, *, ticked_at: datetime | None, doubt: ClockDoubt | None = None) -> Health:
    """The state of the inbox; the message that asks is not counted."""
    async with desk.db.read() as conn:
        counts = await inbox.counts(conn)
    return Health(max(0, counts["pending"] - 1), counts["failed"], ticked_at, doubt)
