"""The head of a plan as documents have it: where it was published before it was signed, number and day are blank."""

from __future__ import annotations

import re

from bot.domain.plan.words import fold

_DAY = re.compile(r"ngày\s*\d|^\s*\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]", re.IGNORECASE)
_YEAR_PART = re.compile(r"/\s*20\d\d\s*/")
_SAID_BEFORE = ("so",)


def has_day(printed: str) -> bool:
    """Whether a printed day of issue names its day: "ngày 05 tháng 3 năm 2026", not "ngày   tháng 3 năm 2026"."""
    return _DAY.search(printed) is not None


def has_number(printed: str) -> bool:
    """Whether the number of a plan was filled in: "09/KH-UBND", not "/KH-UBND" or "…/2026/KH-UBND"."""
    return any(sign.isdecimal() for sign in _YEAR_PART.sub("/", printed))


def same_number(one: str, other: str) -> bool:
    """Whether two printed numbers are one: "Số: 9/KH-UBND" is "09/KH-UBND"."""
    return _number(one) == _number(other)


def _number(printed: str) -> list[str]:
    words = [word.lstrip("0") or "0" if word.isdecimal() else word for word in fold(printed).split()]
    return words[1:] if tuple(words[:1]) == _SAID_BEFORE else words
