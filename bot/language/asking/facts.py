"""What the chunks of a sentence say together: which rows, units and days they ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from bot.domain.plan.codes import codes_between
from bot.domain.plan.periods import PeriodKind, nine_months, period, span_within
from bot.domain.plan.plan import RowKind, UnitRole
from bot.domain.plan.words import fold
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import State
from bot.language.asking import denials
from bot.language.asking.chunk import Chunk
from bot.language.asking.meanings import LIMITING, OPEN, STATUS, ChunkMeaning, Cue, Kind, LimitWord, Noun, StateWord
from bot.language.asking.query import Filters, Order, Query, QueryKind
from bot.language.asking.sentence import Sentence
from bot.language.time.span import DateSpan, SpanError

COLOURS = (Colour.RED, Colour.AMBER, Colour.GREEN, Colour.GREY, Colour.DONE)
_DEFINING = frozenset({"là gì", "what"})
_ASKING = frozenset({Cue.ASK, Cue.SHOW, Cue.EVERY, Cue.WHY, Cue.HOW_FAR, Cue.WHEN, Cue.NOT})
_NARROWING: frozenset[ChunkMeaning] = frozenset(
    {Kind.CODE, Kind.UNIT, Kind.SPAN, Kind.TOPIC, Kind.PERCENT, Kind.COUNT}
    | {Cue.MISSING, Cue.RANKING, Cue.HELP, Cue.EXCEPT, Cue.FOREIGN}
)


def narrows(chunk: Chunk) -> bool:
    """Whether a chunk narrows what is asked, so that its clause cannot be passed over."""
    return chunk.says in _NARROWING or isinstance(chunk.says, LIMITING)


@dataclass(frozen=True)
class SentenceFacts(Sentence):
    """What the chunks of one sentence say together. ``passed_over`` are the words of clauses that say nothing here."""

    passed_over: tuple[str, ...] = ()

    @property
    def strange(self) -> str:
        """The words that are not understood, as they were typed."""
        return " ".join(chunk.text for chunk in self.all(Kind.REST))

    @property
    def left_over(self) -> bool:
        """Whether a word was said that is not understood."""
        return self.has(Kind.REST)

    @property
    def wrong_span(self) -> SpanError | None:
        """A day or span that cannot be."""
        for chunk in self.all(Kind.SPAN):
            if isinstance(chunk.span, SpanError):
                return replace(chunk.span, said=chunk.text)
        return None

    @property
    def unclear(self) -> Chunk | None:
        """A name that several units could go by."""
        return next((chunk for chunk in self.all(Kind.UNIT) if len(chunk.units) > 1), None)

    def query(self) -> Query | None:
        """The reading of all that was understood; none where that asks nothing, or leaves something out."""
        if (
            self.has(Cue.EXCEPT)
            or (self.has(Cue.FOREIGN) and not self._codes())
            or denials.ask_for_a_person(self)
            or len({chunk.units for chunk in self.all(Kind.UNIT)}) > 1
            or self._asks_to_act()
        ):
            return None
        return self._help() or self._missing() or self._ranking() or self._card() or self._list()

    def _asks_to_act(self) -> bool:
        """Whether something is to be done: "nhắc Công an …", "giao NV05 cho …"."""
        said = [chunk for chunk in self.chunks if chunk.says not in (Kind.LIGHT, Cue.CLAUSE)]
        if not said:
            return False
        if said[0].says is Cue.ACT and [x.says for x in said[1:2]] == [Kind.UNIT]:
            # "Gọi cho phòng văn hóa hỏi vì sao đỏ".
            return True
        if self.has(Cue.ASK, Cue.HOW_FAR, Cue.WHEN, Cue.WHY):
            return False
        # "Trả lại NV12" wants it done; "NV nào bị trả lại" asks.
        judges = said[0].says is StateWord.RETURNED and [x.says for x in said[1:2]] == [Kind.CODE]
        return said[0].says is Cue.ACT or judges

    def _help(self) -> Query | None:
        narrowed = any(narrows(chunk) and chunk.says not in (Cue.HELP, Kind.COUNT) for chunk in self.chunks)
        return Query(QueryKind.HELP) if self.has(Cue.HELP) and not narrowed else None

    def _missing(self) -> Query | None:
        if self.has(Noun.TASK, Noun.INDICATOR, Noun.ROW) or self.all(Kind.CODE) or not self._says_missing():
            return None
        units = self.all(Kind.UNIT)
        asked = Filters(unit_id=min(units[0].units) if units else None, mine=self.has(Cue.MINE) and not units)
        if denials.misses_a_plan(self):
            once = self.directory.once_at(self.today)
            return Query(QueryKind.MISSING_REPORTS, asked, period=once) if once else None
        return Query(QueryKind.MISSING_REPORTS, asked, period=self._period(), named=self._named())

    def nearest(self) -> Query | None:
        """What comes nearest where a question is asked back: who has reported → who has not."""
        if not self.has(Noun.UNIT) or not self.has(Noun.REPORT, Cue.SUBMIT):
            return None
        return Query(QueryKind.MISSING_REPORTS, period=self._period())

    def _says_missing(self) -> bool:
        """Whether reports of units are missed: "ai chưa báo cáo", "Công an nộp báo cáo tháng 5 chưa"."""
        reporters = self.has(Noun.UNIT) or bool(self.all(Kind.UNIT))
        if denials.ask_whether_anybody_did(self):
            return False
        if self.has(Cue.OWING, Reason.REPORT_MISSING):
            return reporters or self.has(Cue.PERIOD)
        if self.has(Cue.MISSING):
            return self.has(Noun.UNIT, Noun.REPORT, Cue.PERIOD) or (
                bool(self.all(Kind.SPAN)) and not self.all(Kind.UNIT)
            )
        dated = self.has(Cue.PERIOD, Cue.HALF_YEAR, Cue.NINE_MONTHS) or bool(self.all(Kind.SPAN))
        return reporters and self.has(Cue.NOT) and (self.has(Cue.SUBMIT) or (self.has(Noun.REPORT) and dated))

    def _period(self) -> str | None:
        named = self._named()
        return self.directory.period_answering(named) if named else self.directory.period_at(self.today)

    def _named(self) -> str | None:
        """The period that was said."""
        spans = [chunk.span for chunk in self.all(Kind.SPAN) if isinstance(chunk.span, DateSpan)]
        return period_of(spans[0]) if spans else self._months_so_far()

    def _months_so_far(self) -> str | None:
        if self.has(Cue.HALF_YEAR):
            return period(PeriodKind.HALF, self.directory.year, 1).key
        return nine_months(self.directory.year).key if self.has(Cue.NINE_MONTHS) else None

    def _ranking(self) -> Query | None:
        rows = self.has(Noun.TASK, Noun.INDICATOR, Noun.ROW, Noun.THOSE, Noun.EVIDENCE)
        units = self.has(Noun.UNIT, Cue.RANKING)
        slow = self.has(Noun.UNIT) and self.has(Reason.BEHIND_ROADMAP) and not rows
        most = self.has(Noun.UNIT) and self.has(Cue.MOST)
        counts = self.all(Kind.COUNT)
        top = self.has(Noun.UNIT) and bool(counts) and self._starts_with_top() and not rows
        if self.all(Kind.CODE) or not (self.has(Cue.RANKING, Order.WORST, Order.BEST) or slow or most or top):
            return None
        if self.all(Kind.TOPIC) and (most or not self.has(Noun.UNIT)):
            return None
        if not units and (rows or self.all(Kind.TOPIC)):
            return None
        return Query(QueryKind.RANKING, self._ranked(), counts[0].count if counts else None, self._order(slow or most))

    def _order(self, by_filter: bool) -> Order | None:
        if self.has(Order.WORST):
            return Order.WORST
        if self.has(Order.BEST):
            return Order.BEST
        if by_filter:
            good = self.has(StateWord.COMPLETED, Colour.GREEN) and not self.speaks_of(Reason)
            return Order.BEST if good else Order.WORST
        return Order.BEST if self.all(Kind.COUNT) else None

    def _ranked(self) -> Filters:
        units = self.all(Kind.UNIT)
        unit_id = min(units[0].units) if units else None
        role = UnitRole.LEAD if units else None
        plain = Filters(unit_id=unit_id, unit_role=role, row_kind=self._row_kind())
        if not self.has(Cue.MOST):
            return plain
        return replace(plain, colour=self._colours(), reasons=self._reasons(dated=False), state=self._states())

    def _card(self) -> Query | None:
        codes = self._codes()
        if not codes:
            return None
        if len(codes) > 1:
            return Query(QueryKind.LIST, Filters(codes=codes))
        return Query(QueryKind.CARD, Filters(codes=codes), why=self.has(Cue.WHY))

    def _codes(self) -> tuple[str, ...]:
        found: list[str] = []
        before: Chunk | None = None
        for chunk in self.all(Kind.CODE):
            if before is not None and self._ranges(before, chunk):
                found += codes_between(before.code, chunk.code)
            found.append(chunk.code)
            before = chunk
        return tuple(dict.fromkeys(found))

    def _ranges(self, first: Chunk, last: Chunk) -> bool:
        """Whether two codes are the ends of a range: "NV10 đến NV13"."""
        between = [x for x in self.chunks if first.end <= x.start < last.start]
        return len(between) == 1 and (between[0].ranges or between[0].text == "to")

    @property
    def asks_about_one_row(self) -> bool:
        """Whether rows are asked about by their codes, whatever else is said."""
        asking = (
            self.has(Cue.ASK, Cue.HOW_FAR, Cue.WHEN, Cue.WHY, Cue.SHOW, Noun.THOSE, Noun.UNIT)
            or self._ends_in_a_question
        )
        return bool(self._codes()) and asking and not self.has(Cue.ACT)

    @property
    def _ends_in_a_question(self) -> bool:
        """As in "… chưa", "… không"."""
        last = next((x.says for x in reversed(self.chunks) if x.says not in (Kind.LIGHT, Cue.CLAUSE)), None)
        return last is Cue.NOT

    def _list(self) -> Query | None:
        filters = self.filters()
        top = None
        counts = self.all(Kind.COUNT)
        if (counts and self.has(Cue.URGENT, Order.WORST, Order.BEST, Cue.SHOW)) or (counts and self._starts_with_top()):
            top = counts[0].count
        if self._ranks_rows(counts) or not self._asks(filters) or denials.leave_no_answer(self):
            return None
        return Query(QueryKind.LIST, filters, top)

    def _ranks_rows(self, counts: list[Chunk]) -> bool:
        """Whether rows are asked for in an order there is none of: "chỉ tiêu nào cao nhất", "việc quan trọng nhất"."""
        ordered = any(x.says is Cue.MOST and before.says is Kind.TOPIC for before, x in pairwise(self.chunks))
        return ordered or (self.has(Order.BEST) and not counts and not self.all(Kind.UNIT))

    def _starts_with_top(self) -> bool:
        return self.all(Kind.COUNT)[0].end - self.all(Kind.COUNT)[0].start > 1

    def _asks(self, filters: Filters) -> bool:
        noun = any(said is not Noun.THOSE for _, said in self.of(Noun))
        about = noun or bool(self.all(Kind.UNIT) or self.all(Kind.TOPIC)) or self.has(Cue.MINE, Cue.DUE, Cue.EXPIRES)
        if self.has(Cue.WHEN, Cue.WHY) and not about:
            return False
        why = any(chunk.end - chunk.start > 1 or chunk.text == "why" for chunk in self.all(Cue.WHY))
        defines = any(chunk.text.casefold() in _DEFINING for chunk in self.all(Cue.ASK))
        if (why or defines) and filters.words and filters == Filters(words=filters.words):
            # "Vì sao phải chuyển đổi số" and "chuyển đổi số là gì" ask for no row; "… thì sao" does.
            return False
        if filters == Filters(due_from=filters.due_from, due_to=filters.due_to) != Filters() and not about:
            return all(chunk.says is Kind.SPAN for chunk in self.chunks) or self.has(Cue.ASK, Cue.SHOW, Cue.EVERY)
        asking = any(chunk.says in _ASKING for chunk in self.chunks)
        if filters == Filters(row_kind=filters.row_kind):
            if denials.break_off(self):
                return False
            urgent = self.has(Noun.THOSE) and self.has(Cue.URGENT)
            return urgent or (
                noun and (asking or self.has(Cue.URGENT, Cue.LEAD, Cue.DUE) or bool(self.all(Kind.COUNT)))
            )
        if filters == Filters(words=filters.words, row_kind=filters.row_kind):
            return noun or asking or len(self.chunks) == 1 or self.has(Cue.ABOUT)
        return True

    def filters(self) -> Filters:
        """What narrows the answer."""
        first, last = self._days()
        unit = self.all(Kind.UNIT)
        mine = self.has(Cue.MINE) and not unit
        role: UnitRole | None = None
        if unit or mine:
            role = UnitRole.COORDINATE if self.has(Cue.COORDINATE) else None if self.has(Cue.EITHER) else UnitRole.LEAD
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
            words=tuple(dict.fromkeys(chunk.text for chunk in self.all(Kind.TOPIC))),
            mine=mine,
            deadline_kind=tuple(dict.fromkeys(kind for _, limit in self.of(LimitWord) for kind in limit.value)),
            **percent,
        )

    def _row_kind(self) -> RowKind | None:
        task, indicator = self.has(Noun.TASK), self.has(Noun.INDICATOR)
        return None if task == indicator else RowKind.TASK if task else RowKind.INDICATOR

    def _colours(self) -> tuple[Colour, ...]:
        found = self.of(Colour)
        named = {colour for chunk, colour in found if not self.negated(chunk)}
        denied = {colour for chunk, colour in found if self.negated(chunk)}
        if denied and not named:
            return tuple(colour for colour in COLOURS if colour not in denied)
        return tuple(colour for colour in COLOURS if colour in named)

    def _reasons(self, dated: bool) -> tuple[Reason, ...]:
        found = [reason for chunk, reason in self.of(Reason) if not self.negated(chunk)]
        if found == [Reason.BEHIND_ROADMAP] and self._states() == (State.COMPLETED,):
            # "Hoàn thành chậm": nothing completed is behind, it was late.
            found = [Reason.OVERDUE]
        if self.has(Cue.OWING) or (self.has(Cue.MISSING) and self.has(Cue.PERIOD)):
            found.append(Reason.REPORT_MISSING)
        if self.has(Cue.EXPIRES) and not dated:
            found.append(Reason.OVERDUE)
        if self.has(Cue.DUE) and not dated and not found and not self.speaks_of(LimitWord, Colour):
            found += [Reason.DUE_SOON] if self._only_due() else []
        if dated:
            # "Sắp đến hạn trong 10 ngày tới": the span says it more exactly.
            found = [reason for reason in found if reason is not Reason.DUE_SOON]
        return tuple(dict.fromkeys(found))

    def _only_due(self) -> bool:
        return not (self.speaks_of(StateWord) or self.all(Kind.TOPIC) or self.has(Cue.WHEN, Cue.EVERY))

    def _states(self) -> tuple[State, ...]:
        found: list[State] = []
        for chunk, word in self.of(StateWord):
            if self._is_beside_the_point(chunk):
                continue
            if not self.negated(chunk):
                found += OPEN if self._asks_what_a_unit_does(chunk) else word.value
            elif word is StateWord.COMPLETED:
                found += OPEN
            else:
                found += [state for state in State if state not in word.value]
        if (self.has(Cue.MISSING) and not self.has(Cue.PERIOD)) or denials.nobody_reported(self):
            found.append(State.NOT_REPORTED)
        if not found and self._says_still() and not self._is_narrowed():
            found += OPEN
        return tuple(dict.fromkeys(found))

    def _asks_what_a_unit_does(self, chunk: Chunk) -> bool:
        """As in "Công an đang làm những gì": all that the unit has not done."""
        if chunk.says is not StateWord.IN_PROGRESS or not fold(chunk.text).startswith("dang "):
            return False
        named = self.has(Noun.TASK, Noun.INDICATOR, Noun.ROW, Noun.THOSE, Kind.TOPIC)
        return self.has(Cue.ASK) and self.has(Kind.UNIT, Cue.MINE) and not named

    def _is_beside_the_point(self, chunk: Chunk) -> bool:
        """Whether a state only repeats what is said more exactly, or asks how far a subject is ("… xong chưa")."""
        if chunk.says is StateWord.OPEN or (chunk.says is StateWord.COMPLETED and self.negated(chunk)):
            return self.has(Reason.OVERDUE)
        if chunk.says is StateWord.IN_PROGRESS:
            return self.has(LimitWord.CONTINUOUS)
        if chunk.says is not StateWord.COMPLETED:
            return False
        before = self.chunks[self.chunks.index(chunk) - 1] if self.chunks.index(chunk) else chunk
        if self.all(Kind.SPAN) and (before.says is Cue.DUE or before.text.casefold().endswith("phải")):
            # "Có hạn hoàn thành trong quý II", "tháng sau tụi em phải xong".
            return True
        return bool(self.all(Kind.PERCENT)) or (self._ends_in_a_question and bool(self.all(Kind.TOPIC)))

    def _says_still(self) -> bool:
        return self.has(Cue.STILL) or any(chunk.text.casefold().endswith("còn") for chunk in self.all(Cue.MINE))

    def _is_narrowed(self) -> bool:
        """Whether a light, a reason or a percent is named, so that "còn" says no more than "there is"."""
        named = self.speaks_of(Colour, Reason, LimitWord) or self.has(Kind.PERCENT, Kind.SPAN)
        rows = any(said is not Noun.THOSE for _, said in self.of(Noun)) or self.all(Kind.UNIT) or self.has(Cue.MINE)
        return named or not rows or self.has(Noun.UNIT) or self.has(Cue.MISSING, Cue.OWING, Cue.DUE, Cue.EXPIRES)

    def _percents(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for percent in (chunk.percent for chunk in self.chunks if chunk.percent is not None):
            bounds = {"percent_over": percent.over, "percent_under": percent.under}
            bounds |= {"percent_from": percent.least, "percent_to": percent.most}
            found |= {name: value for name, value in bounds.items() if value is not None}
        return found

    def _days(self) -> tuple[date | None, date | None]:
        spans = [chunk.span for chunk in self.all(Kind.SPAN) if isinstance(chunk.span, DateSpan)]
        if not self.has(Cue.DUE, Cue.EXPIRES):
            spans = [span for span in spans if not self.says_now(span)]
        if not spans:
            return None, None
        starts, ends = [span.start for span in spans], [span.end for span in spans]
        return (
            None if None in starts else min(day for day in starts if day is not None),
            None if None in ends else max(day for day in ends if day is not None),
        )

    def says_now(self, span: DateSpan) -> bool:
        """Whether the span only says that now is meant: "hôm nay", or the plan's own year."""
        whole_year = span.key == "year" and span.start is not None and span.start.year == self.directory.year
        lit = self.speaks_of(*STATUS)
        return whole_year or (span.key == "today" and lit)


def period_of(span: DateSpan) -> str | None:
    """The short name of the reporting period that a span is; none where it is none."""
    if span.start is None or span.end is None:
        return None
    found = span_within(span.start, span.end)
    return found.key if found else None
