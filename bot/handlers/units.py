"""`/donvi`: units, groups, and community teams with what they coordinate; `/ketnoi`: the group chat of a team."""

from __future__ import annotations

from bot.conversations.units import units as dialogue
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people.people import Ability
from bot.domain.plan.words import fold
from bot.services.core.shown import ShownMoved
from bot.services.units import assign_teams, edit_groups, edit_units
from bot.services.units.bind_team_chat import Team, bind_team_chat, teams_of, unbind_team_chat
from bot.services.units.follow_groups import Reasons
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, WORD, Shape, maybe, one_of
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number, number_at
from bot.views.parts.view import View
from bot.views.units import groups as binding
from bot.views.units import units as views

_DIALOGUES: dict[str, dialogue.What] = {"rename": "rename", "alias": "alias", "new": "new", "newteams": "teams"}
_LISTS = {"list": views.units_view, "teams": views.teams_view, "groups": views.groups_view}
_OF_UNITS = ("unit", "aliases", "unalias", "ask_end", "end")
_OF_GROUPS = ("group", "add", "join", "leave", "left")
_OF_TEAMS = ("work", "workadd", "on", "off")
_CONFIRMED = {"confirm": "group", "workok": "work"}
"""What takes the proposals as they are shown, and what shows them."""


async def show_units(visit: Visit, words: str) -> None:
    """/donvi: the directory."""
    scene = visit.scene
    await visit.say(views.units_view(scene.t, await edit_units.list_units(scene.desk, scene.visitor)))


async def press_units(visit: Visit, args: tuple[str, ...]) -> None:
    """A page of the directory, or a change of it."""
    verb, first, second = (*args, "", "", "")[:3]
    scene = visit.scene
    if verb in _DIALOGUES:
        draft = await dialogue.begin(scene, _DIALOGUES[verb], number(first or "0"))
        await visit.show(await visit.engine.open(scene, draft))
    elif verb in _LISTS:
        found = await edit_units.list_units(scene.desk, scene.visitor)
        await visit.update(_LISTS[verb](scene.t, found, number(first or "0")))
    elif verb in _OF_UNITS:
        await visit.update(await _unit(visit, verb, number(first), second))
    elif verb in _CONFIRMED:
        await _confirm(visit, verb, number(first), second)
    elif verb in _OF_GROUPS:
        await visit.update(await _group(visit, verb, number(first), number(second or "0")))
    else:
        await visit.update(await _team(visit, verb, number(first), number(second or "0")))


async def _unit(visit: Visit, verb: str, unit_id: int, value: str) -> View:
    scene, t = visit.scene, visit.scene.t
    if verb == "end":
        ended = await edit_units.end_unit(scene.desk, scene.visitor, unit_id=unit_id, now=scene.now)
        return views.ended_view(t, ended)
    card = await edit_units.see_unit(scene.desk, scene.visitor, unit_id=unit_id, now=scene.now)
    if verb == "aliases":
        return views.aliases_view(t, card, number(value or "0"))
    if verb == "ask_end":
        edit_units.refuse_end(card)
        return views.ask_end_view(t, card)
    alias = next((each for each in card.unit.aliases if views.alias_mark(each) == value), None)
    if verb == "unalias" and alias is not None:
        card = await edit_units.remove_alias(scene.desk, scene.visitor, unit_id=unit_id, alias=alias, now=scene.now)
    return views.unit_view(t, card)


async def _confirm(visit: Visit, verb: str, number: int, seen: str) -> None:
    scene, now = visit.scene, visit.scene.now
    try:
        if verb == "confirm":
            done = await edit_groups.confirm_group(scene.desk, scene.visitor, group_id=number, now=now, seen=seen)
            await visit.update(views.changed_view(scene.t, done))
        else:
            work = await assign_teams.confirm_work(scene.desk, scene.visitor, team_id=number, now=now, seen=seen)
            await visit.update(views.work_view(scene.t, work))
    except ShownMoved:
        shown = _group if verb == "confirm" else _team
        await visit.update(await shown(visit, _CONFIRMED[verb], number, 0))
        raise


async def _group(visit: Visit, verb: str, group_id: int, value: int) -> View:
    scene, t = visit.scene, visit.scene.t
    card = await edit_groups.see_group(scene.desk, scene.visitor, group_id=group_id)
    if verb in ("join", "left"):
        return views.changed_view(t, await _set_member(visit, card.group.name, group_id, value, verb == "join"))
    if verb == "add":
        return views.add_view(t, card, value)
    unit = next((unit for unit, _ in card.members if unit.id == value), None)
    if verb == "leave" and unit is not None:
        return views.ask_leave_view(t, card, unit)
    return views.group_view(t, card, value if verb == "group" else 0)


async def _set_member(visit: Visit, name: str, group_id: int, unit_id: int, member: bool) -> edit_groups.GroupChanged:
    scene = visit.scene
    t = scene.t
    return await edit_groups.set_member(
        scene.desk,
        scene.visitor,
        group_id=group_id,
        unit_id=unit_id,
        member=member,
        reasons=Reasons(left=t("units.reason_left", group=name), back=t("units.reason_back", group=name)),
        now=scene.now,
        key=scene.key,
    )


async def _team(visit: Visit, verb: str, team_id: int, value: int) -> View:
    scene, t = visit.scene, visit.scene.t
    if verb in ("on", "off"):
        given = verb == "on"
        work = await assign_teams.set_work(
            scene.desk, scene.visitor, row_id=value, team_id=team_id, coordinates=given, now=scene.now
        )
        return views.work_add_view(t, work) if given and work.others else views.work_view(t, work)
    work = await assign_teams.team_work(scene.desk, scene.visitor, team_id=team_id)
    return views.work_add_view(t, work, value) if verb == "workadd" else views.work_view(t, work, value)


_ENDS = ("huy", "cancel", "off")


async def connect(visit: Visit, words: str) -> None:
    """/ketnoi in a group; with "huy" behind it the group is told no more."""
    if not _in_group(visit):
        await visit.say(binding.how_to_connect(visit.scene.t))
    elif fold(words) in _ENDS:
        await visit.say(await _unbind(visit))
    else:
        teams = await _teams(visit)
        if len(teams) > 1:
            await visit.say(binding.which_team(visit.scene.t, [team.unit for team in teams]))
        else:
            await visit.say(await _bind(visit, teams[0].unit.id))


async def press_bind(visit: Visit, args: tuple[str, ...]) -> None:
    """The team whose group this is."""
    if not _in_group(visit):
        raise NotFound("not_found")
    await _teams(visit)
    await visit.update(await _bind(visit, number_at(args, 1)))


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
    return binding.bound_view(scene.t, team.unit.name, team.locality)


async def _unbind(visit: Visit) -> View:
    await _teams(visit)
    scene = visit.scene
    ended = await unbind_team_chat(scene.desk, scene.visitor, chat_id=visit.chat_id, now=scene.now)
    return binding.unbound_view(scene.t, [team.unit.name for team in ended])


def _in_group(visit: Visit) -> bool:
    return visit.chat is not None and visit.chat.type != "private"


COMMANDS = (
    Command("donvi", "units", "menu.donvi", Ability.RUN, show_units),
    Command("ketnoi", "connect", "menu.ketnoi", Ability.CONNECT, connect, in_groups=True),
)
_OF_DIRECTORY: tuple[Shape, ...] = (
    (one_of(_DIALOGUES, _LISTS), maybe(NUMBER)),
    (one_of("unit", "aliases", "ask_end", "end", _OF_GROUPS, _OF_TEAMS), NUMBER, maybe(NUMBER)),
    ("unalias", NUMBER, WORD),
    (one_of(_CONFIRMED), NUMBER, maybe(WORD)),
)
PRESSES = (
    PressRoute(Action.UNITS, _OF_DIRECTORY, press_units),
    PressRoute(Action.BIND, (("bind", NUMBER),), press_bind, in_groups=True),
)
