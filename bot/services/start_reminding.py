"""From the day a plan is put in use its units are reminded: what is red then turns red that day (0006, rule 1)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts import Colour
from bot.services.board import leads
from bot.services.book import Book
from bot.storage import looks
from bot.storage.database import Connection
from bot.storage.looks import Flip


async def start_reminding(conn: Connection, book: Book, now: datetime) -> None:
    """Begin the ladder of a plan that has just been put in use; the day itself counts as looked at."""
    if book.plan is None:
        return
    today = book.today(now)
    found = await leads(conn, book, today)
    await looks.add_flips(
        conn,
        [
            Flip(lead.assignment.id, book.locality.id, now, today, None, Colour.RED, lead.verdict.reasons)
            for lead in found
            if lead.verdict.colour is Colour.RED
        ],
    )
    await looks.begin(conn, book.locality.id, book.plan.id, now, today)
