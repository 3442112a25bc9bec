"""From the day a plan is put in use its units are reminded: what is red then turns red that day.

Source: docs/decisions/0006, rule 1. Not before the earlier plan is frozen: until then its units are still reminded of
that one (docs/decisions/0008).
"""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.errors import TransitionRefused
from bot.domain.plan.plan import replaced_by
from bot.domain.work.alerts import Colour, freeze_day
from bot.services.core.board import leads
from bot.services.core.book import Book, require_not_over
from bot.storage.engine.database import Connection
from bot.storage.outbox import looks
from bot.storage.outbox.looks import Flip


def usable_from(book: Book) -> date | None:
    """The day on which the plan may take the place of the one before it; none where there is none in use."""
    before = replaced_by(book.plan, book.plans) if book.plan else None
    return None if before is None else freeze_day(before.year)


def refuse_early_use(book: Book, today: date) -> None:
    """Nothing where the plan can be put in use. Raises TransitionRefused (``plan_too_early``, ``plan_over``)."""
    require_not_over(book)
    first = usable_from(book)
    if book.plan is not None and first is not None and today < first:
        raise TransitionRefused("plan_too_early", year=book.plan.year, before=first.year - 1, first=first.year)


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
