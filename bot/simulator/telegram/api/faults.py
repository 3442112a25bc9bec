"""Telegram's bad days, on demand: refusals, lost answers, slow answers, and strict rate limits.

Every call of the bot stands in `Faults.calls`. A fault without a method strikes any method but getUpdates,
so that polling goes on unless a test asks for it by name. Rules strike in the order they were made.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from math import ceil
from typing import Any

from bot.simulator.telegram.chats.refusals import PREFIXES, Json, Refused, described, too_many_requests
from bot.simulator.telegram.chats.state import Chat, Chats

ENDLESS = 10**9
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@dataclass
class Call:
    """One call of the bot: nested parameters decoded, uploads as `attach://name` with their contents in `files`."""

    method: str
    params: Json
    at: datetime
    files: dict[str, bytes] = field(default_factory=dict)
    status: int | None = None
    """The HTTP status answered; None while under way or where the answer was lost."""
    result: Any = None
    seconds: float | None = None
    """How long the answer took, on the machine's clock."""

    @property
    def chat_id(self) -> int | None:
        """The chat it is about, where it names one by number."""
        try:
            return int(self.params["chat_id"])
        except (KeyError, ValueError, TypeError):
            return None


class Dropped(Exception):
    """The connection closes without an answer."""


class Delay:
    """A call held up until the test lets it go."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._free = asyncio.Event()

    async def reached(self) -> None:
        """Wait until a call stands at the barrier."""
        await self._reached.wait()

    def let_go(self) -> None:
        """Let the call and all after it pass."""
        self._free.set()

    async def hold(self) -> None:
        """Stand at the barrier (called by the server)."""
        self._reached.set()
        await self._free.wait()


@dataclass
class _Rule:
    method: str | None
    chat_id: int | None
    times: int
    strike: Callable[[], Exception] | None = None
    delay: Delay | None = None
    after: bool = False

    def fits(self, call: Call, *, after: bool) -> bool:
        named = self.method.lower() == call.method.lower() if self.method else call.method != "getUpdates"
        return self.times > 0 and self.after == after and named and self.chat_id in (None, call.chat_id)


class Faults:
    """The faults waiting to happen to one simulated Telegram; `strict` switches the rate limits on."""

    def __init__(self, chats: Chats, *, strict: bool = False) -> None:
        self.chats = chats
        self.strict = strict
        self.calls: list[Call] = []
        self.date: Callable[[], str | None] = lambda: format_datetime(chats.now().astimezone(UTC), usegmt=True)
        """What the Date header of an answer says; none: there is none."""
        self._rules: list[_Rule] = []
        self._forbidden: dict[int, str] = {}
        self._pace = RateLimits(chats.now)

    def next(
        self,
        method: str | None = None,
        chat_id: int | None = None,
        *,
        status: int = 429,
        retry_after: int | None = None,
        description: str | None = None,
        times: int = 1,
    ) -> None:
        """Refuse the next fitting call with this status; a 429 waits 3 s unless `retry_after` says otherwise."""
        parameters: dict[str, int] = {}
        if status == 429:
            parameters["retry_after"] = 3 if retry_after is None else retry_after
            description = description or f"{PREFIXES[429]}: retry after {parameters['retry_after']}"
        refusal = Refused(status, described(status, description), parameters)
        self._rules.append(_Rule(method, chat_id, times, lambda: refusal))

    def forbid(self, chat_id: int, description: str = "bot was blocked by the user") -> None:
        """Answer 403 to everything sent to this chat until `allow`."""
        self._forbidden[chat_id] = f"{PREFIXES[403]}: {description.removeprefix('Forbidden: ')}"

    def allow(self, chat_id: int) -> None:
        """Undo `forbid`."""
        self._forbidden.pop(chat_id, None)

    def server_error(self, method: str | None = None, *, times: int = 1, status: int = 502) -> None:
        """Answer a 5xx without acting."""
        self.next(method, status=status, times=times)

    def lose_response(self, method: str | None = None, chat_id: int | None = None, *, times: int = 1) -> None:
        """Act on the call, then close the connection: the bot sees a network error."""
        self._rules.append(_Rule(method, chat_id, times, Dropped, after=True))

    def lose_request(self, method: str | None = None, chat_id: int | None = None, *, times: int = 1) -> None:
        """Close the connection without acting."""
        self._rules.append(_Rule(method, chat_id, times, Dropped))

    def delay(self, method: str | None = None, chat_id: int | None = None, *, after: bool = False) -> Delay:
        """A barrier in front of the call (or between the deed and its answer) that the test lifts."""
        delay = Delay()
        self._rules.append(_Rule(method, chat_id, ENDLESS, delay=delay, after=after))
        return delay

    def migrate(self, group_id: int, new_id: int) -> Chat:
        """The supergroup the group becomes; sending to the old id is answered with `migrate_to_chat_id`."""
        return self.chats.migrate(group_id, new_id)

    def clear(self) -> None:
        """No fault waits any more; calls held up go on."""
        for rule in self._rules:
            if rule.delay:
                rule.delay.let_go()
        self._rules.clear()
        self._forbidden.clear()

    def calls_of(self, method: str, chat_id: int | None = None) -> list[Call]:
        """The calls of one method, oldest first."""
        return [c for c in self.calls if c.method == method and chat_id in (None, c.chat_id)]

    async def before(self, call: Call) -> None:
        """Raise what strikes the call before it acts."""
        await self._strike(call, after=False)
        if call.chat_id in self._forbidden:
            raise Refused(403, self._forbidden[call.chat_id])
        if self.strict and call.method.startswith(("send", "copy")) and call.method != "sendChatAction":
            self._pace.check(call.chat_id, len(call.params.get("media") or ()) or 1)

    async def after(self, call: Call) -> None:
        """Raise what strikes the call after it acted."""
        await self._strike(call, after=True)

    async def _strike(self, call: Call, *, after: bool) -> None:
        for rule in [rule for rule in self._rules if rule.fits(call, after=after)]:
            rule.times -= 1
            if rule.delay:
                await rule.delay.hold()
            if rule.strike:
                raise rule.strike()


class RateLimits:
    """Telegram's rate limits: 30 messages a second, one a second and chat with short bursts, 20 a minute and group."""

    OVERALL = 30
    BURST = 3
    GROUP = 20

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._all: deque[datetime] = deque()
        self._by_chat: dict[int | None, deque[datetime]] = {}

    def check(self, chat_id: int | None, count: int = 1) -> None:
        """Count the messages; a 429 with the whole seconds to wait where they are too many."""
        now = self._now()
        chat = self._by_chat.setdefault(chat_id, deque())
        is_group = chat_id is not None and chat_id < 0
        waits = [
            self._wait(self._all, self.OVERALL, SECOND, now),
            self._wait(chat, self.BURST, SECOND * self.BURST, now),
            self._wait(chat, self.GROUP, MINUTE, now) if is_group else timedelta(),
        ]
        longest = max(waits)
        if longest > timedelta():
            raise too_many_requests(max(1, ceil(longest.total_seconds())))
        for sent in (self._all, chat):
            sent.extend([now] * count)

    @staticmethod
    def _wait(sent: deque[datetime], most: int, window: timedelta, now: datetime) -> timedelta:
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        recent = [at for at in sent if at > now - window]
        return timedelta() if len(recent) < most else recent[-most] + window - now
