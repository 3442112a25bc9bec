"""`/moi` and `/nguoi`: inviting, and looking after memberships."""

from __future__ import annotations

from bot.conversations.people import invite
from bot.domain.errors import NotFound
from bot.domain.people.people import Ability, Role
from bot.handlers.core.routes import Command, PressRoute
from bot.services.people.change_membership import change_membership
from bot.services.people.end_membership import end_membership
from bot.services.people.invite import open_invitations, revoke_invitation, see_invitation
from bot.services.people.list_people import PersonPage, list_people, see_person
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.people import people as views
from bot.views.people.joining import invitations_view, invited_view, revoked_view


async def begin_invitation(visit: Visit, words: str) -> None:
    """/moi: unit, role, and the invitation to hand on."""
    scene = visit.scene
    await visit.show(await visit.engine.open(scene, invite.KIND, await invite.new_draft(scene)))


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
        await visit.say(invitations_view(scene.t, found, _number(value)))
    elif verb == "show":
        seen = await see_invitation(scene.desk, scene.visitor, code=value)
        await visit.say(invited_view(scene.t, seen, scene.now))
    elif verb == "revoke":
        gone = await revoke_invitation(scene.desk, scene.visitor, code=value, now=scene.now)
        await visit.update(revoked_view(scene.t, gone))
    else:
        raise NotFound("not_found")


async def press_people(visit: Visit, args: tuple[str, ...]) -> None:
    """The list, a person's page, the questions before a change, and the change."""
    verb, first, second = (*args, "", "", "")[:3]
    if verb == "list":
        people = await list_people(visit.scene.desk, visit.scene.visitor)
        await visit.update(views.people_view(visit.scene.t, people, _number(first)))
    elif verb in ("end", "unit", "role"):
        await _change(visit, verb, _number(first), second)
    else:
        page = await see_person(visit.scene.desk, visit.scene.visitor, membership_id=_number(first))
        await _ask(visit, verb, page, second)


async def _ask(visit: Visit, verb: str, page: PersonPage, value: str) -> None:
    t = visit.scene.t
    if verb == "show":
        await visit.update(views.person_view(t, page))
    elif verb == "units":
        await visit.update(views.units_view(t, page, _number(value)))
    elif verb == "roles":
        await visit.update(views.roles_view(t, page))
    elif verb == "ask_end":
        await visit.update(views.ask_end_view(t, page))
    elif verb == "ask_role":
        await visit.update(views.ask_role_view(t, page, _role(value)))
    elif verb == "ask_unit" and _number(value) in page.choices.roles:
        unit = next(unit for unit in page.choices.units if unit.id == _number(value))
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
        unit_id=_number(value) if verb == "unit" else None,
        role=_role(value) if verb == "role" else None,
        now=scene.now,
    )
    await visit.update(views.changed_view(scene.t, changed))
    await visit.publish_menu(changed.person.telegram_id)


def _number(given: str) -> int:
    # Anyone can send any callback data; what is no plain number is answered like an id that does not exist.
    if not given.isdecimal() or not given.isascii() or len(given) > 15:
        raise NotFound("not_found")
    return int(given)


def _role(given: str) -> Role:
    if given not in {role.value for role in Role}:
        raise NotFound("not_found")
    return Role(given)


COMMANDS = (
    Command("moi", "invite", "menu.moi", Ability.INVITE, begin_invitation),
    Command("nguoi", "people", "menu.nguoi", Ability.INVITE, show_people),
)
PRESSES = (PressRoute(Action.INVITE, press_invitation), PressRoute(Action.PEOPLE, press_people))
