"""Stored files as Telegram takes them: alone, or as albums of 2–10 that do not mix documents with photos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from telegram import InputFile, InputMediaDocument, InputMediaPhoto

from bot.views.parts.view import Attachment

ALBUM_ITEMS = 10
Album = Sequence[Attachment]


def albums(attachments: Sequence[Attachment]) -> list[Album]:
    """The files in the order given, photos before documents, at most ten at a time."""
    found: list[Album] = []
    for kind in ("photo", "document"):
        alike = [item for item in attachments if item.kind == kind]
        found += [alike[start : start + ALBUM_ITEMS] for start in range(0, len(alike), ALBUM_ITEMS)]
    return found


def media_of(item: Attachment, content: Any) -> InputMediaPhoto | InputMediaDocument:
    """One item of an album; ``content`` is a reference or an upload."""
    return InputMediaPhoto(content) if item.kind == "photo" else InputMediaDocument(content)


def upload_of(item: Attachment, content: bytes) -> InputFile:
    """The file to be uploaded under its name; ``attach`` is set as albums need it and single sends allow it."""
    return InputFile(content, filename=item.name, attach=True)
