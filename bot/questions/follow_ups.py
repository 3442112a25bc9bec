"""A sentence that goes on from the one before: "còn của Công an?", "quý III thì sao?", "chỉ những việc quá hạn"."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

from bot.domain.plan import UnitRole
from bot.questions import chunks as c
from bot.questions import question_words as words
from bot.questions.chunks import chunks_of
from bot.questions.directory import Directory
from bot.questions.points import Span
from bot.questions.query import Filters, Kind, Query
from bot.questions.read import MOST_WORDS, Facts, period_of
from bot.questions.tokens import Kind as TokenKind
from bot.questions.tokens import Phrasebook, Token, tokenise

_OPENS = Phrasebook({"opens": words.FOLLOWING["opens"], "narrows": words.FOLLOWING["narrows"]})
_CLOSES = Phrasebook({"closes": words.FOLLOWING["closes"]})
_STATUS = ("colour", "reasons", "state")
_FRAGMENT = frozenset({c.UNIT, c.SPAN, c.LIGHT, c.PERCENT, c.CODE, "lead", "coordinate", "either", "due", "mine"})


def follow_up(before: Query, sentence: str, directory: Directory, today: date) -> Query | None:
    """The question before with what this sentence changes; none where it is a question of its own, or unreadable."""
    typed = tokenise(sentence)
    tokens = directory.mender.mended(typed) if len(typed) <= MOST_WORDS else ()
    bare = tuple(token for token in tokens if token.kind in (TokenKind.WORD, TokenKind.NUMBER))
    if not bare:
        return None
    facts = Facts(chunks_of(tokens, directory, today), directory, today)
    if facts.left_over or facts.wrong_span is not None or facts.unclear is not None or facts.has("help"):
        return None
    if before.kind is Kind.CARD and facts.has("why") and not facts.all(c.CODE):
        return replace(before, why=True)
    said = _manner(bare, facts)
    return None if said is None else _changed(before, facts, narrows=said == "narrows")


def _manner(bare: tuple[Token, ...], facts: Facts) -> str | None:
    """How the sentence goes on: it opens or closes so, or is only a unit, a span or the like."""
    opened = _OPENS.at(bare, 0)
    closed = any(_CLOSES.at(bare, place) == ("closes", len(bare)) for place in range(max(0, len(bare) - 4), len(bare)))
    own = bool(facts.all("n:")) and facts.has("ask", "not", "show") and not closed
    if opened is not None and opened[0] == "narrows":
        return "narrows"
    if own:
        return None
    if opened is not None or closed:
        return "opens"
    return "opens" if all(chunk.says in _FRAGMENT for chunk in facts.chunks) and _has_subject(facts) else None


def _has_subject(facts: Facts) -> bool:
    return any(chunk.says in (c.UNIT, c.SPAN, c.CODE, c.PERCENT, "mine") for chunk in facts.chunks)


def _changed(before: Query, facts: Facts, *, narrows: bool) -> Query | None:
    codes = tuple(dict.fromkeys(chunk.code for chunk in facts.all(c.CODE)))
    if codes:
        return Query(Kind.CARD if len(codes) == 1 else Kind.LIST, Filters(codes=codes))
    if before.kind is Kind.MISSING_REPORTS:
        spans = [chunk.span for chunk in facts.all(c.SPAN) if isinstance(chunk.span, Span)]
        period = period_of(spans[0]) if spans else None
        return replace(before, period=period) if period else None
    asked = facts.query()
    if before.kind is Kind.RANKING:
        return replace(before, order=asked.order, top=asked.top) if asked and asked.kind is Kind.RANKING else None
    if asked is not None and asked.kind is not Kind.LIST:
        return asked
    if before.kind is not Kind.LIST:
        return None
    merged = merged_filters(before.filters, facts.filters(), narrows=narrows)
    return None if merged == before.filters else replace(before, filters=merged, why=False)


def merged_filters(old: Filters, new: Filters, *, narrows: bool) -> Filters:
    """The old filters with all that is said anew; a new light, reason or state takes the place of all three.

    Where the sentence narrows ("chỉ …") they are added instead.
    """
    plain = Filters()
    said = {field.name: getattr(new, field.name) for field in fields(Filters)}
    changed = {name: value for name, value in said.items() if value != getattr(plain, name)}
    if changed.keys() & set(_STATUS) and not narrows:
        changed = {**dict.fromkeys(_STATUS, ()), **changed}
    if "due_from" in changed or "due_to" in changed:
        changed = {"due_from": None, "due_to": None, **changed}
    if "unit_id" in changed:
        changed["mine"] = False
        if old.unit_id is not None or old.mine:
            changed["unit_role"] = old.unit_role if new.unit_role is UnitRole.LEAD else new.unit_role
    if changed.get("mine"):
        changed["unit_id"] = None
    if any(name.startswith("percent_") for name in changed):
        changed = {**dict.fromkeys(("percent_over", "percent_under", "percent_from", "percent_to")), **changed}
    return replace(old, **changed)
