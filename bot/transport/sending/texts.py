"""Long texts, cut at lines so that each piece fits into a message and its tags are closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.views.parts.html import plain

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
_PIECE = re.compile(r"(<[^>]*>|&[#\w]+;)")
_TAG = re.compile(r"<(/?)([a-z][a-z-]*)[^>]*>")


def units(text: str) -> int:
    """The length Telegram counts: UTF-16 units of what is read, tags and entities resolved."""
    seen = plain(text)
    return len(seen) + sum(sign > "\uffff" for sign in seen)


def fits_caption(text: str) -> bool:
    """Whether a text may stand under a picture."""
    return units(text) <= CAPTION_UNITS


def split(text: str, limit: int = TEXT_UNITS) -> list[str]:
    """The text in pieces of at most ``limit`` units, cut between lines where lines allow it."""
    if units(text) <= limit:
        return [text]
    pieces: list[str] = []
    open_tags: list[str] = []
    current = ""
    for line in _short_lines(text, limit):
        joined = f"{current}\n{line}" if current else line
        if current and units(joined) > limit:
            pieces.append(current + _closing(open_tags))
            joined = "".join(open_tags) + line
        current = joined
        open_tags = _open_after(open_tags, line)
    pieces.append(current)
    return [piece for piece in pieces if units(piece.strip())]


def _short_lines(text: str, limit: int) -> Iterator[str]:
    for line in text.split("\n"):
        if units(line) <= limit:
            yield line
            continue
        current = ""
        for atom in _atoms(line):
            if current and units(current + atom) > limit:
                yield current
                current = ""
            current += atom
        yield current


def _atoms(line: str) -> Iterator[str]:
    """Tags, entities and words of a line; nothing may be cut inside of one."""
    for piece in _PIECE.split(line):
        if _PIECE.fullmatch(piece):
            yield piece
            continue
        yield from re.findall(r"\s*\S{1,500}|\s+", piece)


def _open_after(open_tags: list[str], line: str) -> list[str]:
    now = list(open_tags)
    for match in _TAG.finditer(line):
        if not match.group(1):
            now.append(match.group(0))
        elif now:
            now.pop()
    return now


def _closing(open_tags: list[str]) -> str:
    names = [found.group(2) for tag in reversed(open_tags) if (found := _TAG.match(tag))]
    return "".join(f"</{name}>" for name in names)
