"""`python -m bot demo` as a process of its own, as people start it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
STOP_SECONDS = 30


def free_port() -> int:
    """A port nobody has at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Demo:
    """One demo on a port; `folder` holds its scratch data while it runs, `cache` what it keeps between starts."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self._cache = cache
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return once the page can be used."""
        told = (self.folder / "told.txt").open("ab")
        command = [sys.executable, "-m", "bot", "demo", "--port", str(self.port)]
        # Neither the data nor the past that is kept between starts may come from, or stay with, whoever runs the tests.
        environment = {**os.environ, "TMPDIR": str(self.folder), "XDG_CACHE_HOME": str(self._cache)}
        with told:
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=told)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "told.txt").read_text("utf-8")
            assert time.monotonic() < until, "the demo does not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """The process is gone at once, as in a power cut."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """The process has ended as after Ctrl+C."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(STOP_SECONDS)

    def _answers(self) -> bool:
        try:
            return self.get("/simulator/trial") is not None
        except (httpx.TransportError, httpx.HTTPStatusError):
            return False

    def get(self, path: str, **query: Any) -> Any:
        """What the server answers."""
        answer = httpx.get(f"{self.url}{path}", params=query, timeout=30, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """What the server answers to a deed."""
        answer = httpx.post(f"{self.url}{path}", json=body, timeout=30, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def people(self, locality: int, role: str) -> list[dict[str, Any]]:
        """The people of this role in a locality, by its place in the list."""
        here = self.get("/simulator/trial")["localities"][locality]["people"]
        return [one for one in here if one["role"] == role]

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """What the newest database of the bot holds, read through a connection of our own."""
        path = max(self.folder.glob("tiendo-demo-*/*.db"), key=lambda found: found.stat().st_mtime)
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            found = connection.execute(statement, values).fetchall()
        connection.close()
        return found
