"""The page and what it asks of the trial as a whole: the people, the clock, the tour, what happens underneath."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Protocol

from babel.messages.pofile import read_po
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.domain.errors import BadInput, NotFound
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.i18n import LOCALES, translator
from bot.simulator.telegram.chats.chat_routes import answered, asked_json, number, text
from bot.simulator.telegram.chats.refusals import Json
from bot.simulator.trial.page_events import Events
from bot.simulator.trial.travel import STEPS, Step
from bot.simulator.trial.world import World

PAGE = Path(__file__).parents[1] / "page"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Steered(Protocol):
    """What the page steers: the trial, whose world is there once it is ready."""

    ready: asyncio.Event
    events: Events

    @property
    def world(self) -> World:
        """The world at hand."""

    def described(self) -> Json:
        """Its people and its clock."""

    async def move_by(self, step: Step) -> datetime:
        """The instant its clock goes to by a step."""

    def move_to(self, goal: datetime) -> datetime:
        """The instant its clock goes to."""

    def reset(self) -> None:
        """Begin anew."""


def page_routes(trial: Steered) -> list[BaseRoute]:
    """The addresses of one trial. Those that act on a world wait until there is one."""

    async def see_trial(_request: Request) -> Response:
        return JSONResponse(trial.described())

    async def move_clock(request: Request) -> Response:
        asked = await asked_json(request)
        step = asked.get("step")
        if step is None:
            goal = trial.move_to(_instant(text(asked, "to")))
        elif step in STEPS:
            goal = await trial.move_by(step)
        else:
            raise BadInput("trial_field", field="step")
        return JSONResponse({"to": goal.astimezone(DEFAULT_ZONE).isoformat()}, 202)

    async def reset(_request: Request) -> Response:
        trial.reset()
        return JSONResponse({}, 202)

    async def see_underneath(request: Request) -> Response:
        since = number(dict(request.query_params), "since", 0)
        return JSONResponse(await trial.world.seen_underneath(since))

    def ready(action: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            await trial.ready.wait()
            return await action(request)

        return answered(endpoint)

    return [
        Route("/", answered(see_page)),
        Route("/page/{file:path}", answered(see_page)),
        Route("/simulator/words", answered(see_words)),
        Route("/simulator/trial", ready(see_trial)),
        Route("/simulator/clock", ready(move_clock), methods=["POST"]),
        Route("/simulator/reset", ready(reset), methods=["POST"]),
        Route("/simulator/underneath", ready(see_underneath)),
        Route("/simulator/events", trial.events),
    ]


async def see_page(request: Request) -> Response:
    """A part of the page, or the page itself."""
    path = (PAGE / request.path_params.get("file", "index.html")).resolve()
    if not path.is_relative_to(PAGE) or path.suffix not in KINDS or not path.is_file():
        raise NotFound("trial_no_such_file")
    return Response(path.read_bytes(), headers={**HEADERS, "Content-Type": KINDS[path.suffix]})


async def see_words(request: Request) -> Response:
    """The sentences of the page in one language."""
    return JSONResponse(_words(translator(request.query_params.get("language", "vi")).language), headers=HEADERS)


@lru_cache
def _words(language: str) -> Json:
    catalogue = (LOCALES / language / "LC_MESSAGES" / "page.po").read_bytes()
    return {str(message.id): message.string for message in read_po(BytesIO(catalogue), locale=language) if message.id}


def _instant(written: str) -> datetime:
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        raise BadInput("trial_field", field="to") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=DEFAULT_ZONE)
