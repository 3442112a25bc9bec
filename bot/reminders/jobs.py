"""The tickers. They only wake: nothing depends on a tick being on time (docs/rules/reminders.md#delivery)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.conversations.core.aside import FORGOTTEN
from bot.reminders.dispatcher import Dispatcher
from bot.reminders.lookout import look
from bot.reminders.ticker import Ticker
from bot.services.asking import ask
from bot.services.reporting.attach_evidence import drop_unattached
from bot.storage.engine.database import Connection
from bot.storage.outbox import dialogues, inbox
from bot.storage.records import invitations, questions
from bot.transport.sending.triage import described

if TYPE_CHECKING:
    from bot.transport.application import TiendoApplication

TICK = timedelta(seconds=30)
HOUSEKEEPING = timedelta(hours=1)
UNUSED_FILES = FORGOTTEN
"""After which a file that no report carries is wiped."""
DONE_UPDATES = timedelta(days=30)
"""After which an update that is done is forgotten; one that failed stays, for the office to see."""
STRANGERS = timedelta(days=60)
"""After which wrong codes are forgotten."""
PIECE = 500
"""How many rows go in one transaction, so that nobody waits for long."""
Forget = Callable[[Connection, datetime, int], Awaitable[int]]
log = logging.getLogger(__name__)


def tickers(application: TiendoApplication, dispatcher: Dispatcher) -> tuple[Ticker, Ticker]:
    """What looks at what is due, and what keeps house."""

    async def look() -> None:
        await look_at_what_is_due(application)
        dispatcher.wake()

    async def tidy() -> None:
        await keep_house(application)

    return Ticker(TICK, look), Ticker(HOUSEKEEPING, tidy, first=timedelta(seconds=60))


async def look_at_what_is_due(application: TiendoApplication) -> None:
    """Let the tick look at all whose instant has come."""
    try:
        await look(application)
    except Exception as fault:
        log.error("tick: %s", described(fault))


async def keep_house(application: TiendoApplication) -> None:
    """Forget what is kept for a time only, each kind by itself: where one fails, the others are forgotten still.

    Nothing is forgotten by a clock that is in doubt.
    """
    if application.clock.doubt is not None:
        return
    now, desk = application.clock.now(), application.desk
    words = timedelta(days=application.settings.keep_updates_days)

    def rows(forget: Forget, after: timedelta) -> Awaitable[object]:
        return _forget(application, forget, now - after)

    steps: dict[str, Callable[[], Awaitable[object]]] = {
        "words of updates": lambda: rows(inbox.purge, words),
        "updates": lambda: rows(inbox.drop_done, max(DONE_UPDATES, words)),
        "questions": lambda: rows(questions.purge, ask.KEPT),
        "wrong codes": lambda: rows(invitations.purge_attempts, STRANGERS),
        "drafts": lambda: rows(dialogues.purge, FORGOTTEN),
        "unfinished files": lambda: desk.files.sweep(now),
        "unused files": lambda: drop_unattached(desk, older_than=now - UNUSED_FILES),
    }
    for name, step in steps.items():
        try:
            await step()
        except Exception as fault:
            log.error("housekeeping, %s: %s", name, described(fault))


async def _forget(application: TiendoApplication, forget: Forget, before: datetime) -> None:
    forgotten = PIECE
    while forgotten >= PIECE:
        async with application.desk.db.write() as conn:
            forgotten = await forget(conn, before, PIECE)
