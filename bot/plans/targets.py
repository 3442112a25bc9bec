"""Targets of indicators as people write them ("≥ 80%", "từ 60% trở lên", "Hạng 10", "Mức Khá")."""

from __future__ import annotations

import re
from decimal import Decimal
from unicodedata import normalize

from bot.domain.plan.words import fold
from bot.domain.work.progress import Level
from bot.plans.schema import TargetPart

_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"
_NUMBERS = re.compile(_NUMBER)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_YEAR = re.compile(r"(?:(?:đến|vào|trong)\s+)?(?:cuối\s+)?năm\s*\d{4}")
_RANGE = re.compile(rf"({_NUMBER})\s*%?\s*(?:-|–|—|đến)\s*({_NUMBER})")
_NEGATIVE = re.compile(r"(?:^|[^\d%\s])\s*[-–−]\s*\d")
_AT_MOST = re.compile(r"[≤<]|\bdưới\b|không quá|không vượt|tối đa|nhiều nhất|trở xuống")
_RANK_WORDS = re.compile(r"\bhạng\b|thứ bậc|\bthứ\s+\d|\btop\b|vị trí")
_LEVEL_WORDS = {
    "kem": Level.POOR,
    "yeu": Level.WEAK,
    "trung binh": Level.AVERAGE,
    "kha": Level.FAIR,
    "tot": Level.GOOD,
    "xuat sac": Level.EXCELLENT,
}
_LEVEL = re.compile(rf"\b({'|'.join(_LEVEL_WORDS)})\b")
_PERCENT_WORDS = frozenset({"phan tram", "ty le", "ti le", "ty le phan tram"})
_RANK_UNITS = frozenset({"thu bac", "hang", "xep hang", "thu hang"})
_MAX_LENGTH = 300


def read_number(text: str) -> Decimal:
    """The figure a Vietnamese number stands for: "0,8" is 0.8, "12.500" is 12500, "0.8" is 0.8."""
    if _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    return Decimal(text.replace(",", "."))


def read_target(text: str, unit: str = "") -> TargetPart | None:
    """The target that a cell sets, with the unit of its own cell; none where it cannot be read.

    What must not be passed ("≤ 5%", "dưới 5%") is no target of the plans and is not read.
    """
    printed = " ".join(text.split())
    words = _YEAR.sub(" ", normalize("NFC", printed).casefold())
    if not printed or len(printed) > _MAX_LENGTH or _AT_MOST.search(words) or _NEGATIVE.search(words):
        return None
    measure = "%" if "%" in words or "%" in unit or fold(unit) in _PERCENT_WORDS else " ".join(unit.split())
    numbers = [read_number(found) for found in _NUMBERS.findall(words)]
    if not numbers:
        return _level(printed, words, measure)
    if fold(unit) in _RANK_UNITS or (_RANK_WORDS.search(words) and measure != "%"):
        return _rank(printed, numbers, measure)
    return _figure(printed, words, numbers, measure)


def _level(printed: str, words: str, measure: str) -> TargetPart | None:
    named = _LEVEL.findall(fold(words))
    if len(named) != 1 or measure == "%":
        return None
    place = Decimal(_LEVEL_WORDS[named[0]].place)
    return TargetPart(printed=printed, unit=measure, comparator="level", values=(place,))


def _rank(printed: str, numbers: list[Decimal], measure: str) -> TargetPart | None:
    if len(numbers) != 1 or numbers[0] < 1 or numbers[0] != numbers[0].to_integral_value():
        return None
    return TargetPart(printed=printed, unit=measure, comparator="rank", values=(numbers[0],))


def _figure(printed: str, words: str, numbers: list[Decimal], measure: str) -> TargetPart | None:
    spread = _RANGE.search(words)
    if spread and len(numbers) == 2:
        low, high = numbers
        if not 0 < low < high:
            return None
        return TargetPart(printed=printed, unit=measure, comparator="between", values=(low, high))
    if len(numbers) != 1 or numbers[0] <= 0:
        return None
    return TargetPart(printed=printed, unit=measure, comparator="at_least", values=(numbers[0],))
