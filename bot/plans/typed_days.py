"""A day as people type it, or as a cell shows it."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.plan.words import fold

_DAY = re.compile(r"(?:ngay )?(\d{1,2}) (?:thang )?(\d{1,2})(?: (?:nam )?(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})")
_LONGEST = 40


def read_day(text: str, year: int) -> date | None:
    """The day that is the whole text: "15/3/2026", "15.3.26", "ngày 15 tháng 3", "2026-03-15".

    Without a year it is one of ``year``. None for anything else, also for days that no calendar has.
    """
    words = fold(text[:_LONGEST]) if len(text) <= _LONGEST else ""
    iso = _ISO.fullmatch(words)
    if iso is not None:
        return _day(*map(int, iso.groups()))
    found = _DAY.fullmatch(words)
    if found is None:
        return None
    said = found.group(3)
    of = year if said is None else int(said) + (2000 if len(said) == 2 else 0)
    return _day(of, int(found.group(2)), int(found.group(1)))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
