"""What a reporting period is called."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plan.duties import Duty
from bot.domain.plan.periods import CalendarPeriod, span_of
from bot.i18n import Translator

CODES_SHOWN = 8
_ROMAN = ("I", "II", "III", "IV")
_NAMES = {1: "month", 3: "quarter", 6: "half", 9: "nine", 12: "year"}


def period_words(t: Translator, period: Duty | CalendarPeriod | str, *, long: bool = False) -> str:
    """As people say it: tháng 6/2026, quý II/2026, 6 tháng đầu năm 2026, năm 2026; in small letters.

    ``long``: as documents write it (tháng 6 năm 2026). Of a one-off duty what the plan calls it.
    """
    name, figures = _named(period)
    if not figures:
        return name
    return t(f"period.long.{name}" if long else f"period.{name}", **figures)


def short_period(t: Translator, period: Duty | CalendarPeriod | str) -> str:
    """The same beside another period of the year: tháng 6, quý II, 6 tháng đầu năm."""
    name, figures = _named(period)
    return t(f"period.short.{name}", **figures) if figures else name


def _named(period: Duty | CalendarPeriod | str) -> tuple[str, dict[str, object]]:
    """Which kind of period it is, with its number and year; without these what it is called by itself."""
    if isinstance(period, Duty) and period.kind is None:
        return period.name, {}
    key = period.period if isinstance(period, Duty) else period
    span = span_of(key) if isinstance(key, str) else key
    if span is None:
        return str(key), {}
    name = _NAMES[span.months]
    if name == "half":
        name = f"half_{span.number}"
    number = _ROMAN[span.number - 1] if name == "quarter" else span.number
    return name, {"number": number, "year": f"{span.first.year}"}


def codes_words(codes: Iterable[str]) -> str:
    """The rows of a unit that are still owed: the first by their codes, of more how many there are besides."""
    told = list(dict.fromkeys(codes))
    more = len(told) - CODES_SHOWN
    return ", ".join(told[:CODES_SHOWN]) + (f"… (+{more})" if more > 0 else "")
