"""The dialogues that ask the office for something, or change a row: choosing, a day, a unit, words, the last look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.plan.plan import Row, Unit
from bot.i18n import Translator
from bot.services.reporting.list_work import Subject
from bot.services.requests.ask_office import Askable
from bot.services.requests.see_request import RequestCase
from bot.views.parts.html import BLANK, Html, lines, say, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.month import calendar, choice
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Buttons, View
from bot.views.requests.requests import request_lines
from bot.views.words.rows import due_words, label, light, progress_words, state_words

NAME_SIGNS, UNIT_SIGNS, REASON_SIGNS = 200, 60, 1000


def choose_view(t: Translator, token: str, found: Sequence[Subject], number: int) -> View:
    """For which of the unit's tasks another limit is asked."""
    keys = Keys(t, token)
    if not found:
        return View(say(t, "request.nothing_to_extend"), ((keys.cancel,),))
    shown = page_of(found, number)
    several_units = len({each.unit for each in found}) > 1
    rows = [(keys.key(_choice(t, each, several_units), "take", each.assignment_id),) for each in shown.rows]
    turns = turning(shown, lambda page: keys.said("page", str(page)))
    return View(say(t, "request.choose"), (*rows, *((turns,) if turns else ()), (keys.cancel,)))


def _choice(t: Translator, subject: Subject, several_units: bool) -> str:
    due_on = subject.lead.standing.due_on
    due = due_words(t, subject.lead.row.limit, due_on, year=subject.day.year)
    return " · ".join([label(subject.lead, t), due, *([shorten(subject.unit, 24)] if several_units else [])])


def _subject(t: Translator, subject: Askable) -> list[Html]:
    lead = subject.lead
    standing = lead.standing
    return [
        say(t, "request.row_of", code=lead.row.code, name=shorten(lead.row.name, NAME_SIGNS)),
        say(
            t,
            "request.stands",
            light=light(lead.verdict.colour, standing.state),
            percent=progress_words(t, lead),
            state=state_words(t, standing),
            due=due_words(t, lead.row.limit, standing.due_on),
            unit=shorten(subject.unit, UNIT_SIGNS),
        ),
    ]


def day_view(t: Translator, token: str, subject: Askable, first: date, month: str) -> View:
    """Until which day the limit is to be put off."""
    keys = Keys(t, token, subject.lead.assignment.id)
    days = calendar(t, choice(first, subject.last_day, month), keys.said)
    text = lines([*_subject(t, subject), "", say(t, "request.ask_day")])
    return View(text, (*days, (keys.cancel,)))


def reason_view(t: Translator, token: str, subject: Askable, due_on: date, reason: str) -> View:
    """Why; once it is said, the whole request to be sent."""
    keys = Keys(t, token, subject.lead.assignment.id)
    old = t.day(subject.lead.standing.due_on) if subject.lead.standing.due_on else t("change.no_limit")
    told = [*_subject(t, subject), say(t, "request.limit", old=old, new=due_on)]
    other_day = keys.key(t("request.button.other_day"), "redate")
    if not reason:
        return View(lines([*told, "", say(t, "request.ask_reason")]), ((other_day, keys.cancel),))
    told += [say(t, "request.why", reason=shorten(reason, REASON_SIGNS)), BLANK, say(t, "request.ready")]
    send = keys.key(t("request.button.send"), "send")
    return View(
        lines(told), ((send,), (other_day, keys.key(t("request.button.other_reason"), "rewrite")), (keys.cancel,))
    )


def grant_day_view(t: Translator, token: str, case: RequestCase, first: date, month: str) -> View:
    """Until which other day the office grants."""
    keys = Keys(t, token, case.request.assignment_id or 0)
    days = calendar(t, choice(first, case.last_day, month), keys.said)
    text = lines([*request_lines(t, case), "", say(t, "request.ask_granted_day")])
    return View(text, (*days, (keys.cancel,)))


def refusal_view(t: Translator, token: str, case: RequestCase) -> View:
    """Why the office refuses."""
    keys = Keys(t, token, case.request.assignment_id or 0)
    return View(lines([*request_lines(t, case), "", say(t, "request.ask_refusal")]), ((keys.cancel,),))


def units_keys(keys: Keys, units: Sequence[Unit], number: int) -> Buttons:
    """The units to choose from, a page of them."""
    shown = page_of(units, number)
    turns = turning(shown, lambda page: keys.said("page", str(page)))
    rows = tuple((keys.key(shorten(unit.name, UNIT_SIGNS), "unit", unit.id),) for unit in shown.rows)
    return (*rows, *((turns,) if turns else ()))


def row_head(t: Translator, row: Row) -> Html:
    """Code and name of a row."""
    return say(t, "request.row_of", code=row.code, name=shorten(row.name, NAME_SIGNS))
