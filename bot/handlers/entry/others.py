"""What is no text, no file and no button: edits, stickers and the like, groups, blocking, answers owed to albums."""

from __future__ import annotations

from dataclasses import replace

from telegram import ChatMemberUpdated, Update

from bot.domain.errors import EvidenceRefused
from bot.evidence.secrecy import marking_in
from bot.handlers.entry.files import of_no_kind
from bot.handlers.entry.gate import open_scene
from bot.services.people.come_in import note_presence
from bot.services.reporting.attach_evidence import SECRET
from bot.services.units.bind_team_chat import leave_chat
from bot.transport.receiving.ticket import AlbumAnswer
from bot.transport.screen.visit import Context
from bot.transport.screen.words import bare, with_menu

PRESENT = ("member", "administrator", "restricted")


async def edited(update: Update, context: Context) -> None:
    """A message changed after it was sent: what was recorded stays as it is. A secrecy mark put in is not kept."""
    visit, message = context.visit, update.edited_message
    if message is not None and marking_in(message.caption or ""):
        visit.erase_words()
        await visit.application.sender.delete(message.chat_id, message.message_id)
        await visit.tell(EvidenceRefused(SECRET))
    else:
        await visit.say(bare(visit.t, "transport.edited"))


async def unreadable(update: Update, context: Context) -> None:
    """A sticker, a voice message, a place …: say what can be sent. Telegram's own service messages are let pass."""
    message = update.message
    if message is None or message.effective_attachment is None:
        return
    if message.caption or message.media_group_id:
        await of_no_kind(context.visit, message)
    else:
        await context.visit.say(with_menu(context.visit.t, "transport.cannot_read"))


async def standing_changed(update: Update, context: Context) -> None:
    """The bot was blocked or let in again, or brought into a group."""
    change = update.my_chat_member
    if change is None:
        return
    if change.chat.type != "private":
        await _in_group(change, context)
        return
    application, present = context.visit.application, change.new_chat_member.status in PRESENT
    await note_presence(application.desk, telegram_id=change.chat.id, reachable=present, now=application.clock.now())


async def _in_group(change: ChatMemberUpdated, context: Context) -> None:
    application = context.visit.application
    if _came_in(change):
        await context.visit.say(bare(context.visit.t, "transport.group_greeting"))
    elif change.new_chat_member.status not in PRESENT:
        await leave_chat(application.desk, chat_id=change.chat.id, now=application.clock.now())


def _came_in(change: ChatMemberUpdated) -> bool:
    before, after = change.old_chat_member.status, change.new_chat_member.status
    return before not in PRESENT and after in PRESENT


async def album_is_quiet(owed: AlbumAnswer, context: Context) -> None:
    """Show the card once, after the last item of an album; another message may have shown it already."""
    visit = context.visit
    await open_scene(visit, owed.telegram_id, owed.chat_id)
    stored = visit.scene.visitor.dialogue
    if stored is None or stored.answer_due_at is None:
        return
    if stored.answer_due_at > visit.scene.now:
        visit.application.albums.expect(stored)
        return
    turn = await visit.engine.answer_of(visit.scene, stored)
    if turn is None:
        visit.keep(replace(stored, answer_due_at=None))
    else:
        await visit.show(turn)
