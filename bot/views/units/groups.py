"""`/ketnoi`: a group chat that is told what its community team is told. Nothing here names a person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.plan.plan import Unit
from bot.i18n import Translator
from bot.views.parts.actions import Action
from bot.views.parts.html import lines, say, shorten
from bot.views.parts.view import View, button
from bot.views.words.places import Place, place_words

TEAMS_SHOWN = 20
UNIT_SIGNS = 48


def how_to_connect(t: Translator) -> View:
    """The command was sent privately: it belongs into the group."""
    return View(say(t, "group.how"))


def which_team(t: Translator, teams: Sequence[Unit]) -> View:
    """The person belongs to several teams."""
    buttons = [(button(shorten(team.name, UNIT_SIGNS), Action.BIND, "bind", team.id),) for team in teams[:TEAMS_SHOWN]]
    return View(say(t, "group.which"), tuple(buttons))


def bound_view(t: Translator, team: str, place: Place) -> View:
    """The group is bound; what it will hear and what never."""
    return View(
        lines(
            [say(t, "group.bound", team=team, place=place_words(t, place)), say(t, "group.what"), say(t, "group.end")]
        )
    )


def unbound_view(t: Translator, teams: Sequence[str]) -> View:
    """The group is bound to no team any more."""
    return View(say(t, "group.unbound", teams=", ".join(teams)) if teams else say(t, "group.not_bound"))
