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


_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Controls, marks that turn the direction of a line or have no width, halves of a sign (Unicode's categories)."""
_NO_SIGNS = frozenset("\ufffe\uffff")
_BLANKS = dict.fromkeys(map(ord, "\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"), " ")
_JOINER = "\u200d"


def harmless(text: str) -> str:
    """The text without signs that nobody sees and that hide or turn others; line ends stay, other blanks are spaces.

    With a mark that turns the line, "a[mark]gpj.exe" would read "aexe.jpg". What joins the parts of one emoji stays.
    """
    if text.isascii() and text.isprintable():
        return text
    signs = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS)
    return "".join(sign for place, sign in enumerate(signs) if sign == "\n" or _is_seen(signs, place))


def _is_seen(signs: str, place: int) -> bool:
    sign = signs[place]
    if sign == _JOINER:
        around = (signs[place - 1 : place], signs[place + 1 : place + 2])
        return all(each and (unicodedata.category(each) in ("So", "Sk") or each == "\ufe0f") for each in around)
    return sign not in _NO_SIGNS and unicodedata.category(sign) not in _UNSEEN


def other_accents(one: str, other: str) -> bool:
    """Whether two texts whose bare words are the same are two all the same: "Tân Thành" and "Tân Thạnh".

    Where a tone stands in its word ("hoà", "hòa") makes no difference, and a text typed without accents may be any.
    """
    first, second = _all_accents(one), _all_accents(other)
    return any(first) and any(second) and first != second


def same_word_for_word(one: str, other: str) -> bool:
    """Whether two texts have the same words with the same accents, wherever a tone stands in its word."""
    return fold(one) == fold(other) and _all_accents(one) == _all_accents(other)


def _all_accents(text: str) -> list[list[str]]:
    return [_accents(word) for word in _GAP.split(alike(text)) if word]


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
    """The harmless text in one line, composed."""
    return " ".join(unicodedata.normalize("NFC", harmless(text)).split())
