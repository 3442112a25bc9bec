"""`/ketnoi`: a group chat is bound to a community team, or no longer."""

from __future__ import annotations

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people.people import Ability
from bot.domain.plan.words import fold
from bot.handlers.asking import number
from bot.handlers.core.routes import Command, PressRoute
from bot.services.units.bind_team_chat import Team, bind_team_chat, teams_of, unbind_team_chat
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.view import View
from bot.views.units import groups as views

_ENDS = ("huy", "cancel", "off")


async def connect(visit: Visit, words: str) -> None:
    """/ketnoi in a group; with "huy" behind it the group is told no more."""
    if not _in_group(visit):
        await visit.say(views.how_to_connect(visit.scene.t))
    elif fold(words) in _ENDS:
        await visit.say(await _unbind(visit))
    else:
        teams = await _teams(visit)
        if len(teams) > 1:
            await visit.say(views.which_team(visit.scene.t, [team.unit for team in teams]))
        else:
            await visit.say(await _bind(visit, teams[0].unit.id))


async def press_bind(visit: Visit, args: tuple[str, ...]) -> None:
    """The team whose group this is."""
    if args[0] != "bind" or not _in_group(visit):
        raise NotFound("not_found")
    await _teams(visit)
    await visit.update(await _bind(visit, number(args, 1)))


async def _teams(visit: Visit) -> tuple[Team, ...]:
    scene = visit.scene
    # In a group anybody can write, also someone who was never invited.
    teams = await teams_of(scene.desk, scene.visitor) if scene.visitor.memberships else ()
    if not teams:
        raise NotAllowed("group_team_only")
    return teams


async def _bind(visit: Visit, unit_id: int) -> View:
    scene = visit.scene
    team = await bind_team_chat(scene.desk, scene.visitor, unit_id=unit_id, chat_id=visit.chat_id, now=scene.now)
    return views.bound_view(scene.t, team.unit.name, team.locality)


async def _unbind(visit: Visit) -> View:
    await _teams(visit)
    scene = visit.scene
    ended = await unbind_team_chat(scene.desk, scene.visitor, chat_id=visit.chat_id, now=scene.now)
    return views.unbound_view(scene.t, [team.unit.name for team in ended])


def _in_group(visit: Visit) -> bool:
    return visit.chat is not None and visit.chat.type != "private"


COMMANDS = (Command("ketnoi", "connect", "menu.ketnoi", Ability.CONNECT, connect, in_groups=True),)
PRESSES = (PressRoute(Action.BIND, press_bind, in_groups=True),)
