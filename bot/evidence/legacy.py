"""Office files of the years before 2007, and encrypted new ones: OLE compound files.

Runs in the probe's child process.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.evidence.secrecy import marking_in

_MOST_SECTORS = 200_000
_LAST = 0xFFFFFFFA
"""Sector numbers from here on are marks such as "end of chain"."""
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
    except (_Damaged, struct.error):
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


def _directory(data: bytes) -> tuple[int, list[_Entry]]:
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise _Damaged
    size = 1 << shift
    fat = _fat(data, size)
    (sector,) = struct.unpack_from("<I", data, 48)
    entries: list[_Entry] = []
    for _ in range(len(fat) + 1):
        if sector >= _LAST:
            return size, entries
        entries += _entries(_sector(data, sector, size))
        sector = fat[sector] if sector < len(fat) else _LAST
    raise _Damaged


def _fat(data: bytes, size: int) -> list[int]:
    holders = list(struct.unpack_from("<109I", data, 76))
    (more,) = struct.unpack_from("<I", data, 68)
    while more < _LAST:
        if len(holders) * size > len(data) + 109 * size:
            raise _Damaged
        *some, more = struct.unpack(f"<{size // 4}I", _sector(data, more, size))
        holders += some
    fat: list[int] = []
    for holder in holders:
        if holder < _LAST:
            fat += struct.unpack(f"<{size // 4}I", _sector(data, holder, size))
        if len(fat) > _MOST_SECTORS:
            raise _Damaged
    return fat


def _sector(data: bytes, number: int, size: int) -> bytes:
    sector = data[(number + 1) * size : (number + 2) * size]
    if len(sector) != size:
        raise _Damaged
    return sector


def _entries(sector: bytes) -> list[_Entry]:
    entries = []
    for at in range(0, len(sector), 128):
        (length,) = struct.unpack_from("<H", sector, at + 64)
        (start,) = struct.unpack_from("<I", sector, at + 116)
        if 2 < length <= 64:
            entries.append(_Entry(sector[at : at + length - 2].decode("utf-16-le", "replace"), start))
    return entries


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
