"""Office files of the years before 2007, and encrypted new ones: OLE compound files.

Runs in the probe's child process.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from olefile import OleFileIO

from bot.evidence.few_reads import FewReads
from bot.evidence.secrecy import marking_in

_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_MACROS = frozenset({"VBA", "Macros", "_VBA_PROJECT", "_VBA_PROJECT_CUR"})
_SEARCHED = 8 << 20
_FIRST_PAGE = 6_000
_WHOLE = 400_000
# Vietnamese text can only stand as UTF-16 in these files; "TOI MAT" may also stand as single bytes.
_WIDE = re.compile(
    rb"(?:[\x20-\x7e\xa0-\xff]\x00|[\x02\x03\x10\x11\x28\x29\x68\x69\xa0\xa1\xaf\xb0]\x01|[\x00-\x23]\x03"
    rb"|[\xa0-\xf9]\x1e|[\x10-\x3a]\x20){3,}"
)
_NARROW = re.compile(rb"[\x20-\x7e]{7,}")
_FILE_PASSWORD = 0x2F


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    start: int


class _Damaged(Exception):
    """The chains of sectors lead nowhere."""


def read_compound(path: Path) -> dict[str, Any] | None:
    """What an OLE file is, or that it carries ``macros``; None when it is no document (an installer, a letter).

    The extension is ``encrypted`` for a new office file behind a password, which says no more of itself.
    """
    data = path.read_bytes()
    try:
        size, entries = _directory(data)
    except _Damaged:
        return None
    names = {entry.name for entry in entries}
    if "EncryptedPackage" in names:
        return {"extension": "encrypted", "marked": False, "unreadable": True}
    entry = next((entry for entry in entries if entry.name in _STREAMS), None)
    if entry is None:
        return None
    if names & _MACROS:
        return {"macros": True}
    extension = _STREAMS[entry.name]
    if _is_encrypted(data[(entry.start + 1) * size :][:size], extension):
        return {"extension": extension, "marked": False, "unreadable": True}
    text = _text(data[:_SEARCHED], _FIRST_PAGE if extension == "doc" else _WHOLE)
    return {"extension": extension, "marked": marking_in(text) is not None, "unreadable": False}


class _Directory(OleFileIO):  # type: ignore[misc]
    """The list of what is in the file as it lies there; the tree that leads through it may be bent or cut."""

    def loaddirectory(self, sect: int) -> None:
        """As it is opened."""
        self.names = self._open(sect, force_FAT=True).read()


def _directory(data: bytes) -> tuple[int, list[_Entry]]:
    try:
        file = _Directory(FewReads(io.BytesIO(data)))
    except Exception as damage:
        # Whatever kind the library raises, it is about chains of sectors that lead nowhere.
        raise _Damaged from damage
    listed = file.names
    return file.sector_size, [entry for at in range(0, len(listed) - 127, 128) if (entry := _entry(listed, at))]


def _entry(listed: bytes, at: int) -> _Entry | None:
    (length,) = struct.unpack_from("<H", listed, at + 64)
    (start,) = struct.unpack_from("<I", listed, at + 116)
    name = listed[at : at + length - 2].decode("utf-16-le", "replace")
    return _Entry(name, start) if 2 < length <= 64 else None


def _is_encrypted(head: bytes, extension: str) -> bool:
    if extension == "doc" and len(head) >= 12:
        return bool(struct.unpack_from("<H", head, 10)[0] & 0x0100)
    if extension == "xls":
        at = 0
        for _ in range(6):
            if at + 4 > len(head):
                return False
            record, length = struct.unpack_from("<HH", head, at)
            if record == _FILE_PASSWORD:
                return True
            at += 4 + length
    return False


def _text(data: bytes, most: int) -> str:
    """The first stretches of readable characters, a stretch to a line; paragraphs and cells end a stretch."""
    return "\n".join([_joined(_WIDE, data, "utf-16-le", most), _joined(_NARROW, data, "ascii", most)])


def _joined(pattern: re.Pattern[bytes], data: bytes, encoding: str, most: int) -> str:
    lines: list[str] = []
    left = most
    for match in pattern.finditer(data):
        line = match[0].decode(encoding, "replace")
        lines.append(line)
        left -= len(line)
        if left < 0:
            break
    return "\n".join(lines)
