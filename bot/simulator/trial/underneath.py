"""What happens underneath: the calls the bot made, the outbox, and the colours that changed."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict
from datetime import datetime
from itertools import count
from typing import Any

from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.services.core.desk import Desk
from bot.simulator.telegram.api.faults import Call, Faults
from bot.simulator.telegram.chats.refusals import Json
from bot.storage.outbox import watching

MOST = 200
LONGEST = 160
"""Signs of a parameter that are shown."""
CALLS_KEPT = 50
"""Whole, by the simulator: a year of calls would fill the memory."""


class Underneath:
    """What the drawer of the page shows of one world."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._calls: deque[Json] = deque(maxlen=MOST)
        self._numbers = count(1)

    def heard(self, call: Call) -> None:
        """Take down a call that was answered."""
        self._calls.append(
            {
                "n": next(self._numbers),
                "method": call.method,
                "at": _local(call.at),
                "chat": call.chat_id,
                "status": call.status,
                "ms": None if call.seconds is None else round(call.seconds * 1000, 1),
                "params": {name: _shortened(value) for name, value in call.params.items() if name != "chat_id"},
            }
        )
        del self._faults.calls[:-CALLS_KEPT]

    async def seen(self, desk: Desk | None, since: int) -> Json:
        """The newest of each kind, oldest first; of the calls those after the one numbered ``since``."""
        calls = [call for call in self._calls if call["n"] > since]
        if desk is None:
            return {"calls": calls, "outbox": [], "flips": []}
        async with desk.db.read() as conn:
            notices = await watching.newest_notices(conn, MOST)
            flips = await watching.newest_flips(conn, MOST)
        return {
            "calls": calls,
            "outbox": [{**_without(asdict(one), "due_at"), "due": _local(one.due_at)} for one in notices],
            "flips": [{**asdict(one), "at": _local(one.at)} for one in flips],
        }


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shortened(inner) for inner in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}…"
    return value


def _without(described: Json, name: str) -> Json:
    return {key: value for key, value in described.items() if key != name}


def _local(instant: datetime) -> str:
    return instant.astimezone(DEFAULT_ZONE).isoformat(timespec="milliseconds")
