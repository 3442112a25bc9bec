"""`python -m bot demo` as a real process: what it says, what it refuses, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

HOME = Path(__file__).parents[2]
PATIENCE = 120
pytestmark = pytest.mark.timeout(300)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def demo(folder: Path, cache: Path, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """The command in an empty folder; killed where a test does not end it."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TIENDO_")}
    env = {**plain, "PYTHONPATH": str(HOME), "XDG_CACHE_HOME": str(cache.parent), "TMPDIR": str(folder), **settings}
    command = [sys.executable, "-m", "bot", "demo", *words]
    child = subprocess.Popen(command, cwd=folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate(timeout=PATIENCE)


def refused(folder: Path, cache: Path, *words: str, **settings: str) -> str:
    """What it says on its way out at once."""
    with demo(folder, cache, *words, **settings) as child:
        out, err = child.communicate(timeout=PATIENCE)
    assert (child.returncode in (1, 2), out) == (True, "")
    assert len(err.splitlines()) == 1
    return err


def test_a_port_that_is_taken_is_named_and_so_is_another(tmp_path: Path, kept_pasts: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(tmp_path, kept_pasts, "--port", str(port))
    assert str(port) in said and f"--port {port + 1}" in said
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_another_machine_is_refused(tmp_path: Path, kept_pasts: Path) -> None:
    said = refused(tmp_path, kept_pasts, "--host", "203.0.113.7", "--port", str(free_port()))
    assert "203.0.113.7" in said and "--host" in said


def test_a_start_that_is_no_time_is_refused(tmp_path: Path, kept_pasts: Path) -> None:
    assert "hôm qua" in refused(tmp_path, kept_pasts, "--at", "hôm qua")
    assert "1999" in refused(tmp_path, kept_pasts, "--at", "1999-01-01T08:00")


def test_it_never_looks_at_a_real_bot_and_ends_on_ctrl_c_under_an_open_page(tmp_path: Path, kept_pasts: Path) -> None:
    port = free_port()
    real = {
        "TIENDO_TOKEN": "not even a token",
        "TIENDO_DATABASE_URL": "postgresql+asyncpg://nobody@203.0.113.7/real",
        "TIENDO_LOCAL_API": "1",
        "TIENDO_WEBHOOK_URL": "https://203.0.113.7",
        "TIENDO_DATA_DIR": str(tmp_path / "real"),
    }
    with demo(tmp_path, kept_pasts, "--port", str(port), **real) as child:
        assert child.stdout is not None
        # As `| head` does: the first lines are read, and nobody reads on.
        lines = [child.stdout.readline() for _ in range(5)]
        child.stdout.close()
        child.stdout = None
        url = re.search(r"http://\S+", lines[0])
        assert url is not None and url[0] == f"http://127.0.0.1:{port}"
        assert "15/06/2026" in lines[2]
        assert "TIENDO_TOKEN, TIENDO_DATABASE_URL" in lines[3] and "not even" not in "".join(lines)
        with (
            httpx.Client(base_url=url[0], trust_env=False, timeout=PATIENCE) as http,
            http.stream("GET", "/simulator/events") as events,
        ):
            said = events.iter_lines()
            assert [next(said), next(said)][1] == "event: hello"
            assert http.get("/simulator/trial").json()["bot"]["alive"] is True
            child.send_signal(signal.SIGINT)
            # The stream ends by itself, and so does the process.
            assert child.wait(PATIENCE) == 0
            assert [line for line in said if line.startswith("event: reset")] == []
        assert child.stderr is not None and child.stderr.read() == ""
    assert list(tmp_path.iterdir()) == []


def test_an_address_others_can_reach_is_warned_of(tmp_path: Path, kept_pasts: Path) -> None:
    port = free_port()
    with demo(tmp_path, kept_pasts, "--host", "0.0.0.0", "--port", str(port), TIENDO_LANGUAGE="en") as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(5)]
        assert f"http://127.0.0.1:{port}" in lines[0]
        assert "NOTE" in lines[3] and "0.0.0.0" in lines[3]
        child.send_signal(signal.SIGTERM)
        assert child.wait(PATIENCE) == 0


def test_no_proxy_of_the_environment_is_asked(tmp_path: Path, kept_pasts: Path) -> None:
    port = free_port()
    nowhere = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    with demo(tmp_path, kept_pasts, "--host", "127.0.0.2", "--port", str(port), **nowhere) as child:
        assert child.stdout is not None
        # Said once the bot has come up and told everybody what is due this morning.
        assert f"http://127.0.0.2:{port}" in child.stdout.readline()
        child.send_signal(signal.SIGTERM)
        assert child.wait(PATIENCE) == 0


def test_what_the_first_start_needs_can_be_made_beforehand(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    cache = tmp_path / "cache" / "tiendo-demo"
    for _ in range(2):
        with demo(scratch, cache, "--prepare", "--at", "2026-03-20T08:00") as child:
            out, err = child.communicate(timeout=PATIENCE)
        assert (child.returncode, out, err) == (0, "", "")
    (kept,) = cache.iterdir()
    assert (kept / "tiendo.db").is_file()
    assert list(scratch.iterdir()) == []
