"""State, percent and threshold of a row say the same; indicators are shown by value and target."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given

from bot.domain.work.alerts import Colour, Reason, red_below
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import Comparator, percent_of, value_at
from bot.i18n import translator
from bot.services.core.board import Lead, rows_of, tally
from bot.views.parts.html import lines
from bot.views.words.amounts import percent_words
from bot.views.words.rows import (
    label,
    lead_line,
    progress_words,
    reason_words,
    reasons_of_row,
    row_line,
    row_standing_words,
    row_state_words,
    state_words,
    under_line_of_row,
)
from tests.domain.builders import Case, few, indicator, target, task
from tests.domain.shown import DAY, board, lead, leads_of_a_plan

VI, EN = translator("vi"), translator("en")
EARLY = date(2026, 4, 2)
MANY = target(Comparator.AT_LEAST, "70")


def a_value(value: str, goal: str = "70") -> Case:
    terms = indicator(target(Comparator.AT_LEAST, goal))
    assert terms.target is not None
    return Case(terms).report(EARLY, str(percent_of(terms.target, Decimal(value))), value=value)


def test_not_reported_is_said_only_of_what_nobody_has_reported() -> None:
    silent, zero = Case(task()), Case(task()).report(EARLY, "0")
    assert zero.standing.state is State.NOT_REPORTED
    told = [state_words(VI, each.standing) for each in (silent, zero, Case(task()).report(EARLY, "0", note="chờ tỉnh"))]
    assert told == ["Chưa báo cáo", "Chưa thực hiện", "Chưa thực hiện"]
    assert state_words(VI, Case(task()).report(EARLY, "5").standing) == "Đang thực hiện"
    assert state_words(VI, Case(task()).opened_at(EARLY, "0").standing) == "Chưa báo cáo"
    taken_back = Case(task()).report(EARLY, "0").withdraw(EARLY)
    assert state_words(VI, taken_back.standing) == "Chưa báo cáo", "a report taken back says nothing"


def test_seven_leads_in_seven_states() -> None:
    done = Case(task()).complete(EARLY)
    seven = [
        Case(task()),
        Case(task()).report(EARLY, "0"),
        Case(task()).report(EARLY, "40"),
        Case(task()).complete(EARLY),
        Case(task()).complete(EARLY).send_back(EARLY),
        done.accept(EARLY),
        Case(task()).report(EARLY, "90").close(EARLY),
    ]
    row = board(seven)
    assert row_state_words(VI, row) == "Đang thực hiện (5/6 đơn vị đã báo cáo)"
    assert row_standing_words(VI, row) == "Đỏ · Đang thực hiện (5/6 đơn vị đã báo cáo)"
    assert row_state_words(EN, row) == "In progress (5 of 6 units have reported)"
    assert percent_words(row.verdict.percent) == "40%", "the closed part does not count"
    assert (tally(row.leads).closed, tally(row.leads).followed) == (1, 6)


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ([Case(task()) for _ in range(3)], "Chưa báo cáo"),
        ([Case(task()).report(EARLY, "0") for _ in range(3)], "Chưa thực hiện"),
        ([Case(task()), Case(task()).report(EARLY, "0")], "Chưa thực hiện (1/2 đơn vị đã báo cáo)"),
        ([Case(task()).report(EARLY, "0"), Case(task()).report(EARLY, "5")], "Đang thực hiện"),
        ([Case(task()).complete(EARLY), Case(task()).complete(EARLY).accept(EARLY)], "Chờ thẩm định (1/2 đơn vị)"),
        ([Case(task()).complete(EARLY).accept(EARLY), Case(task()).close(EARLY)], "Hoàn thành"),
        ([Case(task()).close(EARLY), Case(task()).close(EARLY)], "Đã đóng"),
    ],
)
def test_a_row_says_of_how_many_units_its_state_is_said(cases: list[Case], told: str) -> None:
    assert row_state_words(VI, board(cases)) == told


@given(leads_of_a_plan())
@few
def test_no_percent_stands_beside_not_reported(leads: list[Lead]) -> None:
    for each in leads:
        if state_words(VI, each.standing) == "Chưa báo cáo":
            assert each.standing.percent == 0
    for row in rows_of(leads):
        words = row_state_words(VI, row)
        assert words != "Chưa báo cáo" or row.verdict.percent == 0
        of = re.search(r"\((\d+)/(\d+) đơn vị", words)
        assert of is None or 0 < int(of[1]) < int(of[2]) <= 7


@given(leads_of_a_plan())
@few
def test_colours_and_closed_add_up_to_all(leads: list[Lead]) -> None:
    rows = rows_of(leads)
    for found in (tally(rows), tally(leads)):
        assert found.followed == sum(found.colours.values())
    assert tally(rows).followed + tally(rows).closed == len(rows)
    assert tally(leads).followed + tally(leads).closed == len(leads)
    open_grey = [row for row in rows if row.verdict.colour is Colour.GREY and row.verdict.state is not State.CLOSED]
    assert tally(rows).colours[Colour.GREY] == len(open_grey)


def test_all_closed_and_nothing_at_all() -> None:
    closed = [lead(Case(task()).close(EARLY), row=number, number=number) for number in range(3)]
    assert tally(rows_of(closed)).closed == 3 and not any(tally(rows_of(closed)).colours.values())
    assert tally([]).followed == tally([]).closed == 0


def test_an_indicator_is_shown_by_value_and_target_wherever_a_row_is() -> None:
    nine = lead(a_value("9"))
    assert progress_words(VI, nine) == "9% / chỉ tiêu 70%" and progress_words(EN, nine) == "9% / target 70%"
    for shown in (lead_line(VI, nine), row_line(VI, rows_of([nine])[0]), label(nine, VI)):
        assert "9% / chỉ tiêu 70%" in shown and "12%" not in shown, "9 of 70 is 12 %, which is nobody's value"
    assert progress_words(VI, lead(Case(indicator(MANY)))) == "chưa có số liệu / chỉ tiêu 70%"
    reached = lead(Case(indicator(MANY)).complete(EARLY, value="72.5"))
    assert progress_words(VI, reached) == "72,5% / chỉ tiêu 70% (đạt)"
    between = lead(Case(indicator(target(Comparator.BETWEEN, "15", "17"))).report(EARLY, "80", value="12"))
    assert progress_words(VI, between) == "12% / chỉ tiêu 15–17%"
    several = board([a_value("9"), a_value("35"), Case(indicator(MANY))])
    assert "9%–35% / chỉ tiêu 70%" in row_line(VI, several)


def test_red_says_its_threshold_and_green_under_its_line_that_it_is_not_there_yet() -> None:
    terms = task("Quý II/2026")
    # 75 of 91 days have gone by: 82,4 % are asked, 41,2 % is half of it.
    red, green, fine = (Case(terms).report(EARLY, percent) for percent in ("40", "42", "83"))
    assert str(lines(reason_words(VI, lead(red), DAY))) == "Mới đạt 40%, dưới 42% — một nửa lộ trình — là đỏ"
    assert under_line_of_row(VI, board([green])) == "Thấp hơn lộ trình, chưa đến ngưỡng đỏ"
    assert under_line_of_row(VI, board([green, fine])) == "1/2 đơn vị: thấp hơn lộ trình, chưa đến ngưỡng đỏ"
    assert under_line_of_row(VI, board([fine])) is None and under_line_of_row(VI, board([red])) is None
    assert under_line_of_row(VI, board([Case(terms)], day=EARLY)) is None, "nothing is asked yet"
    words = str(lines(reason_words(EN, lead(red), DAY)))
    assert words == "Behind schedule: 40% done; below 42%, half of what is expected by now, is red"


def test_the_threshold_of_an_indicator_is_a_value() -> None:
    slow, silent = lead(a_value("9")), lead(Case(indicator(MANY)))
    assert slow.verdict.colour is silent.verdict.colour is Colour.RED
    told = reasons_of_row(VI, rows_of([slow])[0], DAY)
    shown = re.fullmatch(r"Mới đạt 9% / chỉ tiêu 70%, dưới ([\d,]+)% — một nửa lộ trình — là đỏ", told)
    assert shown is not None
    enough = lead(a_value(shown[1].replace(",", ".")))
    assert enough.verdict.colour is Colour.GREEN, "one that stands at what is shown is not red"
    assert reasons_of_row(VI, rows_of([silent])[0], DAY).startswith("Chưa có số liệu, dưới ")


@given(leads_of_a_plan())
@few
def test_what_is_red_is_below_the_shown_threshold_and_what_equals_it_is_not_red(leads: list[Lead]) -> None:
    for each in leads:
        if Reason.BEHIND_ROADMAP not in each.verdict.reasons or each.standing.due_on is None:
            continue
        for day in (each.standing.due_on, each.standing.due_on - timedelta(days=3)):
            half = red_below(each.terms, each.standing, day)
            assert half is not None and half == int(half)
            line = each.standing.roadmap(each.terms)
            assert line is not None
            asked = Decimal(100 * line.elapsed(day)) / line.total
            assert asked / 2 <= half < asked / 2 + 1
            goal = each.terms.target
            assert goal is None or percent_of(goal, value_at(goal, half)) >= half
