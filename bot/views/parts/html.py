"""Text that is safe to send as HTML. Only here is a string marked as safe: a sentence of the catalogues, a tag."""

from __future__ import annotations

import html as _html
import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

import markupsafe

from bot.domain.plan.words import harmless
from bot.i18n import Translator

_TAG = re.compile(r"<[^>]+>")


class Html(markupsafe.Markup):
    """Text in which everything from outside has been escaped; so is what is added to it (``+``, ``join``, …)."""

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        """As of any ``Markup``, and without signs that turn or hide text."""
        return s if isinstance(s, cls) else cls(markupsafe.escape(harmless(s) if isinstance(s, str) else s))


escape = Html.escape
BLANK = Html()
"""An empty line, or what other parts are joined by."""


def plain(text: str) -> str:
    """What people see of it: without its tags, and every sign as it was before it was escaped."""
    return _html.unescape(_TAG.sub("", text))


def say(t: Translator, key: str, **figures: object) -> Html:
    """The sentence of ``key`` (which may carry tags) with every figure escaped unless it is Html already."""
    return Html(t(key, **{name: _safe(t, value) for name, value in figures.items()}))


def say_count(t: Translator, key: str, n: int, **figures: object) -> Html:
    """As ``say``, in the form that ``n`` asks for."""
    return Html(t.count(key, n, **{name: _safe(t, value) for name, value in figures.items()}))


def _safe(t: Translator, value: object) -> object:
    if isinstance(value, Html):
        return value
    if isinstance(value, date):
        return t.day(value)
    return escape(value) if isinstance(value, str) else value


def bold(text: str) -> Html:
    """The text, escaped, in bold."""
    return Html(f"<b>{escape(text)}</b>")


_LINE = Html("\n")


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def lines(parts: Iterable[str | None]) -> Html:
    """The parts one under the other; None is left out, "" is an empty line. Plain strings are escaped."""
    return _LINE.join(part for part in parts if part is not None)


def shorten(text: str, limit: int) -> str:
    """The text in one line of at most ``limit`` signs, cut at a word with an ellipsis."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    cut = flat[: limit - 1]
    head, gap, _ = cut.rpartition(" ")
    return (head if gap and len(head) > limit // 2 else cut).rstrip(" ,;:-–") + "…"
