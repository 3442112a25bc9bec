"""`python -m tests.everything [--cover]`: all tests and beside them every check, for `make test` and `make cover`.

It fails where one of them fails, and where all of them together took more of the processor than they may. Counted is
what every process took that this one has begun, through however many others: test workers, PostgreSQL, the browser,
the bot itself. A server that cuts itself loose from whoever started it is counted too, as this process takes in whoever
has lost its parent (on Linux; elsewhere such a server is not counted).
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
MEASURED = ("--cov=bot", "--cov-branch", "--cov-report=term:skip-covered")
MOST_SECONDS, MOST_SECONDS_MEASURED = 900, 1800
"""Of the processor. The aim is 600: two quiet cores give 720 in six minutes, of which some pass with waiting."""
PARTING_SECONDS = 20
"""How long whoever is left behind may take to end."""
SET_CHILD_SUBREAPER = 36
"""Of Linux's prctl."""


@dataclass
class Command:
    """Something that is run to its end, and what it took of the processor."""

    name: str
    words: Sequence[str | Path]
    kept: IO[bytes] | None = None
    """Where its output is kept until it has ended; none where it is shown at once."""
    code: int | None = None
    user: float = 0.0
    system: float = 0.0

    def start(self) -> int:
        """The id of the process."""
        child = subprocess.Popen(self.words, cwd=ROOT, stdout=self.kept, stderr=self.kept)
        # It is waited for elsewhere, as everyone is.
        child.returncode = 0
        return child.pid

    def ended(self, code: int) -> None:
        """Say how it went, and all that it said where it failed."""
        self.code = code
        if self.kept is None:
            return
        self.kept.seek(0)
        said = self.kept.read().decode(errors="replace").strip()
        self.kept.close()
        print(f"\n{self.name}: {f'FAILED ({code})' if code else 'passed'}", f"\n{said}" if code else "", flush=True)

    def took(self, used: object) -> None:
        """Add what a process has used."""
        self.user += used.ru_utime  # type: ignore[attr-defined]
        self.system += used.ru_stime  # type: ignore[attr-defined]

    def __str__(self) -> str:
        how = "" if self.code is None else f"FAILED ({self.code})" if self.code else "passed"
        return f"{self.name:<8}{how:<12}{self.user + self.system:6.1f} s"


@dataclass
class Run:
    """The tests, and beside them one check after the other."""

    tests: Command
    checks: Sequence[Command]
    others: Command = field(default_factory=lambda: Command("servers", ()))
    """Whoever had lost its parent."""
    seconds: float = 0.0

    def to_the_end(self) -> None:
        """Run them all, and wait for whoever they have left behind."""
        begun = time.monotonic()
        _take_in_orphans()
        self._run()
        self.seconds = time.monotonic() - begun

    def _run(self) -> None:
        self._waiting = deque(self.checks)
        self._running: dict[int, Command] = {self.tests.start(): self.tests}
        self._start_next_check()
        while self._running:
            self._see_one_end()
        with suppress(ChildProcessError):
            until = time.monotonic() + PARTING_SECONDS
            while time.monotonic() < until:
                if not self._see_one_end(os.WNOHANG):
                    time.sleep(0.05)
            _end_those_left()
            while True:
                self._see_one_end()

    def _start_next_check(self) -> None:
        if self._waiting:
            check = self._waiting.popleft()
            self._running[check.start()] = check

    def _see_one_end(self, flags: int = 0) -> bool:
        pid, status, used = os.wait4(-1, flags)
        if pid == 0:
            return False
        command = self._running.pop(pid, None)
        (command or self.others).took(used)
        if command is not None:
            command.ended(os.waitstatus_to_exitcode(status))
            if command is not self.tests:
                self._start_next_check()
        return True

    @property
    def commands(self) -> list[Command]:
        """All that was run, in the order in which it is told."""
        return [*self.checks, self.others, self.tests]


def _end_those_left() -> None:
    for pid in map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        print(f"still running, and ended now: {pid} {words}")
        os.kill(pid, signal.SIGKILL)


def _check(name: str, *words: str) -> Command:
    return Command(name, (BIN / words[0], *words[1:]), tempfile.TemporaryFile())


def _take_in_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def main() -> None:
    """Run everything and leave with what came of it."""
    asked = argparse.ArgumentParser(prog="python -m tests.everything")
    asked.add_argument("--cover", action="store_true", help="measure coverage, too, and hold its floor")
    measured = asked.parse_args().cover
    tests = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *(MEASURED if measured else ()))
    checks = (
        _check("format", "ruff", "format", "--check", "."),
        _check("lint", "ruff", "check", "."),
        _check("dead", "vulture"),
        _check("floors", "lint-imports"),
        _check("types", "mypy"),
    )
    run = Run(Command("tests", tests), checks)
    # Whoever ends this run ends all of it: they hear it too, and are waited for.
    signal.signal(signal.SIGINT, lambda *_: None)
    run.to_the_end()
    sys.exit(verdict(run, MOST_SECONDS_MEASURED if measured else MOST_SECONDS))


def verdict(run: Run, most: float) -> int:
    """The exit code of a run that is over, which is told first."""
    used = sum(command.user + command.system for command in run.commands)
    print(*run.commands, sep="\n")
    print(f"{used:.0f} s of the processor in {run.seconds:.0f} s; at most {most:g} s of it")
    if used > most:
        print("FAILED: too much of the processor; the slowest proofs move to make soak (pytest --durations=50)")
    return 1 if used > most or any(command.code for command in run.commands) else 0


if __name__ == "__main__":
    main()
