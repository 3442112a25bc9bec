"""What a unit reads when the office has handed work on, closed it, opened it again, or added a task."""

from __future__ import annotations

from datetime import date

from bot.i18n import Translator
from bot.services.core.board import Lead
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, shorten
from bot.views.parts.view import View, button
from bot.views.words.rows import due_words

NAME_SIGNS, UNIT_SIGNS, REASON_SIGNS = 200, 80, 1000


def handed_notice(t: Translator, lead: Lead, unit: str, reason: str, *, is_mine: bool) -> View:
    """Work was handed on: to whom has it now (``is_mine``), and to whom had it."""
    key = "news.handed_to_you" if is_mine else "news.handed_on"
    return _notice(t, lead, say(t, key, unit=shorten(unit, UNIT_SIGNS)), reason, reports=is_mine)


def limit_notice(t: Translator, lead: Lead, unit: str, day: date, reason: str) -> View:
    """The office has set another limit."""
    head = say(t, "news.limit", unit=shorten(unit, UNIT_SIGNS), day=day)
    return _notice(t, lead, head, reason, reports=True)


def closed_notice(t: Translator, lead: Lead, unit: str, reason: str) -> View:
    """Work was closed: nothing is to be reported any more."""
    return _notice(t, lead, say(t, "news.closed", unit=shorten(unit, UNIT_SIGNS)), reason, reports=False)


def reopened_notice(t: Translator, lead: Lead, unit: str, reason: str) -> View:
    """Work that was completed or closed goes on."""
    return _notice(t, lead, say(t, "news.reopened", unit=shorten(unit, UNIT_SIGNS)), reason, reports=True)


def added_notice(t: Translator, lead: Lead, unit: str) -> View:
    """A task was added to the plan that the unit leads."""
    return _notice(t, lead, say(t, "news.added", unit=shorten(unit, UNIT_SIGNS)), "", reports=True)


def _notice(t: Translator, lead: Lead, head: Html, reason: str, *, reports: bool) -> View:
    row = lead.row
    told = [
        head,
        say(t, "request.row_of", code=row.code, name=shorten(row.name, NAME_SIGNS)),
        say(t, "news.due", due=due_words(t, row.limit, lead.standing.due_on)) if reports else None,
        say(t, "request.why", reason=shorten(reason, REASON_SIGNS)) if reason else None,
    ]
    details = button(t("card.button.details"), Action.CARD, row.id)
    report = (button(t("remind.button.report"), Action.REPORT, lead.assignment.id),) if reports else ()
    return View(lines(told), ((*report, details),))
