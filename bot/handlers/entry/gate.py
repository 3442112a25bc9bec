"""The door: who is this, and may they come in? Runs before every other handler and stops those it turns away."""

from __future__ import annotations

import re

from telegram import Message, Update
from telegram.ext import ApplicationHandlerStop

from bot.conversations.core.scene import Scene
from bot.domain.errors import NotAllowed
from bot.domain.people.dialogue import DialogueKind
from bot.handlers.entry.commands import command_of
from bot.i18n import language_of, translator
from bot.services.people.come_in import who_came
from bot.services.people.join import read_invitation_code
from bot.services.units.bind_team_chat import follow_chat
from bot.transport.screen.buttons import decode
from bot.transport.screen.visit import Context, Visit
from bot.transport.screen.words import bare
from bot.views.parts.actions import Action


async def gate(update: Update, context: Context) -> None:
    """Let members in with their scene; everyone else hears one sentence, or nothing where nothing was asked."""
    visit = context.visit
    if update.my_chat_member is not None:
        return
    if update.message is not None and update.message.migrate_to_chat_id is not None:
        await _follow_group(visit, update.message.chat_id, update.message.migrate_to_chat_id)
        raise ApplicationHandlerStop
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or user.is_bot:
        raise ApplicationHandlerStop
    if chat.type != "private":
        if not await _heard_in_group(visit, update):
            raise ApplicationHandlerStop
        await open_scene(visit, user.id, chat.id, user.language_code)
        return
    await open_scene(visit, user.id, chat.id, user.language_code)
    if not _may_enter(visit, update):
        await visit.tell(NotAllowed("not_invited"))
        raise ApplicationHandlerStop


async def open_scene(visit: Visit, telegram_id: int, chat_id: int, language_code: str | None = None) -> None:
    """Look up who wrote and set the scene; somebody who counted as unreachable is reachable again."""
    desk = visit.application.desk
    in_private = telegram_id == chat_id and visit.update_of is not None
    visitor = await who_came(desk, telegram_id=telegram_id, chat_id=chat_id, answers=in_private)
    joined = visitor.person is not None and bool(visitor.memberships)
    language = visitor.person.language if visitor.person is not None and joined else language_of(language_code)
    visit.scene = Scene(
        desk=desk,
        visitor=visitor,
        t=translator(language),
        now=visit.application.clock.now(),
        key=visit.ticket.key,
    )


def _may_enter(visit: Visit, update: Update) -> bool:
    visitor = visit.scene.visitor
    if visitor.person is not None and visitor.memberships:
        return True
    command = command_of(update.message.text) if update.message and update.message.text else None
    if command is not None and command.word == "start" and command.words:
        return True
    if update.message is not None and read_invitation_code(update.message.text or "", misread=True):
        return True
    if visitor.dialogue is None or visitor.dialogue.kind != DialogueKind.JOIN:
        return False
    if update.callback_query is not None:
        pressed = decode(update.callback_query.data)
        return pressed is not None and pressed.action == Action.DIALOGUE
    if command is not None:
        return command.word in ("huy", "cancel")
    return update.message is not None and update.message.text is not None


async def _heard_in_group(visit: Visit, update: Update) -> bool:
    """Whether it is one of the few things meant for a group; for the rest one is asked to write privately.

    No names, no files, no tasks in a group.
    """
    if update.callback_query is not None:
        press = decode(update.callback_query.data)
        route = visit.application.routes.presses.get(Action(press.action)) if press is not None else None
        if route is not None and route.in_groups:
            return True
        await visit.toast(visit.t("transport.write_privately"), alert=True)
    elif isinstance(update.message, Message):
        if question_for_us(visit, update.message) is not None:
            return True
        return await _command_in_group(visit, update.message.text)
    return False


def question_for_us(visit: Visit, message: Message) -> str | None:
    """The words of a message in a group that names the bot or answers it, and is no command; else none."""
    text = message.text or ""
    name = f"@{visit.application.bot.username}"
    answered = message.reply_to_message.from_user if message.reply_to_message is not None else None
    if not text or command_of(text) is not None:
        return None
    if name.casefold() in text.casefold():
        return re.sub(re.escape(name), " ", text, flags=re.IGNORECASE).strip()
    return text if answered is not None and answered.id == visit.application.bot.id else None


async def _command_in_group(visit: Visit, text: str | None) -> bool:
    command = command_of(text)
    found = visit.application.routes.command(command.word) if command is not None else None
    ours = command is not None and command.target == visit.application.bot.username.lower()
    if command is None or not (ours or (command.target is None and found is not None)):
        return False
    if found is not None and found.in_groups:
        return True
    await visit.say(bare(visit.t, "transport.write_privately"))
    return False


async def _follow_group(visit: Visit, old: int, new: int) -> None:
    """A group has become a supergroup: its team is told there."""
    await follow_chat(visit.application.desk, chat_id=old, new_chat_id=new)
