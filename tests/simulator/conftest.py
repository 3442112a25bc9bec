"""A Telegram of one person, its server, and two ways to call it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.simulator.people import Person
from bot.simulator.server import Running, running
from bot.simulator.state import Chats
from tests.simulator.callers import Api, MovedClock, picture


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def chats(clock: MovedClock) -> Chats:
    return Chats(clock)


@pytest.fixture
def lan(chats: Chats) -> Person:
    person = Person.named(chats, "Lan", 77, last_name="Trần", username="lan_tran")
    person.open_chat()
    return person


@pytest_asyncio.fixture
async def server(chats: Chats) -> AsyncIterator[Running]:
    async with running(chats) as server:
        yield server


@pytest_asyncio.fixture
async def api(server: Running) -> AsyncIterator[Api]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=10, verify=False) as client:
        yield Api(client, server.chats.bot.token)


@pytest_asyncio.fixture
async def bot(server: Running) -> AsyncIterator[ExtBot[None]]:
    # Loading certificates takes longer than most tests.
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def request() -> HTTPXRequest:
        return HTTPXRequest(read_timeout=10, media_write_timeout=30, httpx_kwargs={"trust_env": False, "verify": bare})

    async with ExtBot(
        server.chats.bot.token,
        base_url=server.base_url,
        base_file_url=server.base_file_url,
        request=request(),
        get_updates_request=request(),
    ) as bot:
        yield bot


@pytest.fixture
def jpeg() -> bytes:
    return picture()
