"""What the chunks of a sentence say together: which rows, units and days they ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from bot.domain.plan.codes import codes_between
from bot.domain.plan.deadlines import DeadlineKind
from bot.domain.plan.periods import PeriodKind, nine_months, period, span_within
from bot.domain.plan.plan import RowKind, UnitRole
from bot.domain.plan.words import fold
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import State
from bot.language.asking import chunks as c
from bot.language.asking import denials
from bot.language.asking.chunks import Chunk
from bot.language.asking.query import Filters, Order, Query, QueryKind
from bot.language.asking.sentence import Sentence
from bot.language.time.span import DateSpan, SpanError

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
_DEFINING = frozenset({"là gì", "what"})
_ASKING = frozenset({"ask", "show", "every", "why", "how_far", "when", "not"})
_NARROWING = frozenset(
    {c.CODE, c.UNIT, c.SPAN, c.TOPIC, c.PERCENT, c.COUNT, "missing", "ranking", "help", "except", "foreign"}
)


def narrows(chunk: Chunk) -> bool:
    """Whether a chunk narrows what is asked, so that its clause cannot be passed over."""
    return chunk.says in _NARROWING or chunk.says[:2] in ("c:", "r:", "s:", "o:", "k:")


@dataclass(frozen=True)
class SentenceFacts(Sentence):
    """What the chunks of one sentence say together. ``passed_over`` are the words of clauses that say nothing here."""

    passed_over: tuple[str, ...] = ()

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
        """The reading of all that was understood; none where that asks nothing, or leaves something out."""
        if (
            self.has("except")
            or (self.has("foreign") and not self._codes())
            or denials.ask_for_a_person(self)
            or len({chunk.units for chunk in self.all(c.UNIT)}) > 1
            or self._asks_to_act()
        ):
            return None
        return self._help() or self._missing() or self._ranking() or self._card() or self._list()

    def _asks_to_act(self) -> bool:
        """Whether something is to be done: "nhắc Công an …", "giao NV05 cho …"."""
        said = [chunk for chunk in self.chunks if chunk.says not in (c.LIGHT, c.CLAUSE)]
        if not said:
            return False
        if said[0].says == "act" and [x.says for x in said[1:2]] == [c.UNIT]:
            # "Gọi cho phòng văn hóa hỏi vì sao đỏ".
            return True
        if self.has("ask", "how_far", "when", "why"):
            return False
        # "Trả lại NV12" wants it done; "NV nào bị trả lại" asks.
        judges = said[0].says == "s:returned" and [x.says for x in said[1:2]] == [c.CODE]
        return said[0].says == "act" or judges

    def _help(self) -> Query | None:
        narrowed = any(narrows(chunk) and chunk.says not in ("help", c.COUNT) for chunk in self.chunks)
        return Query(QueryKind.HELP) if self.has("help") and not narrowed else None

    def _missing(self) -> Query | None:
        if self.has("n:task", "n:indicator", "n:row") or self.all(c.CODE) or not self._says_missing():
            return None
        units = self.all(c.UNIT)
        asked = Filters(unit_id=min(units[0].units) if units else None, mine=self.has("mine") and not units)
        period = self.directory.once_at(self.today) if denials.misses_a_plan(self) else self._period()
        return Query(QueryKind.MISSING_REPORTS, asked, period=period) if period else None

    def nearest(self) -> Query | None:
        """What comes nearest where a question is asked back: who has reported → who has not."""
        if not self.has("n:unit") or not self.has("n:report", "submit"):
            return None
        return Query(QueryKind.MISSING_REPORTS, period=self._period())

    def _says_missing(self) -> bool:
        """Whether reports of units are missed: "ai chưa báo cáo", "Công an nộp báo cáo tháng 5 chưa"."""
        reporters = self.has("n:unit") or bool(self.all(c.UNIT))
        if denials.ask_whether_anybody_did(self):
            return False
        if self.has("owing", "r:report_missing"):
            return reporters or self.has("period")
        if self.has("missing"):
            return self.has("n:unit", "n:report", "period") or (bool(self.all(c.SPAN)) and not self.all(c.UNIT))
        dated = self.has("period", "half_year", "nine_months") or bool(self.all(c.SPAN))
        return reporters and self.has("not") and (self.has("submit") or (self.has("n:report") and dated))

    def _period(self) -> str | None:
        spans = [chunk.span for chunk in self.all(c.SPAN) if isinstance(chunk.span, DateSpan)]
        named = period_of(spans[0]) if spans else self._months_so_far()
        return self.directory.period_answering(named) if named else self.directory.period_at(self.today)

    def _months_so_far(self) -> str | None:
        if self.has("half_year"):
            return period(PeriodKind.HALF, self.directory.year, 1).key
        return nine_months(self.directory.year).key if self.has("nine_months") else None

    def _ranking(self) -> Query | None:
        rows = self.has("n:task", "n:indicator", "n:row", "n:those", "n:evidence")
        units = self.has("n:unit", "ranking")
        slow = self.has("n:unit") and self.has("r:behind_roadmap") and not rows
        most = self.has("n:unit") and self.has("most")
        counts = self.all(c.COUNT)
        top = self.has("n:unit") and bool(counts) and self._starts_with_top() and not rows
        if self.all(c.CODE) or not (self.has("ranking", "o:worst", "o:best") or slow or most or top):
            return None
        if self.all(c.TOPIC) and (most or not self.has("n:unit")):
            return None
        if not units and (rows or self.all(c.TOPIC)):
            return None
        return Query(QueryKind.RANKING, self._ranked(), counts[0].count if counts else None, self._order(slow or most))

    def _order(self, by_filter: bool) -> Order | None:
        if self.has("o:worst"):
            return Order.WORST
        if self.has("o:best"):
            return Order.BEST
        if by_filter:
            good = self.has("s:completed", "c:green") and not self.all("r:")
            return Order.BEST if good else Order.WORST
        return Order.BEST if self.all(c.COUNT) else None

    def _ranked(self) -> Filters:
        units = self.all(c.UNIT)
        unit_id = min(units[0].units) if units else None
        role = UnitRole.LEAD if units else None
        plain = Filters(unit_id=unit_id, unit_role=role, row_kind=self._row_kind())
        if not self.has("most"):
            return plain
        return replace(plain, colour=self._colours(), reasons=self._reasons(dated=False), state=self._states())

    def _card(self) -> Query | None:
        codes = self._codes()
        if not codes:
            return None
        if len(codes) > 1:
            return Query(QueryKind.LIST, Filters(codes=codes))
        return Query(QueryKind.CARD, Filters(codes=codes), why=self.has("why"))

    def _codes(self) -> tuple[str, ...]:
        found: list[str] = []
        before: Chunk | None = None
        for chunk in self.all(c.CODE):
            if before is not None and self._ranges(before, chunk):
                found += codes_between(before.code, chunk.code)
            found.append(chunk.code)
            before = chunk
        return tuple(dict.fromkeys(found))

    def _ranges(self, first: Chunk, last: Chunk) -> bool:
        """Whether two codes are the ends of a range: "NV10 đến NV13"."""
        between = [x for x in self.chunks if first.end <= x.start < last.start]
        return len(between) == 1 and between[0].text == "to"

    @property
    def asks_about_one_row(self) -> bool:
        """Whether rows are asked about by their codes, whatever else is said."""
        asking = self.has("ask", "how_far", "when", "why", "show", "n:those", "n:unit") or self._ends_in_a_question
        return bool(self._codes()) and asking and not self.has("act")

    @property
    def _ends_in_a_question(self) -> bool:
        """As in "… chưa", "… không"."""
        return next((x.says for x in reversed(self.chunks) if x.says not in (c.LIGHT, c.CLAUSE)), "") == "not"

    def _list(self) -> Query | None:
        filters = self.filters()
        top = None
        counts = self.all(c.COUNT)
        if (counts and self.has("urgent", "o:worst", "o:best", "show")) or (counts and self._starts_with_top()):
            top = counts[0].count
        if self._ranks_rows(counts) or not self._asks(filters) or denials.leave_no_answer(self):
            return None
        return Query(QueryKind.LIST, filters, top)

    def _ranks_rows(self, counts: list[Chunk]) -> bool:
        """Whether rows are asked for in an order there is none of: "chỉ tiêu nào cao nhất", "việc quan trọng nhất"."""
        ordered = any(x.says == "most" and before.says == c.TOPIC for before, x in pairwise(self.chunks))
        return ordered or (self.has("o:best") and not counts and not self.all(c.UNIT))

    def _starts_with_top(self) -> bool:
        return self.all(c.COUNT)[0].end - self.all(c.COUNT)[0].start > 1

    def _asks(self, filters: Filters) -> bool:
        noun = any(chunk.says != "n:those" for chunk in self.all("n:"))
        about = noun or bool(self.all(c.UNIT) or self.all(c.TOPIC)) or self.has("mine", "due", "expires")
        if self.has("when", "why") and not about:
            return False
        why = any(chunk.end - chunk.start > 1 or chunk.text == "why" for chunk in self.all("why"))
        defines = any(chunk.text.casefold() in _DEFINING for chunk in self.all("ask"))
        if (why or defines) and filters.words and filters == Filters(words=filters.words):
            # "Vì sao phải chuyển đổi số" and "chuyển đổi số là gì" ask for no row; "… thì sao" does.
            return False
        if filters == Filters(due_from=filters.due_from, due_to=filters.due_to) != Filters() and not about:
            return all(chunk.says == c.SPAN for chunk in self.chunks) or self.has("ask", "show", "every")
        asking = any(chunk.says in _ASKING for chunk in self.chunks)
        if filters == Filters(row_kind=filters.row_kind):
            if denials.break_off(self):
                return False
            urgent = self.has("n:those") and self.has("urgent")
            return urgent or (noun and (asking or self.has("urgent", "lead", "due") or bool(self.all(c.COUNT))))
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
            deadline_kind=tuple(dict.fromkeys(kind for chunk in self.all("k:") for kind in LIMITS[chunk.says])),
            **percent,
        )

    def _row_kind(self) -> RowKind | None:
        task, indicator = self.has("n:task"), self.has("n:indicator")
        return None if task == indicator else RowKind.TASK if task else RowKind.INDICATOR

    def _colours(self) -> tuple[Colour, ...]:
        found = self.all("c:")
        named = {Colour(chunk.says[2:]) for chunk in found if not self.negated(chunk)}
        denied = {Colour(chunk.says[2:]) for chunk in found if self.negated(chunk)}
        if denied and not named:
            return tuple(colour for colour in COLOURS if colour not in denied)
        return tuple(colour for colour in COLOURS if colour in named)

    def _reasons(self, dated: bool) -> tuple[Reason, ...]:
        found = [Reason(chunk.says[2:]) for chunk in self.all("r:") if not self.negated(chunk)]
        if found == [Reason.BEHIND_ROADMAP] and self._states() == (State.COMPLETED,):
            # "Hoàn thành chậm": nothing completed is behind, it was late.
            found = [Reason.OVERDUE]
        if self.has("owing") or (self.has("missing") and self.has("period")):
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
            if self._is_beside_the_point(chunk):
                continue
            states = OPEN if self._asks_what_a_unit_does(chunk) else STATES[chunk.says]
            if not self.negated(chunk):
                found += states
            elif chunk.says == "s:completed":
                found += OPEN
            else:
                found += [state for state in State if state not in states]
        if (self.has("missing") and not self.has("period")) or denials.nobody_reported(self):
            found.append(State.NOT_REPORTED)
        if not found and self._says_still() and not self._is_narrowed():
            found += OPEN
        return tuple(dict.fromkeys(found))

    def _asks_what_a_unit_does(self, chunk: Chunk) -> bool:
        """As in "Công an đang làm những gì": all that the unit has not done."""
        if chunk.says != "s:in_progress" or not self.has("ask") or not fold(chunk.text).startswith("dang "):
            return False
        whose = bool(self.all(c.UNIT)) or self.has("mine")
        return whose and not (self.has("n:task", "n:indicator", "n:row", "n:those") or self.all(c.TOPIC))

    def _is_beside_the_point(self, chunk: Chunk) -> bool:
        """Whether a state only repeats what is said more exactly, or asks how far a subject is ("… xong chưa")."""
        if chunk.says == "s:open" or (chunk.says == "s:completed" and self.negated(chunk)):
            return self.has("r:overdue")
        if chunk.says == "s:in_progress":
            return self.has("k:continuous")
        if chunk.says != "s:completed":
            return False
        before = self.chunks[self.chunks.index(chunk) - 1] if self.chunks.index(chunk) else chunk
        if self.all(c.SPAN) and (before.says == "due" or before.text.casefold().endswith("phải")):
            # "Có hạn hoàn thành trong quý II", "tháng sau tụi em phải xong".
            return True
        return bool(self.all(c.PERCENT)) or (self._ends_in_a_question and bool(self.all(c.TOPIC)))

    def _says_still(self) -> bool:
        return self.has("still") or any(chunk.text.casefold().endswith("còn") for chunk in self.all("mine"))

    def _is_narrowed(self) -> bool:
        """Whether a light, a reason or a percent is named, so that "còn" says no more than "there is"."""
        named = self.all("c:") or self.all("r:") or self.all(c.PERCENT) or self.all(c.SPAN) or self.all("k:")
        rows = any(chunk.says != "n:those" for chunk in self.all("n:")) or self.all(c.UNIT) or self.has("mine")
        return bool(named) or not rows or self.has("n:unit") or self.has("missing", "owing", "due", "expires")

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
        spans = [chunk.span for chunk in self.all(c.SPAN) if isinstance(chunk.span, DateSpan)]
        if not self.has("due", "expires"):
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
        lit = bool(self.all("c:") or self.all("r:") or self.all("s:"))
        return whole_year or (span.key == "today" and lit)


def period_of(span: DateSpan) -> str | None:
    """The short name of the reporting period that a span is; none where it is none."""
    if span.start is None or span.end is None:
        return None
    found = span_within(span.start, span.end)
    return found.key if found else None
