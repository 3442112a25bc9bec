"""What a camera writes beside a picture (Exif): when it was taken, and whether it has to be turned to stand upright."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.evidence.few_reads import FewReads

MOST_BYTES = 1 << 18
"""Of a block that is looked at; a phone's has some kilobytes."""
_BYTE_ORDERS = (b"II*\0", b"MM\0*")
_TURNED = frozenset({5, 6, 7, 8})
"""Orientations whose width is shown as the height."""
# Some phones write only when the picture was last changed, which is when it was taken.
_TIMES = ("EXIF DateTimeOriginal", "EXIF DateTimeDigitized", "Image DateTime")
_CAMERA_TIME = re.compile(r"([0-9]{4}):([0-9]{2}):([0-9]{2}) ([0-9:]{8})")
logging.getLogger("exifread").disabled = True


@dataclass(frozen=True, slots=True)
class Exif:
    """``taken_at`` is the camera's own ISO time, without a zone."""

    taken_at: str | None = None
    turned: bool = False


NOTHING = Exif()


def read_exif(tiff: bytes) -> Exif:
    """What an Exif block says, from its byte order mark on; one that is broken says less or nothing."""
    import exifread

    if not tiff.startswith(_BYTE_ORDERS):
        return NOTHING
    try:
        file = FewReads(io.BytesIO(tiff[:MOST_BYTES]))
        tags = exifread.process_file(file, details=False, extract_thumbnail=False)
    except Exception:
        # Whatever kind the library raises, it is about a block that was made wrong.
        return NOTHING
    turned = "Image Orientation" in tags and _first(tags["Image Orientation"]) in _TURNED
    written = next((tags[name].values for name in _TIMES if name in tags), None)
    return Exif(_iso(written[:19]) if isinstance(written, str) else None, turned)


def _first(tag: Any) -> object:
    return tag.values[0] if tag.values else None


def _iso(written: str) -> str | None:
    found = _CAMERA_TIME.fullmatch(written)
    if found is None:
        return None
    year, month, day, clock = found.groups()
    try:
        return datetime.fromisoformat(f"{year}-{month}-{day}T{clock}").isoformat()
    except ValueError:
        return None
