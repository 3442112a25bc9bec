"""The tickers. They only wake: nothing depends on a tick being on time (2-architecture, Decisions 2)."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.conversations.core.aside import FORGOTTEN
from bot.reminders.dispatcher import Dispatcher
from bot.reminders.tick import tick
from bot.services.reporting.attach_evidence import drop_unattached
from bot.storage.outbox import dialogues, inbox
from bot.transport.sending.triage import described

if TYPE_CHECKING:
    from bot.transport.application import TiendoApplication

TICK = timedelta(seconds=30)
HOUSEKEEPING = timedelta(hours=1)
UNUSED_FILES = FORGOTTEN
"""After which a file that no report carries is wiped."""
# APScheduler drops a job that is more than a second late, unless it is told not to.
_PATIENT = {"misfire_grace_time": None, "coalesce": True}
log = logging.getLogger(__name__)


def register(application: TiendoApplication, dispatcher: Dispatcher) -> None:
    """Put the tickers into the application's job queue."""

    async def look(_context: object) -> None:
        await look_at_what_is_due(application)
        dispatcher.wake()

    async def tidy(_context: object) -> None:
        await keep_house(application)

    queue = application.job_queue
    if queue is not None:
        queue.run_repeating(look, TICK, name="notices", job_kwargs=_PATIENT)
        queue.run_repeating(tidy, HOUSEKEEPING, first=60, name="housekeeping", job_kwargs=_PATIENT)


async def look_at_what_is_due(application: TiendoApplication) -> None:
    """Let the tick look at all whose instant has come."""
    try:
        await tick(application.desk, application.clock.now())
        application.ticked_at = application.clock.now()
    except Exception as fault:
        log.error("tick: %s", described(fault))


async def keep_house(application: TiendoApplication) -> None:
    """Erase the words of updates long done, drafts nobody went on with, and files nobody finished sending."""
    now = application.clock.now()
    try:
        async with application.desk.db.write() as conn:
            await inbox.purge(conn, now - timedelta(days=application.settings.keep_updates_days))
            await dialogues.purge(conn, now - FORGOTTEN)
        await application.desk.files.sweep(now)
        await drop_unattached(application.desk, older_than=now - UNUSED_FILES)
    except Exception as fault:
        log.error("housekeeping: %s", described(fault))
