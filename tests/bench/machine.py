"""The machine a run was made on, and how long its disk takes."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from pathlib import Path

import psutil


def machine() -> str:
    """Processor, cores, kernel, Python, SQLite and python-telegram-bot on one line."""
    import telegram

    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"python-telegram-bot {telegram.__version__}"
    )


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in told if line.startswith("model name")), platform.machine())


def fsync_times(folder: Path, *, times: int = 200) -> list[float]:
    """Seconds that writing 4 KiB and fsync took, each time, in this folder."""
    path, block, taken = folder / "fsync.probe", os.urandom(4096), []
    with path.open("wb", buffering=0) as file:
        for _ in range(times):
            begun = time.perf_counter()
            file.write(block)
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - begun)
    path.unlink()
    return taken


def spread(values: list[float], unit: float = 1.0, digits: int = 1) -> str:
    """ "median (min–max)" of values, multiplied by ``unit``."""
    shown = (statistics.median(values), min(values), max(values))
    middle, least, most = (f"{value * unit:.{digits}f}" for value in shown)
    return f"{middle} ({least}–{most})"
