"""Moving the clock of the trial: it stops at every instant at which something falls due, and lets it happen.

So a week brings five mornings' digests, not one late one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime, timedelta
from typing import Literal, get_args

from bot.clock import ShiftedClock
from bot.domain.errors import BadInput
from bot.reminders.jobs import look_at_what_is_due
from bot.services.core.hours import DIGEST_MINUTE, day_of, digest_at, next_digest
from bot.simulator.telegram.chats.state import Chats
from bot.storage.outbox import looks
from bot.storage.records import plans
from bot.transport.application import TiendoApplication

Step = Literal["morning", "deadline", "day", "week"]
STEPS: tuple[Step, ...] = get_args(Step)
ARRIVAL = timedelta(minutes=30)
"""After the digests of a morning: what one comes for is there."""
PATIENCE_SECONDS = 10.0
"""How long a step waits for the bot to finish what people said before the clock moves on."""
LOOK_AGAIN_SECONDS = 0.02
MOST_LOOKS = 20
"""At one instant: what is still due then cannot be done now, and does not hold up the clock."""
Bot = Callable[[], AbstractAsyncContextManager[TiendoApplication]]


class Traveller:
    """Moves one clock. ``bot`` gives the bot that runs for as long as it is needed, waiting while it is down."""

    def __init__(self, clock: ShiftedClock, chats: Chats, bot: Bot) -> None:
        self._clock = clock
        self._chats = chats
        self._bot = bot
        self._halted = False
        self._stirred = asyncio.Event()
        chats.listeners.append(lambda _what, _details: self._stirred.set())

    async def go(self, until: datetime, told: Callable[[], None] = lambda: None) -> None:
        """Go there, stopping wherever something is due; ``told`` hears of every stop."""
        self._halted = False
        due: datetime | None = self._clock.now()
        while due is not None and due < until and not self._halted:
            due = await self._step(due, told)
        if not self._halted:
            await self._step(until, told)

    def halt(self) -> None:
        """Go no further than to the present stop."""
        self._halted = True

    async def _step(self, to: datetime, told: Callable[[], None]) -> datetime | None:
        """Let happen what is due at an instant; the next one at which something will be."""
        async with self._bot() as bot:
            await self._quiet(bot)
            if to > self._clock.now():
                self._clock.move_to(to)
            told()
            for _ in range(MOST_LOOKS):
                await look_at_what_is_due(bot)
                bot.something_was_committed()
                for companion in bot.companions:
                    await companion.rest()
                async with bot.desk.db.read() as conn:
                    # What was sent, or could not be, may have made something due at this very instant.
                    if not await looks.something_due(conn, self._clock.now()):
                        break
            async with bot.desk.db.read() as conn:
                return await looks.next_instant(conn, self._clock.now())

    async def _quiet(self, bot: TiendoApplication) -> None:
        """Let the bot finish what was said: an update or a file's link must not grow a day old on the way."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self._chats.updates.pending() or not bot.at_rest:
                    self._stirred.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                            await self._stirred.wait()


async def goal_of(step: Step, bot: TiendoApplication, now: datetime) -> datetime:
    """Where a step leads: the next morning with its digests, a day or week on, or the morning of the next limit.

    Raises BadInput where no limit lies ahead.
    """
    if step == "day":
        return now + timedelta(days=1)
    if step == "week":
        return now + timedelta(weeks=1)
    today = day_of(now)
    async with bot.desk.db.read() as conn:
        if step == "deadline":
            due_on = await looks.next_limit(conn, today)
            if due_on is None:
                raise BadInput("trial_no_deadline")
            return digest_at(due_on, DIGEST_MINUTE) + ARRIVAL
        first = (await plans.localities(conn))[0]
        calendar = (await bot.desk.books.of(conn, first.id)).calendar
    return next_digest(calendar, now - ARRIVAL, DIGEST_MINUTE) + ARRIVAL
