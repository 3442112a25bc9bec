"""Text that is safe to send as HTML."""

from __future__ import annotations

import html as _html
from collections.abc import Iterable
from datetime import date

from bot.domain.plan.words import harmless
from bot.i18n import Translator


class Html(str):
    """Text in which everything from outside has been escaped."""

    __slots__ = ()


def escape(text: str) -> Html:
    """The text with `<`, `>` and `&` made harmless, and without signs that turn or hide text."""
    return Html(_html.escape(harmless(text), quote=False))


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
    return Html(f"<b>{text if isinstance(text, Html) else escape(text)}</b>")


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def lines(parts: Iterable[str | None]) -> Html:
    """The parts one under the other; None is left out, "" is an empty line. Plain strings are escaped."""
    return Html("\n".join(p if isinstance(p, Html) else escape(p) for p in parts if p is not None))


def shorten(text: str, limit: int) -> str:
    """The text in one line of at most ``limit`` signs, cut at a word with an ellipsis."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    cut = flat[: limit - 1]
    head, gap, _ = cut.rpartition(" ")
    return (head if gap and len(head) > limit // 2 else cut).rstrip(" ,;:-–") + "…"
