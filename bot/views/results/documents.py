"""The overview in words under its picture, and the documents of a period with the buttons that ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.work.alerts import Colour
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.domain.work.progress import whole_percent
from bot.domain.work.scores import IndicatorClass, TaskClass
from bot.i18n import Translator
from bot.services.results.make_document import Made
from bot.services.results.period_figures import Overview, TrendPoint, UnitColours
from bot.services.rows.list_rows import ListName
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.view import Document, Picture, View, button
from bot.views.words.documents import document_buttons
from bot.views.words.periods import period_words
from bot.views.words.row_lists import NO_UNIT
from bot.views.words.rows import LIGHTS

UNITS_SHOWN, UNIT_SIGNS = 12, 44
_ORDER = (Colour.RED, Colour.AMBER, Colour.GREEN, Colour.DONE, Colour.GREY)


def instant_words(t: Translator, at: datetime) -> str:
    """08:05 30/06/2026; midnight is 24:00 of the day that ends, so that a period ends inside it."""
    local = at.astimezone(DEFAULT_ZONE)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"24:00 {t.day(local.date() - timedelta(days=1))}"
    return t.instant(at)


def overview_view(t: Translator, made: Made) -> View:
    """The picture with its figures under it, and what else there is to the period."""
    overview = made.overview
    source = overview.source
    red = button(t("overview.red"), Action.OPEN_LIST, ListName.RED.value, 0, source.locality_id, NO_UNIT)
    buttons = ((red,), *document_buttons(t, source.locality_id, source.period))
    return View(overview_text(t, overview), buttons, picture=Picture(made.content, made.name))


def overview_text(t: Translator, overview: Overview) -> Html:
    """All figures of the picture in words."""
    told: list[str | None] = [
        say(t, "overview.head", place=overview.source.place, at=instant_words(t, overview.source.at))
    ]
    told.append(None if overview.in_use else say(t, "list.not_in_use"))
    told += ["", *_tasks(t, overview)]
    if overview.indicators:
        told.append(say_count(t, "overview.indicators", overview.indicators, told=_indicators(t, overview)))
    lights = _lights(t, overview.colours, overview.closed_rows)
    told += [say(t, "overview.colours", counts=lights), "", say(t, "overview.units")]
    told += [_unit(t, each) for each in overview.by_unit[:UNITS_SHOWN]]
    if len(overview.by_unit) > UNITS_SHOWN:
        told.append(_rest(t, overview.by_unit[UNITS_SHOWN:]))
    if overview.trend:
        told += ["", say(t, "overview.trend"), *(_point(t, each) for each in overview.trend)]
    return lines(told)


def _tasks(t: Translator, overview: Overview) -> list[Html]:
    classes = overview.classes
    told = [say_count(t, "overview.tasks", overview.tasks, percent=whole_percent(overview.percent))]
    for key, in_time, late in (
        ("completed", TaskClass.COMPLETED_ON_TIME, TaskClass.COMPLETED_LATE),
        ("in_progress", TaskClass.IN_PROGRESS_IN_TIME, TaskClass.IN_PROGRESS_OVERDUE),
        ("not_started", TaskClass.NOT_STARTED_IN_TIME, TaskClass.NOT_STARTED_OVERDUE),
    ):
        told.append(say(t, f"overview.{key}", in_time=classes[in_time], late=classes[late]))
    told += [say(t, "overview.silent", n=overview.silent)] if overview.silent else []
    return [*told, say(t, "overview.closed", n=overview.closed)] if overview.closed else told


def _indicators(t: Translator, overview: Overview) -> str:
    told = []
    for each, n in overview.indicator_classes.items():
        running = each is IndicatorClass.IN_PROGRESS
        near = t("overview.near", n=overview.near_target) if running and overview.near_target else ""
        told += [f"{t(f'doc.indicator.{each.value}').lower()} {n}{near}"] if n else []
    told += [t("overview.closed_rows", n=overview.closed_indicators)] if overview.closed_indicators else []
    ends_later = overview.indicator_classes[IndicatorClass.IN_PROGRESS]
    return " · ".join(told) + (t("overview.concluded_later") if ends_later else "") or "–"


def _lights(t: Translator, colours: Mapping[Colour, int], closed: int) -> str:
    told = [f"{LIGHTS[colour]} {colours[colour]}" for colour in _ORDER if colours[colour]]
    return " · ".join([*told, *([t("overview.closed_rows", n=closed)] if closed else [])]) or "–"


def _unit(t: Translator, each: UnitColours) -> Html:
    return say(t, "overview.unit", unit=shorten(each.unit, UNIT_SIGNS), counts=_lights(t, each.colours, each.closed))


def _rest(t: Translator, units: tuple[UnitColours, ...]) -> Html:
    sums = {colour: sum(each.colours[colour] for each in units) for colour in Colour}
    return _unit(t, UnitColours(t("doc.png.rest", n=len(units)), sums, sum(each.closed for each in units)))


def _point(t: Translator, point: TrendPoint) -> Html:
    counts = {
        part: sum(n for each, n in point.classes.items() if each.value.startswith(f"{part}_"))
        for part in ("completed", "in_progress", "not_started")
    }
    return say(t, "overview.point", period=period_words(t, point.period), red=point.red, **counts)


def document_view(t: Translator, made: Made) -> View:
    """A finished document and what it was made from."""
    source = made.overview.source
    figures = {"period": period_words(t, source.period), "place": source.place, "at": instant_words(t, source.at)}
    return View(say(t, f"document.made_{made.format.value}", **figures), document=Document(made.content, made.name))
