"""What `check` says of the clock, and of what a wrong one has dated (docs/decisions/0014)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.clock import MOST_APART
from bot.i18n import Translator

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection

LISTED = 10


def seconds_apart(date_header: str | None, shown: datetime) -> int | None:
    """How far the machine's clock is from what an answer of the Bot API bears; none where that says nothing."""
    from bot.transport.sending.request import date_of

    date = date_of(date_header)
    return None if date is None else round(abs((date - shown).total_seconds()))


def is_in_doubt(seconds: int) -> bool:
    """Whether a bot that runs here would send nothing by time."""
    return seconds > MOST_APART.total_seconds()


async def dated_ahead(conn: Connection, locality_id: int, now: datetime, t: Translator) -> tuple[int, str]:
    """How much bears a date still to come in a locality, and the first of it in words."""
    from bot.services.core.book import Books
    from bot.services.reminding.date_anew import misdated
    from bot.views.reminding.clock import what_words

    found = await misdated(conn, await Books().of(conn, locality_id), now)
    told = [f"{what_words(t, each)} · {t.instant(each.old)}" for each in found[:LISTED]]
    return len(found), "; ".join(told if len(found) <= LISTED else [*told, "…"])
