"""What `make test` is made of: a check that fails makes it fail, and whatever took of the processor is counted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
RUN = """
import sys, tempfile
from tests.everything import Command, Run, verdict

tests, check, most = sys.argv[1:]
run = Run(Command("tests", (sys.executable, "-c", tests)), [
    Command("lint", (sys.executable, "-c", check), tempfile.TemporaryFile()),
    Command("types", (sys.executable, "-c", "print('in order')"), tempfile.TemporaryFile()),
])
run.to_the_end()
sys.exit(verdict(run, float(most)))
"""
GOOD, BAD = "print('4 passed')", "print('2 faults'); raise SystemExit(3)"
SERVER = """
import subprocess, sys
burn = "import time\\nwhile time.process_time() < 0.6: pass"
subprocess.Popen([sys.executable, "-c", burn], start_new_session=True).returncode = 0
"""
"""Begins what outlives it."""


@pytest.mark.parametrize(
    ("tests", "check", "most", "code", "said"),
    [
        (GOOD, GOOD, 60, 0, "lint    passed"),
        (GOOD, BAD, 60, 1, "lint: FAILED (3) \n2 faults"),
        (BAD, GOOD, 60, 1, "tests   FAILED (3)"),
        (SERVER, GOOD, 60, 0, "types   passed"),
        (SERVER, GOOD, 0.6, 1, "FAILED: too much of the processor"),
    ],
    ids=["all is well", "a check fails", "a test fails", "a server", "a server takes too much"],
)
def test_it_fails_where_a_check_or_a_test_does_or_a_process_took_too_much(
    tests: str, check: str, most: float, code: int, said: str
) -> None:
    command = [sys.executable, "-c", RUN, tests, check, str(most)]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code and said in done.stdout, done
    server = float(next(line.split()[1] for line in done.stdout.splitlines() if line.startswith("servers")))
    assert (server >= 0.6) is (tests == SERVER)
