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


def tidy(text: str) -> str:
    """The text in one line, composed, without control signs and marks that turn the direction of what follows."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(" " if sign in "\n\r\t\v\f" else sign for sign in composed if sign not in _TURNING)
    return " ".join("".join(sign for sign in kept if unicodedata.category(sign) not in ("Cc", "Cs")).split())
