"""A Telegram of one person, its server, and two ways to call it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.simulator.telegram.api.server import Running, running
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Chats
from bot.simulator.trial.trial import Trial
from tests.simulator.callers import Api, MovedClock, picture
from tests.simulator.trial_page import MONDAY, Page, page_of, trial_at


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def chats(clock: MovedClock) -> Chats:
    return Chats(clock)


@pytest.fixture
def lan(chats: Chats) -> SimulatedPerson:
    person = SimulatedPerson.named(chats, "Lan", 77, last_name="Trần", username="lan_tran")
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


@pytest.fixture(scope="session")
def kept_pasts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the past of the trial is kept between tests: it is lived through once. Its parent is a user's cache."""
    return tmp_path_factory.mktemp("cache") / "tiendo-demo"


@pytest_asyncio.fixture
async def open_trial(kept_pasts: Path) -> AsyncIterator[tuple[Trial, str]]:
    """The trial on its Monday, and its address."""
    async with trial_at(MONDAY, kept_pasts) as found:
        yield found


@pytest_asyncio.fixture
async def page(open_trial: tuple[Trial, str]) -> AsyncIterator[Page]:
    """A page of the trial."""
    async with page_of(open_trial[1]) as found:
        yield found
