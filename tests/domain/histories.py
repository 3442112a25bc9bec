"""Random but valid histories of an assignment, for the properties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from bot.domain.errors import TienDoError
from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.duties import Duty, PeriodRule, duties_of_year, owed, served_by_report
from bot.domain.plan.periods import PeriodKind
from bot.domain.plan.plan import AlertRules, RowKind
from bot.domain.work.alerts import Rules
from bot.domain.work.events import (
    Appraisal,
    Body,
    Closing,
    Event,
    Extension,
    HandOver,
    MilestoneMet,
    Opening,
    Reopening,
    Report,
    Withdrawal,
)
from bot.domain.work.lifecycle import Terms
from bot.domain.work.progress import Comparator

from .builders import AT_LEAST_80, ISSUED, OFFICER, OTHER_UNIT, Case, at, indicator, target, task

LIMITS = (
    "10/5/2026",
    "02/2026",
    "4/2026",
    "Quý II/2026",
    "Quý II, quý III năm 2026",
    "Năm 2026",
    "Quý I/2026 hoàn thành xây dựng Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026",
    "Theo Kế hoạch của UBND tỉnh năm 2026",
    "Theo lộ trình của Tỉnh",
    "Thường xuyên",
    "sau Tết",
    None,
)
GOALS = (
    AT_LEAST_80,
    target(Comparator.BETWEEN, "15", "17"),
    target(Comparator.RANK, "10", unit="Thứ bậc"),
    target(Comparator.LEVEL, "4", unit="Thứ bậc"),
)
WEIGHTS = {
    "report": 4,
    "complete": 4,
    "accept": 3,
    "return": 3,
    "withdraw": 2,
    "extend": 1,
    "hand_over": 1,
    "reopen": 3,
    "close": 1,
    "milestone": 1,
    "opening": 1,
    "done_before": 1,
}
ACTIONS = tuple(action for action, weight in WEIGHTS.items() for _ in range(weight))

TERMS = st.one_of(st.sampled_from(LIMITS).map(task), st.sampled_from(GOALS).map(indicator))
GAP = st.one_of(st.integers(0, 20), st.integers(0, 45).map(lambda n: n * 1440), st.just(1))


@dataclass(frozen=True)
class Step:
    """One attempt: how many minutes after the last, what, with which figure and whether with its reason."""

    minutes: int
    action: str
    figure: int
    reasoned: bool


STEPS = st.lists(
    st.builds(Step, GAP, st.sampled_from(ACTIONS), st.integers(0, 99), st.sampled_from([True, True, True, False])),
    min_size=3,
    max_size=14,
)
MONTHLY = duties_of_year(PeriodRule(PeriodKind.MONTH), 2026, WorkingCalendar())
QUARTERLY = duties_of_year(PeriodRule(PeriodKind.QUARTER, due_day=19), 2026, WorkingCalendar())
DUTIES = st.sampled_from([(), MONTHLY, QUARTERLY])
ALERTS = st.sampled_from([AlertRules(), AlertRules(0, Decimal(0), 0), AlertRules(30, Decimal("0.333"), 14)])


@st.composite
def rules_for(draw: st.DrawFn, terms: Terms) -> Rules:
    """Settings and the duties that this assignment has."""
    duties: tuple[Duty, ...] = owed(draw(DUTIES), ISSUED, terms.limit.starts_on)
    return Rules(draw(ALERTS), duties)


def body_of(step: Step, case: Case, when: datetime, rules: Rules) -> Body:
    """The event a step attempts, for the assignment as it stands."""
    reason = "có lý do" if step.reasoned else " "
    day = when.astimezone(case.terms.zone).date()
    newest = case.standing.report_id or 99
    later = day + timedelta(days=step.figure - 10)
    bodies: dict[str, Body] = {
        "accept": Appraisal(newest, True),
        "return": Appraisal(newest, False, reason),
        "withdraw": Withdrawal(newest),
        "extend": Extension(later, reason),
        "hand_over": HandOver(OTHER_UNIT, reason),
        "reopen": Reopening(reason, later if step.figure % 2 else None),
        "close": Closing(reason),
        "milestone": MilestoneMet(step.figure % 3),
        "opening": Opening(Decimal(step.figure)),
        "done_before": Opening(completed_on=date(2026, 2, 1), source=reason),
    }
    return bodies[step.action] if step.action in bodies else _report(step, case, day, rules)


def _report(step: Step, case: Case, day: date, rules: Rules) -> Report:
    served = served_by_report(rules.duties, case.standing.served, day)
    period, late = (served[0].period, served[1]) if served else (None, False)
    percent = Decimal(100) if step.action == "complete" else Decimal(step.figure) * (step.figure % 4 != 0)
    return Report(
        percent,
        percent if case.terms.kind is RowKind.INDICATOR else None,
        note="ghi chú" if step.figure % 3 else None,
        files=(1,) if step.action == "complete" and step.reasoned else (),
        reason="tính lại" if step.reasoned else None,
        period=period,
        late=late,
    )


def instants(steps: list[Step]) -> list[datetime]:
    """When each step happens."""
    now, result = at(ISSUED), []
    for step in steps:
        now += timedelta(minutes=step.minutes)
        result.append(now)
    return result


def tell(terms: Terms, steps: list[Step], rules: Rules) -> Case:
    """The assignment after all steps that were not refused."""
    case = Case(terms)
    for step, when in zip(steps, instants(steps), strict=True):
        try:
            case.tell(when, body_of(step, case, when, rules), OFFICER)
        except TienDoError:
            continue
    return case


@dataclass(frozen=True)
class Story:
    """An assignment with its history and the rules it is judged by."""

    case: Case
    rules: Rules

    @property
    def events(self) -> list[Event]:
        """What happened, in order."""
        return self.case.events


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """An assignment with a random valid history."""
    terms = draw(TERMS)
    rules = draw(rules_for(terms))
    return Story(tell(terms, draw(STEPS), rules), rules)
