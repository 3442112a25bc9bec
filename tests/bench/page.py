"""The trial and its page: how soon it can be used, how soon an answer is seen, how much it weighs, how time passes."""

from __future__ import annotations

import asyncio
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.simulator.trial.page_routes import PAGE
from tests.bench.data import five_plans
from tests.bench.figures import Figure
from tests.bench.machine import spread
from tests.bench.processes import END_SECONDS, ROOT, Telegram, environment, seconds_until
from tests.simulator.trial_page import Page, page_of

MOST_START = 3
MOST_MS = 300
MOST_WEIGHT = 200
MESSAGES = 30
LOOK_SECONDS = 0.02
TEXTS = ("/viec", "/do", "/trogiup", "/han")


def measure_page(folder: Path, *, starts: int) -> list[Figure]:
    """The figures of the page."""
    (folder / "run").mkdir()
    asyncio.run(five_plans(folder / "run", 10))
    run, trial = [], []
    # As `make demo` prepares it; what that spares is shown beside.
    with _demo(folder) as (_, took):
        unprepared = took
    with Telegram() as telegram:
        # In turn, so that what else the machine does meets both alike.
        for _ in range(starts):
            run.append(seconds_until(telegram, folder / "run"))
            with _demo(folder) as (_, took):
                trial.append(took)
    multiple = [mine / other for mine, other in zip(trial, run, strict=True)]
    with _demo(folder) as (url, _):
        answers, week, year = asyncio.run(_used(url))
    middle, weight = statistics.median(multiple), sum(path.stat().st_size for path in PAGE.rglob("*")) / 1000
    answered = statistics.median(answers) * 1000
    return [
        Figure("start of run to first poll, s", spread(run, 1, 2)),
        Figure("start of demo to a usable page, s", spread(trial, 1, 2)),
        Figure("the same as a multiple of run's", spread(multiple), f"≤ {MOST_START}", middle <= MOST_START),
        Figure(
            "unprepared (`demo --prepare` never ran), as a multiple",
            f"{unprepared / statistics.median(run):.1f}",
        ),
        Figure(
            "a message typed to its answer in the stream, ms",
            spread(answers, 1000, 0),
            f"≤ {MOST_MS}",
            answered <= MOST_MS,
        ),
        Figure("weight of the page and its parts, KB", f"{weight:.0f}", f"≤ {MOST_WEIGHT}", weight <= MOST_WEIGHT),
        Figure("a week of the clock, with its mornings, s", f"{week:.1f}"),
        Figure("a year of the clock, s", f"{year:.0f}"),
    ]


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[str, float]]:
    """A trial in a process of its own: its address, and the seconds until its page can be used."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    env = {**environment(), "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(ROOT)}
    begun = time.monotonic()
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port)]
    child = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL)
    try:
        yield url, _usable(child, url) - begun
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(END_SECONDS)


def _usable(child: subprocess.Popen[bytes], url: str) -> float:
    """When the page, its people and a chat were there, and the clock stood at the start."""
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as http:
        while child.poll() is None:
            try:
                seen = http.get("/simulator/trial").json()
                if seen["bot"]["alive"] and not seen["moving"]:
                    http.get("/").raise_for_status()
                    http.get("/simulator/chat", params={"user": 1001}).raise_for_status()
                    return time.monotonic()
            except httpx.TransportError:
                pass
            time.sleep(LOOK_SECONDS)
    raise RuntimeError("the trial has ended")


async def _used(url: str) -> tuple[list[float], float, float]:
    """Seconds of each answer, of a week and of a year."""
    async with page_of(url) as page:
        people = [one["id"] for place in (await page.get("trial"))["localities"] for one in place["people"]]
        answers = []
        for number in range(MESSAGES):
            # Another one each time: a chat takes one message a second.
            user = people[number % len(people)]
            page.forget()
            begun = time.perf_counter()
            await page.say(user, TEXTS[number % len(TEXTS)])
            await page.answer(user)
            answers.append(time.perf_counter() - begun)
        week = await _moved(page, step="week")
        return answers, week, await _moved(page, to="2027-06-15T08:00")


async def _moved(page: Page, **asked: str) -> float:
    page.forget()
    begun = time.perf_counter()
    (await page.post("clock", **asked)).raise_for_status()
    await page.hears("clock", lambda data: not data["moving"], patience=1800)
    return time.perf_counter() - begun
