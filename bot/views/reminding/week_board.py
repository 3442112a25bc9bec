"""The Monday board: colours by unit, what is newly red, what falls due this week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from bot.domain.work.alerts import Colour
from bot.i18n import Translator
from bot.services.core.board import Lead
from bot.services.reminding.digest import Board
from bot.services.rows.list_rows import DayRange, ListName
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, say, say_count, shorten
from bot.views.parts.view import Button, button
from bot.views.words.row_lists import NO_UNIT, span_argument
from bot.views.words.rows import LIGHTS, light

UNITS_SHOWN = 8
LEADS_SHOWN = 5
NAME_SIGNS = 34
UNIT_SIGNS = 40


def board_lines(t: Translator, board: Board, day: date) -> Iterable[Html]:
    """The board of one locality, worst units first."""
    yield say(t, "board.head", place=board.locality, week=week_words(t, board.week_starts_on))
    yield say(t, "board.total", counts=_counts(board.total) or "–")
    ill = [(unit, counts) for unit, counts in _worst_first(board) if _ill(counts)]
    if ill:
        yield say(t, "board.by_unit")
    for unit, counts in ill[:UNITS_SHOWN]:
        yield say(t, "board.unit", unit=shorten(unit, UNIT_SIGNS), counts=_counts(counts))
    if len(ill) > UNITS_SHOWN:
        yield say_count(t, "board.units_more", len(ill) - UNITS_SHOWN)
    if len(board.by_unit) > len(ill):
        yield say_count(t, "board.units_fine" if ill else "board.units_all", len(board.by_unit) - len(ill))
    yield from _leads(t, "board.new_red", board.new_red)
    yield from _leads(t, "board.due", board.due_this_week, due=True)


def week_words(t: Translator, monday: date) -> str:
    """Tuần 27 (29/06–05/07/2026)."""
    number, sunday = monday.isocalendar().week, monday + timedelta(days=6)
    return t("board.week", number=number, first=t.short_day(monday), last=t.day(sunday))


def board_buttons(t: Translator, board: Board) -> list[tuple[Button, ...]]:
    """What is red, and what falls due this week, as lists."""
    place = board.locality_id or next((lead.row.locality_id for lead in (*board.new_red, *board.due_this_week)), 0)
    if not place:
        return []
    span = DayRange(board.week_starts_on, board.week_starts_on + timedelta(days=6))
    red = button(t("list.button.red_all"), Action.OPEN_LIST, ListName.RED.value, 0, place, NO_UNIT)
    due = button(t("board.button.due"), Action.OPEN_LIST, ListName.DUE.value, 0, place, NO_UNIT, span_argument(span))
    return [(red, due)]


def _worst_first(board: Board) -> list[tuple[str, Mapping[Colour, int]]]:
    return sorted(board.by_unit, key=lambda each: (-each[1].get(Colour.RED, 0), -each[1].get(Colour.AMBER, 0)))


def _ill(counts: Mapping[Colour, int]) -> bool:
    return bool(counts.get(Colour.RED) or counts.get(Colour.AMBER))


def _counts(counts: Mapping[Colour, int]) -> str:
    return " · ".join(f"{sign} {counts[colour]}" for colour, sign in LIGHTS.items() if counts.get(colour))


def _leads(t: Translator, key: str, leads: Sequence[Lead], *, due: bool = False) -> Iterable[Html]:
    if not leads:
        return
    rows = list({lead.row.id: lead for lead in leads}.values())
    yield say_count(t, key, len(rows))
    for lead in rows[:LEADS_SHOWN]:
        day = lead.standing.due_on
        yield say(
            t,
            "board.lead_due" if due and day is not None else "board.lead",
            light=light(lead.verdict.colour, lead.standing.state),
            code=lead.row.code,
            name=shorten(lead.row.name, NAME_SIGNS),
            **({"day": t.short_day(day)} if due and day is not None else {}),
        )
    if len(rows) > LEADS_SHOWN:
        yield say_count(t, "digest.more", len(rows) - LEADS_SHOWN)
