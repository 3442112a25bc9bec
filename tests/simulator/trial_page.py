"""A page of the trial without a browser: it asks over loopback HTTP and listens to the events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from bot.simulator.telegram.api.server import HOST, bound, serving
from bot.simulator.trial.page_guard import Guard
from bot.simulator.trial.trial import Trial

MONDAY = datetime.fromisoformat("2026-06-15T08:00:00+07:00")
PATIENCE = 60
BOT = 1234
Json = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """One event."""

    id: int
    event: str
    data: Json


@dataclass
class Page:
    """An open page, with every event since it was opened."""

    http: httpx.AsyncClient
    heard: list[Heard] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(self, address: str, **params: object) -> Json:
        """What is answered with a 200."""
        response = await self.http.get(f"/simulator/{address}", params={k: str(v) for k, v in params.items()})
        assert response.status_code == 200, response.text
        found: Json = response.json()
        return found

    async def post(self, address: str, **asked: object) -> httpx.Response:
        """The answer to a JSON object."""
        return await self.http.post(f"/simulator/{address}", json=asked)

    async def say(self, user: int, text: str, chat: int | None = None) -> None:
        """Somebody writes."""
        assert (await self.post("text", user=user, chat=chat or user, text=text)).status_code == 200

    async def press(self, user: int, button: str) -> str:
        """The id of the query of a press."""
        response = await self.post("press", user=user, button=button)
        assert response.status_code == 200, response.text
        return str(response.json()["query"])

    async def hears(
        self, event: str, fits: Callable[[Json], object] = lambda _data: True, *, patience: float = PATIENCE
    ) -> Json:
        """The data of the first fitting event, now or as soon as it comes."""
        async with asyncio.timeout(patience):
            while True:
                self.changed.clear()
                for one in self.heard:
                    if one.event == event and fits(one.data):
                        return one.data
                await self.changed.wait()

    async def answer(self, chat: int, part: str = "", *, button: str | None = None) -> Json:
        """The bot's message, or its edit, that holds these words and a button of this label."""

        def fits(data: Json) -> bool:
            message = data["message"]
            labels = [one["text"] for row in message["inline"] for one in row]
            own = data["chat"] == chat and data["from"] == BOT
            return own and part in message["text"] and (button is None or button in labels)

        async with asyncio.timeout(PATIENCE):
            while True:
                self.changed.clear()
                for one in reversed(self.heard):
                    if one.event in ("message", "edit") and fits(one.data):
                        message: Json = one.data["message"]
                        return message
                await self.changed.wait()

    def forget(self) -> None:
        """Hear only what comes from now on."""
        self.heard.clear()


@asynccontextmanager
async def page_of(url: str) -> AsyncIterator[Page]:
    """A page that has said hello."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE, verify=False) as http:
        page = Page(http)
        listening = asyncio.ensure_future(_listen(page))
        try:
            await page.hears("hello")
            yield page
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def _listen(page: Page) -> None:
    async with page.http.stream("GET", "/simulator/events", timeout=None) as stream:
        number, event = 0, ""
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                number = int(value)
            elif name == "event":
                event = value
            elif name == "data":
                page.heard.append(Heard(number, event, json.loads(value)))
                page.changed.set()


@asynccontextmanager
async def trial_at(start: datetime, cache: Path) -> AsyncIterator[tuple[Trial, str]]:
    """A trial that is open, and its address."""
    listener = bound(0)
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    trial = Trial(url, start, cache)
    async with serving(Guard(trial.app, HOST), listener, trial.close):
        try:
            await trial.open()
            yield trial, url
        finally:
            await trial.end()
