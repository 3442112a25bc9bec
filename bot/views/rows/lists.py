"""Lists of rows in pages: the first line says what is shown and how many, every row has a button to its card."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.plan.plan import Unit
from bot.domain.work.alerts import Colour
from bot.i18n import Translator
from bot.services.rows.list_rows import DAYS_AHEAD, DayRange, ListEntry, ListName, RowList
from bot.services.rows.show_row import Match
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.pages import Page, page_of, turning
from bot.views.parts.view import Button, Buttons, Press, View, button, grid
from bot.views.words.row_lists import DEFAULT_SPAN, NO_UNIT, span_argument
from bot.views.words.rows import LIGHTS, light, reasons_of_row, row_line, units_line

BUTTONS_A_ROW = 4
REASONS_SHOWN = 3
UNIT_SIGNS = 48
MOST_CHOICES = 8


def row_list(t: Translator, found: RowList, page: int = 0) -> View:
    """One page of a list; an empty one says so and offers the nearest wider list."""
    if found.year is None:
        return View(say(t, "list.no_plan", place=found.locality))
    if not found.entries:
        return _empty(t, found)
    shown = page_of(found.entries, page)
    text = lines(
        [
            _heading(t, found),
            _not_in_use(t, found),
            "",
            *(_entry(t, found, entry) for entry in shown.rows),
            "",
            *_under(t, found, shown),
        ]
    )
    cards = grid([_card(entry) for entry in shown.rows], BUTTONS_A_ROW)
    turns = turning(shown, lambda number: press_list(found, number))
    return View(text, (*cards, *((turns,) if turns else ()), *_filters(t, found)))


def press_list(found: RowList, page: int = 0, *, unit_id: int | None = -1, span: DayRange | None = None) -> Press:
    """What a button presses to have this list again: another page of it, or of another unit or span."""
    unit = found.unit_id if unit_id == -1 else unit_id
    args: list[object] = [found.name.value, page, found.locality_id]
    if found.name in (ListName.DUE, ListName.RED):
        args.append(NO_UNIT if unit is None else unit)
    if found.name is ListName.DUE:
        args.append(span_argument(span or found.span))
    if found.name is ListName.FOUND:
        args.append(found.words.replace(" ", "+"))
    return Press(Action.LIST, tuple(str(arg) for arg in args))


def which_row(t: Translator, code: str, matches: tuple[Match, ...]) -> View:
    """A code that fits rows of several localities asks which."""
    buttons = [
        (button(f"{match.row.code} · {match.locality}", Action.CARD, match.row.id),) for match in matches[:MOST_CHOICES]
    ]
    return View(say(t, "list.which_row", code=code), tuple(buttons))


def which_unit(t: Translator, locality_id: int, words: str, units: tuple[Unit, ...]) -> View:
    """Words that may mean several units ask which."""
    buttons = [
        (button(shorten(unit.name, UNIT_SIGNS), Action.LIST, ListName.RED.value, 0, locality_id, unit.id),)
        for unit in units[:MOST_CHOICES]
    ]
    return View(say(t, "list.which_unit", words=shorten(words, UNIT_SIGNS)), tuple(buttons))


def no_unit(t: Translator, locality_id: int, words: str) -> View:
    """Words that name no unit."""
    everyone = button(t("list.button.red_all"), Action.LIST, ListName.RED.value, 0, locality_id, NO_UNIT)
    return View(say(t, "list.no_such_unit", words=shorten(words, UNIT_SIGNS)), ((everyone,),))


def how_to_ask(t: Translator, command: str) -> View:
    """What to type behind a command that needs more."""
    return View(say(t, f"list.how.{command}"), ((button(t("list.button.mine"), Action.MENU, ListName.MINE.value),),))


def span_words(t: Translator, found: RowList) -> Html:
    """The days of a list of deadlines, spelled out."""
    if found.span is None:
        return say(t, "span.default", last=found.day + timedelta(days=DAYS_AHEAD))
    first, last = found.span.first, found.span.last
    if first is not None and first == last:
        return say(t, "span.day", day=first)
    if first is None:
        return say(t, "span.until", last=last)
    if last is None:
        return say(t, "span.from", first=first)
    return say(t, "span.between", first=first, last=last)


def _place(found: RowList) -> str:
    return found.unit or found.locality


def _heading(t: Translator, found: RowList) -> Html:
    n, place = len(found.entries), _place(found)
    if found.name is ListName.DUE:
        return say_count(t, "list.due", n, span=span_words(t, found), place=place)
    if found.name is ListName.FOUND:
        return say_count(t, "list.found", n, words=found.words, place=found.locality)
    return say_count(t, f"list.{_KEYS[found.name]}", n, place=place)


_KEYS = {ListName.MINE: "mine", ListName.RED: "red", ListName.DUE: "due", ListName.FOUND: "found"}


def _not_in_use(t: Translator, found: RowList) -> Html | None:
    return None if found.in_use else say(t, "list.not_in_use")


def _entry(t: Translator, found: RowList, entry: ListEntry) -> Html:
    told = [row_line(t, entry.board_row)]
    told += [say(t, "list.milestone", milestone=shorten(m.printed, 60), day=m.due_on) for m in entry.milestones]
    if entry.coordinates:
        told.append(say(t, "list.coordinates", units=units_line(t, entry.units).strip()))
    elif entry.units:
        told.append(units_line(t, entry.units))
    if entry.board_row.verdict.colour is Colour.RED:
        reasons = reasons_of_row(t, entry.board_row, found.day).split("\n")
        told += [say(t, "list.reason", reason=reason) for reason in reasons[:REASONS_SHOWN] if reason]
    return lines(told)


def _under(t: Translator, found: RowList, shown: Page[ListEntry]) -> list[Html]:
    told: list[Html] = []
    if shown.count > 1:
        told.append(say(t, "list.page", page=shown.number + 1, pages=shown.count))
    if found.completed:
        told.append(say_count(t, "list.completed", found.completed))
    if found.cut:
        told.append(say(t, "list.words_cut"))
    return told or [say(t, "list.press_code")]


def _card(entry: ListEntry) -> Button:
    verdict, row = entry.board_row.verdict, entry.board_row.row
    return button(f"{light(verdict.colour, verdict.state)} {row.code}", Action.CARD, row.id)


def _filters(t: Translator, found: RowList) -> Buttons:
    if found.name not in (ListName.DUE, ListName.RED):
        return ()
    if found.unit_id is not None:
        return ((Button(t("list.button.all"), press_list(found, unit_id=None)),),)
    if found.own_unit_id is not None:
        return ((Button(t("list.button.own"), press_list(found, unit_id=found.own_unit_id)),),)
    return ()


def _empty(t: Translator, found: RowList) -> View:
    key = _KEYS[found.name]
    figures: dict[str, object] = {"place": _place(found), "green": LIGHTS[Colour.GREEN]}
    if found.name is ListName.DUE:
        figures["span"] = span_words(t, found)
    if found.name is ListName.FOUND:
        figures["words"] = found.words
    done = say_count(t, "list.completed", found.completed) if found.completed else None
    text = lines([say(t, f"list.no_{key}", **figures), done, _not_in_use(t, found)])
    return View(text, _wider(t, found))


def _wider(t: Translator, found: RowList) -> Buttons:
    if found.unit_id is not None:
        return ((Button(t("list.button.all"), press_list(found, unit_id=None)),),)
    if found.name is ListName.DUE:
        return _wider_span(t, found)
    if found.name is ListName.MINE:
        red = button(t("list.button.red_all"), Action.LIST, ListName.RED.value, 0, found.locality_id, NO_UNIT)
        return ((_next_days(t, found),), (red,))
    words = sorted((word for word in found.words.split() if len(word) > 1), key=len, reverse=True)
    if len(words) > 1:
        return tuple((_find(t, found, word),) for word in words[:3])
    return ((_next_days(t, found),),)


def _wider_span(t: Translator, found: RowList) -> Buttons:
    year_end = date(found.year or found.day.year, 12, 31)
    rest = DayRange(found.day, year_end)
    to_year_end = Button(t("list.button.year_end", day=t.day(year_end)), press_list(found, span=rest))
    ahead = () if found.day > year_end or found.span == rest else ((to_year_end,),)
    return ahead if found.span is None else ((_next_days(t, found),), *ahead)


def _next_days(t: Translator, found: RowList) -> Button:
    args = (ListName.DUE.value, 0, found.locality_id, NO_UNIT, DEFAULT_SPAN)
    return button(t("list.button.due"), Action.LIST, *args)


def _find(t: Translator, found: RowList, word: str) -> Button:
    return button(t("list.button.find", word=word), Action.LIST, ListName.FOUND.value, 0, found.locality_id, word)
