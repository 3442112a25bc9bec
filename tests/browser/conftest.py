"""A real Chromium, driven from one event loop, on one demo for all tests of a worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.browser.demo import Demo

CHROMIUM = shutil.which("chromium")
SHELL = shutil.which("chromium-headless-shell") or CHROMIUM
"""The same without windows of its own, where it is there: it takes less than half of the processor."""
HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "build" / "screenshots"
# Without the first two it does not start as root and without a graphics card; the others keep it from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000
Visit = Callable[..., Awaitable[Any]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            if SHELL is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    base = tmp_path_factory.getbasetemp()
    # Workers have folders of their own in one; the past of the trial is lived through by the first of them.
    running = Demo(tmp_path_factory.mktemp("demo"), cache=base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
    running.start()
    yield running
    running.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def drive() -> AsyncIterator[Any]:
    """What drives browsers."""
    from playwright.async_api import async_playwright, expect

    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        yield playwright


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(drive: Any) -> AsyncIterator[Any]:
    started = await drive.chromium.launch(executable_path=SHELL, args=FLAGS)
    yield started
    await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Any, demo: Demo) -> AsyncIterator[Visit]:
    """Opens the page in a window of its own: `await visit(width, height, …)` gives the `Desk`."""
    async with _visits(browser, demo) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def visit_with_windows(drive: Any, demo: Demo) -> AsyncIterator[Visit]:
    """The same in the whole Chromium, which shows a PDF in a window of its own."""
    if CHROMIUM is None:
        pytest.skip("no whole Chromium here: apt-get install chromium")
    started = await drive.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    async with _visits(started, demo) as opened:
        yield opened
    await started.close()


@asynccontextmanager
async def _visits(browser: Any, demo: Demo) -> AsyncIterator[Visit]:
    """At the end nothing may have gone wrong in any page, nor may one have asked for anything outside this machine."""
    from tests.browser.desk import Desk

    contexts, wrong = [], []

    async def opened(width: int = 1400, height: int = 900, *, may_lose_server: bool = False, **more: Any) -> Desk:
        def complain(line: Any) -> None:
            if line.type == "error" and not (may_lose_server and "net::ERR_" in line.text):
                wrong.append(line.text)

        more = {"locale": "vi-VN", "reduced_motion": "reduce", **more}
        context = await browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", complain)
        context.on("request", lambda asked: _is_own(asked.url, demo.url) or wrong.append(asked.url))
        desk = Desk(await context.new_page())
        await desk.sit(demo.url)
        return desk

    yield opened
    for context in contexts:
        await context.close()
    assert wrong == []


# Chromium's own window for PDFs, and what it is made of.
PDF_WINDOW = ("chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/", "chrome://resources/")


def _is_own(address: str, own: str) -> bool:
    return address.startswith((f"{own}/", "data:", f"blob:{own}/", *PDF_WINDOW))


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots go, for a person to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES
