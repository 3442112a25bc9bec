"""Tokens of a message: each keeps its place in the original, its folded form and the diacritics that were typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

MeaningT_co = TypeVar("MeaningT_co", covariant=True)
"""What the phrases of one book mean to the grammar that uses it."""

MAX_LENGTH = 5000
"""Longer messages are read up to here; Telegram itself ends at 4,096."""

_BAR = "\u0335"  # stands for the stroke of đ, which Unicode does not decompose


class TokenKind(StrEnum):
    """What a token is made of."""

    WORD = "word"
    NUMBER = "number"
    SIGN = "sign"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters, a run of digits, one sign, or a line break.

    ``start`` and ``end`` are places in the original text; ``glued`` says that nothing stood between it and the token
    before; ``marks`` are the diacritics as typed, without order, so that "hoà" and "hòa" are alike.
    """

    text: str
    start: int
    end: int
    kind: TokenKind
    folded: str
    marks: frozenset[str]
    glued: bool

    def says(self, spelled: Spelling) -> bool:
        """Whether this can be that syllable: same letters, and no diacritic typed that it does not have."""
        return self.folded == spelled.folded and self.marks <= spelled.marks


@dataclass(frozen=True, slots=True)
class Spelling:
    """A syllable of the lexicon: its letters and its diacritics."""

    folded: str
    marks: frozenset[str]


@lru_cache(maxsize=8192)
def split_marks(text: str) -> tuple[str, frozenset[str]]:
    """The folded letters of a syllable, and its diacritics (đ counts as one)."""
    letters: list[str] = []
    marks: set[str] = set()
    for sign in unicodedata.normalize("NFKD", text).casefold():
        if sign == "đ":
            letters.append("d")
            marks.add(_BAR)
        elif unicodedata.combining(sign):
            marks.add(sign)
        elif unicodedata.category(sign) != "Cf":
            letters.append(sign)
    return "".join(letters), frozenset(marks)


def fold(text: str) -> str:
    """The text in lower case without diacritics, its white space single; for comparing, never for showing."""
    return " ".join(split_marks(text)[0].split())


def spell(words: str) -> tuple[Spelling, ...]:
    """The syllables of a lexicon entry, which is written with all its diacritics."""
    return tuple(Spelling(token.folded, token.marks) for token in tokenise(words))


def is_longer(text: str, most: int) -> bool:
    """Whether a message has more tokens than ``most``; reads no further than that."""
    return len(tokenise(text, most + 1)) > most


def tokenise(text: str, most: int = MAX_LENGTH) -> tuple[Token, ...]:
    """The tokens of a message in order, ``most`` at most; linear in its length, never raises."""
    text = text[:MAX_LENGTH]
    tokens: list[Token] = []
    start, kind, touching = 0, None, False
    for place, sign in enumerate(text):
        now = _kind(sign, kind)
        if now is kind and kind in (TokenKind.WORD, TokenKind.NUMBER):
            continue
        if kind is not None:
            tokens.append(_token(text, start, place, kind, touching))
            if len(tokens) >= most:
                return tuple(tokens)
        touching = kind is not None
        start, kind = place, now
    if kind is not None:
        tokens.append(_token(text, start, len(text), kind, touching))
    return tuple(tokens)


def _kind(sign: str, before: TokenKind | None) -> TokenKind | None:
    if "a" <= sign <= "z" or "A" <= sign <= "Z":
        return TokenKind.WORD
    category = unicodedata.category(sign)
    if category in ("Mn", "Mc", "Me", "Cf"):
        return before if before in (TokenKind.WORD, TokenKind.NUMBER) else None
    if sign == "\n":
        return TokenKind.BREAK
    if category[0] == "Z" or category[0] == "C":
        return None
    if category[0] == "L":
        return TokenKind.WORD
    return TokenKind.NUMBER if category == "Nd" else TokenKind.SIGN


def _token(text: str, start: int, end: int, kind: TokenKind, glued: bool) -> Token:
    piece = text[start:end]
    if kind is TokenKind.NUMBER:
        digits = "".join(str(unicodedata.decimal(sign)) for sign in piece if sign.isdecimal())
        return Token(piece, start, end, kind, digits, frozenset(), glued)
    folded, marks = split_marks(piece)
    return Token(piece, start, end, kind, folded or piece, marks, glued)


@dataclass(frozen=True, slots=True)
class Phrase(Generic[MeaningT_co]):
    """A lexicon entry as syllables, and what it means to the grammar that uses it."""

    syllables: tuple[Spelling, ...]
    meaning: MeaningT_co

    def missing(self, tokens: tuple[Token, ...], place: int) -> int:
        """How many syllables at ``place`` lack diacritics: "máy" is spelled out, and lacks one to be "mấy"."""
        typed = zip(self.syllables, tokens[place:], strict=False)
        return sum(syllable.marks != token.marks for syllable, token in typed)


class Phrasebook(Generic[MeaningT_co]):
    """Phrases by their first syllable, longest first, so that finding one at a place costs a single look-up."""

    def __init__(self, entries: Mapping[MeaningT_co, tuple[str, ...]]) -> None:
        self._entries = entries

    @cached_property
    def _by_first(self) -> dict[str, list[Phrase[MeaningT_co]]]:
        # Made when the first sentence is read: the start of the program has no use for it.
        found: dict[str, list[Phrase[MeaningT_co]]] = {}
        for meaning, phrases in self._entries.items():
            for words in phrases:
                syllables = spell(words)
                found.setdefault(syllables[0].folded, []).append(Phrase(syllables, meaning))
        for each in found.values():
            each.sort(key=lambda phrase: -len(phrase.syllables))
        return found

    @cached_property
    def first_syllables(self) -> frozenset[str]:
        """The letters a phrase can begin with."""
        return frozenset(self._by_first)

    def at(self, tokens: tuple[Token, ...], place: int) -> tuple[MeaningT_co, int] | None:
        """The meaning of the longest phrase that begins at ``place``, and the place behind it."""
        found = self.phrase_at(tokens, place)
        return (found.meaning, place + len(found.syllables)) if found else None

    def phrase_at(self, tokens: tuple[Token, ...], place: int) -> Phrase[MeaningT_co] | None:
        """The longest phrase that begins at ``place``; of equally long ones that whose diacritics are typed."""
        phrases = self._by_first.get(tokens[place].folded) if place < len(tokens) else None
        best: Phrase[MeaningT_co] | None = None
        for phrase in phrases or ():
            if best is not None and len(phrase.syllables) < len(best.syllables):
                break
            if _says(tokens, place, phrase) and (
                best is None or phrase.missing(tokens, place) < best.missing(tokens, place)
            ):
                best = phrase
        return best


def _says(tokens: tuple[Token, ...], place: int, phrase: Phrase[object]) -> bool:
    end = place + len(phrase.syllables)
    return end <= len(tokens) and all(
        token.says(syllable) for token, syllable in zip(tokens[place:end], phrase.syllables, strict=True)
    )
