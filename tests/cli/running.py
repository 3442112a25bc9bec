"""`python -m bot …` for tests: most commands in this process, some as real ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from typer.testing import CliRunner

import bot.__main__ as command_line
from bot.cli import house

HOME = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds for a process on a busy machine."""


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str


def environment(data_dir: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command: settings are those given here and no others."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TIENDO_")}
    return {**plain, "TIENDO_DATA_DIR": str(data_dir), "PYTHONPATH": str(HOME), **more}


def tiendo(data_dir: Path, *words: str, stdin: str = "", **settings: str) -> Ended:
    """Run a command to its end in this process, in a folder where no .env lies.

    It starts as a process does, with settings read anew, and leaves nothing behind: environment, folder, streams and
    event loop are what they were. Nothing else may happen in this process meanwhile.
    """
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    # On a thread of its own, so that no event loop of a test is in the way.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_here, data_dir, words, stdin, settings).result()


def _here(data_dir: Path, words: tuple[str, ...], stdin: str, settings: Mapping[str, str]) -> Ended:
    chosen, code = environment(data_dir, settings), 0
    house.settings.cache_clear()
    try:
        with (
            mock.patch.dict(os.environ, chosen, clear=True),
            mock.patch.object(sys, "argv", ["tiendo", *words]),
            mock.patch.object(command_line, "_verbose", False),
            chdir(data_dir.parent),
            CliRunner().isolation(stdin) as (out, err, _),
        ):
            try:
                command_line.main()
            except SystemExit as left:
                code = left.code if isinstance(left.code, int) else int(left.code is not None)
            sys.stdout.flush()
            sys.stderr.flush()
            return _ended(code, out.getvalue(), err.getvalue())
    finally:
        house.settings.cache_clear()


def process(
    data_dir: Path, *words: str, stdin: str = "", before: Callable[[], None] | None = None, **settings: str
) -> Ended:
    """The same as a process of its own; ``before`` is called in it first. For what only a process can show."""
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=data_dir.parent,
        env=environment(data_dir, settings),
        input=stdin.encode(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=before,
    )
    return _ended(done.returncode, done.stdout, done.stderr)


def _ended(code: int, out: bytes, err: bytes) -> Ended:
    ended = Ended(code, out.decode(), err.decode())
    assert "Traceback" not in ended.out + ended.err, ended.err
    return ended
