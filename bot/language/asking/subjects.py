"""Subjects of rows in a question: words without a meaning of their own, and words that rows write so."""

from __future__ import annotations

from bot.language.asking.chunk import Chunk
from bot.language.asking.meanings import STATUS, Cue, Kind, Noun
from bot.language.names.directory import LocalityVocabulary
from bot.language.text.figures import Tokens
from bot.language.text.tokens import Token, TokenKind, fold
from bot.language.words import filler_words as fillers
from bot.language.words import question_words as words
from bot.language.words.syllables import NO_SUBJECT

_MEASURES = ("tỷ lệ", "tỉ lệ", "số lượng", "chỉ số")
_LONGEST_TOPIC = 8
_ABBREVIATED = {fold(short): long for short, long in words.ABBREVIATIONS.items()}
_MOST_STRANGE = 20
"""A sentence with more words that mean nothing is none of ours, and is not looked at further."""


def with_topics(found: list[Chunk], tokens: Tokens, directory: LocalityVocabulary) -> tuple[Chunk, ...]:
    """Words without a meaning of their own become subjects where rows speak so, with the light words among them."""
    if sum(chunk.says is Kind.REST for chunk in found) > _MOST_STRANGE:
        return tuple(found)
    place = 0
    while place < len(found):
        if found[place].says is not Kind.REST:
            place += 1
            continue
        topic = _topic_around(found, place, tokens, directory)
        if topic is None:
            place += 1
            continue
        chunk, first, last = topic
        found[first : last + 1] = [chunk]
        place = first + 1
    return _joined(found, tokens)


def _topic_around(
    found: list[Chunk], place: int, tokens: Tokens, directory: LocalityVocabulary
) -> tuple[Chunk, int, int] | None:
    """The longest run of chunks around a word that stands in a row as it is."""
    low = place
    while low > 0 and place - low < _LONGEST_TOPIC and _may_be_inside(found[low - 1]):
        low -= 1
    high = place
    while high + 1 < len(found) and high - place < _LONGEST_TOPIC and _may_be_inside(found[high + 1]):
        high += 1
    spans = [(last - first, -first, first, last) for first in range(low, place + 1) for last in range(place, high + 1)]
    for _, _, first, last in sorted(spans, reverse=True):
        run = tuple(token for token in tokens[found[first].start : found[last].end] if not is_sign(token))
        written = directory.topics.run(run) if 2 <= len(run) <= 2 * _LONGEST_TOPIC else ()
        while written and first < place and written[0].text.casefold() in fillers.JOINING:
            written, first = written[found[first].end - found[first].start :], first + 1
        while written and last > place and written[-1].text.casefold() in fillers.JOINING:
            written, last = written[: -(found[last].end - found[last].start)], last - 1
        if len(written) > 1 and spelled(written) not in NO_SUBJECT:
            return topic_of(found[first].start, found[last].end, written), first, last
    token = tokens[found[place].start]
    long = words.ABBREVIATIONS.get(token.text.casefold()) or _ABBREVIATED.get(token.folded)
    if long is not None or directory.topics.is_term(token):
        return Chunk(Kind.TOPIC, found[place].start, found[place].end, text=long or token.text.lower()), place, place
    return None


def topic_of(start: int, end: int, written: tuple[Token, ...]) -> Chunk:
    """The subject over ``tokens[start:end]`` that a row writes with the tokens ``written``."""
    text = ""
    for before, token in zip((None, *written), written, strict=False):
        text += token.text if before is None or before.end == token.start else f" {token.text}"
    return Chunk(Kind.TOPIC, start, end, text=_bare(text.lower()))


def spelled(written: tuple[Token, ...]) -> str:
    """The words in lower case, one space between them."""
    return " ".join(token.text.lower() for token in written)


def _bare(subject: str) -> str:
    """The subject without a word that only says that it is measured: "tỷ lệ …"."""
    for lead in _MEASURES:
        subject = subject.removeprefix(f"{lead} ")
    return subject


def _may_be_inside(chunk: Chunk) -> bool:
    if chunk.says in (Kind.LIGHT, Kind.REST, Kind.TOPIC):
        return True
    one_word = chunk.end - chunk.start == 1 or chunk.says in (Cue.HOW_FAR, Cue.SHOW)
    names = chunk.says in (Kind.CODE, Kind.UNIT, Kind.SPAN) or isinstance(chunk.says, (Noun, *STATUS))
    return one_word and not names


def _joined(found: list[Chunk], tokens: Tokens) -> tuple[Chunk, ...]:
    """Subjects side by side, or with one joining word between them, are one phrase."""
    joined: list[Chunk] = []
    for chunk in found:
        if chunk.says is Kind.TOPIC and joined and joined[-1].says is Kind.TOPIC:
            joined[-1] = _one_subject(joined[-1], chunk, "")
        elif (
            chunk.says is Kind.TOPIC
            and len(joined) > 1
            and joined[-2].says is Kind.TOPIC
            and _joins(joined[-1], tokens)
        ):
            between = tokens[joined.pop().start].text.lower()
            joined[-1] = _one_subject(joined[-1], chunk, f"{between} ")
        else:
            joined.append(chunk)
    return tuple(joined)


def _one_subject(first: Chunk, last: Chunk, between: str) -> Chunk:
    return Chunk(Kind.TOPIC, first.start, last.end, text=_bare(f"{first.text} {between}{last.text}"))


def _joins(chunk: Chunk, tokens: Tokens) -> bool:
    word = tokens[chunk.start].text.lower()
    return chunk.end - chunk.start == 1 and (word in fillers.JOINING or word == "không")


def is_sign(token: Token) -> bool:
    """Whether a token is no word."""
    return token.kind in (TokenKind.SIGN, TokenKind.BREAK)
