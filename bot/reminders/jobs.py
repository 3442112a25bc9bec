"""The tickers. They only wake: nothing depends on a tick being on time (2-architecture, Decisions 2)."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.reminders.dispatcher import Dispatcher
from bot.reminders.lookout import look
from bot.reminders.ticker import Ticker
from bot.services.reporting.attach_evidence import drop_unattached
from bot.storage.outbox import inbox
from bot.transport.sending.triage import described

if TYPE_CHECKING:
    from bot.transport.application import TiendoApplication

TICK = timedelta(seconds=30)
HOUSEKEEPING = timedelta(hours=1)
UNUSED_FILES = timedelta(days=30)
"""After which a file that no report carries is wiped."""
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
    """Erase the words of updates long done, and files nobody finished sending; not by a clock that is in doubt."""
    if application.clock.doubt is not None:
        return
    now = application.clock.now()
    try:
        async with application.desk.db.write() as conn:
            await inbox.purge(conn, now - timedelta(days=application.settings.keep_updates_days))
        await application.desk.files.sweep(now)
        await drop_unattached(application.desk, older_than=now - UNUSED_FILES)
    except Exception as fault:
        log.error("housekeeping: %s", described(fault))
