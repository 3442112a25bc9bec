"""National days off, from PyPI holidays with our corrections (docs/rules/vietnam.md#working-days)."""

from __future__ import annotations

from datetime import date

from bot.domain.plan.calendar import DayException, DayKind

_SWAP_JANUARY = "12729/VPCP-KGVX, 25/12/2025"
_CORRECTIONS = (
    DayException(date(2026, 1, 2), DayKind.OFF, "Ngày nghỉ (thay cho ngày 10/01/2026)", _SWAP_JANUARY),
    DayException(date(2026, 1, 10), DayKind.WORK, "Làm bù cho ngày 02/01/2026", _SWAP_JANUARY),
    DayException(date(2026, 8, 31), DayKind.OFF, "Ngày nghỉ (thay cho ngày 22/08/2026)", "holidays"),
    DayException(date(2026, 8, 22), DayKind.WORK, "Làm bù cho ngày 31/08/2026", "holidays"),
    DayException(date(2026, 11, 24), DayKind.OFF, "Ngày Văn hóa Việt Nam", "80-NQ/TW, chưa có văn bản hướng dẫn"),
)
_WORKED = "Ngày làm bù"
confirmed_years = frozenset({2026})
"""The years whose official notice of days off and days worked is in; of others the office is warned."""


def national_days(year: int) -> tuple[DayException, ...]:
    """The days of a year on which offices are closed, or open on a weekend in exchange, in order of days.

    Names are Vietnamese. Days observed for a holiday on a weekend are among them; of a year outside
    ``confirmed_years`` swaps are not known yet.
    """
    # Imported here: the package loads every country's data.
    from holidays import country_holidays

    source = "holidays"
    vietnam = country_holidays("VN", years=year, language="vi")
    days = {day: DayException(day, DayKind.OFF, name, source) for day, name in vietnam.items()}
    for day in vietnam.weekend_workdays:
        days[day] = DayException(day, DayKind.WORK, _WORKED, source)
    days.update({correction.day: correction for correction in _CORRECTIONS})
    return tuple(days[day] for day in sorted(days) if day.year == year)
