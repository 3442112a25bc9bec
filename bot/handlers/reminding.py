"""`/dondoc`, `/tinhtrang`, and what stands under a reminder: tomorrow again, and no more for a while."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import NotAllowed
from bot.domain.people import people
from bot.domain.people.people import Ability
from bot.services.core.desk import current_locality_id
from bot.services.core.hours import day_of
from bot.services.core.shown import ShownMoved
from bot.services.reminding.date_anew import date_anew, see_misdated
from bot.services.reminding.delivery_status import delivery_status
from bot.services.reminding.mute import mute, see_mute
from bot.services.reminding.nudge import nudge
from bot.services.reminding.prepare_nudge import find_chases, look_at_chase
from bot.services.reminding.see_health import see_health
from bot.services.reminding.snooze import snooze
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, WORD, Shape, maybe, one_of
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number_at
from bot.views.reminding import mute as muting
from bot.views.reminding import nudge as chasing
from bot.views.reminding.clock import ask_date_anew, dated_anew_view
from bot.views.reminding.delivery import snoozed_words, status_view


async def chase(visit: Visit, words: str) -> None:
    """/dondoc CODE: whom a message reaches, before it is sent."""
    scene = visit.scene
    if not words.strip():
        if not people.is_office(scene.visitor.memberships, current_locality_id(scene.visitor)):
            raise NotAllowed("no_right")
        await visit.say(chasing.how_to_nudge(scene.t))
        return
    found = await find_chases(scene.desk, scene.visitor, code=words, now=scene.now)
    one = chasing.ask_nudge(scene.t, found[0]) if len(found) == 1 else chasing.which_unit(scene.t, found)
    await visit.say(one)


async def press_nudge(visit: Visit, args: tuple[str, ...]) -> None:
    """A unit was chosen, the chase was sent, or left."""
    scene, verb, assignment_id = visit.scene, args[0], number_at(args, 1)
    if verb == "send":
        await _send_chase(visit, assignment_id, args[2] if len(args) > 2 else "")
        return
    found = await look_at_chase(scene.desk, scene.visitor, assignment_id=assignment_id, now=scene.now)
    if verb == "ask":
        await visit.say(chasing.ask_nudge(scene.t, found))
    else:
        await visit.update(chasing.nudge_left(scene.t, found))


async def _send_chase(visit: Visit, assignment_id: int, seen: str) -> None:
    scene, ids = visit.scene, {"assignment_id": assignment_id}
    try:
        # Named after the question, so that a second tap on it chases nobody twice.
        sent = await nudge(scene.desk, scene.visitor, **ids, now=scene.now, key=_question(visit), seen=seen)
    except ShownMoved:
        found = await look_at_chase(scene.desk, scene.visitor, **ids, now=scene.now)
        await visit.update(chasing.ask_nudge(scene.t, found))
        raise
    await visit.update(chasing.nudged_view(scene.t, sent.chase, at=sent.at, now=scene.now))


def _question(visit: Visit) -> str:
    message = visit.query.message if visit.query is not None else None
    # Another bot counts the messages of a chat from the beginning.
    bot_id = visit.application.inbox.bot_id
    return visit.scene.key if message is None else f"{bot_id}:{visit.chat_id}:{message.message_id}"


async def status(visit: Visit, words: str) -> None:
    """/tinhtrang: what became of the notices, and how the bot is."""
    scene = visit.scene
    found = await delivery_status(scene.desk, scene.visitor, now=scene.now)
    application = visit.application
    health = await see_health(scene.desk, ticked_at=application.ticked_at, doubt=application.clock.doubt)
    await visit.say(status_view(scene.t, found, health, scene.now))


async def press_clock(visit: Visit, args: tuple[str, ...]) -> None:
    """What a wrong clock has dated: which dates it gets, and that it gets them."""
    scene, verb, place = visit.scene, args[0], number_at(args, 1)
    if verb == "ask":
        found = await see_misdated(scene.desk, scene.visitor, locality_id=place, now=scene.now)
        await visit.say(ask_date_anew(scene.t, found, place))
    else:
        made = await date_anew(scene.desk, scene.visitor, locality_id=place, now=scene.now)
        await visit.update(dated_anew_view(scene.t, made))


async def press_snooze(visit: Visit, args: tuple[str, ...]) -> None:
    """Nhắc lại ngày mai: the message stays, and comes again."""
    scene = visit.scene
    again = await snooze(scene.desk, scene.visitor, outbox_id=number_at(args, 0), now=scene.now)
    await visit.toast(snoozed_words(scene.t, again.at))


async def press_mute(visit: Visit, args: tuple[str, ...]) -> None:
    """Tắt nhắc: for how long, from now on, or no longer."""
    scene, verb, row_id = visit.scene, args[0], number_at(args, 1)
    if verb == "ask":
        found = await see_mute(scene.desk, scene.visitor, row_id=row_id)
        held = found.until if found.until and found.until >= day_of(scene.now) else None
        await visit.say(muting.ask_mute(scene.t, found.row, held))
    elif verb == "on":
        until = day_of(scene.now) + timedelta(days=number_at(args, 2))
        muted = await mute(scene.desk, scene.visitor, row_id=row_id, until=until)
        await visit.update(muting.muted_view(scene.t, muted.row, until))
    else:
        muted = await mute(scene.desk, scene.visitor, row_id=row_id, until=None)
        await visit.update(muting.unmuted_view(scene.t, muted.row))


COMMANDS = (
    Command("dondoc", "nudge", "menu.dondoc", Ability.RUN, chase),
    Command("tinhtrang", "status", "menu.tinhtrang", Ability.RUN, status),
)
_OF_CHASES: tuple[Shape, ...] = (("send", NUMBER, maybe(WORD)), (one_of("ask", "leave"), NUMBER))
_OF_MUTES: tuple[Shape, ...] = ((one_of("ask", "off"), NUMBER), ("on", NUMBER, one_of(map(str, muting.SPANS.values()))))
PRESSES = (
    PressRoute(Action.NUDGE, _OF_CHASES, press_nudge),
    PressRoute(Action.SNOOZE, ((NUMBER,),), press_snooze),
    PressRoute(Action.MUTE, _OF_MUTES, press_mute),
    PressRoute(Action.CLOCK, ((one_of("ask", "do"), NUMBER),), press_clock),
)
