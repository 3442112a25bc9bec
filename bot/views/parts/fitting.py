"""Texts that fit into one message."""

from __future__ import annotations

from collections.abc import Callable

from bot.views.parts.html import BLANK, Html, plain

MOST_SIGNS = 4000
"""Below the 4,096 UTF-16 units of a message, so that an error may still be told above."""


_ROOMS = (2000, 600, 300, 160, 90, 60)


def fitted(write: Callable[[int], Html], most: int = MOST_SIGNS) -> Html:
    """What ``write`` makes with the most signs for each printed text with which it still fits into one message."""
    text = BLANK
    for room in _ROOMS:
        text = write(room)
        if length(text) <= most:
            break
    return text


def length(text: str) -> int:
    """How long a chat counts a text: UTF-16 units without its tags."""
    return len(plain(text).encode("utf-16-le")) // 2
