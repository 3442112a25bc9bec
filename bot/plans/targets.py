"""Targets of indicators as people write them ("≥ 80%", "từ 60% trở lên", "Hạng 10", "Mức Khá")."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from unicodedata import normalize

from bot.domain.plan.words import fold
from bot.domain.work.progress import Level
from bot.plans.schema import TargetPart

_NUMBER = r"\d+(?:[.,]\d+)*"
_NUMBERS = re.compile(_NUMBER)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(?P<by>[.,])\d{3})(?:(?P=by)\d{3})*(?:(?!(?P=by))[.,]\d+)?")
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_YEAR = re.compile(r"(?:(?:đến|vào|trong)\s+)?(?:cuối\s+)?năm\s*\d{4}")
_RANGE = re.compile(rf"({_NUMBER})\s*%?\s*(?:-|–|—|đến)\s*({_NUMBER})")
_OFTEN = r"(?:ngay|tuan|thang|quy|nua nam)\b"
# "lần/quý", "lần một quý", "mỗi tháng 3 tin", "1 tháng 2 lần"; "100% trong quý II" and "tháng 6" are times of the year.
_PER_PERIOD = re.compile(
    rf"(?:/|\b(?:moi|mot|hang|theo|tung)\b)\s*(?:\d+\s*)?{_OFTEN}(?!\s*(?:\d+\s*(?:/|$)|[ivx]+\b))(?:\s*/\s*lan\b)?"
    rf"|\b(?:1|01|mot)\s*{_OFTEN}(?=\s*\d)|(?:\d+\s*)?{_OFTEN}\s*(?:/|mot|1)\s*lan\b"
)
_NO_FIRST_DIGIT = re.compile(r"(?:^|[\s≥>=])[.,]\d")
_CELL = re.compile(r"(?<![A-Za-z])\$?[A-Z]{1,3}\$?\d+\b")
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


def read_number(text: str, *, percent: bool = False, exact: bool = False) -> Decimal | None:
    """The figure a Vietnamese number stands for: "0,8" is 0.8, "12.500" is 12500, "0.8" is 0.8; none for "1.2.3".

    "1,200" and "1.200" read two ways (``reads_two_ways``): a thousand and two hundred is taken, of ``percent`` 1.2.
    ``exact`` says that the text was written from a number, with a decimal comma and nothing else.
    """
    if not exact and _THOUSANDS.fullmatch(text) and not (percent and _TWO_WAYS.fullmatch(text)):
        by = next(sign for sign in text if not sign.isdigit())
        text = text.replace(by, "")
    plain = text.replace(",", ".")
    return Decimal(plain) if plain.count(".") < 2 else None


def reads_two_ways(text: str) -> bool:
    """Whether some figure of a text is one with three decimals as well as one of thousands."""
    return any(_TWO_WAYS.fullmatch(found) for found in _NUMBERS.findall(text))


def read_target(text: str, unit: str = "", *, exact: bool = False) -> TargetPart | None:
    """The target that a cell sets, with the unit of its own cell; none where it cannot be read.

    What must not be passed ("≤ 5%", "dưới 5%") is no target of the plans and is not read. ``exact``: the cell holds a
    number.
    """
    printed = " ".join(text.split())
    words = _YEAR.sub(" ", normalize("NFC", printed).casefold())
    if not printed or len(printed) > _MAX_LENGTH or _AT_MOST.search(words) or _NEGATIVE.search(words):
        return None
    if _CELL.search(printed) or _NO_FIRST_DIGIT.search(words):
        return None
    words = _without_periods(words)
    measure = "%" if "%" in words or "%" in unit or fold(unit) in _PERCENT_WORDS else " ".join(unit.split())
    read = [read_number(found, percent=measure == "%", exact=exact) for found in _NUMBERS.findall(words)]
    numbers = [number for number in read if number is not None]
    if len(numbers) != len(read):
        return None
    if not numbers:
        return _level(printed, words, measure)
    if fold(unit) in _RANK_UNITS or (_RANK_WORDS.search(words) and measure != "%"):
        return _rank(printed, numbers, measure)
    return _figure(printed, words, numbers, measure)


def doubts_of_target(target: TargetPart, unit: str = "", *, exact: bool = False) -> Iterable[str]:
    """The keys of what is doubtful in a target as it was read from a cell and the unit beside it.

    A share of 1 or less ("0,8" with the unit %) may be 80%; a separator may part decimals or thousands; a target of a
    month or a quarter is held against what a year brought.
    """
    if target.unit == "%" and "%" not in target.printed and max(target.values) <= 1:
        yield "target_share"
    if not exact and reads_two_ways(target.printed):
        yield "target_separator"
    if _PER_PERIOD.search(_bare(target.printed)) or _PER_PERIOD.search(_bare(unit)):
        yield "target_period"


def _bare(text: str) -> str:
    """The text in small letters without accents, sign for sign, so that places in both are the same."""
    words = normalize("NFC", text).casefold()
    return "".join("d" if sign == "đ" else normalize("NFKD", sign)[0] for sign in words)


def _without_periods(words: str) -> str:
    for found in reversed(list(_PER_PERIOD.finditer(_bare(words)))):
        words = words[: found.start()] + " " + words[found.end() :]
    return words


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
