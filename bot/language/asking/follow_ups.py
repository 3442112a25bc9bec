"""A sentence that goes on from the one before: "còn của Công an?", "quý III thì sao?", "chỉ những việc quá hạn"."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum, auto

from bot.domain.plan.plan import UnitRole
from bot.language.asking.chunks import chunks_of
from bot.language.asking.facts import SentenceFacts, period_of
from bot.language.asking.meanings import STATUS, ChunkMeaning, Cue, Kind, Noun
from bot.language.asking.query import Filters, Query, QueryKind
from bot.language.asking.read import MOST_WORDS
from bot.language.asking.subjects import is_sign
from bot.language.asking.unused import unused
from bot.language.names.directory import LocalityVocabulary
from bot.language.text.tokens import Phrasebook, Token, is_longer
from bot.language.time.span import DateSpan
from bot.language.words import filler_words as fillers


class Joint(Enum):
    """How a sentence is joined to the one before: it goes on to another matter, or adds to what was asked."""

    OPENS = auto()
    NARROWS = auto()


_OPENS = Phrasebook({Joint.OPENS: fillers.FOLLOWING["opens"], Joint.NARROWS: fillers.FOLLOWING["narrows"]})
_ENDS = Phrasebook({Joint.OPENS: fillers.FOLLOWING["closes"], Joint.NARROWS: fillers.FOLLOWING["ends_narrower"]})
_LIGHT = Phrasebook({Kind.LIGHT: fillers.LIGHT})
_STATUS = ("colour", "reasons", "state")
_PERCENTS = ("percent_over", "percent_under", "percent_from", "percent_to")
_SUBJECTS: frozenset[ChunkMeaning] = frozenset({Kind.UNIT, Kind.SPAN, Kind.CODE, Kind.PERCENT, Cue.MINE})
_FRAGMENT = _SUBJECTS | {
    *(Kind.LIGHT, Cue.LEAD, Cue.COORDINATE, Cue.EITHER),
    *(Cue.DUE, Cue.SHOW, Cue.EVERY, Cue.ABOUT, Cue.CLAUSE),
}
_ASKED_OF_A_CARD = frozenset({Cue.WHY, Cue.WHEN, Cue.HOW_FAR, Cue.LEAD, Cue.COORDINATE, Cue.EXPIRES, Cue.DUE})
_SAID_OF_A_CARD: frozenset[ChunkMeaning] = _ASKED_OF_A_CARD | {
    *(Kind.LIGHT, Cue.CLAUSE, Cue.ASK, Cue.STILL, Cue.NOT, Cue.SUBMIT),
    *(Noun.UNIT, Noun.REPORT, Noun.EVIDENCE),
}
_LONGEST_END = 4


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence without the words that join it to the one before. ``narrows``: it adds to what was asked."""

    facts: SentenceFacts
    joined: bool
    narrows: bool


def follow_up(before: Query, sentence: str, directory: LocalityVocabulary, today: date) -> Query | None:
    """The question before with what this sentence changes (docs/rules/chat.md#questions). Never raises.

    None where the sentence is a question of its own, leaves a list as it was, or cannot be read. ``before`` is the
    last question that was answered, ``today`` the day in the locality.
    """
    if is_longer(sentence, MOST_WORDS):
        return None
    tokens = directory.tokens_of(sentence)
    whole = SentenceFacts(chunks_of(tokens, directory, today), directory, today)
    if before.kind is QueryKind.CARD and whole.has(Cue.WHY) and not whole.all(Kind.CODE) and _is_about_the_card(whole):
        return replace(before, why=True)
    said = _said(tokens, directory, today)
    facts = said.facts
    if (
        not facts.chunks
        or facts.left_over
        or facts.wrong_span is not None
        or facts.unclear
        or facts.has(Cue.HELP, Cue.EXCEPT)
    ):
        return None
    if before.kind is QueryKind.CARD and not facts.all(Kind.CODE):
        return replace(before, why=facts.has(Cue.WHY)) if _is_about_the_card(facts) else None
    if not said.joined and not _goes_on(facts):
        return None
    changed = _changed(before, facts, narrows=said.narrows or facts.has(Noun.THOSE))
    return None if changed is None else replace(changed, unused=unused(facts, changed))


def _said(tokens: tuple[Token, ...], directory: LocalityVocabulary, today: date) -> _Said:
    bare = _without_edges(tokens)
    opened = _OPENS.at(bare, 0) if bare else None
    joint, start = opened if opened is not None else (None, 0)
    end, closed = _end(bare)
    if closed is not None:
        joint = Joint.NARROWS if Joint.NARROWS in (joint, closed) else closed
    rest = bare[start:end] if start < end else ()
    own = SentenceFacts(chunks_of(rest, directory, today), directory, today)
    whole = SentenceFacts(chunks_of(bare, directory, today), directory, today)
    if joint is Joint.OPENS and closed is None and _asks_in_full(whole):
        return _Said(whole, joined=False, narrows=False)
    return _Said(own if joint else whole, joined=joint is not None, narrows=joint is Joint.NARROWS)


def _without_edges(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens without the signs before and behind the sentence; those inside may belong to a date."""
    words = [place for place, token in enumerate(tokens) if not is_sign(token)]
    return tokens[words[0] : words[-1] + 1] if words else ()


def _end(bare: tuple[Token, ...]) -> tuple[int, Joint | None]:
    """Where the sentence ends without its closing words, and what those say."""
    last = len(bare)
    while last > 1 and _LIGHT.at(bare, last - 1) == (Kind.LIGHT, last) and _ENDS.at(bare, last - 1) is None:
        last -= 1
    for place in range(max(1, last - _LONGEST_END), last):
        found = _ENDS.at(bare[:last], place)
        if found is not None and found[1] == last:
            return place, found[0]
    return len(bare), None


def _asks_in_full(facts: SentenceFacts) -> bool:
    """Whether a sentence that opens with "còn" asks for itself: "còn việc nào quá hạn không"."""
    return facts.has(Noun.TASK, Noun.INDICATOR, Noun.ROW, Noun.UNIT) and facts.has(Cue.ASK, Cue.NOT, Cue.SHOW)


def _goes_on(facts: SentenceFacts) -> bool:
    """Whether a sentence without joining words is only a part of one: a unit, a span, or "những cái …"."""
    if facts.has(Noun.THOSE) and not facts.has(Noun.TASK, Noun.INDICATOR, Noun.ROW, Noun.UNIT):
        return True
    return facts.meanings <= _FRAGMENT and facts.has(*_SUBJECTS)


def _is_about_the_card(facts: SentenceFacts) -> bool:
    asks = facts.has(*_ASKED_OF_A_CARD) or (facts.has(Noun.UNIT) and facts.has(Cue.ASK))
    return asks and all(x in _SAID_OF_A_CARD or isinstance(x, STATUS) for x in facts.meanings)


def _changed(before: Query, facts: SentenceFacts, *, narrows: bool) -> Query | None:
    codes = tuple(dict.fromkeys(chunk.code for chunk in facts.all(Kind.CODE)))
    if codes:
        return Query(QueryKind.CARD if len(codes) == 1 else QueryKind.LIST, Filters(codes=codes))
    if before.kind is QueryKind.MISSING_REPORTS:
        spans = [chunk.span for chunk in facts.all(Kind.SPAN) if isinstance(chunk.span, DateSpan)]
        period = period_of(spans[0]) if spans else None
        if period:
            answering = facts.directory.period_answering(period)
            return replace(before, period=answering, named=period, filters=_asked_of(before, facts))
        return replace(before, filters=_asked_of(before, facts)) if facts.all(Kind.UNIT) else None
    asked = facts.query()
    if before.kind is QueryKind.RANKING:
        if asked is None or asked.kind is not QueryKind.RANKING:
            return None
        return replace(before, order=asked.order, top=asked.top)
    if before.kind is not QueryKind.LIST or (asked is not None and asked.kind is not QueryKind.LIST):
        return None
    counts = facts.all(Kind.COUNT)
    merged = merged_filters(before.filters, facts.filters(), narrows=narrows)
    changed = replace(before, filters=merged, top=counts[0].count if counts else before.top)
    return None if changed == before else changed


def _asked_of(before: Query, facts: SentenceFacts) -> Filters:
    """The unit whose reports are asked for: the one named now, else the one before."""
    units = facts.all(Kind.UNIT)
    return Filters(unit_id=min(units[0].units)) if units else before.filters


def merged_filters(old: Filters, new: Filters, *, narrows: bool) -> Filters:
    """The old filters with all that is said anew; a new light, reason or state takes the place of all three.

    Where the sentence narrows ("chỉ …", "… thôi") they are added instead.
    """
    plain = Filters()
    said = {field.name: getattr(new, field.name) for field in fields(Filters)}
    changed = {name: value for name, value in said.items() if value != getattr(plain, name)}
    if changed.keys() & set(_STATUS) and not narrows:
        changed = {**dict.fromkeys(_STATUS, ()), **changed}
    if changed.keys() & {"due_from", "due_to"}:
        changed = {"due_from": None, "due_to": None, **changed}
    if changed.keys() & set(_PERCENTS):
        changed = {**dict.fromkeys(_PERCENTS), **changed}
    if "unit_id" in changed:
        changed["mine"] = False
        if old.unit_role is not None and new.unit_role is UnitRole.LEAD:
            changed["unit_role"] = old.unit_role
    if changed.get("mine"):
        changed["unit_id"] = None
    return replace(old, **changed)
