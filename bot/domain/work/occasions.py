"""What a notice speaks of, as values, and the one place that writes and reads them as they are stored.

With its rule and its recipient the occasion makes a notice that notice, so that it is told once. It is stored as words
(`written`) and, where more has to be known when it is sent, a payload. Both are stored and never renamed: what an
earlier version has written is read to the same meaning (docs/decisions/0006).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Self

from bot.domain.plan.duties import Ask
from bot.domain.work.alerts import Reason
from bot.domain.work.ladder import ESCALATIONS, OF_CHANGES, PERIOD_STEPS, WARNINGS, LadderStep, Rule

Payload = Mapping[str, Any]
_NAMES = {Rule.PERIOD_OPEN: "open", Rule.PERIOD_LATE: "late"}


class Occasion(ABC):
    """What one notice speaks of."""

    __slots__ = ()

    @property
    @abstractmethod
    def written(self) -> str:
        """The words it is stored as."""

    @property
    def payload(self) -> dict[str, Any]:
        """What is stored beside the words."""
        return {}

    @classmethod
    @abstractmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """The occasion that is stored so. Raises ValueError where nothing of this kind is."""


@dataclass(frozen=True, slots=True)
class LimitStep(Occasion):
    """So many days before a limit or, with its index, a milestone; of what is overdue, after a limit."""

    due_on: date
    days: int
    milestone: int | None = None

    @classmethod
    def of(cls, step: LadderStep) -> LimitStep:
        """The occasion of a step of the ladder."""
        return cls(step.about, step.days, step.milestone)

    @property
    def written(self) -> str:
        """2026-06-30:7, m2:2026-06-30:7."""
        stage = "" if self.milestone is None else f"m{self.milestone}:"
        return f"{stage}{self.due_on}:{self.days}"

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """A limit, or a milestone, and the days."""
        *stage, due_on, days = written.split(":")
        return cls(date.fromisoformat(due_on), int(days), int(stage[0].removeprefix("m")) if stage else None)


@dataclass(frozen=True, slots=True)
class LightReason:
    """For what a light is red, whichever day it began: a limit (there may be none) and why."""

    due_on: date | None
    reason: Reason

    @property
    def written(self) -> str:
        """2026-06-30:overdue."""
        return f"{self.due_on}:{self.reason.value}"

    @classmethod
    def read(cls, written: str) -> Self:
        """A limit and a reason."""
        due_on, reason = written.split(":")
        return cls(None if due_on == f"{None}" else date.fromisoformat(due_on), Reason(reason))


@dataclass(frozen=True, slots=True)
class RedLight(Occasion):
    """A light that is red from a day on; ``again_on``: it had gone out, and is told as red anew on that day."""

    light: LightReason
    since: date
    again_on: date | None = None

    @property
    def at_first(self) -> RedLight:
        """The same as it was told first."""
        return replace(self, again_on=None)

    @property
    def written(self) -> str:
        """2026-06-30:overdue:2026-07-01, and ~2026-07-09 where it is told anew."""
        again = "" if self.again_on is None else f"~{self.again_on}"
        return f"{self.light.written}:{self.since}{again}"

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """A light, its first day, and where it was told anew the day of that."""
        first, _, again = written.partition("~")
        light, _, since = first.rpartition(":")
        again_on = date.fromisoformat(again) if again else None
        return cls(LightReason.read(light), date.fromisoformat(since), again_on)


@dataclass(frozen=True, slots=True)
class LightOut(Occasion):
    """The end of a red light, by the number of the notice that told of it, and how often an end was taken back."""

    alert_id: int
    taken_back: int

    @property
    def written(self) -> str:
        """812~0."""
        return f"{self.alert_id}~{self.taken_back}"

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """The number of the notice, and the count."""
        alert_id, taken_back = written.split("~")
        return cls(int(alert_id), int(taken_back))


@dataclass(frozen=True, slots=True)
class ReportWaits(Occasion):
    """A report has waited for more than so many working days."""

    report_id: int
    days: int

    @property
    def written(self) -> str:
        """312:2."""
        return f"{self.report_id}:{self.days}"

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """The report and the days."""
        report_id, days = written.split(":")
        return cls(int(report_id), int(days))


@dataclass(frozen=True, slots=True)
class PeriodStep(Occasion):
    """A step of what a unit owes for a period."""

    unit_id: int
    ask: Ask
    period: str
    rule: Rule

    @property
    def written(self) -> str:
        """4:2026-06:open, 4:summary:2026-Q2:period_in_5."""
        # The office's own progress reports and its report upward may have one period; the ask tells them apart.
        ask = "" if self.ask is Ask.PROGRESS else f"{self.ask.value}:"
        return f"{self.unit_id}:{ask}{self.period}:{_NAMES.get(self.rule, self.rule.value)}"

    @property
    def payload(self) -> dict[str, Any]:
        """The unit and what it owes."""
        return _owed(self.unit_id, self.ask, self.period)

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """What is owed, from the payload; the step, from the words."""
        step = written.rpartition(":")[2]
        rule = next((rule for rule, name in _NAMES.items() if name == step), None)
        return cls(*_read_owed(payload), Rule(step) if rule is None else rule)


@dataclass(frozen=True, slots=True)
class PeriodChase(Occasion):
    """The standing office chases a unit for what it owes, or has opened the period again; the key names the deed."""

    unit_id: int
    ask: Ask
    period: str
    key: str
    is_reopened: bool = False

    @property
    def written(self) -> str:
        """4:17:progress:2026-06:0."""
        return f"{self.unit_id}:{self.key}"

    @property
    def payload(self) -> dict[str, Any]:
        """The unit and what it owes."""
        return _owed(self.unit_id, self.ask, self.period) | ({"reopened": True} if self.is_reopened else {})

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """What is owed, from the payload; the deed, from the words."""
        return cls(*_read_owed(payload), written.partition(":")[2], bool(payload.get("reopened")))


def _owed(unit_id: int, ask: Ask, period: str) -> dict[str, Any]:
    return {"unit": unit_id, "period": period, "ask": ask.value}


def _read_owed(payload: Payload) -> tuple[int, Ask, str]:
    return int(payload.get("unit", 0)), Ask(payload.get("ask", Ask.PROGRESS)), payload.get("period", "")


@dataclass(frozen=True, slots=True)
class CutOff(Occasion):
    """A member cannot be reached from a day on."""

    person_id: int
    since: date

    @property
    def written(self) -> str:
        """12:2026-06-30."""
        return f"{self.person_id}:{self.since}"

    @property
    def payload(self) -> dict[str, Any]:
        """The member."""
        return {"person": self.person_id}

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """The member and the day."""
        person_id, since = written.split(":")
        return cls(int(person_id), date.fromisoformat(since))


@dataclass(frozen=True, slots=True)
class InWeek(Occasion):
    """A week, by its Monday."""

    monday: date

    @property
    def written(self) -> str:
        """2026-06-29."""
        return f"{self.monday}"

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """The Monday."""
        return cls(date.fromisoformat(written))


@dataclass(frozen=True, slots=True)
class JudgedReport(Occasion):
    """A report was judged: the event of the judgement."""

    event_id: int

    @property
    def written(self) -> str:
        """312."""
        return f"{self.event_id}"

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """The event."""
        return cls(int(written))


@dataclass(frozen=True, slots=True)
class RowChase(Occasion):
    """The standing office chases the unit that has a row; the key names the deed."""

    key: str

    @property
    def written(self) -> str:
        """The key itself."""
        return self.key

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """The key itself."""
        return cls(written)


@dataclass(frozen=True, slots=True)
class DifficultyWord(Occasion):
    """Something was said to a difficulty; ``by_time``: nobody said it, it has gone up because no answer came."""

    entry_id: int
    difficulty_id: int
    by_time: bool = False

    @property
    def written(self) -> str:
        """The number of the entry."""
        return f"{self.entry_id}"

    @property
    def payload(self) -> dict[str, Any]:
        """The difficulty, and whether time alone has caused it."""
        return {"difficulty": self.difficulty_id} | ({"by_time": True} if self.by_time else {})

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """The entry from the words, the rest from the payload."""
        return cls(int(written), int(payload.get("difficulty", 0)), bool(payload.get("by_time")))


@dataclass(frozen=True, slots=True)
class RowChange(Occasion):
    """What was asked, decided or changed of a row: what it is called and numbered by, and the unit concerned."""

    number: int
    unit_id: int
    word: ClassVar[str] = ""

    @property
    def written(self) -> str:
        """asked:12."""
        return f"{self.word}:{self.number}"

    @property
    def payload(self) -> dict[str, Any]:
        """The unit."""
        return {"unit": self.unit_id}

    @classmethod
    def read(cls, written: str, payload: Payload) -> Self:
        """The number from the words, the unit from the payload."""
        word, number = written.split(":")
        if word != cls.word:
            raise ValueError(written)
        return cls(int(number), int(payload.get("unit", 0)))


class _OfRequest(RowChange):
    @property
    def payload(self) -> dict[str, Any]:
        """The request and the unit."""
        return {"request": self.number, "unit": self.unit_id}


class RequestAsked(_OfRequest):
    """A unit asks something of the standing office: the request."""

    word = "asked"


class RequestDecided(_OfRequest):
    """What a unit asked was decided: the request."""

    word = "decided"


class RowChanged(RowChange):
    """A limit was set, a row handed on, closed or opened again: the event."""

    word = "event"


class RowAdded(RowChange):
    """A row was added to the plan: the assignment."""

    word = "added"


_OF_ROWS = {kind.word: kind for kind in (RequestAsked, RequestDecided, RowChanged, RowAdded)}
KINDS: Mapping[Rule, type[Occasion]] = {
    **{rule: LimitStep for _, rule in WARNINGS},
    **dict.fromkeys(ESCALATIONS, LimitStep),
    Rule.TURNED_RED: RedLight,
    Rule.NO_LONGER_RED: LightOut,
    Rule.APPRAISAL_WAITING: ReportWaits,
    **dict.fromkeys(PERIOD_STEPS, PeriodStep),
    Rule.UNREACHABLE: CutOff,
    **dict.fromkeys((Rule.UNIT_EMPTY, Rule.MONDAY_BOARD), InWeek),
    **dict.fromkeys((Rule.RETURNED, Rule.ACCEPTED), JudgedReport),
    Rule.NUDGE: RowChase,
    Rule.PERIOD_NUDGE: PeriodChase,
    Rule.DIFFICULTY: DifficultyWord,
    **dict.fromkeys(OF_CHANGES, RowChange),
}
"""What each rule speaks of; of what was asked or changed, the first word says which kind."""


def read(rule: str, written: str, payload: Payload) -> Occasion:
    """What a stored notice of a rule speaks of. Raises ValueError for what no version has written."""
    kind = KINDS[Rule(rule)]
    if kind is RowChange:
        kind = _OF_ROWS.get(written.partition(":")[0], kind)
    return kind.read(written, payload)
