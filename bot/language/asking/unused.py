"""The words of a question that played no part in its reading: the answer names them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language.asking import chunks as c
from bot.language.asking.chunks import Chunk
from bot.language.asking.facts import SentenceFacts, period_of
from bot.language.asking.query import Query, QueryKind
from bot.language.time.span import DateSpan

_LONGEST = 60


def unused(facts: SentenceFacts, query: Query) -> tuple[str, ...]:
    """What was said and narrows nothing of the answer, each word or phrase once, as it was typed."""
    said = [chunk.text for chunk in facts.chunks if _plays_no_part(chunk, facts, query)]
    told = [*facts.passed_over, *(text for text in said if text)]
    return tuple(dict.fromkeys(text[:_LONGEST] for text in told))


def _plays_no_part(chunk: Chunk, facts: SentenceFacts, query: Query) -> bool:
    if chunk.says == c.REST:
        return True
    if chunk.says == "s:in_progress" or (chunk.says == c.SPAN and _says_now(chunk, facts)):
        return False
    return any(
        chunk.says == says or (says.endswith(":") and chunk.says.startswith(says)) for says in _idle(facts, query)
    )


def _says_now(chunk: Chunk, facts: SentenceFacts) -> bool:
    span = chunk.span
    if not isinstance(span, DateSpan):
        return True
    return facts.says_now(span) or (span.start, span.end) == (facts.today, facts.today)


def _idle(facts: SentenceFacts, query: Query) -> Iterator[str]:
    """The meanings that narrow nothing of a kind of answer."""
    if query.kind is QueryKind.CARD or query.filters.codes:
        yield from (c.SPAN, c.PERCENT)
    elif query.kind is QueryKind.RANKING:
        yield from (c.SPAN, c.TOPIC, c.PERCENT, "k:")
        if not facts.has("most"):
            yield from ("c:", "s:")
    elif query.kind is QueryKind.MISSING_REPORTS:
        yield from (c.TOPIC, c.PERCENT, c.COUNT, "c:", "s:", "k:", "o:", "most")
        spans = [chunk.span for chunk in facts.all(c.SPAN) if isinstance(chunk.span, DateSpan)]
        if not spans or period_of(spans[0]) is None:
            yield c.SPAN
    elif query.kind is QueryKind.LIST:
        yield from ("ranking", "half_year", "nine_months")
        if query.top is None:
            yield from ("o:",)
