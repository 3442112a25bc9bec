"""The header of a picture, read in place: its size in pixels and the camera's time. Nothing is decoded.

Photographs are the most frequent evidence; these few bytes do not pay for a child process and an image library. What
imagesize and ExifRead read they read through `FewReads`; whether a picture is whole, and HEIC, is read here
(docs/decisions/0001-libraries.md).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from bot.evidence.exif import MOST_BYTES, NOTHING, Exif, read_exif
from bot.evidence.few_reads import FewReads
from bot.evidence.heif import read_heif

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
    with FewReads(path.open("rb", buffering=0)) as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        try:
            picture = _heic(data) if extension == "heic" else _read(file, data, extension)
        except (struct.error, IndexError, ValueError):
            return None
    return picture if picture and picture.width > 0 and picture.height > 0 else None


def _read(file: FewReads, data: mmap, extension: str) -> PictureHeader | None:
    width, height = _size(file, data, extension)
    if width <= 0 or height <= 0:
        return None
    exif, whole = _BODIES[extension](data)
    # A camera held upright says of its lines that they lie down; it is shown as it was seen.
    return PictureHeader(*((height, width) if exif.turned else (width, height)), exif.taken_at, whole)


def _size(file: FewReads, data: mmap, extension: str) -> tuple[int, int]:
    import imagesize

    if extension == "gif":
        # imagesize takes these numbers as signed.
        return struct.unpack("<HH", data[6:10])
    width, height = imagesize.get(file, exif_rotation=False)
    if width > 0 and extension == "webp" and data[12:16] == b"VP8 ":
        # imagesize leaves the two bits of the scale in.
        return width & 0x3FFF, height & 0x3FFF
    return width, height


def _jpeg(data: mmap) -> tuple[Exif, bool]:
    exif = NOTHING
    for marker, start, end in _segments(data):
        if marker == 0xE1 and data[start : start + 6] == b"Exif\0\0":
            exif = exif if exif != NOTHING else read_exif(data[start + 6 : end])
        elif marker == _START_OF_SCAN:
            # Inside the scan a 0xFF is always followed by 0x00, so this is the true end and not a thumbnail's.
            return exif, data.find(b"\xff\xd9", end) >= 0
    return exif, False


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


def _png(data: mmap) -> tuple[Exif, bool]:
    exif, at = NOTHING, 8
    for _ in range(_MOST):
        if at + 8 > len(data):
            return exif, False
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IEND":
            break
        if kind == b"eXIf":
            exif = read_exif(data[at + 8 : at + 8 + min(length, MOST_BYTES)])
        at += 12 + length
    return exif, True


def _gif(data: mmap) -> tuple[Exif, bool]:
    return NOTHING, data.rfind(b"\x3b", max(0, len(data) - 1024)) >= 0


def _webp(data: mmap) -> tuple[Exif, bool]:
    whole = struct.unpack("<I", data[4:8])[0] + 8 <= len(data)
    at = 12
    for _ in range(_MOST):
        if at + 8 > len(data):
            break
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        if kind == b"EXIF":
            block = data[at + 8 : at + 8 + min(length, MOST_BYTES)]
            return read_exif(block.removeprefix(b"Exif\0\0")), whole
        at += 8 + length + length % 2
    return NOTHING, whole


def _heic(data: mmap) -> PictureHeader | None:
    found = read_heif(data)
    # Its turning is a property of its own, which its Exif block only repeats.
    return PictureHeader(found.width, found.height, found.exif.taken_at, found.whole) if found else None


_BODIES: dict[str, Callable[[mmap], tuple[Exif, bool]]] = {"jpg": _jpeg, "png": _png, "gif": _gif, "webp": _webp}
"""The camera's words in the file, and whether it is all there."""
