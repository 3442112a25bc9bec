"""The header of a HEIC photo: boxes within boxes (ISO 14496-12), of which phones write the same ones in any order.

An iPhone puts ``meta`` before the image data, a Samsung behind it. ``meta`` names the items of the file (``iinf``), the
one that is the picture (``pitm``), where each lies (``iloc``) and what it is like (``iprp``: size, turning).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap

from bot.evidence.exif import MOST_BYTES, NOTHING, Exif, read_exif

_MOST_BOXES = 20_000
"""Boxes and entries looked at in one file: a bound, so that no made-up file is walked for long."""
_TIFF_WITHIN = 64
_FROM_FILE, _FROM_IDAT = 0, 1
_QUARTER_TURNS = frozenset({1, 3})


@dataclass(frozen=True, slots=True)
class Heif:
    """Pixels as shown; ``whole`` is False when some of its items lie beyond the end of the file."""

    width: int
    height: int
    exif: Exif
    whole: bool


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


@dataclass(slots=True)
class _Meta:
    """What ``meta`` says, by the numbers of the items; the place of an item is its method and its extents."""

    primary: int | None = None
    types: dict[int, bytes] = field(default_factory=dict)
    places: dict[int, tuple[int, list[tuple[int, int]]]] = field(default_factory=dict)
    properties: list[_Box] = field(default_factory=list)
    of_item: dict[int, list[int]] = field(default_factory=dict)
    idat: _Box | None = None


def read_heif(data: mmap | bytes) -> Heif | None:
    """The header of a HEIC file, or None where it states no size and so is no picture."""
    return _Reading(data).picture()


class _Reading:
    def __init__(self, data: mmap | bytes) -> None:
        self._data = data
        self._left = _MOST_BOXES

    def picture(self) -> Heif | None:
        box = next((box for box in self._boxes(0, len(self._data)) if box.kind == b"meta"), None)
        if box is None:
            return None
        meta = self._meta(box)
        size = self._size(meta)
        if size is None:
            return None
        ends = [at + length for at, length in self._extents_in_file(meta)]
        return Heif(*size, self._exif(meta), whole=bool(ends) and max(ends) <= len(self._data))

    def _boxes(self, at: int, end: int) -> Iterator[_Box]:
        """The boxes between two places; one that says it is longer than what holds it ends there."""
        while at + 8 <= end and self._left > 0:
            self._left -= 1
            length, kind = struct.unpack_from(">I4s", self._data, at)
            head = 8
            if length == 1:
                if at + 16 > end:
                    return
                (length,) = struct.unpack_from(">Q", self._data, at + 8)
                head = 16
            elif length == 0:
                length = end - at
            if length < head:
                return
            yield _Box(kind, at + head, min(at + length, end))
            at += length

    def _meta(self, box: _Box) -> _Meta:
        meta = _Meta()
        for inner in self._boxes(box.start + 4, box.end):
            try:
                self._take(meta, inner)
            except struct.error:
                # One that is cut short says nothing more; the others may.
                continue
        return meta

    def _take(self, meta: _Meta, box: _Box) -> None:
        if box.kind == b"pitm":
            version = self._data[box.start] if box.start < box.end else 0
            meta.primary = self._number(box.start + 4, 4 if version else 2, box.end)
        elif box.kind == b"idat":
            meta.idat = box
        elif box.kind == b"iinf":
            self._take_types(meta, box)
        elif box.kind == b"iloc":
            self._take_places(meta, box)
        elif box.kind == b"iprp":
            for inner in self._boxes(box.start, box.end):
                if inner.kind == b"ipco":
                    meta.properties = list(self._boxes(inner.start, inner.end))
                elif inner.kind == b"ipma":
                    self._take_associations(meta, inner)

    def _take_types(self, meta: _Meta, box: _Box) -> None:
        count_size = 4 if self._number(box.start, 1, box.end) else 2
        for entry in self._boxes(box.start + 4 + count_size, box.end):
            version = self._number(entry.start, 1, entry.end)
            if entry.kind == b"infe" and version >= 2:
                id_size = 2 if version == 2 else 4
                item = self._number(entry.start + 4, id_size, entry.end)
                at = entry.start + 4 + id_size + 2
                meta.types[item] = self._data[at : min(at + 4, entry.end)]

    def _take_places(self, meta: _Meta, box: _Box) -> None:
        version, sizes = self._number(box.start, 1, box.end), self._number(box.start + 4, 2, box.end)
        offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
        id_size = 4 if version == 2 else 2
        numbers = _Numbers(self._data, box.start + 6, box.end)
        for _ in range(numbers.next(id_size)):
            item = numbers.next(id_size)
            method = numbers.next(2) & 15 if version else _FROM_FILE
            elsewhere = numbers.next(2)
            base = numbers.next(base_size)
            extents: list[tuple[int, int]] = []
            for _ in range(numbers.next(2)):
                self._left -= 1
                if self._left <= 0:
                    return
                if version:
                    numbers.next(index_size)
                offset = numbers.next(offset_size)
                extents.append((base + offset, numbers.next(length_size)))
            if not elsewhere:
                meta.places[item] = (method, extents)
            self._left -= 1
            if self._left <= 0:
                return

    def _take_associations(self, meta: _Meta, box: _Box) -> None:
        version, flags = self._number(box.start, 1, box.end), self._number(box.start + 3, 1, box.end)
        numbers = _Numbers(self._data, box.start + 4, box.end)
        wide = flags & 1
        for _ in range(numbers.next(4)):
            item = numbers.next(4 if version else 2)
            # The first bit says that a reader must understand the property; the rest is its place, from 1.
            meta.of_item[item] = [
                numbers.next(2) & 0x7FFF if wide else numbers.next(1) & 0x7F for _ in range(numbers.next(1))
            ]
            self._left -= 1
            if self._left <= 0:
                return

    def _size(self, meta: _Meta) -> tuple[int, int] | None:
        """The size of the picture as it is shown; without one of its own the largest, as those of tiles are smaller."""
        named = [n - 1 for n in meta.of_item.get(meta.primary, ())] if meta.primary is not None else []
        own = [meta.properties[n] for n in named if 0 <= n < len(meta.properties)]
        sizes = self._sizes(own) or self._sizes(meta.properties)
        if not sizes:
            return None
        width, height = max(sizes, key=lambda size: size[0] * size[1])
        turns = [self._data[box.start] & 3 for box in own if box.kind == b"irot" and box.start < box.end]
        turned = sum(turn in _QUARTER_TURNS for turn in turns) % 2 == 1
        return (height, width) if turned else (width, height)

    def _sizes(self, boxes: list[_Box]) -> list[tuple[int, int]]:
        return [
            struct.unpack_from(">II", self._data, box.start + 4)
            for box in boxes
            if box.kind == b"ispe" and box.end - box.start >= 12
        ]

    def _extents_in_file(self, meta: _Meta) -> Iterator[tuple[int, int]]:
        for method, extents in meta.places.values():
            if method == _FROM_FILE:
                yield from extents

    def _exif(self, meta: _Meta) -> Exif:
        for item, kind in meta.types.items():
            if kind == b"Exif" and item in meta.places:
                found = read_exif(_tiff_of(self._content(meta, item)))
                if found != NOTHING:
                    return found
        return NOTHING

    def _content(self, meta: _Meta, item: int) -> bytes:
        method, extents = meta.places[item]
        start, end = 0, len(self._data)
        if method == _FROM_IDAT and meta.idat is not None:
            start, end = meta.idat.start, meta.idat.end
        elif method != _FROM_FILE:
            return b""
        content = b""
        for offset, length in extents:
            at = min(start + offset, end)
            # A length of 0 means all there is.
            most = MOST_BYTES - len(content)
            content += self._data[at : min(at + (length or most), at + most, end)]
        return content

    def _number(self, at: int, size: int, end: int) -> int:
        return _Numbers(self._data, at, end).next(size)


class _Numbers:
    """Numbers of given sizes in bytes, one after the other; past the end there is none."""

    def __init__(self, data: mmap | bytes, at: int, end: int) -> None:
        self._data = data
        self._at = at
        self._end = end

    def next(self, size: int) -> int:
        """The next number. Raises struct.error behind the end."""
        at, self._at = self._at, self._at + size
        if self._at > self._end:
            raise struct.error("behind the end")
        return int.from_bytes(self._data[at : self._at], "big")


def _tiff_of(content: bytes) -> bytes:
    """The Exif block of an item: behind its four-byte offset, before which some programs leave a mark of their own."""
    if len(content) < 8:
        return b""
    (offset,) = struct.unpack_from(">I", content)
    if content[4 + offset : 8 + offset] in (b"II*\0", b"MM\0*"):
        return content[4 + offset :]
    places = [content.find(mark, 0, _TIFF_WITHIN) for mark in (b"II*\0", b"MM\0*")]
    found = min((place for place in places if place >= 0), default=len(content))
    return content[found:]
