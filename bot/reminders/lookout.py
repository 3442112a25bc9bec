"""Looks at what is due by a clock to be believed, after putting right what a wrong one left (docs/decisions/0014)."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.reminders.put_right import put_right
from bot.reminders.tick import tick

if TYPE_CHECKING:
    from bot.transport.application import TiendoApplication

ASK_AFTER_SECONDS = 300.0
"""Where nobody polls (a webhook), Telegram is asked for the time once it has been silent for so long."""
log = logging.getLogger(__name__)


async def look(application: TiendoApplication) -> bool:
    """Whether all that is due by now was looked at; nothing is, while the clock is in doubt."""
    desk, clock = application.desk, application.clock
    if application.settings.webhook_url is not None and clock.silent_for > ASK_AFTER_SECONDS:
        # Where no answer comes it is asked again at the next turn; until then monotonic time carries the last one on.
        with suppress(TelegramError):
            await application.bot.get_me()
    if clock.doubt is not None:
        log.warning("the clock is in doubt (ahead by %s): nothing is sent by time alone", clock.doubt.ahead)
        return False
    await begin(application)
    await tick(desk, clock.now())
    application.ticked_at = clock.now()
    return True


async def begin(application: TiendoApplication) -> None:
    """Put right what a wrong clock may have left: at the start, as it reads whole tables, and once one was seen."""
    clock = application.clock
    if clock.doubt is not None or not clock.has_strayed:
        return
    if await put_right(application.desk, clock.now()):
        log.warning("a wrong clock was here before: what it left behind was put right")
    clock.steady()
