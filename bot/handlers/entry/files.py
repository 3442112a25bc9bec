"""Photos and documents: stored and hashed first, then read like a message."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update

from bot.conversations.core.scene import Sent
from bot.domain.errors import EvidenceRefused
from bot.domain.people.evidence import Evidence
from bot.evidence.secrecy import marking_in
from bot.handlers.entry.commands import answering
from bot.handlers.entry.free_text import read
from bot.handlers.reporting import drop_album
from bot.services.reporting.attach_evidence import SECRET, receive
from bot.transport.screen.visit import Context, Visit


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as Telegram announces it; name and type are claims, size is in bytes."""

    file_id: str
    name: str
    mime: str | None
    size: int | None


def incoming(message: Message) -> Incoming | None:
    """The file of a message: the document, or the largest size of the photo."""
    if message.document is not None:
        sent = message.document
        return Incoming(sent.file_id, sent.file_name or f"file_{message.message_id}", sent.mime_type, sent.file_size)
    if message.photo:
        largest = message.photo[-1]
        return Incoming(largest.file_id, f"photo_{message.message_id}.jpg", "image/jpeg", largest.file_size)
    return None


async def received(update: Update, context: Context) -> None:
    """A message with a file."""
    file = incoming(update.message) if update.message else None
    if file is not None and update.message is not None:
        await answering(context.visit, _take(context.visit, update.message, file))


async def _take(visit: Visit, message: Message, file: Incoming) -> None:
    try:
        if visit.application.albums.is_barred(message.chat_id, message.media_group_id):
            raise EvidenceRefused(SECRET)
        evidence = await _stored(visit, message, file)
    except EvidenceRefused as refused:
        if refused.key == SECRET:
            await _leave_nothing(visit, message)
        raise
    await read(visit, Sent((evidence.id,), message.caption, message.media_group_id))


async def _stored(visit: Visit, message: Message, file: Incoming) -> Evidence:
    scene = visit.scene
    return await receive(
        scene.desk,
        scene.visitor,
        download=lambda target: visit.application.sender.download(file.file_id, target),
        name=file.name,
        mime=file.mime,
        size=file.size,
        caption=message.caption,
        transport_ref=file.file_id,
        now=scene.now,
        key=scene.key,
    )


async def _leave_nothing(visit: Visit, message: Message) -> None:
    visit.erase_words()
    album = message.media_group_id
    if album is not None and marking_in(message.caption or ""):
        # The caption speaks for the whole album.
        visit.application.albums.bar(message.chat_id, album)
        await drop_album(visit, album)
    await visit.application.sender.delete(message.chat_id, message.message_id)
