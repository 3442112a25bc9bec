"""One day as people type it or as a cell shows it: "30.6", "ngày mai", "cuối tháng 7", "thứ sáu tuần sau"."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.plan.deadlines import month_end
from bot.domain.plan.words import fold
from bot.language.time.points import day_of
from bot.language.time.spans import DateSpan, read_span

_WRITTEN = re.compile(r"(?:ngay )?(\d{1,2}) (?:thang )?(\d{1,2})(?: (?:nam )?(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})")
_APART = re.compile(r"\d\s+\d\d\s*$")
_DOT = re.compile(r"(?<=\d)\.(?=\d)")
_LONGEST_WRITTEN = 40
_LONGEST = 100
_ONE_DAY = ("today", "tomorrow", "day")


def read_day(text: str, year: int, today: date | None = None, *, spans: bool = False) -> date | None:
    """The day that is the whole text; without a year it is one of ``year``. None for days that no calendar has, too.

    Without ``today``, as in a cell, only what is written in figures: "15/3/2026", "15.3.26", "ngày 15 tháng 3",
    "2026-03-15". With it also what people say: "ngày mai", "thứ sáu tuần sau", "cuối tháng 7", "5/7 nhé". ``spans``:
    "tháng 9", "quý III" or "trước 15/7" stand for their last day, as the name of a limit does.
    """
    written = _written(text, year)
    if written is not None or today is None or len(text) > _LONGEST:
        return written
    span = _said(_DOT.sub("/", text), year, today)
    if span is None or span.end is None:
        return None
    if spans or span.key in _ONE_DAY:
        return span.end
    ends_a_month = span.end == month_end(span.end.year, span.end.month)
    return span.end if span.key == "part" and ends_a_month else None


def _said(text: str, year: int, today: date) -> DateSpan | None:
    """What means the same whenever it is said is a span of ``year``; all else is counted from ``today``."""
    early, later = read_span(text, date(year, 1, 15)), read_span(text, date(year, 6, 20))
    read = early if early == later else read_span(text, today)
    return read if isinstance(read, DateSpan) else None


def _written(text: str, year: int) -> date | None:
    words = fold(text) if len(text) <= _LONGEST_WRITTEN else ""
    iso = _ISO.fullmatch(words)
    if iso is not None:
        return day_of(*map(int, iso.groups()))
    found = _WRITTEN.fullmatch(words)
    if found is None:
        return None
    said = found.group(3)
    if said is not None and len(said) == 2 and _APART.search(text):
        return None  # "19/8 81 năm Cách mạng" is no day of 2081
    of = year if said is None else int(said) + (2000 if len(said) == 2 else 0)
    return day_of(of, int(found.group(2)), int(found.group(1)))
