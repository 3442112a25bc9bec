"""Photos and documents: stored and hashed first, then read like a message.

Where a file is not taken, the words that came with it are read all the same: only a secrecy mark leaves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from telegram import Message, Update
from telegram.error import BadRequest

from bot.conversations.core.scene import Sent
from bot.domain.errors import EvidenceRefused, NotAllowed, TienDoError
from bot.domain.people.evidence import Evidence
from bot.evidence.secrecy import marking_in
from bot.handlers.entry.commands import answering
from bot.handlers.entry.free_text import read
from bot.handlers.reporting import drop_album
from bot.services.reporting.attach_evidence import SECRET, OfferedFile, receive, refuse_marked, too_large
from bot.transport.screen.visit import Context, Visit
from bot.views.parts.view import View
from bot.views.words.refused_files import Refusal, refused_lines

_TOO_BIG = "file is too big"


@dataclass(frozen=True, slots=True)
class AnnouncedFile:
    """A file as Telegram announces it; name and type are claims, size is in bytes.

    ``called`` is the name its sender knows it by: "" where there is none.
    """

    file_id: str
    name: str
    mime: str | None
    size: int | None
    called: str = ""


def incoming(message: Message) -> AnnouncedFile | None:
    """The file of a message: the document, or the largest size of the photo."""
    if message.document is not None:
        sent, called = message.document, message.document.file_name or ""
        return AnnouncedFile(
            sent.file_id, called or f"file_{message.message_id}", sent.mime_type, sent.file_size, called
        )
    if message.photo:
        largest = message.photo[-1]
        return AnnouncedFile(largest.file_id, f"photo_{message.message_id}.jpg", "image/jpeg", largest.file_size)
    return None


async def received(update: Update, context: Context) -> None:
    """A message with a file."""
    file = incoming(update.message) if update.message else None
    if file is not None and update.message is not None:
        await answering(context.visit, _take(context.visit, update.message, file))


async def of_no_kind(visit: Visit, message: Message) -> None:
    """A message with what is never taken (a video, a voice message), and with words or other files beside it."""
    await answering(visit, _refuse_kind(visit, message))


async def _take(visit: Visit, message: Message, file: AnnouncedFile) -> None:
    try:
        _require_open_album(visit, message)
        evidence = await _stored(visit, message, file)
    except (EvidenceRefused, NotAllowed) as refused:
        await _not_taken(visit, message, file.called, refused)
    else:
        await read(visit, Sent((evidence.id,), message.caption, message.media_group_id))


async def _refuse_kind(visit: Visit, message: Message) -> None:
    scene, called = visit.scene, getattr(message.effective_attachment, "file_name", None) or ""
    try:
        _require_open_album(visit, message)
        await refuse_marked(scene.desk, scene.visitor, name=called, caption=message.caption, now=scene.now)
    except EvidenceRefused as secret:
        await _not_taken(visit, message, called, secret)
    await _not_taken(visit, message, called, EvidenceRefused("file_type_refused"))


def _require_open_album(visit: Visit, message: Message) -> None:
    if visit.application.albums.is_barred(message.chat_id, message.media_group_id):
        raise EvidenceRefused(SECRET)


async def _not_taken(visit: Visit, message: Message, called: str, refused: TienDoError) -> None:
    """Read the words that came with a file that was not taken; where there are none, only tell. Raises SECRET."""
    if refused.key == SECRET:
        await _leave_nothing(visit, message)
        raise refused
    files = (Refusal(called, refused.key, refused.figures),)
    said = Sent((), message.caption or None, message.media_group_id, files)
    is_file = isinstance(refused, EvidenceRefused)
    if said.caption or (is_file and said.album is not None and visit.engine.takes_album(visit.scene)):
        await read(visit, said)
    elif is_file:
        await visit.say(View(refused_lines(visit.t, files)), subject=f"{refused.key}:{called}")
    else:
        raise refused


async def _stored(visit: Visit, message: Message, file: AnnouncedFile) -> Evidence:
    scene = visit.scene
    # What is sent now is not meant for a dialogue that rests.
    visitor = scene.visitor if visit.engine.is_open(scene) else replace(scene.visitor, dialogue=None)
    offered = OfferedFile(
        name=file.name,
        download=lambda target: _download(visit, file, target),
        mime=file.mime,
        size=file.size,
        caption=message.caption,
        transport_ref=file.file_id,
    )
    return await receive(scene.desk, visitor, offered, now=scene.now, key=scene.key)


async def _download(visit: Visit, file: AnnouncedFile, target: Path) -> None:
    try:
        await visit.application.sender.download(file.file_id, target)
    except BadRequest as refused:
        # Telegram hands out nothing above its own limit, whatever ours is.
        if _TOO_BIG in refused.message.lower():
            raise too_large(visit.scene.desk.max_file_bytes) from refused
        raise


async def _leave_nothing(visit: Visit, message: Message) -> None:
    visit.erase_words()
    album = message.media_group_id
    if album is not None and marking_in(message.caption or ""):
        # The caption speaks for the whole album.
        visit.application.albums.bar(message.chat_id, album)
        await drop_album(visit, album)
    await visit.application.sender.delete(message.chat_id, message.message_id)
