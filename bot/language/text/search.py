"""Search by any words of a text: diacritics optional, beginnings of words, small slips, abbreviations by initials."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz

from bot.language.text.tokens import Token, TokenKind, tokenise

Id = TypeVar("Id", bound=Hashable)

_EXACT, _PREFIX, _INITIALS, _SLIP = 1.0, 0.85, 0.8, 0.65
_MARKS_BOOST = 0.15
_LIKE_ENOUGH = 80.0
_SHORTEST_SLIP = 4
_MOST_WORDS = 40
# words too common to be needed, left out where others remain
_LIGHT = frozenset(
    {"cua", "va", "cac", "ve", "cho", "tai", "trong", "nhung", "the", "of", "and", "nhiem", "vu", "viec"}
)


@dataclass(frozen=True, slots=True)
class _Words:
    tokens: tuple[Token, ...]
    letters: tuple[str, ...]
    initials: str


@lru_cache(maxsize=4096)
def _words(text: str) -> _Words:
    tokens = tuple(token for token in tokenise(text) if token.kind in (TokenKind.WORD, TokenKind.NUMBER))
    letters = tuple(
        token.folded.lstrip("0") or "0" if token.kind is TokenKind.NUMBER else token.folded for token in tokens
    )
    return _Words(tokens, letters, "".join(word[0] for word in letters))


def rank(query: str, candidates: Sequence[tuple[Id, str]]) -> list[tuple[Id, float]]:
    """The candidates that have every word of ``query``, best first, with a score of 0-1.

    Typed diacritics raise a score and exclude nothing; equal scores keep the order given. Empty for an empty query.
    """
    sought = _needed(_words(query))
    if not sought:
        return []
    memory: dict[tuple[str, str], float] = {}
    scored = [(name, _score(sought, _words(text), memory)) for name, text in candidates]
    found = [(name, round(score, 4)) for name, score in scored if score > 0]
    return sorted(found, key=lambda entry: -entry[1])


def _needed(query: _Words) -> list[tuple[Token, str]]:
    pairs = list(zip(query.tokens, query.letters, strict=True))[:_MOST_WORDS]
    heavy = [pair for pair in pairs if pair[1] not in _LIGHT]
    return heavy or pairs


def _score(sought: list[tuple[Token, str]], text: _Words, memory: dict[tuple[str, str], float]) -> float:
    total, met, shortened = 0.0, set(), _spelled_out(sought, text)
    for index, (token, letters) in enumerate(sought):
        best, place = _best(token, letters, text, memory)
        if index in shortened and best < _INITIALS:
            best = _INITIALS
        if best == 0:
            return 0.0
        total += best
        if place is not None:
            met.add(place)
    quality = total / (len(sought) * (_EXACT + _MARKS_BOOST))
    coverage = len(met) / max(1, len(text.letters))
    return 0.8 * quality + 0.1 * coverage + 0.1 * _closeness(met)


def _closeness(met: set[int]) -> float:
    """1 where the words found stand together, less the farther they are apart."""
    return len(met) / (max(met) - min(met) + 1) if met else 0.0


def _best(token: Token, letters: str, text: _Words, memory: dict[tuple[str, str], float]) -> tuple[float, int | None]:
    best, place = 0.0, None
    for index, word in enumerate(text.letters):
        key = (letters, word)
        if key not in memory:
            memory[key] = _likeness(letters, word, token.kind is TokenKind.NUMBER)
        likeness = memory[key]
        if likeness == _EXACT and token.marks and token.marks == text.tokens[index].marks:
            likeness += _MARKS_BOOST
        elif likeness == _EXACT and not token.marks:
            likeness += _MARKS_BOOST / 2
        if likeness > best:
            best, place = likeness, index
    if best < _INITIALS and 2 <= len(letters) <= 8 and letters.isalpha():
        at = text.initials.find(letters)
        if at >= 0:
            return _INITIALS, at
    return (best, place) if best else _run_together(letters, text)


def _likeness(sought: str, word: str, number: bool) -> float:
    if sought == word:
        return _EXACT
    if number or word.isdigit():
        return 0.0
    if len(sought) >= 2 and word.startswith(sought):
        return _PREFIX
    if len(sought) >= _SHORTEST_SLIP and abs(len(sought) - len(word)) <= 1:
        likeness = fuzz.ratio(sought, word)
        return _SLIP * likeness / 100 if likeness >= _LIKE_ENOUGH - (5 if len(sought) == _SHORTEST_SLIP else 0) else 0.0
    return 0.0


def _run_together(letters: str, text: _Words) -> tuple[float, int | None]:
    """Words typed without the space between them ("dulieu")."""
    if len(letters) < 5:
        return 0.0, None
    for index in range(len(text.letters) - 1):
        if letters.startswith(text.letters[index]) and (text.letters[index] + text.letters[index + 1]) == letters:
            return _PREFIX, index
    return 0.0, None


def _spelled_out(sought: list[tuple[Token, str]], text: _Words) -> set[int]:
    """The places of query words that spell out an abbreviation of the text ("thủ tục hành chính" for TTHC)."""
    initials = "".join(letters[0] for _, letters in sought)
    covered: set[int] = set()
    for token, letters in zip(text.tokens, text.letters, strict=True):
        if len(letters) >= 3 and token.text.isupper() and letters in initials:
            at = initials.find(letters)
            covered |= set(range(at, at + len(letters)))
    return covered
