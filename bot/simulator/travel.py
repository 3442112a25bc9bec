"""Moving the clock of the trial: it stops at every instant at which something falls due, and lets it happen.

So a week brings five mornings' digests, not one late one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal, get_args

from bot.clock import ShiftedClock
from bot.domain.errors import BadInput
from bot.reminders.jobs import look_at_what_is_due
from bot.services.hours import DIGEST_MINUTE, day_of, digest_at, next_digest
from bot.simulator.state import Chats
from bot.storage import looks, plans
from bot.transport.application import TiendoApplication

Step = Literal["morning", "deadline", "day", "week"]
STEPS: tuple[Step, ...] = get_args(Step)
ARRIVAL = timedelta(minutes=30)
"""After the digests of a morning: what one comes for is there."""
PATIENCE_SECONDS = 10.0
"""How long a step waits for the bot to finish what people said before the clock moves on."""
LOOK_AGAIN_SECONDS = 0.02
Bot = Callable[[], Awaitable[TiendoApplication]]


class Traveller:
    """Moves one clock. ``bot`` gives the bot that runs, waiting for it while it is down."""

    def __init__(self, clock: ShiftedClock, chats: Chats, bot: Bot) -> None:
        self._clock = clock
        self._chats = chats
        self._bot = bot
        self._stirred = asyncio.Event()
        chats.listeners.append(lambda _what, _details: self._stirred.set())

    async def go(self, until: datetime, told: Callable[[], None] = lambda: None) -> None:
        """Go there, stopping wherever something is due; ``told`` hears of every stop."""
        await self._let_happen()
        while (due := await self._next()) is not None and due < until:
            await self._step(due, told)
        await self._step(until, told)

    async def _step(self, to: datetime, told: Callable[[], None]) -> None:
        await self._quiet()
        if to > self._clock.now():
            self._clock.move_to(to)
        told()
        await self._let_happen()

    async def _let_happen(self) -> None:
        bot = await self._bot()
        await look_at_what_is_due(bot)
        bot.something_was_committed()
        # One that is stopped in the middle finishes what it has in hand; the next one goes on.
        for companion in bot.companions:
            await companion.rest()

    async def _next(self) -> datetime | None:
        bot = await self._bot()
        async with bot.desk.db.read() as conn:
            return await looks.next_instant(conn, self._clock.now())

    async def _quiet(self) -> None:
        """Let the bot finish what was said: an update or a file's link must not grow a day old on the way."""
        bot = await self._bot()
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
