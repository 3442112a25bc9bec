"""`/start`, `/moi`, `/nguoi`, `/caidat`, `/trogiup`, `/huy`: the door, members, and one's own settings."""

from __future__ import annotations

from dataclasses import replace

from bot.conversations.people import invite
from bot.conversations.people.join import new_draft
from bot.domain.errors import NotFound
from bot.domain.people.people import Ability, Role
from bot.i18n import translator
from bot.services.core.hours import day_of
from bot.services.people.change_membership import change_membership
from bot.services.people.change_settings import PersonalSettings, choose_language, choose_locality, see_settings
from bot.services.people.choose_digest_hour import set_digest_minute
from bot.services.people.end_membership import end_membership
from bot.services.people.invite import open_invitations, revoke_invitation, see_invitation
from bot.services.people.join import consider_invitation, join
from bot.services.people.list_people import PersonPage, list_people, see_person
from bot.services.people.open_menu import open_menu
from bot.services.reminding.mute import mutes
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, WORD, Shape, one_of
from bot.transport.screen.visit import Visit
from bot.transport.screen.words import with_menu
from bot.views.core.menu import help_view, menu_view
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number
from bot.views.parts.view import View
from bot.views.people import people as views
from bot.views.people.joining import added_view, invitations_view, invited_view, revoked_view
from bot.views.people.settings import settings_view


async def begin_invitation(visit: Visit, words: str) -> None:
    """/moi: unit, role, and the invitation to hand on."""
    scene = visit.scene
    await visit.show(await visit.engine.open(scene, await invite.new_draft(scene)))


async def show_people(visit: Visit, words: str) -> None:
    """/nguoi: the members one looks after."""
    scene = visit.scene
    await visit.say(views.people_view(scene.t, await list_people(scene.desk, scene.visitor)))


async def press_invitation(visit: Visit, args: tuple[str, ...]) -> None:
    """The open invitations, one of them, and its end."""
    scene = visit.scene
    verb, value = (*args, "", "")[:2]
    if verb == "list":
        found = await open_invitations(scene.desk, scene.visitor, now=scene.now)
        await visit.say(invitations_view(scene.t, found, number(value)))
    elif verb == "show":
        seen = await see_invitation(scene.desk, scene.visitor, code=value)
        await visit.say(invited_view(scene.t, seen, scene.now))
    else:
        gone = await revoke_invitation(scene.desk, scene.visitor, code=value, now=scene.now)
        await visit.update(revoked_view(scene.t, gone))


async def press_people(visit: Visit, args: tuple[str, ...]) -> None:
    """The list, a person's page, the questions before a change, and the change."""
    verb, first, second = (*args, "", "", "")[:3]
    if verb == "list":
        people = await list_people(visit.scene.desk, visit.scene.visitor)
        await visit.update(views.people_view(visit.scene.t, people, number(first)))
    elif verb in ("end", "unit", "role"):
        await _change(visit, verb, number(first), second)
    else:
        page = await see_person(visit.scene.desk, visit.scene.visitor, membership_id=number(first))
        await _ask(visit, verb, page, second)


async def _ask(visit: Visit, verb: str, page: PersonPage, value: str) -> None:
    t = visit.scene.t
    if verb == "show":
        await visit.update(views.person_view(t, page))
    elif verb == "units":
        await visit.update(views.units_view(t, page, number(value)))
    elif verb == "roles":
        await visit.update(views.roles_view(t, page))
    elif verb == "ask_end":
        await visit.update(views.ask_end_view(t, page))
    elif verb == "ask_role":
        await visit.update(views.ask_role_view(t, page, Role(value)))
    elif verb == "ask_unit" and number(value) in page.choices.roles:
        unit = next(unit for unit in page.choices.units if unit.id == number(value))
        await visit.update(views.ask_unit_view(t, page, unit))
    else:
        raise NotFound("not_found")


async def _change(visit: Visit, verb: str, membership_id: int, value: str) -> None:
    scene = visit.scene
    if verb == "end":
        ended = await end_membership(scene.desk, scene.visitor, membership_id=membership_id, now=scene.now)
        await visit.update(views.ended_view(scene.t, ended))
        await visit.publish_menu(ended.person.telegram_id)
        return
    changed = await change_membership(
        scene.desk,
        scene.visitor,
        membership_id=membership_id,
        unit_id=number(value) if verb == "unit" else None,
        role=Role(value) if verb == "role" else None,
        now=scene.now,
    )
    await visit.update(views.changed_view(scene.t, changed))
    await visit.publish_menu(changed.person.telegram_id)


async def start(visit: Visit, words: str) -> None:
    """/start: the main menu of a member; with a code, the way in."""
    if words.strip():
        await redeem(visit, words)
        return
    await visit.say(menu_view(visit.scene.t, await open_menu(visit.scene.desk, visit.scene.visitor)))


async def redeem(visit: Visit, words: str) -> None:
    """A code, linked or typed: a member has the role at once, anyone else is asked for the name."""
    scene = visit.scene
    offer = await consider_invitation(scene.desk, scene.visitor, words=words, now=scene.now)
    if not offer.is_member:
        await visit.show(await visit.engine.open(scene, new_draft(scene, offer)))
        return
    joined = await join(
        scene.desk, scene.visitor, code=offer.code, full_name=None, language=scene.t.language, now=scene.now
    )
    await visit.say(added_view(scene.t, joined))
    await visit.publish_menu()


async def show_settings(visit: Visit, words: str) -> None:
    """/caidat: language, current locality, the hour of the morning's message, what is muted."""
    await visit.say(await _view(visit, see_settings(visit.scene.visitor)))


async def _view(visit: Visit, settings: PersonalSettings) -> View:
    scene = visit.scene
    muted = await mutes(scene.desk, scene.visitor, today=day_of(scene.now))
    return settings_view(translator(settings.language), settings, muted)


async def show_help(visit: Visit, words: str) -> None:
    """/trogiup: what this person's roles can do."""
    await visit.say(help_view(visit.scene.t, await open_menu(visit.scene.desk, visit.scene.visitor)))


async def press_setting(visit: Visit, args: tuple[str, ...]) -> None:
    """Another language, another locality, or another hour."""
    scene = visit.scene
    name, value = (*args, "", "")[:2]
    if name == "language":
        settings = await choose_language(scene.desk, scene.visitor, language=value)
    elif name == "locality":
        settings = await choose_locality(scene.desk, scene.visitor, locality_id=number(value))
    else:
        settings = await _choose_hour(visit, number(value))
    await visit.update(await _view(visit, settings))
    if name != "hour":
        await visit.publish_menu()


async def _choose_hour(visit: Visit, minute: int) -> PersonalSettings:
    scene = visit.scene
    settings = see_settings(scene.visitor)
    chosen = await set_digest_minute(scene.desk, scene.visitor, minute=minute, now=scene.now)
    return replace(settings, person=replace(settings.person, digest_minute=chosen))


async def cancel(visit: Visit, _words: str) -> None:
    """End the open dialogue; nothing of it becomes a report."""
    if visit.scene.visitor.dialogue is None:
        await visit.say(with_menu(visit.t, "dialogue.nothing_open"))
        return
    told, left = await visit.engine.leave(visit.scene)
    visit.keep(left)
    visit.below = visit.engine.ways_back(visit.scene)
    await visit.say(with_menu(visit.t, told))


COMMANDS = (
    Command("moi", "invite", "menu.moi", Ability.INVITE, begin_invitation),
    Command("nguoi", "people", "menu.nguoi", Ability.INVITE, show_people),
    Command("start", "start", "menu.start", None, start),
    Command("caidat", "settings", "menu.caidat", None, show_settings),
    Command("trogiup", "help", "menu.trogiup", None, show_help),
    Command("huy", "cancel", "menu.huy", None, cancel),
)
_OF_INVITATIONS: tuple[Shape, ...] = (("list", NUMBER), (one_of("show", "revoke"), WORD))
_OF_PEOPLE: tuple[Shape, ...] = (
    (one_of("list", "show", "roles", "ask_end", "end"), NUMBER),
    (one_of("units", "ask_unit", "unit"), NUMBER, NUMBER),
    (one_of("ask_role", "role"), NUMBER, one_of(Role)),
)
_OF_SETTINGS: tuple[Shape, ...] = (("language", WORD), (one_of("locality", "hour"), NUMBER))
PRESSES = (
    PressRoute(Action.INVITE, _OF_INVITATIONS, press_invitation),
    PressRoute(Action.PEOPLE, _OF_PEOPLE, press_people),
    PressRoute(Action.SETTINGS, _OF_SETTINGS, press_setting),
)
