"""Photos and documents that come from the page: read up to a bound, then sent as a person's phone would send them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message as Piece
from starlette.types import Receive

from bot.domain.errors import BadInput, EvidenceRefused
from bot.evidence.kinds import container_of
from bot.simulator.telegram.chats.limits import ALBUM_ITEMS, CAPTION_UNITS, DOCUMENT_BYTES
from bot.simulator.telegram.chats.markup import utf16_length
from bot.simulator.telegram.chats.people import ChatGroup, Doc, SimulatedPerson
from bot.simulator.telegram.chats.refusals import Json
from bot.simulator.telegram.chats.state import Chat, Message

MOST_BYTES = DOCUMENT_BYTES
"""Of one request. What the bot itself takes (20 MB) is for the bot to say."""
MOST_FILES = 50
PICTURES = frozenset({"jpg", "png", "webp"})
"""What a phone sends as a photo unless it is told to send a file."""
Place = Callable[[Json], tuple[SimulatedPerson, Chat]]
Item = bytes | Doc


async def send_files(request: Request, place: Place) -> list[int]:
    """The ids of the messages that carry the files of a request, in the order given; several make an album.

    Raises EvidenceRefused where all together are too large, BadInput for a request that holds no file.
    """
    try:
        async with Request(request.scope, _bounded(request)).form(max_files=MOST_FILES) as form:
            asked = {name: value for name, value in form.items() if isinstance(value, str)}
            person, chat = place(asked)
            items = await _items(form, as_files=asked.get("as") == "document")
    except HTTPException:
        raise BadInput("trial_no_file") from None
    caption = asked.get("caption", "").strip() or None
    if caption and utf16_length(caption) > CAPTION_UNITS:
        raise BadInput("trial_text_too_long", most=CAPTION_UNITS)
    return [message.id for message in _send(person, chat, items, caption)]


def _bounded(request: Request) -> Receive:
    """The body of a request up to the bound; where there is more, that is read and dropped before it is refused.

    A browser that is still sending would not hear the answer.
    """
    read = 0

    async def receive() -> Piece:
        nonlocal read
        piece = await request.receive()
        read += len(piece.get("body", b""))
        if read <= MOST_BYTES:
            return piece
        while piece.get("more_body"):
            piece = await request.receive()
        raise EvidenceRefused("trial_files_too_large", most=MOST_BYTES // 2**20)

    return receive


async def _items(form: FormData, *, as_files: bool) -> list[Item]:
    uploads = [value for value in form.getlist("file") if isinstance(value, UploadFile)]
    if not uploads:
        raise BadInput("trial_no_file")
    items: list[Item] = []
    for upload in uploads:
        content = await upload.read()
        if not as_files and container_of(content[:64]) in PICTURES:
            items.append(content)
        else:
            mime = upload.content_type or "application/octet-stream"
            items.append(Doc(content, upload.filename or "file", mime))
    return items


def _send(person: SimulatedPerson, chat: Chat, items: Sequence[Item], caption: str | None) -> list[Message]:
    """The messages: an album never mixes photos with documents, and holds no more than Telegram's ten."""
    group = None if chat.private else ChatGroup(person.chats, chat)
    sent: list[Message] = []
    for album in _albums(items):
        words = None if sent else caption
        sent += person.send_album(album, words, group=group, alone=len(album) == 1)
    return sent


def _albums(items: Sequence[Item]) -> Iterator[list[Item]]:
    for _, alike in groupby(items, key=lambda item: isinstance(item, Doc)):
        kept = list(alike)
        for start in range(0, len(kept), ALBUM_ITEMS[1]):
            yield kept[start : start + ALBUM_ITEMS[1]]
