"""`/lich`: the days that are not what their weekday says, and the dialogue that adds one."""

from __future__ import annotations

from datetime import date

from bot.domain.plan.calendar import DayKind
from bot.i18n import Translator
from bot.services.plan.edit_days_off import OWN_SOURCE, DayShown, DaysOff
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Press, View, button
from bot.views.words.places import place_words

NAME_SIGNS = 120
SOURCE_SIGNS = 60
_LIBRARY = "holidays"


def days_view(t: Translator, found: DaysOff, page: int = 0) -> View:
    """The days ahead, a page of them, each with where it is known from; own ones with a button that takes them back."""
    place = found.locality.id
    shown = page_of(found.days, page)
    told: list[Html | str | None] = [
        _news(t, found),
        say(t, "calendar.head", place=place_words(t, found.locality)),
        say(t, "calendar.unconfirmed", year=found.unconfirmed) if found.unconfirmed else None,
        "",
        *(_day(t, each) for each in shown.rows),
        None if shown.rows else say(t, "calendar.none"),
        say(t, "list.page", page=shown.number + 1, pages=shown.count) if shown.count > 1 else None,
        "",
        say(t, "calendar.weekends"),
    ]
    own = [(_remove(t, place, each),) for each in shown.rows if each.own]
    turns = turning(shown, lambda number: Press(Action.CALENDAR, ("page", str(place), str(number))))
    add = (
        button(t("calendar.button.off"), Action.CALENDAR, "off", place),
        button(t("calendar.button.work"), Action.CALENDAR, "work", place),
    )
    return View(lines(told), (*own, *((turns,) if turns else ()), add))


def ask_view(t: Translator, token: str, kind: DayKind, day: date | None) -> View:
    """The question for the day, then for its name."""
    question = say(t, f"calendar.ask_{kind.value}") if day is None else say(t, "calendar.ask_name", day=_words(t, day))
    return View(question, ((Keys(t, token).cancel,),))


def _news(t: Translator, found: DaysOff) -> Html | None:
    if found.changed is not None:
        key = f"calendar.added_{found.changed.kind.value}"
        return say(t, key, day=_words(t, found.changed.day), name=found.changed.name)
    return say(t, "calendar.removed", day=_words(t, found.removed)) if found.removed else None


def _day(t: Translator, shown: DayShown) -> Html:
    each = shown.exception
    return say(
        t,
        f"calendar.day_{each.kind.value}",
        day=_words(t, each.day),
        name=shorten(each.name, NAME_SIGNS),
        source=_source(t, shown),
    )


def _source(t: Translator, shown: DayShown) -> str:
    if shown.own or shown.exception.source == OWN_SOURCE:
        return t("calendar.source.office")
    if shown.exception.source == _LIBRARY:
        return t("calendar.source.state")
    return shorten(shown.exception.source, SOURCE_SIGNS)


def _remove(t: Translator, place: int, shown: DayShown) -> Button:
    day, kind = shown.exception.day, shown.exception.kind.value
    return button(t("calendar.button.remove", day=t.day(day)), Action.CALENDAR, "remove", place, day.isoformat(), kind)


def _words(t: Translator, day: date) -> str:
    return t("calendar.date", weekday=t(f"digest.weekday.{day.weekday()}"), day=t.day(day))
