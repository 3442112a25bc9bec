"""What a camera writes beside a picture (Exif): when it was taken, and whether it has to be turned to stand upright."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import datetime

_ORIENTATION, _CHANGED, _EXIF_IFD, _TAKEN, _DIGITIZED = 0x0112, 0x0132, 0x8769, 0x9003, 0x9004
_TURNED = frozenset({5, 6, 7, 8})
"""Orientations whose width is shown as the height."""
_MOST = 4096
"""Tags looked at: a bound, so that no made-up file is walked for long."""
_CAMERA_TIME = re.compile(rb"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Exif:
    """``taken_at`` is the camera's own ISO time, without a zone."""

    taken_at: str | None = None
    turned: bool = False


NOTHING = Exif()


def read_exif(tiff: bytes) -> Exif:
    """What an Exif block says, from its byte order mark on; a broken block says nothing from where it is broken."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return NOTHING
    tags: dict[int, tuple[int, int]] = {}
    times: dict[int, tuple[int, int]] = {}
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        tags = _tags(tiff, first, order)
        times = _tags(tiff, tags[_EXIF_IFD][1], order) if _EXIF_IFD in tags else {}
    except struct.error:
        # What was read before the break stands.
        pass
    turned = tags.get(_ORIENTATION, (0, 0))[0] in _TURNED
    # Some phones write only when the picture was last changed, which is when it was taken.
    _, where = times.get(_TAKEN) or times.get(_DIGITIZED) or tags.get(_CHANGED) or (0, 0)
    return Exif(_iso(tiff[where : where + 19]) if where else None, turned)


def _tags(tiff: bytes, at: int, order: str) -> dict[int, tuple[int, int]]:
    """The values of a directory, each read as the short number and as the long number, or place, it may be."""
    (count,) = struct.unpack_from(order + "H", tiff, at)
    tags = {}
    for i in range(min(count, _MOST)):
        tag, _, _, place = struct.unpack_from(order + "HHII", tiff, at + 2 + 12 * i)
        (short,) = struct.unpack_from(order + "H", tiff, at + 10 + 12 * i)
        tags[tag] = (short, place)
    return tags


def _iso(written: bytes) -> str | None:
    found = _CAMERA_TIME.fullmatch(written)
    if found is None:
        return None
    year, month, day, clock = (part.decode("ascii") for part in found.groups())
    try:
        return datetime.fromisoformat(f"{year}-{month}-{day}T{clock}").isoformat()
    except ValueError:
        return None
