"""A sentence → what is asked (docs/rules/chat.md#questions). Pure: words in, a reading out; never raises.

Every word has to be accounted for: it has a meaning in the lexicon, names a unit, a code, a span or a subject that rows
speak of, or is said without changing anything. One word that is none of these, and it is asked back: a wrong guess is
worse.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.plan.plan import UnitRole
from bot.domain.work.alerts import Colour
from bot.language.asking.chunk import Chunk
from bot.language.asking.chunks import chunks_of
from bot.language.asking.facts import SentenceFacts, narrows
from bot.language.asking.meanings import OPEN, Cue, Kind, Noun
from bot.language.asking.query import Clarify, Filters, NotAQuestion, Query, QueryKind, Reading
from bot.language.asking.unused import unused
from bot.language.names.directory import LocalityVocabulary
from bot.language.text.figures import Tokens
from bot.language.text.tokens import TokenKind, tokenise
from bot.language.words import filler_words as fillers

__all__ = ["MOST_WORDS", "is_surely_asked", "read"]

MOST_WORDS = 90
"""A question is shorter; what is longer is a text, and not read."""
_PARTS = frozenset(",()–—")
_LONGEST_ADDRESS, _LONGEST_OPENING = 3, 2
_ASKS = frozenset(
    {Cue.ASK, Cue.SHOW, Cue.HOW_FAR, Cue.WHY, Cue.WHEN, Cue.MISSING, Cue.OWING, Cue.RANKING, Cue.HELP, Cue.NOT}
    | {Kind.CODE}
)
_RED_LIST = Query(QueryKind.LIST, Filters(colour=(Colour.RED,)))


def read(sentence: str, directory: LocalityVocabulary, today: date) -> Reading:
    """What a sentence asks of a locality's plan (docs/rules/chat.md#questions). Never raises.

    ``today`` is the day in the locality. A Query where all of it was understood; a Clarify where a name fits several
    units, with one query for each; otherwise a NotAQuestion with three queries to choose from, which names a day or
    span that cannot be, or the words that alone were not understood.
    """
    tokens = tokenise(sentence, MOST_WORDS + 1)
    if len(tokens) > MOST_WORDS or not any(token.kind is TokenKind.WORD for token in tokens):
        return NotAQuestion(offers(today))
    facts = facts_of(sentence, directory, today)
    wrong = facts.wrong_span
    if wrong is not None:
        return NotAQuestion(offers(today), wrong.key, wrong.said)
    query = facts.query()
    query = None if query is None else replace(query, unused=unused(facts, query))
    if query is None or (facts.left_over and not facts.asks_about_one_row):
        return NotAQuestion(offers(today, query or facts.nearest()), said=facts.strange if query else "")
    if facts.unclear is not None:
        chunk = facts.unclear
        options = tuple((unit, _of_unit(query, unit)) for unit in sorted(chunk.units))
        return Clarify(chunk.text, options)
    return query


def is_surely_asked(sentence: str, directory: LocalityVocabulary, today: date) -> bool:
    """Whether a sentence is understood and asks by its words or its mark, so that it can be no note. Never raises."""
    reading = read(sentence, directory, today)
    if not isinstance(reading, Query) or reading.filters.words:
        return False
    facts = facts_of(sentence, directory, today)
    return sentence.rstrip().endswith("?") or facts.has(Cue.ASK, Cue.WHY, Cue.SHOW, Cue.WHEN)


def facts_of(sentence: str, directory: LocalityVocabulary, today: date) -> SentenceFacts:
    """What a sentence says, without the clauses around it that say nothing about the plan."""
    tokens = directory.tokens_of(sentence)
    whole = without_address(chunks_of(tokens, directory, today))
    kept, passed = _telling(whole, tokens)
    return SentenceFacts(kept, directory, today, passed)


def _telling(chunks: tuple[Chunk, ...], tokens: Tokens) -> tuple[tuple[Chunk, ...], tuple[str, ...]]:
    """The chunks without the clauses that hold words not understood and nothing that narrows an answer; those."""
    clauses: list[list[Chunk]] = [[]]
    for before, chunk in zip((None, *chunks), chunks, strict=False):
        parted = before is not None and any(token.text in _PARTS for token in tokens[before.end : chunk.start])
        if chunk.says is Cue.CLAUSE or parted:
            clauses.append([])
        if chunk.says is not Cue.CLAUSE:
            clauses[-1].append(chunk)
    kept = [one for one in clauses if not any(x.says is Kind.REST for x in one) or any(narrows(x) for x in one)]
    # What is left has to ask by itself: "mình là Quyền, mới về phòng kinh tế" does not.
    if not any(x.says in _ASKS or isinstance(x.says, Noun) for one in kept for x in one):
        kept = clauses
    kept = kept if any(kept) else clauses
    passed = [one for one in clauses if one and one not in kept]
    told = tuple(" ".join(token.text for token in tokens[one[0].start : one[-1].end]) for one in passed)
    return tuple(chunk for one in kept for chunk in one), told


def without_address(chunks: tuple[Chunk, ...]) -> tuple[Chunk, ...]:
    """The chunks without what only speaks to somebody: "phiền em …", "… hả Tài", "trạm ơi"."""
    kept = [x for x, behind in zip(chunks, (*chunks[1:], None), strict=True) if not (_strange(x) and _calls(behind))]
    start = 0
    while start < len(kept) and kept[start].says is Kind.REST and start < _LONGEST_OPENING:
        start += 1
    asked = start < len(kept) and (kept[start].says is Cue.SHOW or kept[start].text.casefold() in fillers.ADDRESSED)
    kept = kept[start:] if asked else kept
    place = len(kept)
    while place and kept[place - 1].says is Kind.REST and len(kept) - place < _LONGEST_ADDRESS:
        place -= 1
    particle = place > 1 and kept[place - 1].text.casefold() in fillers.PARTICLES
    return tuple(kept[:place]) if particle else tuple(kept)


def _strange(chunk: Chunk) -> bool:
    return chunk.says is Kind.REST


def _calls(chunk: Chunk | None) -> bool:
    return chunk is not None and chunk.text.casefold() == "ơi"


def offers(today: date, nearest: Query | None = None) -> tuple[Query, ...]:
    """Three readings to choose from: what was understood of the sentence, then what is asked most."""
    week = today - timedelta(days=today.weekday())
    due = Query(QueryKind.LIST, Filters(due_from=week, due_to=week + timedelta(days=6)))
    usual = (_RED_LIST, due, Query(QueryKind.LIST, Filters(state=OPEN, mine=True, unit_role=UnitRole.LEAD)))
    found = usual if nearest is None or nearest.kind is QueryKind.HELP else (nearest, *usual)
    return tuple(dict.fromkeys(found))[:3]


def _of_unit(query: Query, unit_id: int) -> Query:
    return replace(query, filters=replace(query.filters, unit_id=unit_id))
