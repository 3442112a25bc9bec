"""HTTP to Telegram that reads from every answer what Telegram's clock showed."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from telegram.request import HTTPXRequest

from bot.clock import CheckedClock

PLAUSIBLE_YEARS = range(2020, 2100)
_ASKED_AT = "tiendo_asked_at"


class DatedRequest(HTTPXRequest):
    """PTB's request; takes the same settings. Without a clock nobody hears of the dates."""

    clock: CheckedClock | None = None

    def __init__(self, *, httpx_kwargs: dict[str, Any] | None = None, **settings: Any) -> None:
        hooks = {"request": [self._asks], "response": [self._is_answered]}
        super().__init__(**settings, httpx_kwargs={**(httpx_kwargs or {}), "event_hooks": hooks})

    async def _asks(self, request: httpx.Request) -> None:
        if self.clock is not None:
            request.extensions[_ASKED_AT] = self.clock.monotonic()

    async def _is_answered(self, response: httpx.Response) -> None:
        asked_at = response.request.extensions.get(_ASKED_AT)
        if self.clock is not None and asked_at is not None and _is_telegrams(response):
            self.clock.answered(date_of(response.headers.get("date")), asked_at)


def _is_telegrams(response: httpx.Response) -> bool:
    """Whether the Bot API itself answers, and now: not a proxy with its page, nor a cache with what it kept."""
    return response.headers.get("content-type", "").startswith("application/json") and "age" not in response.headers


def date_of(header: str | None) -> datetime | None:
    """The instant a Date header names; none where it cannot be read, or nobody can have sent it in such a year."""
    try:
        found = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC) if found.year in PLAUSIBLE_YEARS else None
