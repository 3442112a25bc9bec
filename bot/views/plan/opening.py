"""The cards of the dialogues that open a plan: one row's opening, the workbook, a limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.plan.plan import Row
from bot.domain.work.progress import Comparator, Level, Target
from bot.i18n import Translator
from bot.plans.problems import Problem
from bot.services.core.board import Lead
from bot.services.plan.opening_by_workbook import Applied, WorkbookPreview
from bot.services.plan.set_limit import Undated
from bot.services.plan.set_opening import OpeningRow
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, bold, lines, say, say_count, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.month import calendar, choice
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Document, View, button, grid
from bot.views.plan.setup import present_words
from bot.views.words.amounts import target_words
from bot.views.words.places import place_words
from bot.views.words.rows import due_words, light

PERCENTS = (0, 10, 25, 50, 75, 90)
PROBLEMS_SHOWN = 15
ROWS_SHOWN = 20
LABEL = 40
NAME = 160


def who_view(t: Translator, token: str, found: OpeningRow, number: int) -> View:
    """Several units lead the row: which of them is meant, or all at once."""
    keys = Keys(t, token)
    page = page_of(found.settable, number)
    units = [
        (keys.key(f"{shorten(unit, LABEL)} · {present_words(t, lead)}", "who", lead.assignment.id),)
        for lead, unit in page.rows
    ]
    turns = turning(page, lambda to: keys.said("page", to))
    everyone = keys.key(t("opening.all_units", n=len(found.settable)), "who", 0)
    text = lines([row_words(found.row), *_standing(t, found), "", say(t, "opening.ask_who")])
    return View(text, ((everyone,), *units, turns, (keys.cancel,)))


def amount_view(t: Translator, token: str, found: OpeningRow, unit: str | None) -> View:
    """Where the work of a row stands: buttons, a typed figure, or done before."""
    keys = Keys(t, token)
    target = found.row.target
    done = keys.key(t("opening.done_before"), "done")
    if target is None:
        figures = grid([keys.key(f"{percent}%", "p", percent) for percent in PERCENTS], 3)
    elif target.comparator is Comparator.LEVEL:
        figures = grid([keys.key(t(f"level.{each.value}"), "l", each.place) for each in Level], 3)
    else:
        figures = ()
    asked = say(t, _asks(target))
    text = lines(
        [
            row_words(found.row),
            say(t, "opening.target", target=target_words(t, target)) if target else None,
            *(_standing(t, found) if unit is None else [say(t, "opening.for_unit", unit=unit)]),
            "",
            asked,
        ]
    )
    return View(text, (*figures, (done,), (keys.cancel,)))


def _asks(target: Target | None) -> str:
    if target is None:
        return "opening.ask_percent"
    if target.comparator is Comparator.LEVEL:
        return "opening.ask_level"
    if target.comparator is Comparator.RANK:
        return "opening.ask_rank"
    return "opening.ask_share" if target.is_share else "opening.ask_value"


def day_view(t: Translator, token: str, found: OpeningRow) -> View:
    """On which day it was completed."""
    return View(lines([row_words(found.row), "", say(t, "opening.ask_day")]), ((Keys(t, token).cancel,),))


def source_view(t: Translator, token: str, found: OpeningRow) -> View:
    """By which document that is known."""
    return View(lines([row_words(found.row), "", say(t, "opening.ask_source")]), ((Keys(t, token).cancel,),))


def set_view(t: Translator, found: OpeningRow) -> View:
    """The row as it stands now, and the way on."""
    again = button(t("opening.change"), Action.SETUP, "row", found.row.id)
    on = button(t("opening.next_red"), Action.SETUP, "red", 0)
    text = lines([say(t, "opening.set", code=found.row.code), row_words(found.row), *_standing(t, found)])
    return View(text, ((on,), (again, button(t("opening.home"), Action.SETUP, "home"))))


def row_words(row: Row) -> Html:
    """Code and name of a row."""
    return bold(row.code) + " · " + shorten(row.name, NAME)


def _standing(t: Translator, found: OpeningRow) -> list[Html]:
    told = []
    for lead, unit in found.leads[:12]:
        due = due_words(t, found.row.limit, lead.standing.due_on)
        sign = light(lead.verdict.colour, lead.standing.state)
        told.append(say(t, "opening.standing", light=sign, unit=unit, present=present_words(t, lead), due=due))
    if len(found.leads) > 12:
        told.append(say_count(t, "opening.more_units", len(found.leads) - 12))
    return told


def sheet_words(t: Translator, lead: Lead) -> tuple[str, str]:
    """Limit and present standing of a lead assignment as the workbook shows them."""
    limit = lead.row.limit.printed or due_words(t, lead.row.limit, lead.standing.due_on)
    return limit, present_words(t, lead)


def file_view(t: Translator, token: str, lines_in_it: int, document: Document | None) -> View:
    """The workbook goes out; or, without it, a reminder that it is awaited."""
    key = "opening.file_sent" if document is not None else "opening.file_awaited"
    return View(say(t, key, n=lines_in_it), ((Keys(t, token).cancel,),), document=document)


def preview_view(t: Translator, token: str, found: WorkbookPreview) -> View:
    """What the workbook would set, and its mistakes by row."""
    keys = Keys(t, token)
    told: list[Html | str | None] = [
        say(t, "opening.preview", place=place_words(t, found.locality)),
        say_count(t, "opening.preview_set", found.set),
        say_count(t, "opening.preview_done", found.completed) if found.completed else None,
        say_count(t, "opening.preview_same", found.same) if found.same else None,
        _hidden_rows(t, found.hidden),
    ]
    if found.problems:
        told += ["", say_count(t, "opening.preview_problems", len(found.problems))]
        told += [problem_words(t, problem) for problem in found.problems[:PROBLEMS_SHOWN]]
        left = len(found.problems) - PROBLEMS_SHOWN
        told += [say_count(t, "opening.preview_more", left) if left > 0 else None, say(t, "opening.preview_again")]
    yes = (keys.key(t("opening.apply", n=found.set), "apply"),) if found.set else ()
    return View(lines(told), (yes, (keys.cancel,)))


def _hidden_rows(t: Translator, hidden: Sequence[int]) -> Html | None:
    if not hidden:
        return None
    more = "…" if len(hidden) > ROWS_SHOWN else ""
    rows = ", ".join(str(row) for row in hidden[:ROWS_SHOWN]) + more
    return say_count(t, "opening.preview_hidden", len(hidden), rows=rows)


def problem_words(t: Translator, problem: Problem) -> Html:
    """One mistake: where it is and what is wrong."""
    return say(t, "opening.problem", where=problem.where, why=t(f"problem.{problem.key}", **problem.figures))


def applied_view(t: Translator, applied: Applied) -> View:
    """What the workbook has set."""
    told: Sequence[Html | None] = [
        say_count(t, "opening.applied", applied.set),
        say_count(t, "opening.preview_done", applied.completed) if applied.completed else None,
        say_count(t, "opening.skipped", applied.skipped) if applied.skipped else None,
    ]
    return View(lines(told), ((button(t("opening.home"), Action.SETUP, "home"),),))


def limit_view(t: Translator, token: str, found: Undated, *, asks_source: bool, month: str = "") -> View:
    """Which day is the limit of a row, by a calendar or typed; then by which document it is known."""
    keys = Keys(t, token)
    told: list[Html | str | None] = [
        row_words(found.row),
        say(t, "opening.limit_printed", printed=found.row.limit.printed or "–"),
        say(t, "opening.for_unit", unit="; ".join(found.units)),
        "",
        say(t, "opening.ask_limit_source" if asks_source else "opening.ask_limit"),
    ]
    if asks_source:
        return View(lines(told), ((keys.cancel,),))
    last = date(found.leads[0].terms.year, 12, 31)
    days = calendar(t, choice(found.today, max(found.today, last), month), keys.said)
    return View(lines(told), (*days, (keys.cancel,)))


def limited_view(t: Translator, found: Undated) -> View:
    """The limit stands."""
    due_on = next((lead.standing.due_on for lead in found.leads), None)
    text = lines([say(t, "opening.limit_set", code=found.row.code, day=due_on or found.today), row_words(found.row)])
    more = button(t("opening.next_date"), Action.SETUP, "dates", 0)
    card = button(t("card.button.details"), Action.CARD, found.row.id)
    return View(text, ((card,), (more,), (button(t("opening.home"), Action.SETUP, "home"),)))
