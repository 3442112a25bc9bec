"""The words of a question that played no part in its reading: the answer names them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.work.alerts import Colour
from bot.language.asking.chunk import Chunk
from bot.language.asking.facts import SentenceFacts, period_of
from bot.language.asking.meanings import ChunkMeaning, Cue, Kind, LimitWord, StateWord
from bot.language.asking.query import Order, Query, QueryKind
from bot.language.time.span import DateSpan

_LONGEST = 60


def unused(facts: SentenceFacts, query: Query) -> tuple[str, ...]:
    """What was said and narrows nothing of the answer, each word or phrase once, as it was typed."""
    idle = frozenset(_idle(facts, query))
    said = [chunk.text for chunk in facts.chunks if _plays_no_part(chunk, facts, idle)]
    told = [*facts.passed_over, *(text for text in said if text)]
    return tuple(dict.fromkeys(text[:_LONGEST] for text in told))


def _plays_no_part(chunk: Chunk, facts: SentenceFacts, idle: frozenset[ChunkMeaning | type[ChunkMeaning]]) -> bool:
    if chunk.says is Kind.REST:
        return True
    if chunk.says is StateWord.IN_PROGRESS or (chunk.says is Kind.SPAN and _says_now(chunk, facts)):
        return False
    return chunk.says in idle or type(chunk.says) in idle


def _says_now(chunk: Chunk, facts: SentenceFacts) -> bool:
    span = chunk.span
    if not isinstance(span, DateSpan):
        return True
    return facts.says_now(span) or (span.start, span.end) == (facts.today, facts.today)


def _idle(facts: SentenceFacts, query: Query) -> Iterator[ChunkMeaning | type[ChunkMeaning]]:
    """The meanings, and families of them, that narrow nothing of a kind of answer."""
    if query.kind is QueryKind.CARD or query.filters.codes:
        yield from (Kind.SPAN, Kind.PERCENT)
    elif query.kind is QueryKind.RANKING:
        yield from (Kind.SPAN, Kind.TOPIC, Kind.PERCENT, LimitWord)
        if not facts.has(Cue.MOST):
            yield from (Colour, StateWord)
    elif query.kind is QueryKind.MISSING_REPORTS:
        yield from (Kind.TOPIC, Kind.PERCENT, Kind.COUNT, Colour, StateWord, LimitWord, Order, Cue.MOST)
        spans = [chunk.span for chunk in facts.all(Kind.SPAN) if isinstance(chunk.span, DateSpan)]
        if not spans or period_of(spans[0]) is None:
            yield Kind.SPAN
    elif query.kind is QueryKind.LIST:
        yield from (Cue.RANKING, Cue.HALF_YEAR, Cue.NINE_MONTHS)
        if query.top is None:
            yield Order
