"""Histories as leads of rows, for what is said and counted of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from bot.domain.plan.plan import Assignment, Row, UnitRole
from bot.domain.work.alerts import Rules, judge
from bot.domain.work.lifecycle import Terms
from bot.services.core.board import BoardRow, Lead, rows_of

from .builders import Case
from .histories import STEPS, TERMS, rules_for, tell

DAY = date(2026, 6, 15)


def lead(case: Case, *, row: int = 1, number: int = 1, day: date = DAY, rules: Rules | None = None) -> Lead:
    """A lead assignment as its history leaves it."""
    terms = case.terms
    printed = Row(row, 1, 1, f"NV{row:02d}", terms.kind, row, "", "Việc", terms.limit, target=terms.target)
    held = Assignment(number, row, 1, case.standing.unit_id, UnitRole.LEAD, case.standing.unit_id)
    return Lead(held, printed, terms, case.standing, judge(terms, case.standing, day, rules or Rules()))


def board(cases: Sequence[Case], *, day: date = DAY) -> BoardRow:
    """One row led by the units of these histories."""
    return rows_of(lead(case, number=number, day=day) for number, case in enumerate(cases))[0]


@st.composite
def leads_of_a_plan(draw: st.DrawFn) -> list[Lead]:
    """The leads of a few rows with one to seven units each, on a random day, every one with a random history."""
    day = draw(st.dates(date(2026, 3, 1), date(2027, 1, 5)))
    found: list[Lead] = []
    for row in range(draw(st.integers(0, 4))):
        terms: Terms = draw(TERMS)
        rules = draw(rules_for(terms))
        for _ in range(draw(st.integers(1, 7))):
            case = tell(terms, draw(STEPS), rules)
            found.append(lead(case, row=row, number=len(found), day=day, rules=rules))
    return found
