"""Words as people type them, made comparable: without case, accents and punctuation (reference, How people write)."""

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
