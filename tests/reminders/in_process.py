"""Telegram without a network: a request that answers in the same process, for long runs with a moved clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.clock import Clock, MovedClock

TOKEN = "4242:AAHnot-a-token-of-anyones-at-all-000000"
BOT = {"id": 4242, "is_bot": True, "first_name": "Tiến Độ", "username": "tiendo_bot"}


class EagerClock(MovedClock):
    """A moved clock on which whoever sleeps moves it on: for runs that ask what is sent, not how fast."""

    async def sleep(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=max(0.0, seconds))
        await asyncio.sleep(0)
        if self.now() < until:
            self.move_to(until)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message that Telegram took."""

    message_id: int
    chat_id: int
    text: str
    at: datetime


@dataclass
class InProcess:
    """All chats there are; ``answers`` may refuse a message before it is taken (status, JSON)."""

    clock: Clock
    blocked: set[int] = field(default_factory=set)
    delivered: list[Delivered] = field(default_factory=list)
    answers: Callable[[int], tuple[int, dict[str, Any]] | None] | None = None
    seconds: float = 0.0
    """How long a call takes on the clock."""

    async def take(self, method: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the answer to a call."""
        if method == "getMe":
            return 200, {"ok": True, "result": BOT}
        if method != "sendMessage":
            return 200, {"ok": True, "result": True}
        if self.seconds:
            await self.clock.sleep(self.seconds)
        chat_id = int(parameters["chat_id"])
        if chat_id in self.blocked:
            return 403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
        refused = self.answers(chat_id) if self.answers is not None else None
        if refused is not None:
            return refused
        number = len(self.delivered) + 1
        self.delivered.append(Delivered(number, chat_id, str(parameters["text"]), self.clock.now()))
        kind = "private" if chat_id > 0 else "group"
        said = {"message_id": number, "date": 0, "chat": {"id": chat_id, "type": kind}, "text": parameters["text"]}
        return 200, {"ok": True, "result": said}


class InProcessRequest(BaseRequest):
    """What stands where HTTP stood."""

    def __init__(self, telegram: InProcess) -> None:
        self._telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        asked = url.rpartition("/")[2]
        status, answer = await self._telegram.take(asked, request_data.parameters if request_data else {})
        return status, json.dumps(answer).encode()
