"""Photos and documents that come from the page: read up to a bound, then sent as a person's phone would send them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message as Piece

from bot.domain.errors import BadInput, EvidenceRefused
from bot.evidence.kinds import container_of
from bot.simulator.limits import ALBUM_ITEMS, CAPTION_UNITS, DOCUMENT_BYTES
from bot.simulator.markup import utf16_length
from bot.simulator.people import Doc, Group, Person
from bot.simulator.refusals import Json
from bot.simulator.state import Chat, Message

MOST_BYTES = DOCUMENT_BYTES
"""Of one request. What the bot itself takes (20 MB) is for the bot to say."""
MOST_FILES = 50
PICTURES = frozenset({"jpg", "png", "webp"})
"""What a phone sends as a photo unless it is told to send a file."""
Place = Callable[[Json], tuple[Person, Chat]]
Item = bytes | Doc


async def send_files(request: Request, place: Place) -> list[int]:
    """The ids of the messages that carry the files of a request, in the order given; several make an album.

    Raises EvidenceRefused where all together are too large, BadInput for a request that holds no file.
    """
    bounded = _Bounded(request)
    try:
        async with bounded.request.form(max_files=MOST_FILES) as form:
            if bounded.is_past:
                raise EvidenceRefused("trial_files_too_large", most=MOST_BYTES // 2**20)
            asked = {name: value for name, value in form.items() if isinstance(value, str)}
            person, chat = place(asked)
            items = await _items(form, as_files=asked.get("as") == "document")
    except HTTPException:
        if bounded.is_past:
            raise EvidenceRefused("trial_files_too_large", most=MOST_BYTES // 2**20) from None
        raise BadInput("trial_no_file") from None
    caption = asked.get("caption", "").strip() or None
    if caption and utf16_length(caption) > CAPTION_UNITS:
        raise BadInput("trial_text_too_long", most=CAPTION_UNITS)
    return [message.id for message in _send(person, chat, items, caption)]


class _Bounded:
    """A request of which no more than the bound is kept; the rest is read and dropped, so that the answer is heard."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._read = 0
        self.request = Request(request.scope, self._bounded)

    @property
    def is_past(self) -> bool:
        """Whether it was too large."""
        return self._read > MOST_BYTES

    async def _bounded(self) -> Piece:
        piece = await self._receive()
        self._read += len(piece.get("body", b""))
        return {**piece, "body": b""} if self.is_past else piece


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


def _send(person: Person, chat: Chat, items: Sequence[Item], caption: str | None) -> list[Message]:
    """The messages: an album never mixes photos with documents, and holds no more than Telegram's ten."""
    group = None if chat.private else Group(person.chats, chat)
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
