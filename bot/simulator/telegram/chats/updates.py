"""The updates Telegram keeps for a bot until it confirms them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from bot.simulator.telegram.chats.limits import UPDATES_A_CALL, UPDATES_KEPT
from bot.simulator.telegram.chats.refusals import Json

_BEYOND = 10
"""How far an offset may lie beyond the next number and still be taken at its word."""
ONLY_ON_DEMAND = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass
class WebhookTarget:
    """Where updates are posted instead of waiting for getUpdates."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error_at: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True)
class _Kept:
    update: Json
    since: datetime


class Updates:
    """Updates in the order they happened, each kept for 24 hours of the clock or until it is confirmed."""

    def __init__(self, now: Callable[[], datetime], changed: Callable[[], None], first_id: int = 700_000_001) -> None:
        self._now = now
        self._changed = changed
        self._kept: list[_Kept] = []
        self._again: list[Json] = []
        self._last: Json | None = None
        self.next_id = first_id
        self.allowed: frozenset[str] = frozenset()
        self.webhook: WebhookTarget | None = None

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Which kinds arrive from now on; None keeps the earlier choice, an empty list is Telegram's default."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def wants(self, kind: str) -> bool:
        """Whether an update of this kind reaches the bot."""
        return kind in self.allowed if self.allowed else kind not in ONLY_ON_DEMAND

    def push(self, kind: str, payload: Json) -> Json | None:
        """The update made of the payload, or None where the bot did not ask for its kind."""
        return self.inject({kind: payload}) if self.wants(kind) else None

    def inject(self, update: Json) -> Json:
        """The update as queued, whatever it holds; it gets the next update_id where it has none."""
        queued = deepcopy({"update_id": self.next_id, **update})
        self.next_id = max(self.next_id, int(queued["update_id"]) + 1)
        self._kept.append(_Kept(queued, self._now()))
        self._last = queued
        self._changed()
        return queued

    def duplicate_last(self) -> Json:
        """The newest update, delivered once more under its old update_id, confirmed or not."""
        if self._last is None:
            raise LookupError("no update has happened yet")
        self._again.append(self._last)
        self._changed()
        return self._last

    def skip_ids(self, count: int) -> None:
        """Leave a gap in the sequence."""
        self.next_id += count

    def begin_anew(self, first_id: int) -> None:
        """Count from another number, as Telegram does after a week of silence; nothing may be waiting then."""
        self.next_id = first_id

    def pending(self) -> list[Json]:
        """Every update not confirmed yet, duplicates first."""
        self._drop_old()
        return [*self._again, *(kept.update for kept in self._kept)]

    def take(self, offset: int = 0, limit: int = UPDATES_A_CALL) -> list[Json]:
        """What getUpdates returns: the offset confirms all before it, a negative one counts from the end.

        One far beyond the newest number is of an earlier count: it confirms nothing (td, TQueue.cpp).
        """
        self._drop_old()
        if offset > self.next_id + _BEYOND:
            offset = 0
        if offset < 0:
            self._kept = self._kept[offset:]
        elif offset:
            self._kept = [kept for kept in self._kept if kept.update["update_id"] >= offset]
        ready = [*self._again, *(kept.update for kept in self._kept)]
        taken = ready[: max(1, min(limit, UPDATES_A_CALL))]
        self._again = self._again[len(taken) :]
        return taken

    def delivered(self, update: Json) -> None:
        """Forget an update the webhook took."""
        if any(again is update for again in self._again):
            self._again = [again for again in self._again if again is not update]
        else:
            self._kept = [kept for kept in self._kept if kept.update is not update]

    def clear(self) -> None:
        """Drop everything pending (drop_pending_updates)."""
        self._kept.clear()
        self._again.clear()

    def _drop_old(self) -> None:
        oldest = self._now() - UPDATES_KEPT
        self._kept = [kept for kept in self._kept if kept.since > oldest]
