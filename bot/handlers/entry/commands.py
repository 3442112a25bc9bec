"""Typed commands and pressed buttons on their way to the module that knows them."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from dataclasses import dataclass, replace

from telegram import Update

from bot.conversations.core.turns import RESUME, Turn
from bot.domain.errors import DatabaseBusy, DatabaseFull, TienDoError
from bot.domain.plan.words import fold
from bot.handlers.rows import show_assignment_card
from bot.transport.screen.buttons import decode
from bot.transport.screen.routes import Command, Routes
from bot.transport.screen.visit import Context, Visit
from bot.transport.screen.words import with_menu
from bot.views.parts.actions import Action
from bot.views.parts.html import lines, say
from bot.views.parts.subjects import (
    NOTHING,
    DialogueSubject,
    DifficultySubject,
    DutySubject,
    WalkSubject,
    WorkSubject,
    read_subject,
)
from bot.views.parts.view import Press

_COMMAND = re.compile(r"/([^\s@/]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """A command as typed: its bare word, the bot it names, and the words behind it."""

    word: str
    target: str | None
    words: str


def command_of(text: str | None) -> TypedCommand | None:
    """The command a message is; none where it is none. Diacritics do not matter: /việc is /viec."""
    found = _COMMAND.fullmatch(text.strip()) if text else None
    if found is None:
        return None
    target = found.group(2)
    word = fold(found.group(1)).replace(" ", "")
    return TypedCommand(word, target.lower() if target else None, (found.group(3) or "").strip())


async def answering(visit: Visit, work: Awaitable[None]) -> None:
    """Do the work; a named error is told to the person. A crowded database is none: the update is tried again."""
    try:
        await work
    except (DatabaseBusy, DatabaseFull):
        raise
    except TienDoError as problem:
        await visit.tell(problem)


async def typed(update: Update, context: Context) -> None:
    """A message that begins with a slash."""
    visit = context.visit
    command = command_of(update.message.text if update.message else None)
    found = visit.application.routes.command(command.word) if command else None
    if command is None or found is None:
        await visit.say(with_menu(visit.t, "transport.no_such_command"))
    else:
        await answering(visit, found.handle(visit, command.words))


async def pressed(update: Update, context: Context) -> None:
    """A pressed button; its clock is stopped in every case."""
    visit = context.visit
    press = decode(update.callback_query.data if update.callback_query else None)
    if press is None:
        await _outdated(visit)
    elif press.action == Action.DIALOGUE:
        await answering(visit, _in_dialogue(visit, press))
    else:
        await answering(visit, _by_route(visit, press))
    await visit.toast("")


async def _by_route(visit: Visit, press: Press) -> None:
    routes = visit.application.routes
    route = routes.presses.get(Action(press.action))
    if route is not None and route.takes(press.args):
        await route.handle(visit, press.args)
    elif press.action == Action.MENU and (command := _menu_command(routes, press)) is not None:
        await command.handle(visit, " ".join(press.args[1:]))
    else:
        await _outdated(visit)


def _menu_command(routes: Routes[Visit], press: Press) -> Command[Visit] | None:
    return routes.command(press.args[0]) if press.args else None


async def _in_dialogue(visit: Visit, press: Press) -> None:
    token, subject, verb, *value = (*press.args, "", "", "")[: max(3, len(press.args))]
    turn = await visit.engine.press(visit.scene, token, verb, ":".join(value))
    if turn.outdated:
        await _show_newest(visit, turn)
    elif not turn.stale:
        # What stands above a way back stays: the answer to something else, or another draft's card.
        await visit.show(turn, beside=verb == RESUME)
    else:
        await _after_dialogue(visit, read_subject(subject))


async def _after_dialogue(visit: Visit, subject: DialogueSubject) -> None:
    """What the dialogue of a button was about, now that it is over."""
    if subject == NOTHING:
        await _outdated(visit)
        return
    await visit.toast(visit.t("transport.button_over"))
    match subject:
        case WorkSubject(assignment_id):
            await show_assignment_card(visit, assignment_id)
        case WalkSubject():
            await _by_route(visit, Press(Action.PERIOD, ("walk",)))
        case DifficultySubject(difficulty_id):
            await _by_route(visit, Press(Action.DIFFICULTY, ("card", str(difficulty_id))))
        case DutySubject(locality_id, unit_id, ask, period):
            duty = (str(locality_id), str(unit_id), ask, period)
            await _by_route(visit, Press(Action.UNIT_REPORT, ("open", *duty)))


async def _show_newest(visit: Visit, turn: Turn) -> None:
    """The newest card below an older one whose button was pressed; under a second tap on it just as it is."""
    card = turn.dialogue.draft.get("card_message_id") if turn.dialogue is not None else None
    pressed = visit.query.message.message_id if visit.query is not None and visit.query.message is not None else None
    if turn.view is None or pressed == card:
        await visit.toast(visit.t("dialogue.card_changed"))
        await visit.show(turn)
        return
    told = say(visit.t, "dialogue.card_old")
    await visit.toast(visit.t("dialogue.card_old"), alert=True)
    await visit.show(replace(turn, view=replace(turn.view, text=lines([told, "", turn.view.text]))), beside=True)


async def _outdated(visit: Visit) -> None:
    await visit.toast(visit.t("transport.button_over"))
    await visit.say(with_menu(visit.t, "transport.button_outdated"))
