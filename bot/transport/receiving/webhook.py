"""Updates posted by Telegram: the secret is checked first, the update is stored, then comes the 200."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import BadRequest, NetworkError

from bot.settings import Settings
from bot.transport.receiving.inbox import Inbox
from bot.transport.sending.triage import described

if TYPE_CHECKING:
    import uvicorn
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Router

HEADER = "x-telegram-bot-api-secret-token"
LARGEST_BODY = 1_000_000
SLOWEST_BODY = 10.0
"""Seconds. Whoever stalls in the middle holds a connection, and the end of the program waits for it."""
log = logging.getLogger(__name__)


class Webhook:
    """One address that Telegram posts to, and the server it runs in."""

    def __init__(self, inbox: Inbox, settings: Settings) -> None:
        self._inbox = inbox
        self._settings = settings
        self._secret = settings.require_webhook_secret()
        self._path = urlsplit(settings.webhook_url or "").path or "/"
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self.port = 0

    async def start(self, bot: Bot, allowed_updates: Sequence[str]) -> None:
        """Listen, then tell Telegram where."""
        # Loaded only here: a bot that asks Telegram for its updates does not pay for a server.
        from bot.transport.receiving.guest_server import guest_server

        listener = socket.create_server(self._settings.listen, reuse_port=False)
        self.port = listener.getsockname()[1]
        self._server = guest_server(self.routes())
        # The socket listens already; connections wait in it until the server runs, so nothing is awaited here.
        self._serving = asyncio.get_running_loop().create_task(self._server.serve([listener]))
        await self._announce(bot, allowed_updates)

    async def _announce(self, bot: Bot, allowed_updates: Sequence[str]) -> None:
        pause = 1.0
        while True:
            try:
                await bot.set_webhook(
                    self._settings.webhook_url or "",
                    allowed_updates=allowed_updates,
                    secret_token=self._secret,
                    max_connections=min(100, max(1, self._settings.slots)),
                )
            except BadRequest:
                raise
            except NetworkError as outage:
                log.warning("webhook not set yet: %s", described(outage))
                await asyncio.sleep(pause)
                pause = min(30.0, pause * 2)
            else:
                return

    async def stop(self) -> None:
        """Answer what has been posted, then listen no more. The webhook stays set: Telegram keeps what comes."""
        if self._server is None or self._serving is None:
            return
        self._server.should_exit = True
        with suppress(asyncio.CancelledError):
            await self._serving
        self._server = self._serving = None

    def routes(self) -> Router:
        """What is answered: one path, posted to."""
        from starlette.routing import Route, Router

        return Router([Route(self._path, self._answer, methods=["POST"])], redirect_slashes=False)

    async def _answer(self, request: Request) -> Response:
        from starlette.responses import Response

        return Response(status_code=await self._status(request))

    async def _status(self, request: Request) -> int:
        given = request.headers.get(HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret.encode()):
            return 403
        try:
            async with asyncio.timeout(SLOWEST_BODY):
                body = await _body(request)
        except TimeoutError:
            return 408
        if body is None:
            return 413
        try:
            raw = json.loads(body)
            if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
                return 400
        except (ValueError, RecursionError):
            return 400
        try:
            await self._inbox.receive([raw])
        except Exception as fault:
            # Anything but a 2xx and Telegram keeps the update and comes again.
            log.warning("update not stored: %s", described(fault))
            return 503
        return 200


async def _body(request: Request) -> bytes | None:
    """What was posted; nothing where it is too long, and what came of it where the connection broke."""
    from starlette.requests import ClientDisconnect

    body = b""
    with suppress(ClientDisconnect):
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_BODY:
                return None
    return body
