"""The header of a picture, read in place: its size in pixels and the camera's time. Nothing is decoded.

Photographs are the most frequent evidence; these few bytes do not pay for a child process and an image library.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from bot.evidence.exif import NOTHING, Exif, read_exif
from bot.evidence.heif import read_heif

_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA
_MOST = 4096
"""Segments or chunks looked at: a bound, so that no made-up file is walked for long."""


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """Pixels of a picture as it is shown, and the camera's own ISO time; not ``whole`` when its end is missing."""

    width: int
    height: int
    taken_at: str | None
    whole: bool


def read_picture(path: Path, extension: str) -> PictureHeader | None:
    """The header of a JPEG, PNG, GIF, WebP or HEIC file, or None when it states no size and so is no picture."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        try:
            picture = _READERS[extension](data)
        except (struct.error, IndexError, ValueError):
            return None
    return picture if picture and picture.width > 0 and picture.height > 0 else None


def _jpeg(data: mmap) -> PictureHeader | None:
    size, exif = None, NOTHING
    for marker, start, end in _segments(data):
        if marker in _SIZE_MARKERS:
            size = struct.unpack(">HH", data[start + 1 : start + 5])
        elif marker == 0xE1 and data[start : start + 6] == b"Exif\0\0":
            exif = exif if exif != NOTHING else read_exif(data[start + 6 : end])
        elif marker == _START_OF_SCAN and size:
            # Inside the scan a 0xFF is always followed by 0x00, so this is the true end and not a thumbnail's.
            return _upright(size[1], size[0], exif, whole=data.find(b"\xff\xd9", end) >= 0)
    return _upright(size[1], size[0], exif, whole=False) if size else None


def _segments(data: mmap) -> Iterator[tuple[int, int, int]]:
    at = 2
    for _ in range(_MOST):
        if at + 4 > len(data) or data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        yield marker, at + 4, at + 2 + length
        at += 2 + max(length, 2)


def _png(data: mmap) -> PictureHeader | None:
    if data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    exif, at = NOTHING, 8
    for _ in range(_MOST):
        if at + 8 > len(data):
            return _upright(width, height, exif, whole=False)
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IEND":
            break
        if kind == b"eXIf":
            exif = read_exif(data[at + 8 : at + 8 + length])
        at += 12 + length
    return _upright(width, height, exif, whole=True)


def _gif(data: mmap) -> PictureHeader | None:
    width, height = struct.unpack("<HH", data[6:10])
    return PictureHeader(width, height, None, whole=data.rfind(b"\x3b", max(0, len(data) - 1024)) >= 0)


def _webp(data: mmap) -> PictureHeader | None:
    whole = struct.unpack("<I", data[4:8])[0] + 8 <= len(data)
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return _upright(width, height, _webp_exif(data), whole=whole)
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack("<I", data[21:25])
        return PictureHeader((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, None, whole)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return PictureHeader(width & 0x3FFF, height & 0x3FFF, None, whole)
    return None


def _webp_exif(data: mmap) -> Exif:
    at = 12
    for _ in range(_MOST):
        if at + 8 > len(data):
            return NOTHING
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        if kind == b"EXIF":
            return read_exif(data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"))
        at += 8 + length + length % 2
    return NOTHING


def _heic(data: mmap) -> PictureHeader | None:
    found = read_heif(data)
    # Its turning is a property of its own, which its Exif block only repeats.
    return PictureHeader(found.width, found.height, found.exif.taken_at, found.whole) if found else None


def _upright(width: int, height: int, exif: Exif, *, whole: bool) -> PictureHeader:
    """The picture as it is shown, which a camera held upright says of its lines lying down."""
    if exif.turned:
        width, height = height, width
    return PictureHeader(width, height, exif.taken_at, whole)


_READERS = {"jpg": _jpeg, "png": _png, "gif": _gif, "webp": _webp, "heic": _heic}
