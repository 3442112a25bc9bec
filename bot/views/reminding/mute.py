"""No warnings about a task for a while: asked for on its card, undone here or in `/caidat`."""

from __future__ import annotations

from datetime import date

from bot.domain.plan.plan import Row
from bot.i18n import Translator
from bot.views.parts.actions import Action
from bot.views.parts.html import lines, say, shorten
from bot.views.parts.view import View, button
from bot.views.words.rows import unmute

NAME_SIGNS = 120
SPANS = {"week": 7, "month": 30}
"""For how many days, by the keys ``mute.button.…``."""


def ask_mute(t: Translator, row: Row, until: date | None) -> View:
    """For how long, and what is told all the same."""
    told = [
        say(t, "mute.ask", code=row.code, name=shorten(row.name, NAME_SIGNS)),
        say(t, "mute.until", day=until) if until else None,
        say(t, "mute.never"),
    ]
    spans = tuple(button(t(f"mute.button.{key}"), Action.MUTE, "on", row.id, days) for key, days in SPANS.items())
    return View(lines(told), (spans, *(((unmute(t, row),),) if until else ())))


def muted_view(t: Translator, row: Row, until: date) -> View:
    """The task is muted."""
    return View(lines([say(t, "mute.muted", code=row.code, day=until), say(t, "mute.never")]), ((unmute(t, row),),))


def unmuted_view(t: Translator, row: Row) -> View:
    """The task is warned of again."""
    return View(say(t, "mute.unmuted", code=row.code))
