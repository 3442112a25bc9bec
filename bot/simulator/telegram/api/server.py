"""The simulated Telegram as a server, on 127.0.0.1 unless told otherwise, inside an event loop or on its own.

Everything the bot does goes through the Bot API of `api`. A person at a terminal talks to the bot through
`chat_routes`, whose docstring lists the addresses.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.simulator.telegram.api.api import BotApi
from bot.simulator.telegram.api.faults import Call, Faults
from bot.simulator.telegram.api.polling import Polling, Postman
from bot.simulator.telegram.chats.chat_routes import routes
from bot.simulator.telegram.chats.state import Chats

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 2
KEEP_ALIVE_SECONDS = 600
"""On a busy machine a shorter one closes idle connections in the very moment the bot uses them again."""


@dataclass(frozen=True)
class Running:
    """A server that answers: its address, the Telegram behind it, and the faults to come."""

    url: str
    chats: Chats
    faults: Faults
    app: Starlette
    polling: Polling

    @property
    def base_url(self) -> str:
        """What python-telegram-bot's builder takes as `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot's builder takes as `base_file_url`."""
        return f"{self.url}/file/bot"

    @property
    def calls(self) -> list[Call]:
        """Every call of the bot, oldest first."""
        return self.faults.calls


class _Protocol(H11Protocol):
    """HTTP that hands the application a way to cut its connection, for answers lost on purpose."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, "abort": transport.abort}


class _Server(uvicorn.Server):
    """A server that says when it is up, and on its way down sends home everyone who waits."""

    def __init__(self, config: uvicorn.Config, send_home: Callable[[], None], *, is_guest: bool) -> None:
        super().__init__(config)
        self._is_guest = is_guest
        self.up = asyncio.Event()
        self.stopping = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._send_home = send_home

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Uvicorn's own way down always takes a tenth of a second, which every journey would pay.
        self._send_home()
        for listening in self.servers:
            listening.close()
        for listener in sockets or []:
            listener.close()
        connections = list(self.server_state.connections)
        for connection in connections:
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(set(self.server_state.tasks), timeout=SHUTDOWN_SECONDS)
        for connection in connections:
            connection.transport.close()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with nullcontext() if self._is_guest else super().capture_signals():
            yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        # A signal handler alone does not wake a loop that waits for its sockets.
        self._loop.call_soon_threadsafe(self.stopping.set)


def bound(port: int, host: str = HOST) -> socket.socket:
    """A socket that holds the port, so that nobody else can take it. Raises OSError where it cannot be had."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # asyncio switches Nagle's delay off only where the protocol is named; without it each answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def _server(app: ASGIApp, send_home: Callable[[], None], *, is_guest: bool = False) -> _Server:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        log_level="error",
        access_log=False,
        date_header=False,
    )
    return _Server(config, send_home, is_guest=is_guest)


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket, send_home: Callable[[], None]) -> AsyncIterator[None]:
    """A server in the present event loop, gone when the block ends; ``send_home`` ends what would wait for ever."""
    server = _server(app, send_home, is_guest=True)
    # The reference is kept here until it has ended, and it cannot outlive the block.
    work = asyncio.get_running_loop().create_task(server.serve([listener]))
    try:
        await server.up.wait()
        yield
    finally:
        server.stopping.set()
        await asyncio.gather(work, return_exceptions=True)


@asynccontextmanager
async def running(chats: Chats, port: int = 0, faults: Faults | None = None) -> AsyncIterator[Running]:
    """A simulated Telegram in the present event loop, gone when the block ends; port 0 takes a free one."""
    api = BotApi(chats, faults, routes(chats))
    listener = bound(port)
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    posting = asyncio.get_running_loop().create_task(Postman(chats, api.polling).run())
    try:
        async with serving(api.app, listener, api.close):
            yield Running(url, chats, api.faults, api.app, api.polling)
    finally:
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)


async def serve(chats: Chats, port: int = 8081, faults: Faults | None = None) -> None:
    """Run until SIGINT or SIGTERM."""
    api = BotApi(chats, faults, routes(chats))
    posting = asyncio.get_running_loop().create_task(Postman(chats, api.polling).run())
    try:
        await _server(api.app, api.close).serve([bound(port)])
    finally:
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
