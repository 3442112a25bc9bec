"""No reader takes more than linear time: twice the text is held against the text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from time import perf_counter

import pytest

from bot.questions.numbers import read_percent, read_value
from bot.questions.reports import read_report
from bot.questions.spans import find_span
from bot.questions.tokens import tokenise

from .directory import ROWS, SHARE

TODAY = date(2026, 6, 15)
READERS: dict[str, Callable[[str], object]] = {
    "tokens": tokenise,
    "percent": read_percent,
    "value": lambda text: read_value(text, SHARE),
    "report": lambda text: read_report(text, ROWS, 2026),
    "span": lambda text: find_span(tokenise(text), TODAY),
}
WORST = [
    "1 ",
    "1.",
    "1,1",
    "nv07 ",
    "60% ",
    "nv07 60% ",
    "a",
    "á",
    "đến ",
    "từ ",
    "cuối ",
    "hay ",
    "1/",
    "- ",
    "không ",
    "\u0301",
    "(",
]


def _least(read: Callable[[str], object], text: str) -> float:
    taken = []
    for _ in range(5):
        start = perf_counter()
        read(text)
        taken.append(perf_counter() - start)
    return min(taken)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("piece", WORST)
def test_four_times_the_text_takes_far_less_than_sixteen_times_the_time(reader: str, piece: str) -> None:
    read = READERS[reader]
    text = (piece * 5000)[:5000]
    assert _least(read, text) < 9 * _least(read, text[:1250]) + 0.002
