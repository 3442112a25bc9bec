"""A sentence → what is asked (3-chat, Questions). Pure: words in, a reading out; never raises.

Every word has to be accounted for: it has a meaning in the lexicon, names a unit, a code, a span or a subject that rows
speak of, or is said without changing anything. One word that is none of these, and it is asked back: a wrong guess is
worse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.domain.alerts import Colour, Reason
from bot.domain.deadlines import DeadlineKind
from bot.domain.lifecycle import State
from bot.domain.plan import RowKind, UnitRole
from bot.questions import chunks as c
from bot.questions.chunks import Chunk, chunks_of
from bot.questions.directory import Directory
from bot.questions.points import Span, SpanError
from bot.questions.query import Clarify, Filters, Kind, NotAQuestion, Order, Query, Reading
from bot.questions.tokens import Kind as TokenKind
from bot.questions.tokens import tokenise

__all__ = ["MOST_WORDS", "is_surely_asked", "read"]

MOST_WORDS = 90
"""A question is shorter; what is longer is a text, and not read."""
COLOURS = (Colour.RED, Colour.AMBER, Colour.GREEN, Colour.GREY, Colour.DONE)
OPEN = (State.NOT_REPORTED, State.IN_PROGRESS, State.AWAITING, State.RETURNED)
STATES: dict[str, tuple[State, ...]] = {
    "s:not_reported": (State.NOT_REPORTED,),
    "s:in_progress": (State.IN_PROGRESS,),
    "s:awaiting": (State.AWAITING,),
    "s:returned": (State.RETURNED,),
    "s:completed": (State.COMPLETED,),
    "s:closed": (State.CLOSED,),
    "s:open": OPEN,
}
LIMITS: dict[str, tuple[DeadlineKind, ...]] = {
    "k:continuous": (DeadlineKind.CONTINUOUS,),
    "k:external": (DeadlineKind.EXTERNAL_BOUNDED, DeadlineKind.EXTERNAL_OPEN),
    "k:none": (DeadlineKind.EXTERNAL_OPEN, DeadlineKind.UNREAD),
}
_ASKING = frozenset({"ask", "show", "every", "why", "how_far", "when", "not"})
_RED_LIST = Query(Kind.LIST, Filters(colour=(Colour.RED,)))


def read(sentence: str, directory: Directory, today: date) -> Reading:
    """What a sentence asks of a locality's plan on a day; two good readings are asked about, others offered three."""
    tokens = tokenise(sentence)
    if len(tokens) > MOST_WORDS or not any(token.kind is TokenKind.WORD for token in tokens):
        return NotAQuestion(offers(today))
    facts = Facts(chunks_of(directory.mender.mended(tokens), directory, today), directory, today)
    wrong = facts.wrong_span
    if wrong is not None:
        return NotAQuestion(offers(today), wrong.key, wrong.said)
    query = facts.query()
    if query is None or facts.left_over:
        return NotAQuestion(offers(today, query))
    if facts.unclear is not None:
        chunk = facts.unclear
        options = tuple((unit, _of_unit(query, unit)) for unit in sorted(chunk.units))
        return Clarify(chunk.text, options)
    return query


def is_surely_asked(sentence: str, directory: Directory, today: date) -> bool:
    """Whether a sentence is understood and asks by its words or its mark, so that it can be no note."""
    reading = read(sentence, directory, today)
    if not isinstance(reading, Query) or reading.filters.words:
        return False
    tokens = directory.mender.mended(tokenise(sentence))
    says = {chunk.says for chunk in chunks_of(tokens, directory, today)}
    return sentence.rstrip().endswith("?") or bool(says & {"ask", "why", "show", "when"})


def offers(today: date, nearest: Query | None = None) -> tuple[Query, ...]:
    """Three readings to choose from: what was understood of the sentence, then what is asked most."""
    week = today - timedelta(days=today.weekday())
    due = Query(Kind.LIST, Filters(due_from=week, due_to=week + timedelta(days=6)))
    usual = (_RED_LIST, due, Query(Kind.LIST, Filters(state=OPEN, mine=True, unit_role=UnitRole.LEAD)))
    found = usual if nearest is None or nearest.kind is Kind.HELP else (nearest, *usual)
    return tuple(dict.fromkeys(found))[:3]


def _of_unit(query: Query, unit_id: int) -> Query:
    return replace(query, filters=replace(query.filters, unit_id=unit_id))


@dataclass(frozen=True)
class Facts:
    """What the chunks of one sentence say."""

    chunks: tuple[Chunk, ...]
    directory: Directory
    today: date

    def has(self, *says: str) -> bool:
        """Whether a chunk has one of these meanings."""
        return any(chunk.says in says for chunk in self.chunks)

    def all(self, says: str) -> list[Chunk]:
        """The chunks of a label or, with a colon at its end, of a family of meanings."""
        return [x for x in self.chunks if x.says == says or (says.endswith(":") and x.says.startswith(says))]

    @property
    def left_over(self) -> bool:
        """Whether a word was said that is not understood."""
        return self.has(c.REST)

    @property
    def wrong_span(self) -> SpanError | None:
        """A day or span that cannot be."""
        for chunk in self.all(c.SPAN):
            if isinstance(chunk.span, SpanError):
                return replace(chunk.span, said=chunk.text)
        return None

    @property
    def unclear(self) -> Chunk | None:
        """A name that several units could go by."""
        return next((chunk for chunk in self.all(c.UNIT) if len(chunk.units) > 1), None)

    def query(self) -> Query | None:
        """The reading of all that was understood; none where that asks nothing."""
        return self._help() or self._missing() or self._ranking() or self._card() or self._list()

    def _help(self) -> Query | None:
        said = {chunk.says for chunk in self.chunks} - {c.LIGHT, "ask", "help", "show", "n:row", "n:report", "how_far"}
        return Query(Kind.HELP) if self.has("help") and not said else None

    def _missing(self) -> Query | None:
        if not self.has("missing") or self.has("n:task", "n:indicator", "n:row") or self.all(c.CODE):
            return None
        if not self.has("n:unit", "n:report", "period") and not self.all(c.SPAN):
            return None
        if self.all(c.UNIT) and not self.has("n:unit"):
            return None
        return Query(Kind.MISSING_REPORTS, period=self._period())

    def _period(self) -> str | None:
        spans = [chunk.span for chunk in self.all(c.SPAN) if isinstance(chunk.span, Span)]
        named = period_of(spans[0]) if spans else None
        return named or self.directory.period_at(self.today)

    def _ranking(self) -> Query | None:
        rows = self.has("n:task", "n:indicator", "n:row", "n:evidence") and not self.has("n:unit", "ranking")
        slow_unit = (
            self.has("n:unit") and self.has("r:behind_roadmap") and not self.has("n:task", "n:indicator", "n:row")
        )
        if rows or self.all(c.CODE) or not (self.has("ranking", "o:worst", "o:best") or slow_unit):
            return None
        if not self.has("n:unit", "ranking") and self.all(c.TOPIC):
            return None
        order = Order.WORST if self.has("o:worst") or slow_unit else Order.BEST if self.has("o:best") else None
        counts = self.all(c.COUNT)
        return Query(Kind.RANKING, self._ranked(), counts[0].count if counts else None, order)

    def _ranked(self) -> Filters:
        units = self.all(c.UNIT)
        return Filters(unit_id=min(units[0].units), unit_role=UnitRole.LEAD) if units else Filters()

    def _card(self) -> Query | None:
        codes = tuple(dict.fromkeys(chunk.code for chunk in self.all(c.CODE)))
        if not codes:
            return None
        if len(codes) > 1:
            return Query(Kind.LIST, Filters(codes=codes))
        return Query(Kind.CARD, Filters(codes=codes), why=self.has("why"))

    def _list(self) -> Query | None:
        filters = self.filters()
        top = None
        counts = self.all(c.COUNT)
        if (counts and self.has("urgent", "o:worst", "o:best", "show")) or (counts and self._starts_with_top()):
            top = counts[0].count
        if not self._asks(filters):
            return None
        return Query(Kind.LIST, filters, top)

    def _starts_with_top(self) -> bool:
        return self.all(c.COUNT)[0].end - self.all(c.COUNT)[0].start > 1

    def _asks(self, filters: Filters) -> bool:
        noun = bool(self.all("n:"))
        asking = any(chunk.says in _ASKING for chunk in self.chunks)
        if filters == Filters(row_kind=filters.row_kind):
            return noun and (asking or self.has("urgent", "lead", "due") or bool(self.all(c.COUNT)))
        if filters == Filters(words=filters.words, row_kind=filters.row_kind):
            return noun or asking or len(self.chunks) == 1 or self.has("about")
        return True

    def filters(self) -> Filters:
        """What narrows the answer."""
        first, last = self._days()
        unit = self.all(c.UNIT)
        mine = self.has("mine") and not unit
        role: UnitRole | None = None
        if unit or mine:
            role = UnitRole.COORDINATE if self.has("coordinate") else None if self.has("either") else UnitRole.LEAD
        percent = self._percents()
        return Filters(
            colour=self._colours(),
            reasons=self._reasons(first is not None or last is not None),
            state=self._states(),
            unit_id=min(unit[0].units) if unit else None,
            unit_role=role,
            due_from=first,
            due_to=last,
            row_kind=self._row_kind(),
            words=tuple(dict.fromkeys(chunk.text for chunk in self.all(c.TOPIC))),
            mine=mine,
            deadline_kind=tuple(kind for chunk in self.all("k:") for kind in LIMITS[chunk.says]),
            **percent,
        )

    def _row_kind(self) -> RowKind | None:
        task, indicator = self.has("n:task"), self.has("n:indicator")
        return None if task == indicator else RowKind.TASK if task else RowKind.INDICATOR

    def _negated(self, chunk: Chunk) -> bool:
        place = self.chunks.index(chunk)
        while place and self.chunks[place - 1].says == c.LIGHT:
            place -= 1
        return place > 0 and self.chunks[place - 1].says == "not"

    def _colours(self) -> tuple[Colour, ...]:
        found = self.all("c:")
        named = {Colour(chunk.says[2:]) for chunk in found if not self._negated(chunk)}
        denied = {Colour(chunk.says[2:]) for chunk in found if self._negated(chunk)}
        if denied and not named:
            return tuple(colour for colour in COLOURS if colour not in denied)
        return tuple(colour for colour in COLOURS if colour in named)

    def _reasons(self, dated: bool) -> tuple[Reason, ...]:
        found = [Reason(chunk.says[2:]) for chunk in self.all("r:") if not self._negated(chunk)]
        if self.has("missing") and self.has("period"):
            found.append(Reason.REPORT_MISSING)
        if self.has("expires") and not dated:
            found.append(Reason.OVERDUE)
        if self.has("due") and not dated and not self.all("k:") and not found and not self.all("c:"):
            found += [Reason.DUE_SOON] if self._only_due() else []
        if dated:
            # "Sắp đến hạn trong 10 ngày tới": the span says it more exactly.
            found = [reason for reason in found if reason is not Reason.DUE_SOON]
        return tuple(dict.fromkeys(found))

    def _only_due(self) -> bool:
        return not (self.all("s:") or self.all(c.TOPIC) or self.has("when", "every"))

    def _states(self) -> tuple[State, ...]:
        found: list[State] = []
        for chunk in self.all("s:"):
            states = STATES[chunk.says]
            if not self._negated(chunk):
                found += states
            elif chunk.says == "s:completed":
                found += OPEN
            else:
                found += [state for state in State if state not in states]
        if self.has("missing") and not self.has("period"):
            found.append(State.NOT_REPORTED)
        return tuple(dict.fromkeys(found))

    def _percents(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for chunk in self.all(c.PERCENT):
            assert chunk.percent is not None
            value = chunk.percent.value
            if chunk.percent.bound == "between":
                found |= {"percent_from": value, "percent_to": chunk.percent.until}
            elif chunk.percent.bound == "is":
                found |= {"percent_from": value, "percent_to": value}
            else:
                found[f"percent_{chunk.percent.bound}"] = value
        return found

    def _days(self) -> tuple[date | None, date | None]:
        spans = [chunk.span for chunk in self.all(c.SPAN) if isinstance(chunk.span, Span)]
        if not self.has("due", "expires"):
            spans = [span for span in spans if not self._says_now(span)]
        if not spans:
            return None, None
        starts, ends = [span.start for span in spans], [span.end for span in spans]
        return (
            None if None in starts else min(day for day in starts if day is not None),
            None if None in ends else max(day for day in ends if day is not None),
        )

    def _says_now(self, span: Span) -> bool:
        """Whether the span only says that now is meant: "hôm nay", or the plan's own year."""
        whole_year = span.key == "year" and span.start is not None and span.start.year == self.directory.year
        lit = bool(self.all("c:") or self.all("r:") or self.all("s:"))
        return whole_year or (span.key == "today" and lit)


def period_of(span: Span) -> str | None:
    """The reporting period a span is ("2026-06", "2026-Q2", "2026-H1", "2026-9M", "2026"); none where it is none."""
    if span.start is None or span.end is None:
        return None
    year, months = span.start.year, span.end.month - span.start.month + 1
    if span.key == "month":
        return f"{year}-{span.start.month:02d}"
    if span.key == "quarter":
        return f"{year}-Q{(span.start.month + 2) // 3}"
    if span.key == "half" and months == 6:
        return f"{year}-H{1 if span.start.month == 1 else 2}"
    if span.key == "half" and months == 9 and span.start.month == 1:
        return f"{year}-9M"
    return f"{year}" if span.key == "year" else None
