"""Words as people type them, made comparable (docs/rules/vietnam.md#how-people-write): bare of case, accents, signs."""

from __future__ import annotations

import re
import unicodedata

_GAP = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The bare words of a text: ``"Phòng VH-XH"`` gives ``"phong vh xh"``.

    Composed and decomposed writing give the same; every run of signs and spaces becomes one space.
    """
    composed = unicodedata.normalize("NFC", text).casefold().replace("đ", "d")
    decomposed = unicodedata.normalize("NFKD", composed)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _GAP.sub(" ", bare.casefold()).strip()


_TURNING = frozenset(
    [*map(chr, range(0x200E, 0x2010)), *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
)


def other_accents(one: str, other: str) -> bool:
    """Whether two texts whose bare words are the same are two all the same: "Tân Thành" and "Tân Thạnh".

    Where a tone stands in its word ("hoà", "hòa") makes no difference, and a text typed without accents may be any.
    """
    first, second = ([_accents(word) for word in _GAP.split(alike(text)) if word] for text in (one, other))
    return any(first) and any(second) and first != second


def _accents(word: str) -> list[str]:
    signs = unicodedata.normalize("NFD", word)
    return sorted(sign for sign in signs if unicodedata.combining(sign) or sign == "đ")


def alike(text: str) -> str:
    """What all writings of one text have in common: composed, in one line, without regard to case; accents are kept.

    ``"BÌNH  THÀNH"`` and ``"Bình Thành"`` are alike, ``"Bình Thạnh"`` is another name.
    """
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFC", tidy(seen).casefold())


def tidy(text: str) -> str:
    """The text in one line, composed, without control signs and marks that turn the direction of what follows."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(" " if sign in "\n\r\t\v\f" else sign for sign in composed if sign not in _TURNING)
    return " ".join("".join(sign for sign in kept if unicodedata.category(sign) not in ("Cc", "Cs")).split())
