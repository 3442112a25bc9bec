"""Which of a locality's plans is in hand, now and on a day (docs/decisions/0008)."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from bot.domain.plan.plan import Plan, in_hand, replaced_by


def plan(year: int, in_use_on: date | None = None) -> Plan:
    return Plan(year, 1, year, "01", "Kế hoạch", "UBND", date(year - 1, 12, 10), in_use_on)


P26, P27, P28 = plan(2026, date(2026, 6, 15)), plan(2027, date(2027, 1, 4)), plan(2028)
NEW27 = plan(2027)


@pytest.mark.parametrize(
    ("plans", "day", "year"),
    [
        ((), None, None),
        ((NEW27,), None, 2027),
        ((plan(2026), NEW27), None, 2027),
        ((P26, NEW27), None, 2026),
        ((P26, P27, P28), None, 2027),
        ((plan(2026), P27), None, 2027),
        ((P26, P27), date(2027, 1, 3), 2026),
        ((P26, P27), date(2027, 1, 4), 2027),
        ((P26, P27), date(2026, 6, 14), 2026),
        ((P26, P27), date(2030, 1, 1), 2027),
        ((plan(2025), P26, NEW27), date(2026, 1, 1), 2026),
        ((plan(2026), NEW27), date(2026, 1, 1), 2027),
    ],
)
def test_the_newest_plan_in_use_is_in_hand(plans: tuple[Plan, ...], day: date | None, year: int | None) -> None:
    for ordered in permutations(plans):
        found = in_hand(ordered, day)
        assert (found.year if found else None) == year


def test_a_plan_takes_the_place_of_the_newest_earlier_one_in_use() -> None:
    assert replaced_by(P28, (P26, P27, P28)) == P27
    assert replaced_by(P27, (P26, P27, P28)) == P26
    assert replaced_by(NEW27, (plan(2026), NEW27)) is None
    assert replaced_by(P26, (P26, P27)) is None
