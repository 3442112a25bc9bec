"""What reading a question costs, with a directory as large as a province's largest commune has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from bot.language.asking.read import read
from bot.language.names.directory import LocalityVocabulary, RowName
from bot.language.names.unit_names import UnitName
from tests.bench.figures import Figure
from tests.questions.readings import corpus, directory

TODAY = date(2026, 6, 15)
SLUGS = ("binh-loc", "phuoc-binh", "ba-ngoi", "binh-thanh", "dong-phu")
UNITS, ROWS, MESSAGE = 60, 250, 5_000
MEDIAN_MS, WORST_MS = 2.0, 10.0


def measure_questions(_folder: Path, *, runs: int) -> list[Figure]:
    """The median of the corpus, and the worst of messages made to be slow, in processor time."""
    found = large()
    asked = [entry["ask"] for entry in corpus("questions_seen.yaml")]
    each = [_milliseconds(sentence, found, runs) for sentence in asked]
    slow = {name: _milliseconds(text, found, runs) for name, text in hostile(asked).items()}
    worst = max(slow, key=lambda name: slow[name])
    return [
        Figure(
            "reading a question, median of the corpus, ms",
            f"{median(each):.2f}",
            f"≤ {MEDIAN_MS:g}",
            median(each) <= MEDIAN_MS,
        ),
        Figure("the slowest of the corpus, ms", f"{max(each):.2f}"),
        Figure(
            "the slowest of messages of 5,000 signs, ms",
            f"{slow[worst]:.2f} ({worst})",
            f"≤ {WORST_MS:g}",
            slow[worst] <= WORST_MS,
        ),
    ]


def large() -> LocalityVocabulary:
    """The units and rows of the five plans together, 60 and 250 of them."""
    places = [directory(slug) for slug in SLUGS]
    units = [unit for place in places for unit in place.units]
    rows = [row for place in places for row in place.rows.values()]
    named = [UnitName(n, f"{unit.name} {n // 12 or ''}".strip(), unit.aliases) for n, unit in enumerate(units[:UNITS])]
    numbered = [RowName(f"NV{n:03d}", row.kind, row.text) for n, row in enumerate([*rows, *rows][:ROWS])]
    return LocalityVocabulary("Bình Lộc", 2026, named, numbered)


def hostile(asked: Iterable[str]) -> dict[str, str]:
    """Messages that could be slow: many words, long words, unknown words, words without spaces, signs."""
    random = Random(57)
    unknown = ["".join(random.choice("bcdghklmnpqrstvxaeiou") for _ in range(random.randint(4, 38))) for _ in range(85)]
    joined = "".join(word for sentence in asked for word in sentence.split())
    return {
        "the corpus in a row": " ".join(asked)[:MESSAGE],
        "one word": "a" * MESSAGE,
        "85 unknown words": " ".join(unknown)[:MESSAGE],
        "85 runs of known words": " ".join(joined[n : n + 38] for n in range(0, 85 * 38, 38))[:MESSAGE],
        "digits": "1/1/" * (MESSAGE // 4),
        "85 times the same": "nhiệm vụ đỏ " * 28,
        "VNI without end": "nhie65m" * (MESSAGE // 7),
        "marks": "\u0323\u0302" * (MESSAGE // 2),
        "signs": "?!." * (MESSAGE // 3),
    }


def _milliseconds(text: str, found: LocalityVocabulary, runs: int) -> float:
    # What was mended before is remembered: each run reads as if for the first time.
    best = float("inf")
    for _ in range(runs):
        found.forget()
        start = process_time()
        read(text, found, TODAY)
        best = min(best, process_time() - start)
    return best * 1000
