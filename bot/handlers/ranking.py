"""`/xephang`: the ranking of the units, the rows behind its figures, who is proposed for what."""

from __future__ import annotations

from bot.domain.errors import NotFound
from bot.domain.people.people import Ability
from bot.handlers.asking import number
from bot.handlers.core.routes import Command, PressRoute
from bot.services.results.see_ranking import see_ranking
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.results import ranking as views


async def show_ranking(visit: Visit, words: str) -> None:
    """/xephang [period]: the ranking for a period, without words for the one of today."""
    scene = visit.scene
    seen = await see_ranking(scene.desk, scene.visitor, words=words.strip(), now=scene.now)
    await visit.say(views.ranking_view(scene.t, seen))


async def press_ranking(visit: Visit, args: tuple[str, ...]) -> None:
    """A page, another period, a unit, the rows behind a figure, or who is proposed."""
    scene, verb = visit.scene, args[0]
    seen = await see_ranking(scene.desk, scene.visitor, locality_id=number(args, 1), period=args[2], now=scene.now)
    if verb == "see":
        view = views.ranking_view(scene.t, seen)
    elif verb == "page":
        view = views.ranking_view(scene.t, seen, number(args, 3))
    elif verb == "proposed":
        view = views.proposed_view(scene.t, seen)
    elif verb == "unit":
        view = views.unit_view(scene.t, seen, seen.unit(number(args, 3)))
    elif verb == "rows" and args[4] in views.FIGURES:
        page = number(args, 5) if len(args) > 5 else 0
        view = views.rows_view(scene.t, seen, seen.unit(number(args, 3)), args[4], page)
    else:
        raise NotFound("not_found")
    await visit.update(view)


COMMANDS = (Command("xephang", "ranking", "menu.xephang", Ability.OVERSEE, show_ranking),)
PRESSES = (PressRoute(Action.RANKING, press_ranking),)
"""Each press reads the ranking afresh: what is shown is what is so now."""
