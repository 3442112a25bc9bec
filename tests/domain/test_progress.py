"""Percents, values and shares (docs/rules/life-cycle.md#progress)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.work.progress import (
    Comparator,
    Level,
    Share,
    Target,
    check_percent,
    check_value,
    mean_percent,
    percent_of,
    whole_percent,
)

from .builders import AT_LEAST_80, many, target

RANGE = target(Comparator.BETWEEN, "15", "17")
RANK_10 = target(Comparator.RANK, "10", unit="Thứ bậc")
FAIR = target(Comparator.LEVEL, "4", unit="Thứ bậc")
INDEX = target(Comparator.AT_LEAST, "0.8", unit="")


@pytest.mark.parametrize(
    ("goal", "value", "percent"),
    [
        (AT_LEAST_80, "40", "50"),
        (AT_LEAST_80, "79.99", "99.98"),
        (AT_LEAST_80, "80", "100"),
        (AT_LEAST_80, "95", "100"),
        (AT_LEAST_80, "0", "0"),
        (INDEX, "0.6", "75"),
        (RANGE, "7.5", "50"),
        (RANGE, "15", "100"),
        (RANGE, "18", "100"),
        (RANK_10, "10", "100"),
        (RANK_10, "3", "100"),
        (RANK_10, "20", "50"),
        (RANK_10, "11", "90.90"),
        (FAIR, "1", "25"),
        (FAIR, "3", "75"),
        (FAIR, "4", "100"),
        (FAIR, "6", "100"),
    ],
)
def test_a_value_makes_its_percent(goal: Target, value: str, percent: str) -> None:
    assert percent_of(goal, Decimal(value)) == Decimal(percent)


def test_levels_have_the_places_one_to_six() -> None:
    assert [(level.value, level.place) for level in Level] == [
        ("kem", 1),
        ("yeu", 2),
        ("trung_binh", 3),
        ("kha", 4),
        ("tot", 5),
        ("xuat_sac", 6),
    ]


def test_a_value_a_hair_below_its_target_is_not_100() -> None:
    assert percent_of(AT_LEAST_80, Decimal("79." + "9" * 40)) == Decimal("99.99")


FIGURE = st.decimals(0, 10_000, places=2)
GOAL = st.one_of(
    st.builds(lambda t: Target("", "", Comparator.AT_LEAST, (t,)), st.decimals("0.01", 10_000, places=2)),
    st.builds(lambda t: Target("", "%", Comparator.BETWEEN, (t, t + 2)), st.decimals("0.01", 90, places=2)),
    st.builds(lambda t: Target("", "", Comparator.RANK, (Decimal(t),)), st.integers(1, 200)),
    st.builds(lambda t: Target("", "", Comparator.LEVEL, (Decimal(t),)), st.integers(1, 6)),
)


@given(GOAL, FIGURE, FIGURE)
@many
def test_percent_rises_with_the_value_and_falls_with_the_rank(goal: Target, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    if goal.comparator is Comparator.RANK:
        low, high = high + 1, low + 1
    assert 0 <= percent_of(goal, low) <= percent_of(goal, high) <= 100


@given(GOAL, st.decimals(1, 10_000, places=6))
@many
def test_100_percent_means_that_the_target_is_reached_and_only_then(goal: Target, value: Decimal) -> None:
    first = goal.values[0]
    reached = value <= first if goal.comparator is Comparator.RANK else value >= first
    assert (percent_of(goal, value) == 100) is reached


def test_a_share_keeps_both_figures_and_is_rounded_down() -> None:
    share = Share(Decimal(7650), Decimal(9000))
    assert (share.part, share.whole, share.value) == (Decimal(7650), Decimal(9000), Decimal(85))
    assert Share(Decimal(2), Decimal(3)).value == Decimal("66.66")
    assert check_value(AT_LEAST_80, share.value, share) == 85


@pytest.mark.parametrize(("part", "whole"), [("1", "0"), ("9001", "9000"), ("-1", "5"), ("NaN", "5"), ("1", "1E+16")])
def test_what_is_no_share_is_refused_by_name(part: str, whole: str) -> None:
    share = Share(Decimal(part), Decimal(whole))
    with pytest.raises(BadInput) as raised:
        _ = share.value
    assert raised.value.key == "share_out_of_range"
    with pytest.raises(BadInput):
        check_value(AT_LEAST_80, Decimal(50), share)


@pytest.mark.parametrize(
    ("goal", "value", "key"),
    [
        (AT_LEAST_80, "-1", "value_out_of_range"),
        (AT_LEAST_80, "NaN", "value_out_of_range"),
        (AT_LEAST_80, "1E+16", "value_out_of_range"),
        (AT_LEAST_80, "101", "value_above_hundred"),
        (RANGE, "100.5", "value_above_hundred"),
        (RANK_10, "0", "rank_out_of_range"),
        (RANK_10, "2.5", "rank_out_of_range"),
        (FAIR, "0", "level_out_of_range"),
        (FAIR, "7", "level_out_of_range"),
        (FAIR, "3.5", "level_out_of_range"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(goal: Target, value: str, key: str) -> None:
    with pytest.raises(BadInput) as raised:
        check_value(goal, Decimal(value))
    assert raised.value.key == key


def test_a_share_is_only_given_of_percents() -> None:
    with pytest.raises(BadInput) as raised:
        check_value(RANK_10, Decimal(5), Share(Decimal(1), Decimal(2)))
    assert raised.value.key == "value_no_share"


@pytest.mark.parametrize("percent", ["-0.01", "100.01", "NaN", "Infinity"])
def test_a_percent_outside_0_to_100_is_refused(percent: str) -> None:
    with pytest.raises(BadInput):
        check_percent(Decimal(percent))


def test_a_percent_is_cut_to_two_decimals_and_shown_whole_without_reaching_100() -> None:
    assert check_percent(Decimal("99.999")) == Decimal("99.99")
    assert whole_percent(Decimal("99.99")) == 99


def test_the_percent_of_a_row_is_the_mean_of_its_leads() -> None:
    assert mean_percent([]) == 0
    assert mean_percent([Decimal(100), Decimal(100), Decimal(99)]) == Decimal("99.66")
