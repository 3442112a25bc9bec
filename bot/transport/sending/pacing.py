"""Not faster than Telegram takes it: 30 a second over all, 1 a second a chat with bursts of 3, 20 a minute a group."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from bot.clock import Clock

CHAT_BURST = 3
CHAT_WINDOW = timedelta(seconds=3)
GROUP_BURST = 20
GROUP_WINDOW = timedelta(minutes=1)
OVERALL_WINDOW = timedelta(seconds=1)
_REMEMBERED_CHATS = 5_000


class _Window:
    """At most ``most`` messages within any ``span``, by monotonic time: the machine's clock may be set meanwhile."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most = most
        self._span = span
        self._sent: deque[timedelta] = deque(maxlen=most)
        self.not_before: timedelta | None = None

    def wait(self, now: timedelta) -> timedelta:
        """How long the next message has to wait."""
        free = timedelta()
        if len(self._sent) == self._most:
            free = self._sent[0] + self._span - now
        if self.not_before is not None:
            free = max(free, self.not_before - now)
        return max(free, timedelta())

    def count(self, now: timedelta, messages: int) -> None:
        """Note that this many went out."""
        self._sent.extend([now] * messages)

    def idle(self, now: timedelta) -> bool:
        """Whether forgetting it changes nothing."""
        resting = not self._sent or self._sent[-1] + self._span <= now
        return resting and (self.not_before is None or self.not_before <= now)


class Pace:
    """Lets messages through as fast as Telegram takes them. Who waits looks again each time it wakes."""

    def __init__(self, clock: Clock, *, per_second: int) -> None:
        self._clock = clock
        self._overall = _Window(per_second, OVERALL_WINDOW)
        self._chats: dict[int, tuple[_Window, ...]] = {}

    async def turn(self, chat_id: int, messages: int = 1) -> None:
        """Return when ``messages`` more may go to the chat."""
        windows = (*self._windows(chat_id), self._overall)
        while (wait := max(window.wait(self._now()) for window in windows)) > timedelta():
            await self._clock.sleep(wait.total_seconds())
        now = self._now()
        for window in windows:
            window.count(now, messages)

    async def freed(self, chat_id: int) -> None:
        """Return when nothing holds the chat; for calls that send no message."""
        while (left := self.held_for(chat_id)) > 0:
            await self._clock.sleep(left)

    def held_for(self, chat_id: int) -> float:
        """Seconds for which Telegram wants nothing sent to the chat."""
        until = self._windows(chat_id)[0].not_before
        return 0.0 if until is None else max(0.0, (until - self._now()).total_seconds())

    def hold(self, chat_id: int, seconds: float) -> None:
        """Nothing goes to the chat for this long: Telegram has said so."""
        self._windows(chat_id)[0].not_before = self._now() + timedelta(seconds=seconds)

    def _now(self) -> timedelta:
        return timedelta(seconds=self._clock.monotonic())

    def _windows(self, chat_id: int) -> tuple[_Window, ...]:
        found = self._chats.get(chat_id)
        if found is None:
            if len(self._chats) >= _REMEMBERED_CHATS:
                self._forget_idle()
            found = (_Window(CHAT_BURST, CHAT_WINDOW),)
            if chat_id < 0:
                found = (*found, _Window(GROUP_BURST, GROUP_WINDOW))
            self._chats[chat_id] = found
        return found

    def _forget_idle(self) -> None:
        now = self._now()
        for chat_id, windows in list(self._chats.items()):
            if all(window.idle(now) for window in windows):
                del self._chats[chat_id]
