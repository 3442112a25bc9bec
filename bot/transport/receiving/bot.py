"""PTB's bot, whose getUpdates stores what it got before the updater can confirm it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from telegram import Update
from telegram._utils.defaultvalue import DEFAULT_NONE
from telegram._utils.types import JSONDict, ODVInput, TimePeriod
from telegram.error import InvalidToken, NetworkError
from telegram.ext import ExtBot

from bot.domain.errors import TienDoError
from bot.transport.receiving.inbox import Inbox


class TiendoBot(ExtBot[None]):
    """The bot of the application. Without an inbox it reads updates as PTB does."""

    _inbox: Inbox | None = None
    _when_refused: Callable[[], None] | None = None

    def store_into(self, inbox: Inbox) -> None:
        """Store every update from now on."""
        self._inbox = inbox

    def call_when_refused(self, call: Callable[[], None]) -> None:
        """Call this once Telegram refuses the token: PTB's updater would end without an error."""
        self._when_refused = call

    async def get_updates(
        self,
        offset: int | None = None,
        limit: int | None = None,
        timeout: TimePeriod | None = None,  # noqa: ASYNC109 - PTB's signature
        allowed_updates: Sequence[str] | None = None,
        *,
        read_timeout: ODVInput[float] = DEFAULT_NONE,
        write_timeout: ODVInput[float] = DEFAULT_NONE,
        connect_timeout: ODVInput[float] = DEFAULT_NONE,
        pool_timeout: ODVInput[float] = DEFAULT_NONE,
        api_kwargs: JSONDict | None = None,
    ) -> tuple[Update, ...]:
        """The next updates, stored.

        Raises NetworkError where they could not be stored: PTB then asks again with the same offset.
        """
        wait = timeout.total_seconds() if isinstance(timeout, timedelta) else float(timeout or 0)
        asked = {"offset": offset, "limit": limit, "timeout": int(wait), "allowed_updates": allowed_updates}
        margin = self.request_margin if read_timeout is DEFAULT_NONE else read_timeout
        try:
            raws: list[dict[str, Any]] = await self._post(
                "getUpdates",
                {**{name: value for name, value in asked.items() if value is not None}, **(api_kwargs or {})},
                read_timeout=wait + float(margin or 0),  # type: ignore[arg-type]
                write_timeout=write_timeout,
                connect_timeout=connect_timeout,
                pool_timeout=pool_timeout,
            )
        except InvalidToken:
            if self._when_refused is not None:
                self._when_refused()
            raise
        if not raws or self._inbox is None:
            return Update.de_list(raws, self)
        try:
            await self._inbox.receive(raws)
        except TienDoError as busy:
            raise NetworkError(f"updates not stored: {busy.key}") from busy
        except Exception as fault:
            raise NetworkError(f"updates not stored: {type(fault).__name__}") from fault
        # The updater takes their numbers to confirm them; what is handled is what was stored.
        return tuple(Update(int(raw["update_id"])) for raw in raws)

    @property
    def request_margin(self) -> float:
        """Seconds a poll may take longer than it was asked to wait."""
        return float(self._request[0].read_timeout or 0)
