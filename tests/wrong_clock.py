"""A machine whose clock can be set wrong while time passes as it does."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import Clock

WRONG = {
    "a month ahead": timedelta(days=30),
    "29 hours ahead": timedelta(hours=29),
    "4.5 hours ahead": timedelta(hours=4.5),
    "an hour back": timedelta(hours=-1),
}
"""By how much the clock is ahead in the tests, by what that is called."""


class WrongClock:
    """Shows what the true clock does and ``ahead`` more; seconds pass as on the true one."""

    def __init__(self, true: Clock) -> None:
        self._true = true
        self.ahead = timedelta()

    def now(self) -> datetime:
        return self._true.now() + self.ahead

    def monotonic(self) -> float:
        return self._true.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._true.sleep(seconds)
