"""The marks of state secrets (Law 117/2025/QH15, Decree 63/2026): which words on a paper are one, and which are not.

A mark is MẬT, TỐI MẬT or TUYỆT MẬT in capitals standing alone. "bảo mật", "mật độ", "Mặt trận" and headings such as
"AN TOÀN, BẢO MẬT THÔNG TIN" are none. Without diacritics "mat" is also mặt and mát, so only the two-word marks count.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Side = Literal["open", "lower_word", "closed"]

_REACH = 48
"""Characters looked at on each side of a candidate; bounded so that the search stays linear."""
_BREAKS = "\r\n\x0b\x0c\x85\u2028\u2029"
_INVISIBLE = "\u200b-\u200d\u2060\ufeff\u00ad"
_BLANK = rf"(?:[^\S{_BREAKS}]|[{_INVISIBLE}])"
_JOINER = rf"(?:{_BLANK}|[-\u2010-\u2015_])"
_LETTERS = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W\d_]*)*")

# Composed or not: normalising a whole text is quadratic on long runs of combining marks, so the pattern knows both.
_A = "(?:\u1eac|\u1ea0\u0302|\u00c2\u0323|A\u0323\u0302|A\u0302\u0323)"
_O = "(?:\u1ed0|\u00d4\u0301|O\u0302\u0301)"
_E = "(?:\u1ec6|\u1eb8\u0302|\u00ca\u0323|E\u0323\u0302|E\u0302\u0323)"
_GAP = rf"{_BLANK}{{0,3}}"


def _spelled(*letters: str) -> str:
    return _GAP.join(letters)


_TOI = _spelled("T", f"(?:{_O}|O)", "I")
_TUYET = _spelled("T", "U", "Y", f"(?:{_E}|E)", "T")
_CANDIDATE = re.compile(
    rf"(?:(?:(?P<toi>{_TOI})|(?P<tuyet>{_TUYET}))(?P<between>(?:{_JOINER}|[{_BREAKS}]){{0,6}}))?"
    rf"(?P<mat>{_spelled('M', f'(?:{_A}|(?P<plain>A))', 'T')})"
)

_BEFORE = frozenset(("BẢO", "BÍ", "CƠ", "ĐỘ", "GIỮ", "CẨN", "THÂN", "TÚI", "SỎI", "ONG", "RỈ", "TRĂNG", "BUỔI"))
"""Words that make one word with a MẬT after them, also over a hyphen, an underscore or the end of a line."""
_AFTER = frozenset(("KHẨU", "ĐỘ", "MÃ", "VỤ", "NGHỊ", "THÁM", "THIẾT", "PHỤC", "ĐÀM", "NGỮ", "ONG", "HOA"))
_STAMPS_BEFORE = frozenset(("KHẨN", "TỐC"))
_STAMPS_AFTER = frozenset(("KHẨN", "HỎA", "HOẢ", "THƯỢNG", "SỐ", "CỘNG"))
"""What a paper's head prints right beside a mark (urgency, "Số:", "CỘNG HÒA…"); extraction puts it on one line."""
_CODE = re.compile(r"(?:NV|CT)\d")
"""A code of the plan; a caption puts it behind a mark as a paper's head does a number ("MẬT NV07 60%")."""
_ABOUT_PAPERS = re.compile(r"VĂN[\s_-]BẢN\Z")
_GAP_BEFORE = re.compile(rf"{_JOINER}*\Z")
_GAP_AFTER = re.compile(rf"{_JOINER}*")
_UNSEEN = re.compile(f"[{_INVISIBLE}]")

_RANK = {"MẬT": 1, "TỐI MẬT": 2, "TUYỆT MẬT": 3}


def marking_in(text: str) -> str | None:
    """The highest secrecy mark that stands alone in the text, written canonically, or None.

    Alone means: between line ends, brackets, punctuation, figures, wide gaps, hyphens or underscores. A two-word mark
    at the edge of a phrase in small letters ("kế hoạch TỐI MẬT") counts too, as nobody writes it so by chance.
    """
    return _highest(text, lenient=False)


def marking_in_name(name: str) -> str | None:
    """The highest secrecy mark in a file's name; here MẬT at the edge of small letters counts as well.

    In "Báo cáo MẬT.pdf" the blank parts words as the underscore does in "Báo_cáo_MẬT.pdf".
    """
    return _highest(name, lenient=True)


def _highest(text: str, *, lenient: bool) -> str | None:
    found = {mark for match in _CANDIDATE.finditer(text) if (mark := _mark(match, text, lenient=lenient))}
    return max(found, key=_RANK.__getitem__, default=None)


def _mark(match: re.Match[str], text: str, *, lenient: bool) -> str | None:
    two_words = match["toi"] is not None or match["tuyet"] is not None
    if match["plain"] and (not two_words or not match["between"] or set(match["between"]) & set(_BREAKS)):
        return None
    spaced = len(match["mat"]) > 3 and re.search(_BLANK, match["mat"]) is not None
    left = _left(text[max(0, match.start() - _REACH) : match.start()], spaced=spaced)
    right = _right(text[match.end() : match.end() + _REACH], spaced=spaced)
    if "closed" in (left, right) or left == right == "lower_word":
        return None
    if "lower_word" in (left, right) and not (two_words or lenient):
        return None
    if not two_words:
        return "MẬT"
    return "TỐI MẬT" if match["toi"] is not None else "TUYỆT MẬT"


def _left(before: str, *, spaced: bool) -> Side:
    gap = _found(_GAP_BEFORE.search(before))
    rest = before[: len(before) - len(gap)]
    if not rest or not _is_letter(rest[-1]):
        return "closed" if _last_word_above(rest) in _BEFORE else "open"
    word = _last_word(rest)
    if gap and word.upper() in _STAMPS_BEFORE:
        return "open"
    if _ABOUT_PAPERS.search(unicodedata.normalize("NFC", rest).upper()):
        return "closed"
    return _beside(word, gap, _BEFORE, spaced=spaced)


def _right(after: str, *, spaced: bool) -> Side:
    gap = _found(_GAP_AFTER.match(after))
    rest = after[len(gap) :]
    if not rest or not _is_letter(rest[0]):
        return "closed" if _goes_on_below(rest) else "open"
    word = _first_word(rest)
    if gap and (word.upper() in _STAMPS_AFTER or _CODE.match(rest)):
        return "open"
    return _beside(word, gap, _AFTER, spaced=spaced)


def _beside(word: str, gap: str, companions: frozenset[str], *, spaced: bool) -> Side:
    """How a mark stands next to a word on its own line: part of its phrase, at its edge, or well apart from it."""
    gap = _UNSEEN.sub("", gap)
    if not gap or word.upper() in companions or (spaced and len(word) == 1):
        return "closed"
    if len(gap) > 1 or gap == "\t" or not gap.isspace():
        return "open"
    return "closed" if word.isupper() else "lower_word"


def _goes_on_below(rest: str) -> bool:
    """Whether the line below makes one word with MẬT, as in the narrow heading of a table column."""
    if rest[:1] not in _BREAKS or not rest:
        return False
    below = rest.lstrip()
    word = _first_word(below)
    return word in _AFTER and not unicodedata.normalize("NFC", below).startswith("ĐỘ KHẨN")


def _is_letter(char: str) -> bool:
    return char.isalpha() or unicodedata.combining(char) != 0


def _first_word(rest: str) -> str:
    return unicodedata.normalize("NFC", _found(_LETTERS.match(rest)))


def _last_word(rest: str) -> str:
    words = _LETTERS.findall(rest)
    return unicodedata.normalize("NFC", words[-1]) if words and rest.endswith(words[-1]) else ""


def _last_word_above(rest: str) -> str:
    return _last_word(rest.rstrip()) if rest[-1:] and rest[-1] in _BREAKS else ""


def _found(match: re.Match[str] | None) -> str:
    return match[0] if match else ""
