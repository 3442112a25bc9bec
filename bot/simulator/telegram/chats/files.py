"""Files as Telegram keeps them: an identifier per sending, a unique identifier per content."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import PurePosixPath

from PIL import Image, UnidentifiedImageError

from bot.simulator.telegram.chats.limits import FILE_LINK_VALID, check_download
from bot.simulator.telegram.chats.refusals import Json, Refused, bad_request

PHOTO_SIDES = (90, 320, 800, 1280)
FOLDERS = {"photo": "photos", "document": "documents", "video": "videos", "voice": "voice", "sticker": "stickers"}
UNREADABLE_SIDES = (1280, 960)


@dataclass(frozen=True)
class StoredFile:
    """One file under one file_id; `size` in bytes may be claimed larger than the content kept."""

    file_id: str
    file_unique_id: str
    kind: str
    path: str
    content: bytes
    size: int
    name: str | None = None
    mime: str | None = None
    sides: tuple[int, int] | None = None
    smaller: tuple[str, ...] = ()
    """For a photo: the file_ids of its smaller sizes, smallest first."""

    def reference(self) -> Json:
        """The identifiers and size every Bot API file object has."""
        return {"file_id": self.file_id, "file_unique_id": self.file_unique_id, "file_size": self.size}

    def described(self) -> Json:
        """The file as it stands in a message, except photos."""
        named = {"file_name": self.name, "mime_type": self.mime}
        return {**self.reference(), **{key: value for key, value in named.items() if value is not None}}


class Files:
    """Every file of the simulated Telegram, by file_id; links given out expire by the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._numbers = count(1)
        self._stored: dict[str, StoredFile] = {}
        self._links: dict[str, tuple[str, datetime]] = {}

    def add(
        self, kind: str, content: bytes, *, name: str | None = None, mime: str | None = None, size: int | None = None
    ) -> StoredFile:
        """A stored file; `size` in bytes overrides the length of the content."""
        extension = PurePosixPath(name).suffix if name and kind == "document" else ""
        if kind == "voice":
            extension = ".oga"
        made = self._made(kind, content, extension)
        return self._keep(replace(made, name=name, mime=mime, size=made.size if size is None else size))

    def add_photo(self, content: bytes, *, strict: bool = False) -> StoredFile:
        """A photo in its sizes, the largest returned; strict refuses what is no picture with a 400."""
        picture = _opened(content)
        if strict and picture is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        sides = picture.size if picture else UNREADABLE_SIDES
        if strict and (sum(sides) > 10000 or max(sides) > 20 * min(sides)):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        smaller: list[str] = []
        for side in PHOTO_SIDES:
            if picture is not None and side < max(sides):
                reduced = _reduced(picture, side)
                seed = f"{side}".encode() + content
                stored = self._keep(replace(self._made("photo", reduced[0], ".jpg", seed), sides=reduced[1]))
                smaller.append(stored.file_id)
        return self._keep(replace(self._made("photo", content, ".jpg"), sides=sides, smaller=tuple(smaller)))

    def photo_sizes(self, photo: StoredFile) -> list[Json]:
        """The list of PhotoSize objects of a message, smallest first."""
        sizes = [self._stored[file_id] for file_id in photo.smaller] + [photo]
        return [{**s.reference(), "width": (s.sides or (0, 0))[0], "height": (s.sides or (0, 0))[1]} for s in sizes]

    def known(self, file_id: str) -> StoredFile:
        """The file under this identifier; a 400 where there is none."""
        if file_id.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        if file_id not in self._stored:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._stored[file_id]

    def link(self, file_id: str) -> Json:
        """The File object of getFile, its link valid an hour; a 400 past 20 MB."""
        if file_id not in self._stored:
            raise bad_request("invalid file_id")
        stored = self._stored[file_id]
        check_download(stored.size)
        self._links[stored.path] = (file_id, self._now() + FILE_LINK_VALID)
        return {**stored.reference(), "file_path": stored.path}

    def download(self, path: str) -> bytes:
        """The content behind a link; a 404 where the link was never given out or has run out."""
        file_id, until = self._links.get(path, ("", self._now()))
        if until <= self._now():
            raise Refused(404, "Not Found")
        return self._stored[file_id].content

    def _made(self, kind: str, content: bytes, extension: str, seed: bytes | None = None) -> StoredFile:
        number = next(self._numbers)
        unique = sha256(kind.encode() + (content if seed is None else seed)).hexdigest()[:15]
        return StoredFile(
            file_id=f"{kind.upper()}-{number}-{unique}",
            file_unique_id=f"AQAD{unique}",
            kind=kind,
            path=f"{FOLDERS.get(kind, 'documents')}/file_{number}{extension}",
            content=content,
            size=len(content),
        )

    def _keep(self, stored: StoredFile) -> StoredFile:
        self._stored[stored.file_id] = stored
        return stored


def _opened(content: bytes) -> Image.Image | None:
    try:
        picture = Image.open(io.BytesIO(content))
        picture.load()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
    return picture


def _reduced(picture: Image.Image, side: int) -> tuple[bytes, tuple[int, int]]:
    copy = picture.convert("RGB")
    copy.thumbnail((side, side))
    target = io.BytesIO()
    copy.save(target, "JPEG", quality=75)
    return target.getvalue(), copy.size
