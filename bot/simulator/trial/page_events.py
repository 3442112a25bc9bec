"""Server-sent events: every page hears of every change, and on connecting which run it is in."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from bot.simulator.telegram.chats.refusals import Json

MOST_WAITING = 2_000
"""Events kept for a page that reads slowly; one that is further behind begins anew."""
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class Events:
    """What pages listen to. ``run`` gives the id of the present run of the trial."""

    def __init__(self, run: Callable[[], str]) -> None:
        self._run = run
        self._last = 0
        self._readers: set[_Reader] = set()
        self._closed = False

    @property
    def readers(self) -> int:
        """How many pages listen now."""
        return len(self._readers)

    def tell(self, event: str, **data: Any) -> None:
        """Let every page know."""
        self._last += 1
        piece = _piece(self._last, event, data)
        for reader in self._readers:
            reader.add(piece)

    def close(self) -> None:
        """End every stream, now and from now on."""
        self._closed = True
        for reader in list(self._readers):
            reader.end()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One stream, until its page or the server goes."""
        reader = _Reader(self._hello)
        if self._closed:
            reader.end()
        self._readers.add(reader)
        try:
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(_until_gone(receive, reader))
                await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
                async for pieces in reader:
                    await send({"type": "http.response.body", "body": pieces, "more_body": True})
                watching.cancel()
        finally:
            self._readers.discard(reader)
        await send({"type": "http.response.body", "body": b""})

    def _hello(self) -> bytes:
        return _piece(self._last, "hello", {"run": self._run(), "last": self._last})


class _Reader:
    """The events on their way to one page."""

    def __init__(self, hello: Callable[[], bytes]) -> None:
        self._hello = hello
        self._waiting: deque[bytes] = deque([hello()])
        self._more = asyncio.Event()
        self._more.set()
        self._ended = False

    def add(self, piece: bytes) -> None:
        if len(self._waiting) >= MOST_WAITING:
            # The page sees by the event's number that it missed some, and reads everything anew.
            self._waiting.clear()
            piece = self._hello()
        self._waiting.append(piece)
        self._more.set()

    def end(self) -> None:
        self._ended = True
        self._more.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while not self._ended:
            await self._more.wait()
            self._more.clear()
            if self._waiting and not self._ended:
                pieces = b"".join(self._waiting)
                self._waiting.clear()
                yield pieces


async def _until_gone(receive: Receive, reader: _Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
    reader.end()


def _piece(number: int, event: str, data: Json) -> bytes:
    return f"id: {number}\nevent: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
