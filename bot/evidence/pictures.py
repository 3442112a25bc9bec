"""The header of a picture, read in place: its size in pixels and the camera's time. Nothing is decoded.

Photographs are the most frequent evidence; these few bytes do not pay for a child process and an image library.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path

_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA
_EXIF_IFD, _TAKEN, _DIGITIZED = 0x8769, 0x9003, 0x9004
_MOST = 4096
"""Segments, chunks or tags looked at: a bound, so that no made-up file is walked for long."""
_CAMERA_TIME = re.compile(rb"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels of a picture; ``taken_at`` is the camera's own ISO time; ``whole`` is False when its end is missing."""

    width: int
    height: int
    taken_at: str | None
    whole: bool


def read_picture(path: Path, extension: str) -> Picture | None:
    """The header of a JPEG, PNG, GIF, WebP or HEIC file, or None when it states no size and so is no picture."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        try:
            picture = _READERS[extension](data)
        except (struct.error, IndexError, ValueError):
            return None
    return picture if picture and picture.width > 0 and picture.height > 0 else None


def _jpeg(data: mmap) -> Picture | None:
    size, taken = None, None
    for marker, start, end in _segments(data):
        if marker in _SIZE_MARKERS:
            size = struct.unpack(">HH", data[start + 1 : start + 5])
        elif marker == 0xE1 and data[start : start + 6] == b"Exif\0\0":
            taken = taken or _camera_time(data[start + 6 : end])
        elif marker == _START_OF_SCAN and size:
            # Inside the scan a 0xFF is always followed by 0x00, so this is the true end and not a thumbnail's.
            return Picture(size[1], size[0], taken, whole=data.find(b"\xff\xd9", end) >= 0)
    return Picture(size[1], size[0], taken, whole=False) if size else None


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


def _png(data: mmap) -> Picture | None:
    if data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    taken, at = None, 8
    for _ in range(_MOST):
        if at + 8 > len(data):
            return Picture(width, height, taken, whole=False)
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IEND":
            break
        if kind == b"eXIf":
            taken = _camera_time(data[at + 8 : at + 8 + length])
        at += 12 + length
    return Picture(width, height, taken, whole=True)


def _gif(data: mmap) -> Picture | None:
    width, height = struct.unpack("<HH", data[6:10])
    return Picture(width, height, None, whole=data.rfind(b"\x3b", max(0, len(data) - 1024)) >= 0)


def _webp(data: mmap) -> Picture | None:
    whole = struct.unpack("<I", data[4:8])[0] + 8 <= len(data)
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return Picture(width, height, _webp_time(data), whole)
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack("<I", data[21:25])
        return Picture((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, None, whole)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return Picture(width & 0x3FFF, height & 0x3FFF, None, whole)
    return None


def _webp_time(data: mmap) -> str | None:
    at = 12
    for _ in range(_MOST):
        if at + 8 > len(data):
            return None
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        if kind == b"EXIF":
            return _camera_time(data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"))
        at += 8 + length + length % 2
    return None


def _heic(data: mmap) -> Picture | None:
    """A picture of tiles states the size of a tile and of the whole; the whole is the largest."""
    sizes: list[tuple[int, int]] = []
    at = data.find(b"ispe", 0, 1 << 20)
    while at >= 0 and len(sizes) < _MOST:
        sizes.append(struct.unpack(">II", data[at + 8 : at + 16]))
        at = data.find(b"ispe", at + 16, 1 << 20)
    if not sizes:
        return None
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    exif = data.find(b"Exif\0\0")
    taken = _camera_time(data[exif + 6 : exif + 6 + (1 << 16)]) if exif >= 0 else None
    return Picture(width, height, taken, whole=_boxes_end(data) <= len(data))


def _boxes_end(data: mmap) -> int:
    at = 0
    for _ in range(_MOST):
        if at + 16 > len(data):
            break
        (length,) = struct.unpack(">I", data[at : at + 4])
        if length == 1:
            (length,) = struct.unpack(">Q", data[at + 8 : at + 16])
        if length < 8:
            break
        at += length
    return at


def _camera_time(tiff: bytes) -> str | None:
    """When the camera says the picture was taken, out of its Exif block; a broken block says nothing."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        inner = _tags(tiff, first, order).get(_EXIF_IFD)
        if inner is None:
            return None
        times = _tags(tiff, inner, order)
        where = times.get(_TAKEN, times.get(_DIGITIZED))
        return _iso(tiff[where : where + 19]) if where is not None else None
    except struct.error:
        return None


def _tags(tiff: bytes, at: int, order: str) -> dict[int, int]:
    (count,) = struct.unpack_from(order + "H", tiff, at)
    entries = (struct.unpack_from(order + "HHII", tiff, at + 2 + 12 * i) for i in range(min(count, _MOST)))
    return {tag: value for tag, _, _, value in entries}


def _iso(written: bytes) -> str | None:
    found = _CAMERA_TIME.fullmatch(written)
    if found is None:
        return None
    year, month, day, clock = (part.decode("ascii") for part in found.groups())
    try:
        return datetime.fromisoformat(f"{year}-{month}-{day}T{clock}").isoformat()
    except ValueError:
        return None


_READERS = {"jpg": _jpeg, "png": _png, "gif": _gif, "webp": _webp, "heic": _heic}
