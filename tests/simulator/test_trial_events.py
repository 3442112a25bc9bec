"""The streams a page listens to, and who may ask anything at all."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.simulator.telegram.api.server import HOST, bound, serving
from bot.simulator.trial.page_events import MOST_WAITING, Events
from bot.simulator.trial.page_guard import Guard
from tests.simulator.trial_page import page_of


@asynccontextmanager
async def streaming() -> AsyncIterator[tuple[Events, str]]:
    """Streams on a server of their own."""
    events = Events(lambda: "run-1")
    app = Starlette(routes=[Route("/simulator/events", events)])
    listener = bound(0)
    async with serving(app, listener, events.close):
        yield events, f"http://{HOST}:{listener.getsockname()[1]}"


async def rest_until(is_so: object) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # type: ignore[operator]
            await asyncio.sleep(0.01)


async def test_every_page_hears_every_event_in_order_and_where_it_begins() -> None:
    async with streaming() as (events, url), page_of(url) as first:
        events.tell("message", chat=7, message={"text": "Chào chị\nLan"})
        async with page_of(url) as second:
            events.tell("bot", alive=False)
            await first.hears("bot")
            await second.hears("bot")

            assert [(one.id, one.event) for one in first.heard] == [(0, "hello"), (1, "message"), (2, "bot")]
            assert first.heard[1].data == {"chat": 7, "message": {"text": "Chào chị\nLan"}}
            # Who comes later, or again, learns up to where it has missed everything.
            assert second.heard[0].data == {"run": "run-1", "last": 1}


async def test_a_page_that_goes_away_leaves_nothing_behind() -> None:
    async with streaming() as (events, url):
        for _ in range(3):
            async with page_of(url):
                await rest_until(lambda: events.readers == 1)
            await rest_until(lambda: events.readers == 0)
        events.tell("message", chat=1)


async def test_a_page_that_reads_nothing_is_not_kept_waiting_for_without_end() -> None:
    async with streaming() as (events, url):
        port = int(url.rpartition(":")[2])
        with socket.create_connection((HOST, port)) as slow:
            slow.sendall(b"GET /simulator/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            await rest_until(lambda: events.readers == 1)
            for number in range(3 * MOST_WAITING):
                events.tell("message", number=number, text="x" * 1000)
                if number % 500 == 0:
                    await asyncio.sleep(0)
            (reader,) = events._readers
            assert len(reader._waiting) <= MOST_WAITING
        await rest_until(lambda: events.readers == 0)


async def test_a_server_that_goes_down_ends_its_streams_at_once() -> None:
    async with asyncio.timeout(5):
        async with streaming() as (_, url):
            client = httpx.AsyncClient(trust_env=False, timeout=None, verify=False)
            stream = client.stream("GET", f"{url}/simulator/events")
            response = await stream.__aenter__()
        lines = [line async for line in response.aiter_lines()]
        await stream.__aexit__(None, None, None)
        await client.aclose()
    assert lines[1] == "event: hello"


async def echo(request: Request) -> Response:
    return PlainTextResponse(request.method)


HOSTS = {
    "127.0.0.1:{port}": 200,
    "localhost:{port}": 200,
    "LOCALHOST": 200,
    "[::1]:{port}": 200,
    "127.9.9.9": 200,
    "tro-ly.example": 403,
    "127.0.0.1.evil.example": 403,
    "192.168.1.7:{port}": 403,
    "": 403,
    "[": 403,
}


@asynccontextmanager
async def guarded(host: str) -> AsyncIterator[httpx.AsyncClient]:
    """Something behind the guard of a server that was told to listen on this host."""
    app = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])])
    listener = bound(0)
    async with serving(Guard(app, host), listener, lambda: None):
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as client:
            yield client


@pytest.mark.parametrize("name", HOSTS)
async def test_a_name_that_only_resolves_to_this_machine_opens_nothing(name: str) -> None:
    async with guarded(HOST) as http:
        answer = await http.get("/", headers={"Host": name.format(port=http.base_url.port)})
        assert answer.status_code == HOSTS[name]


async def test_a_server_for_other_machines_answers_to_its_own_name_and_to_addresses() -> None:
    async with guarded("demo.ward.example") as http:
        assert (await http.get("/", headers={"Host": "demo.ward.example:8080"})).status_code == 200
        assert (await http.get("/", headers={"Host": "192.168.1.7"})).status_code == 403
    async with guarded("0.0.0.0") as http:
        assert (await http.get("/", headers={"Host": "192.168.1.7:8080"})).status_code == 200
        assert (await http.get("/", headers={"Host": "evil.example"})).status_code == 403


async def test_what_another_site_posts_is_refused() -> None:
    async with guarded(HOST) as http:
        own, json = f"http://127.0.0.1:{http.base_url.port}", "application/json"

        async def posted(path: str = "/simulator/reset", **headers: str) -> int:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return (await http.post(path, content=b"{}", headers=named)).status_code

        assert await posted(content_type=json) == 200
        assert await posted(content_type=json, origin=own) == 200
        assert await posted(content_type="multipart/form-data; boundary=x", origin=own) == 200
        assert await posted(content_type=json, origin="http://evil.example") == 403
        assert await posted(content_type=json, origin="null") == 403
        # Another program on this machine that a browser shows is another site too.
        assert await posted(content_type=json, origin="http://127.0.0.1:9") == 403
        assert await posted(content_type="text/plain") == 403
        assert await posted(content_type="application/x-www-form-urlencoded") == 403
        assert await posted() == 403
        assert await posted("/bot1:x/sendMessage", origin="http://evil.example") == 403
        assert await posted("/bot1:x/sendMessage", content_type="application/x-www-form-urlencoded") == 200
        refused = await http.post("/simulator/reset", headers={"Accept-Language": "en"})
        assert "another address" in refused.json()["error"]
