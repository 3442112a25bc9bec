"""A calendar of buttons: one month, its days a tap each, ◀ and ▶ to the months beside it."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.i18n import Translator
from bot.views.parts.pages import BACK, ON
from bot.views.parts.view import Button, Buttons, Press

NONE = "·"
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Choice:
    """The days that may be chosen, both ends among them, and the month that is shown (any day of it)."""

    first: date
    last: date
    shown: date


def choice(first: date, last: date, month: str = "") -> Choice:
    """The days from ``first`` to ``last`` with the month asked for ("2026-09"), or the nearest that holds any."""
    lowest, highest = first.replace(day=1), max(first, last).replace(day=1)
    shown = min(max(_month(month) or lowest, lowest), highest)
    return Choice(first, last, shown)


def calendar(t: Translator, days: Choice, press: Callable[[str, str], Press]) -> Buttons:
    """The month's weeks under its name; what cannot be chosen is a dot that changes nothing.

    ``press`` says what a verb ("day", "month") and its value press.
    """
    here = f"{days.shown:%Y-%m}"
    stay = press("month", here)
    before, after = days.shown - timedelta(days=1), (days.shown + timedelta(days=31)).replace(day=1)
    back = Button(BACK, press("month", f"{before:%Y-%m}")) if before >= days.first else Button(NONE, stay)
    on = Button(ON, press("month", f"{after:%Y-%m}")) if after <= days.last else Button(NONE, stay)
    name = Button(t("month.name", month=days.shown.month, year=days.shown.year), stay)
    weekdays = tuple(Button(t(f"month.weekday.{number}"), stay) for number in range(_WEEK))
    weeks = Calendar().monthdatescalendar(days.shown.year, days.shown.month)
    rows = tuple(tuple(_day(day, days, press, stay) for day in week) for week in weeks)
    return ((back, name, on), weekdays, *rows)


def _day(day: date, days: Choice, press: Callable[[str, str], Press], stay: Press) -> Button:
    if day.month != days.shown.month or not days.first <= day <= days.last:
        return Button(NONE, stay)
    return Button(str(day.day), press("day", day.isoformat()))


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def pressed_day(value: str) -> date | None:
    """The day a button of the calendar names; none for anything else."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
