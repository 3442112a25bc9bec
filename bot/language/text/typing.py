"""Slips of typing, mended where the word is known: left-over Telex, spaces missing, wrong diacritics, a letter off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.text.tokens import Spelling, Token, TokenKind, split_marks
from bot.language.words.syllables import REGIONAL

Spellings = Mapping[str, frozenset[frozenset[str]]]
"""The diacritics a known syllable may have, by its letters."""

_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_ROOF, _BREVE, _HORN, _BAR = "\u0302", "\u0306", "\u031b", "\u0335"
_DOUBLED = {"a": _ROOF, "e": _ROOF, "o": _ROOF, "d": _BAR}
_VOWELS = frozenset("aeiouy")
_LONGEST_MENDED, _LONGEST_SLIP, _MOST_STRANGE = 40, 10, 12
_SHORTEST_MENDED, _SHORTEST_SLIP, _SHORTEST_SWAP, _SHORTEST_RUN = 3, 5, 3, 3
_FEW_PIECES, _MOST_PIECES = 4, 12


def spellings_of(texts: Iterable[tuple[Token, ...]]) -> dict[str, frozenset[frozenset[str]]]:
    """Every syllable of these texts with the diacritics it has there."""
    found: dict[str, set[frozenset[str]]] = {}
    for text in texts:
        for token in text:
            if token.kind is TokenKind.WORD:
                found.setdefault(token.folded, set()).add(token.marks)
    return {letters: frozenset(marks) for letters, marks in found.items()}


def pairs_of(texts: Iterable[tuple[Token, ...]]) -> frozenset[tuple[str, str]]:
    """The letters of every two syllables that stand side by side in these texts."""
    found: set[tuple[str, str]] = set()
    for text in texts:
        found.update(pairwise(token.folded for token in text))
    return frozenset(found)


class Mender:
    """Mends the words of one directory; what it has mended once it remembers."""

    def __init__(self, known: Spellings, cues: Iterable[str], pairs: frozenset[tuple[str, str]]) -> None:
        self._known = known
        self._pairs = pairs
        self._cues = tuple(sorted(letters for letters in set(cues) if len(letters) >= _SHORTEST_SLIP))
        self._swapped: dict[str, list[str]] = {}
        for cue in {cue for cue in cues if len(cue) >= _SHORTEST_SWAP}:
            self._swapped.setdefault("".join(sorted(cue)), []).append(cue)
        self._memory: dict[str, tuple[Spelling, ...]] = {}

    def mended(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """The tokens as they were meant; a run of words without spaces becomes several tokens."""
        found: list[Token] = []
        strange = 0
        for token in tokens:
            is_known = token.kind is not TokenKind.WORD or token.folded in self._known
            strange += not is_known
            found += (token,) if strange > _MOST_STRANGE and not is_known else self._mend(token)
        return tuple(found)

    def forget(self) -> None:
        """Forget what was mended before."""
        self._memory.clear()

    def _mend(self, token: Token) -> tuple[Token, ...]:
        if token.kind is not TokenKind.WORD:
            return (token,)
        regional = REGIONAL.get(token.text.casefold())
        if regional is not None:
            return (_as(token, *split_marks(regional), first=True),)
        marks = self._known.get(token.folded)
        if marks is not None:
            fits = any(token.marks <= each for each in marks)
            # Diacritics that no such word has were typed wrongly: the letters count, where there are enough of them.
            keep = fits or (len(token.folded) < _SHORTEST_MENDED and _BAR not in token.marks)
            return (token if keep else _as(token, token.folded, frozenset(), first=True),)
        if len(token.text) > _LONGEST_MENDED:
            return (token,)
        if token.text not in self._memory:
            if len(self._memory) > 2000:
                self._memory.clear()
            self._memory[token.text] = self._meant(token)
        pieces = self._memory[token.text]
        return tuple(_as(token, each.folded, each.marks, first=index == 0) for index, each in enumerate(pieces))

    def _meant(self, token: Token) -> tuple[Spelling, ...]:
        return (
            self._of_southern(token)
            or self._of_telex(token.text)
            or self._apart(token.text)
            or self._near(token)
            or (Spelling(token.folded, token.marks),)
        )

    def _fits(self, spelled: Spelling) -> bool:
        return any(spelled.marks <= each for each in self._known.get(spelled.folded, ()))

    def _of_southern(self, token: Token) -> tuple[Spelling, ...]:
        """The syllable written as it is spoken in the south: "zụ", "dzàng", "zậy"."""
        found = _SOUTHERN.match(token.folded)
        if found is None:
            return ()
        meant = [Spelling(onset + found[1], token.marks) for onset in ("v", "d", "gi")]
        return tuple(spelled for spelled in meant if self._fits(spelled))[:1]

    def _of_telex(self, text: str) -> tuple[Spelling, ...]:
        spelled = of_telex(text)
        if spelled is None or spelled.folded not in self._known:
            return ()
        return (spelled if self._fits(spelled) else Spelling(spelled.folded, frozenset()),)

    def _apart(self, text: str) -> tuple[Spelling, ...]:
        """The fewest known syllables that a run of letters is made of."""
        run = unicodedata.normalize("NFC", text)
        if len(run) < _SHORTEST_RUN + (run[0] not in "yY") or run.isupper():
            return ()
        best: list[tuple[int, tuple[Spelling, ...]] | None] = [(0, ()), *([None] * len(run))]
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - 7), end):
                before = best[start]
                if before is None or len(before[1]) >= _MOST_PIECES or (end - start == 1 and run[start] not in "yY"):
                    continue
                piece = Spelling(*split_marks(run[start:end]))
                if not self._fits(piece):
                    continue
                # Fewest pieces, and of as few those that are said together.
                strange = bool(before[1]) and (before[1][-1].folded, piece.folded) not in self._pairs
                cost = before[0] + 2 + strange
                if best[end] is None or cost < (best[end] or before)[0]:
                    best[end] = (cost, (*before[1], piece))
        found = best[len(run)]
        if found is None:
            return ()
        cost, pieces = found
        # Many short pieces make up any letters: they are a sentence where their diacritics or their order are known.
        together, marked = 3 * len(pieces) - cost, sum(bool(piece.marks) for piece in pieces)
        is_sentence = 3 * together >= 2 * len(pieces) or 2 * marked >= len(pieces)
        return pieces if len(pieces) <= _FEW_PIECES or is_sentence else ()

    def _near(self, token: Token) -> tuple[Spelling, ...]:
        """The word of the grammar that is one slip away, where only one is."""
        letters = token.folded
        swapped = [cue for cue in self._swapped.get("".join(sorted(letters)), ()) if _is_swapped(letters, cue)]
        if len(swapped) == 1:
            return (Spelling(swapped[0], frozenset()),)
        if not _SHORTEST_SLIP <= len(letters) <= _LONGEST_SLIP or not letters.isascii():
            return ()
        found = process.extract(letters, self._cues, scorer=OSA.distance, score_cutoff=1, limit=2)
        return (Spelling(found[0][0], frozenset()),) if len(found) == 1 else ()


_SOUTHERN = re.compile(r"d?z([aeiouy].*)")
# bounded on both sides, so that no text takes quadratic time
_VNI_RUN = re.compile(r"(?<![a-z])[a-z]{1,6}[1-9][a-z1-9]{0,8}", re.IGNORECASE)
_VNI = {"1": "s", "2": "f", "3": "r", "4": "x", "5": "j", "6": "\u0302", "7": "\u031b", "8": "\u0306", "9": "\u0335"}


def _is_swapped(letters: str, cue: str) -> bool:
    """Whether two letters side by side were typed in the wrong order: "hnạ" for "hạn"."""
    odd = [place for place, (one, other) in enumerate(zip(letters, cue, strict=True)) if one != other]
    return len(odd) == 2 and odd[1] == odd[0] + 1


def without_vni(text: str, known: Spellings) -> str:
    """The text with keys of VNI ("nhie65m vu5") written as the syllables they stand for, where those are known."""
    return _VNI_RUN.sub(lambda found: _of_vni(found[0], known), text)


def _of_vni(run: str, known: Spellings) -> str:
    letters = "".join(sign for sign in run if sign.isalpha())
    marks = {_TONES.get(_VNI[sign], _VNI[sign]) for sign in run if not sign.isalpha()}
    if not _VOWELS & set(letters.casefold()) or not any(marks <= each for each in known.get(letters.casefold(), ())):
        return run
    return letters


def of_telex(text: str) -> Spelling | None:
    """The syllable that keys of Telex stand for ("nhieemj" for "nhiệm"); none where they stand for none."""
    word = text.casefold()
    if not word.isascii() or not word.isalpha() or not 2 <= len(word) <= 12:
        return None
    letters: list[str] = []
    marks: set[str] = set()
    for place, sign in enumerate(word):
        before = letters[-1] if letters else ""
        if sign in _TONES and place and any(each in _VOWELS for each in letters):
            marks.add(_TONES[sign])
        elif sign in _DOUBLED and sign in letters and (before == sign or set(word[place + 1 :]) <= _TONES.keys()):
            marks.add(_DOUBLED[sign])
        elif sign == "w" and letters:
            marks.add(_BREVE if before == "a" else _HORN)
        else:
            letters.append(sign)
    return Spelling("".join(letters), frozenset(marks)) if marks else None


def _as(token: Token, folded: str, marks: frozenset[str], *, first: bool) -> Token:
    return Token(token.text, token.start, token.end, TokenKind.WORD, folded, marks, token.glued if first else False)
