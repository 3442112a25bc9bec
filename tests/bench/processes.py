"""The processes of a run: started here, measured by their id, ended by their id."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psutil

ROOT = Path(__file__).resolve().parents[2]
END_SECONDS = 20


def environment(**given: object) -> dict[str, str]:
    """This process's environment without settings of a real bot, and with those given."""
    # Compiled modules are kept, as Python does unless told otherwise; those of the library are.
    left_out = ("TIENDO_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return kept | {f"TIENDO_{name.upper()}": str(value) for name, value in given.items()}


class Telegram:
    """The simulated Telegram in its child process."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.bench.telegram_side"]
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
        )
        told = self._hear()
        self.url: str = told["url"]
        self.token: str = told["token"]

    def ask(self, do: str, **order: Any) -> dict[str, Any]:
        """The answer to an order. Raises RuntimeError where the process has ended."""
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._child.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError("the simulated Telegram has ended")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        _end(self._child)


class BotProcess:
    """A bot in its child process."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.child = child
        self._seen = psutil.Process(child.pid)

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far, user and system."""
        used = self._seen.cpu_times()
        return float(used.user + used.system)

    @property
    def memory(self) -> tuple[float, float]:
        """Resident now and at its highest, in MB (10⁶ bytes); children that look at files are not in it."""
        told = Path(f"/proc/{self.child.pid}/status").read_text("utf-8").splitlines()
        named = dict(line.split(":", 1) for line in told)
        return tuple(int(named[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def settings_of(telegram: Telegram, data_dir: Path, **more: object) -> dict[str, str]:
    """The environment of `python -m bot run`. The limit of 30 messages a second is lifted: it is not measured."""
    given = {"sends_per_second": 10_000, "log_level": "WARNING", "max_file_mb": 20, **more}
    return environment(api_url=telegram.url, token=telegram.token, data_dir=data_dir, **given)


@contextmanager
def real_bot(telegram: Telegram, data_dir: Path, **more: object) -> Iterator[BotProcess]:
    """`python -m bot run`, polling; ended by SIGTERM."""
    with _bot(telegram, [sys.executable, "-m", "bot", "run"], settings_of(telegram, data_dir, **more)) as process:
        yield process


@contextmanager
def echo_bot(telegram: Telegram, slots: int, connections: int) -> Iterator[BotProcess]:
    """The yardstick, polling."""
    given = [telegram.url, telegram.token, str(slots), str(connections)]
    with _bot(telegram, [sys.executable, "-m", "tests.bench.echo_bot", *given], environment()) as process:
        yield process


@contextmanager
def _bot(telegram: Telegram, command: list[str], env: dict[str, str]) -> Iterator[BotProcess]:
    telegram.ask("forget")
    # In a folder without a .env file, and with the repository's packages.
    child = subprocess.Popen(command, cwd=ROOT, env=env | {"PYTHONPATH": str(ROOT)})
    try:
        telegram.ask("polled")
        yield BotProcess(child)
    finally:
        _end(child)


def seconds_until(telegram: Telegram, data_dir: Path) -> float:
    """Seconds from the start of `python -m bot run` to its first getUpdates."""
    telegram.ask("forget")
    begun = time.monotonic()
    child = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=settings_of(telegram, data_dir))
    try:
        return float(telegram.ask("polled")["at"]) - begun
    finally:
        _end(child)


def seconds_of(code: str) -> float:
    """Seconds of a whole process that runs this code."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment())
    return time.monotonic() - begun


def _end(child: subprocess.Popen[Any]) -> None:
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    try:
        child.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
