"""`python -m tests.soak`: the bot is killed -9 again and again; ends by itself.

Seven proofs: people report to one process, everyone is told for a whole plan year what a slow model says, random days
are lived twice and once cut off at random awaits, what people say is cut at every await where `make test` cuts every
third, the trial lives a month without two counts that differ, two processes remind people for weeks, on SQLite and on
PostgreSQL, and LibreOffice opens the documents of a period.
Exit code 1 where anything was lost, doubled or left half done. The same seed makes the same plan of kills and of deeds;
what the bot is doing at those instants depends on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.bench.machine import machine
from tests.conftest import PostgresServer
from tests.reminders.year import quick_folder
from tests.soak import documents, histories, month, reminders, reports, year

PROOFS = ("reports", "year", "histories", "cuts", "month", "reminders", "documents")

ROOT = Path(__file__).resolve().parents[2]
CUT = ("words", "walk", "difficulty", "decision", "unit_report", "note")
CUTS = (
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "--every-await",
    *(f"tests/faults/test_abort_in_{each}.py" for each in CUT),
)


def main() -> None:
    """Run and say what came of it."""
    asked = argparse.ArgumentParser(prog="python -m tests.soak")
    asked.add_argument("--only", choices=PROOFS, default=None, help="one of the proofs")
    asked.add_argument("--minutes", type=float, default=2.5, help="how long the process people report to is killed")
    asked.add_argument("--days", type=int, default=reminders.DAYS, help="how many days two processes remind")
    asked.add_argument("--seed", type=int, default=None)
    chosen = asked.parse_args()
    seed = secrets.randbelow(10**6) if chosen.seed is None else chosen.seed
    print(machine())
    wrong: list[str] = []
    if chosen.only in (None, "reports"):
        print(f"reports: seed {seed}, {chosen.minutes:g} minutes", flush=True)
        with _folder() as folder:
            wrong += asyncio.run(reports.soak(folder, Random(seed), chosen.minutes * 60))
    if chosen.only in (None, "year"):
        print("a whole plan year, against the slow model", flush=True)
        with quick_folder() as folder:
            wrong += year.soak(folder)
    if chosen.only in (None, "histories"):
        print(f"{len(histories.SEEDS)} histories, lived twice", flush=True)
        with quick_folder() as folder:
            wrong += histories.soak(folder)
    if chosen.only in (None, "cuts"):
        print("what people say, cut at every await", flush=True)
        if subprocess.run(CUTS, cwd=ROOT, check=False).returncode:
            wrong.append("something said was lost or doubled where it was cut off; pytest has said what")
    if chosen.only in (None, "month"):
        print(f"a month of the trial, seed {seed}", flush=True)
        with _folder() as folder:
            wrong += asyncio.run(month.soak(folder, seed))
    if chosen.only in (None, "documents"):
        print("documents, opened by LibreOffice", flush=True)
        with _folder() as folder:
            wrong += documents.soak(folder)
    if chosen.only in (None, "reminders"):
        for engine in ("SQLite", "PostgreSQL"):
            print(f"reminders on {engine}: seed {seed}, {chosen.days} days", flush=True)
            with _folder() as folder, _database(engine) as url:
                wrong += asyncio.run(reminders.soak(folder, url, seed, chosen.days))
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    print("nothing lost, nothing doubled, nothing half done" if not wrong else f"{len(wrong)} things are wrong")
    sys.exit(1 if wrong else 0)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tiendo-soak-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _database(engine: str) -> Iterator[str]:
    """The URL of a database; empty for the file in the data folder."""
    if engine == "SQLite":
        yield ""
        return
    # A short path: the name of a socket file may have no more than about 100 characters.
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="tiendo-pg-", dir="/tmp")))
    try:
        server.execute("CREATE DATABASE soak")
        yield server.url("soak")
    finally:
        server.close()


if __name__ == "__main__":
    main()
