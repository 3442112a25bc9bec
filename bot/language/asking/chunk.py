"""One chunk of a question: a token or several with a meaning."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.language.asking.meanings import ChunkMeaning, Noun
from bot.language.time.span import DateSpan, SpanError


@dataclass(frozen=True, slots=True)
class Percent:
    """Bounds on the percent (0-100): more and less than, at least and at most; none where nothing bounds it."""

    over: Decimal | None = None
    under: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk over ``tokens[start:end]`` and what it says.

    What it names stands beside it: the ``code``, the ``units`` that go by the name (ids), the ``span``, the bounds of
    the ``percent``, or the ``count``, of which ``counts`` tells what is counted where its own words do. ``ranges``: the
    word between the ends of a range of codes. ``text`` is the wording of a phrase, or a subject as rows write it.
    """

    says: ChunkMeaning
    start: int
    end: int
    code: str = ""
    units: frozenset[int] = frozenset()
    span: DateSpan | SpanError | None = None
    percent: Percent | None = None
    count: int = 0
    counts: Noun | None = None
    ranges: bool = False
    text: str = ""
