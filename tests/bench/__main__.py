"""`python -m tests.bench`: every figure as a ratio measured in one run, the machine named, nothing asserted.

Ends with 0 unless something fails to run. Only this machine's loopback is used.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.bench.documents import measure_documents
from tests.bench.figures import Figure, table
from tests.bench.machine import machine
from tests.bench.page import measure_page
from tests.bench.questions import measure_questions
from tests.bench.ranking import measure_ranking
from tests.bench.reading import measure_reading
from tests.bench.red_list import measure_red_list
from tests.bench.reminders import measure_reminders
from tests.bench.running import measure_running
from tests.bench.speed import measure_speed


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench")
    asked.add_argument(
        "--only",
        choices=["speed", "red", "run", "reading", "questions", "reminders", "ranking", "documents", "page"],
        help="one family of figures",
    )
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--count", type=int, default=1000, help="updates of one load")
    chosen = asked.parse_args()
    families: dict[str, Callable[[Path], list[Figure]]] = {
        "speed": lambda folder: measure_speed(folder, runs=chosen.runs, count=chosen.count),
        "red": lambda folder: measure_red_list(folder, runs=max(1, chosen.runs - 1)),
        "run": lambda folder: measure_running(folder, starts=2 * chosen.runs - 1),
        "reading": lambda folder: measure_reading(folder, runs=chosen.runs),
        "questions": lambda folder: measure_questions(folder, runs=chosen.runs),
        "reminders": lambda folder: measure_reminders(folder, runs=chosen.runs),
        "ranking": lambda folder: measure_ranking(folder, runs=max(1, chosen.runs - 1)),
        "documents": lambda folder: measure_documents(folder, runs=chosen.runs),
        "page": lambda folder: measure_page(folder, starts=2 * chosen.runs - 1),
    }
    print(machine(), flush=True)
    failed = False
    for name, measure in families.items():
        if chosen.only in (None, name):
            begun = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="tiendo-bench-", ignore_cleanup_errors=True) as folder:
                try:
                    found = measure(Path(folder))
                except Exception:
                    # The other figures are wanted all the same.
                    traceback.print_exc()
                    failed = True
                    continue
            print(f"\n{name} ({time.monotonic() - begun:.0f} s)\n\n{table(found)}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
