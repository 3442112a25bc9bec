"""Spans of time in a sentence, as days: "tuần sau", "quý II", "6 tháng đầu năm", "trước ngày 15/7", "next 10 days"."""

from __future__ import annotations

from datetime import date, timedelta

from bot.language.text.figures import Tokens
from bot.language.text.tokens import Phrasebook, TokenKind, tokenise
from bot.language.time.points import Found, may_begin, point_at
from bot.language.time.span import DateSpan, SpanError
from bot.language.words import calendar_words as words

__all__ = ["DateSpan", "SpanError", "read_span", "span_at"]

_INVALID = SpanError("date_invalid")
_BOUND = Phrasebook(words.BOUNDS)
_JOIN = Phrasebook({"to": words.TO})
_WHOLE = "het"
_PADDING = Phrasebook({"padding": words.PADDING})


def read_span(text: str, today: date) -> DateSpan | SpanError | None:
    """The span that is the whole text, but for words such as "trong" or "hạn"; none where it says more."""
    tokens = tokenise(text)
    place = _skip(tokens, 0)
    found = _at(tokens, place, today)
    if found is None or _skip(tokens, found[1]) != len(tokens):
        return None
    return _told(found[0], tokens, place, found[1], text)


def span_at(tokens: Tokens, place: int, today: date) -> tuple[DateSpan | SpanError, int] | None:
    """The span that begins at ``place``, as long as it reads, and the place behind it."""
    if not may_begin(tokens[place]) and tokens[place].folded not in _BOUND.first_syllables:
        return None
    return _at(tokens, place, today)


def _told(found: DateSpan | SpanError, tokens: Tokens, place: int, end: int, text: str) -> DateSpan | SpanError:
    if isinstance(found, DateSpan):
        return found
    return SpanError(found.key, text[tokens[place].start : tokens[end - 1].end])


def _skip(tokens: Tokens, place: int) -> int:
    while place < len(tokens):
        padding = _PADDING.at(tokens, place)
        if padding is not None:
            place = padding[1]
        elif tokens[place].kind is TokenKind.BREAK or tokens[place].text in ".,!?:;":
            place += 1
        else:
            break
    return place


def _at(tokens: Tokens, place: int, today: date) -> Found | None:
    readings = (
        point_at(tokens, place, today),
        _bounded(tokens, place, today),
        _between(tokens, place, today, opened=False),
    )
    return max((found for found in readings if found is not None), key=lambda found: found[1], default=None)


def _bounded(tokens: Tokens, place: int, today: date) -> Found | None:
    """As in "Trước ngày 15/7", "từ 1/6 đến 30/6", "đến cuối tháng", "sau quý II"."""
    bound = _BOUND.at(tokens, place)
    if bound is None:
        return None
    if bound[0] == "from":
        ranged = _between(tokens, bound[1], today, opened=True)
        if ranged is not None:
            return ranged
    point = point_at(tokens, bound[1], today)
    if point is None and tokens[bound[1] - 1].folded == _WHOLE:
        # "Từ nay tới hết năm": "hết" belongs to the year.
        point = point_at(tokens, bound[1] - 1, today)
    if point is None or isinstance(point[0], SpanError):
        return point
    return _bound_by(bound[0], point[0], today), point[1]


def _bound_by(bound: str, span: DateSpan, today: date) -> DateSpan:
    if bound == "until":
        return DateSpan(None, span.end, "until")
    if bound == "from_now":
        return DateSpan(today, span.end, "between")
    if bound == "before" and span.start is not None:
        last = span.end if span.key == "part" else span.start - timedelta(days=1)
        return DateSpan(None, last, "before")
    if bound == "after" and span.end is not None:
        return DateSpan(span.end + timedelta(days=1), None, "after")
    return DateSpan(span.start, None, "from")


def _between(tokens: Tokens, place: int, today: date, *, opened: bool) -> Found | None:
    first = point_at(tokens, place, today)
    bare = _bare_day(tokens, place) if opened and first is None else None
    behind = first[1] if first else place + 1 if bare else None
    joined = _JOIN.at(tokens, behind) if behind is not None else None
    if joined is None or (not opened and tokens[place].kind is TokenKind.WORD and joined[0] != "to"):
        return None
    last = point_at(tokens, joined[1], today)
    if last is None:
        return None
    start, until = _first_day(first, bare, last[0]), last[0]
    if isinstance(start, SpanError) or isinstance(until, SpanError) or until.end is None:
        return _INVALID, last[1]
    if start is None or start > until.end:
        return SpanError("span_reversed"), last[1]
    return DateSpan(start, until.end, "between"), last[1]


def _first_day(first: Found | None, bare: int | None, last: DateSpan | SpanError) -> date | SpanError | None:
    if first is not None:
        span = first[0]
        return span if isinstance(span, SpanError) else span.start
    if bare is None or isinstance(last, SpanError) or last.end is None:
        return None
    return _in_month(last.end, bare)


def _bare_day(tokens: Tokens, place: int) -> int | None:
    if place >= len(tokens) or tokens[place].kind is not TokenKind.NUMBER or len(tokens[place].folded) > 2:
        return None
    return int(tokens[place].folded)


def _in_month(last: date, day: int) -> date | SpanError:
    return last.replace(day=day) if 1 <= day <= last.day else _INVALID
