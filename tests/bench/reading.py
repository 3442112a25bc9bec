"""Whether reading what people type takes linear time, also where the text is made to be slow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import process_time

from bot.evidence.secrecy import marking_in
from bot.language.reports.numbers import read_percent, read_value
from bot.language.reports.reports import read_report
from bot.language.text.tokens import tokenise
from tests.bench.figures import Figure
from tests.questions.directory import ROWS, SHARE
from tests.questions.readings import first_span

TODAY = date(2026, 6, 15)
Reader = Callable[[str], object]
READERS: dict[str, Reader] = {
    "tokens": tokenise,
    "percent": read_percent,
    "value": lambda text: read_value(text, SHARE),
    "quick report": lambda text: read_report(text, ROWS, 2026),
    "span of time": lambda text: first_span(text, TODAY),
}
WORDS = (
    *("1 ", "1.", "1,1", "nv07 ", "60% ", "nv07 60% ", "a", "á", "đến ", "từ ", "cuối ", "hay ", "1/", "- "),
    *("không ", "\u0301", "("),
)
MARKS = ("T ", "TUYE", "BẢO MẬT ", "MẬT", " ", "-", "\u0323\u0302", "T Ố I ", "A\u0323", "MẬT\n", "\n", "a")
MESSAGE, MARKED = 5_000, 400_000


def measure_reading(_folder: Path, *, runs: int) -> list[Figure]:
    """How much longer four times the text takes: 4 is linear, 16 quadratic; the worst of all patterns."""
    figures = [_growth(name, read, WORDS, MESSAGE, 2 * runs + 1, bound=9.0) for name, read in READERS.items()]
    return [*figures, _growth("secrecy marking", marking_in, MARKS, MARKED, max(1, runs - 2), bound=9.0)]


def _growth(name: str, read: Reader, units: tuple[str, ...], length: int, runs: int, *, bound: float) -> Figure:
    ratios = {unit: _taken(read, unit, length, runs) / _taken(read, unit, length // 4, runs) for unit in units}
    worst = max(ratios, key=lambda unit: ratios[unit])
    value = f"{ratios[worst]:.1f}× (median {median(ratios.values()):.1f}×, worst at {worst!r})"
    return Figure(f"reading 4 × the text: {name}", value, f"≤ {bound:g}×", ratios[worst] <= bound)


def _taken(read: Reader, unit: str, length: int, runs: int) -> float:
    text = (unit * length)[:length]
    best = float("inf")
    for _ in range(runs):
        start = process_time()
        read(text)
        best = min(best, process_time() - start)
    return max(best, 1e-5)
