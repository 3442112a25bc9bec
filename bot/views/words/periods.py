"""What a reporting period is called."""

from __future__ import annotations

from bot.domain.plan.duties import Duty
from bot.domain.plan.periods import CalendarPeriod, span_of
from bot.i18n import Translator

_ROMAN = ("I", "II", "III", "IV")
_NAMES = {1: "month", 3: "quarter", 6: "half", 9: "nine", 12: "year"}


def period_words(t: Translator, period: Duty | CalendarPeriod | str, *, long: bool = False) -> str:
    """As people say it: tháng 6/2026, quý II/2026, 6 tháng đầu năm 2026, năm 2026; in small letters.

    ``long``: as documents write it (tháng 6 năm 2026). Of a one-off duty what the plan calls it.
    """
    if isinstance(period, Duty) and period.kind is None:
        return period.name
    key = period.period if isinstance(period, Duty) else period
    span = span_of(key) if isinstance(key, str) else key
    if span is None:
        return str(key)
    name = _NAMES[span.months]
    if name == "half":
        name = f"half_{span.number}"
    number = _ROMAN[span.number - 1] if name == "quarter" else span.number
    return t(f"period.long.{name}" if long else f"period.{name}", number=number, year=f"{span.first.year}")
