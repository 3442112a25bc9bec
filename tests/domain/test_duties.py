"""Duties of reporting of the five localities in 2026, and the calendar behind them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.plan.calendar import DayKind, WorkingCalendar
from bot.domain.plan.duties import (
    Duty,
    OnceRule,
    PeriodRule,
    ReportingRules,
    duties_of_units,
    duties_of_year,
    newest_missed,
    owed,
    served_by_report,
)
from bot.domain.plan.periods import PeriodKind
from bot.domain.work.alerts import Colour, Reason, Rules, Verdict
from bot.domain.work.ladder import period_steps

from .builders import Case, task

HOLIDAYS = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)]
CALENDAR = WorkingCalendar({**dict.fromkeys(HOLIDAYS, DayKind.OFF), date(2026, 8, 22): DayKind.WORK})
MONTH, QUARTER = PeriodRule(PeriodKind.MONTH), PeriodRule(PeriodKind.QUARTER)
HALF, YEAR = PeriodRule(PeriodKind.HALF), PeriodRule(PeriodKind.YEAR)


def table(rule: PeriodRule) -> list[tuple[str, ...]]:
    """The duties of 2026 as period, opens, due and closes, written day/month."""
    duties = duties_of_year(rule, 2026, CALENDAR)
    return [(d.period, *(f"{day.day}/{day.month}" for day in (d.opens, d.due, d.closes))) for d in duties]


def test_months_of_binh_loc_dong_phu_and_phuoc_binh_are_due_on_their_last_working_day() -> None:
    assert table(MONTH) == [
        ("2026-01", "1/1", "30/1", "9/2"),
        ("2026-02", "1/2", "27/2", "9/3"),
        ("2026-03", "1/3", "31/3", "10/4"),
        ("2026-04", "1/4", "29/4", "9/5"),
        ("2026-05", "1/5", "29/5", "8/6"),
        ("2026-06", "1/6", "30/6", "10/7"),
        ("2026-07", "1/7", "31/7", "10/8"),
        ("2026-08", "1/8", "28/8", "7/9"),
        ("2026-09", "1/9", "30/9", "10/10"),
        ("2026-10", "1/10", "30/10", "9/11"),
        ("2026-11", "1/11", "30/11", "10/12"),
        ("2026-12", "1/12", "31/12", "10/1"),
    ]


def test_quarters_of_binh_loc_dong_phu_phuoc_binh_and_binh_thanh() -> None:
    assert table(QUARTER) == [
        ("2026-Q1", "1/3", "31/3", "10/4"),
        ("2026-Q2", "1/6", "30/6", "10/7"),
        ("2026-Q3", "1/9", "30/9", "10/10"),
        ("2026-Q4", "1/12", "31/12", "10/1"),
    ]


def test_the_year_of_phuoc_binh_and_of_binh_thanh_s_office() -> None:
    assert table(YEAR) == [("2026", "1/12", "31/12", "10/1")]


def test_both_half_years_are_asked_where_no_day_is_printed() -> None:
    assert table(HALF) == [("2026-H1", "1/6", "30/6", "10/7"), ("2026-H2", "1/12", "31/12", "10/1")]


def test_units_of_ba_ngoi_report_before_the_printed_days() -> None:
    assert table(PeriodRule(PeriodKind.QUARTER, due_day=19)) == [
        ("2026-Q1", "1/3", "19/3", "29/3"),
        ("2026-Q2", "1/6", "19/6", "29/6"),
        ("2026-Q3", "1/9", "19/9", "29/9"),
        ("2026-Q4", "1/12", "19/12", "29/12"),
    ]
    assert table(PeriodRule(PeriodKind.HALF, 6, 4)) == [("2026-H1", "1/6", "4/6", "14/6")]
    assert table(PeriodRule(PeriodKind.YEAR, 11, 30)) == [("2026", "1/11", "30/11", "10/12")]


def test_the_office_of_ba_ngoi_reports_before_the_25th_20_june_and_15_december() -> None:
    assert [row[2] for row in table(PeriodRule(PeriodKind.QUARTER, due_day=24))] == ["24/3", "24/6", "24/9", "24/12"]
    assert table(PeriodRule(PeriodKind.HALF, 6, 19)) == [("2026-H1", "1/6", "19/6", "29/6")]
    assert table(PeriodRule(PeriodKind.YEAR, 12, 14)) == [("2026", "1/12", "14/12", "24/12")]


def test_a_printed_day_past_the_end_of_a_month_is_its_last() -> None:
    assert table(PeriodRule(PeriodKind.MONTH, due_day=31))[1][2] == "28/2"


@pytest.mark.parametrize(
    ("kinds", "shortest"), [((YEAR, QUARTER, MONTH), MONTH), ((YEAR, HALF, QUARTER), QUARTER), ((), None)]
)
def test_the_shortest_kind_asks_for_progress(kinds: tuple[PeriodRule, ...], shortest: PeriodRule | None) -> None:
    assert ReportingRules(units=kinds).progress == shortest


def of_units(rules: ReportingRules, in_use_on: date | None) -> list[tuple[str, ...]]:
    """What whole units owe from a day of use, as ask, period, opens, due and closes, written day/month."""
    duties = duties_of_units(rules, 2026, in_use_on, CALENDAR)
    return [(d.ask.value, d.period, *(f"{day.day}/{day.month}" for day in (d.opens, d.due, d.closes))) for d in duties]


FIRST = date(2026, 1, 1)


def test_longer_kinds_ask_a_summary_and_the_column_of_the_office_a_report_upward_of_every_kind() -> None:
    binh_loc = ReportingRules(units=(MONTH, QUARTER), office=(MONTH, QUARTER))
    found = of_units(binh_loc, date(2026, 9, 2))
    assert found == [
        ("upward", "2026-10", "1/10", "30/10", "9/11"),
        ("upward", "2026-11", "1/11", "30/11", "10/12"),
        ("summary", "2026-Q4", "1/12", "31/12", "10/1"),
        ("upward", "2026-12", "1/12", "31/12", "10/1"),
        ("upward", "2026-Q4", "1/12", "31/12", "10/1"),
    ]
    phuoc_binh = ReportingRules(units=(MONTH, QUARTER, YEAR))
    assert [row[1] for row in of_units(phuoc_binh, FIRST)] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026"]
    binh_thanh = ReportingRules(units=(QUARTER,), office=(YEAR,))
    assert of_units(binh_thanh, FIRST) == [("upward", "2026", "1/12", "31/12", "10/1")]


def test_half_year_and_year_of_ba_ngoi_by_its_printed_days() -> None:
    quarter = PeriodRule(PeriodKind.QUARTER, due_day=19)
    units = (quarter, PeriodRule(PeriodKind.HALF, 6, 4), PeriodRule(PeriodKind.YEAR, 11, 30))
    assert of_units(ReportingRules(units=units), date(2026, 2, 1)) == [
        ("summary", "2026-H1", "1/6", "4/6", "14/6"),
        ("summary", "2026", "1/11", "30/11", "10/12"),
    ]


@pytest.mark.parametrize(
    ("in_use_on", "owed"),
    [
        (date(2026, 3, 10), ("once", "2026-04-04", "10/3", "4/4", "14/4")),
        (date(2026, 4, 2), ("once", "2026-04-04", "2/4", "4/4", "14/4")),
        (date(2026, 4, 3), None),  # a Friday: nobody could be told before Saturday has gone by
        (date(2026, 6, 15), None),
        (None, None),
    ],
)
def test_a_one_off_duty_opens_on_the_day_of_use_and_is_owed_where_it_can_be_told(
    in_use_on: date | None, owed: tuple[str, ...] | None
) -> None:
    rules = ReportingRules(once=(OnceRule("Kế hoạch", date(2026, 4, 4), "trước ngày 05 tháng 4 năm 2026"),))
    assert of_units(rules, in_use_on) == ([] if owed is None else [owed])


def test_two_one_off_duties_of_one_day_are_told_apart() -> None:
    rules = ReportingRules(once=tuple(OnceRule(name, date(2026, 4, 4), "") for name in ("Một", "Hai")))
    found = duties_of_units(rules, 2026, date(2026, 3, 1), CALENDAR)
    assert [(duty.name, duty.period) for duty in found] == [("Một", "2026-04-04"), ("Hai", "2026-04-04.2")]


def test_the_opening_of_a_one_off_duty_is_told_the_working_day_after_the_day_of_use() -> None:
    rules = ReportingRules(once=(OnceRule("Kế hoạch", date(2026, 4, 4), ""),))
    steps = {}
    for in_use_on in (date(2026, 3, 6), date(2026, 3, 30), date(2026, 4, 2)):
        (duty,) = duties_of_units(rules, 2026, in_use_on, CALENDAR)
        steps[in_use_on.day] = [(step.rule.value[7:], step.day) for step in period_steps(duty, CALENDAR)]
    last = [("in_2", date(2026, 4, 2)), ("due", date(2026, 4, 3)), ("late", date(2026, 4, 6))]
    assert steps[6] == [("open", date(2026, 3, 9)), ("in_5", date(2026, 3, 30)), *last]
    assert steps[30] == [("open", date(2026, 3, 31)), *last], "nothing is told on the day of use itself"
    # On its only day it is the last one, not an opening.
    assert steps[2] == last[1:]


MONTHS = duties_of_year(MONTH, 2026, CALENDAR)


def periods(duties: tuple[Duty, ...]) -> list[str]:
    """The short names of duties."""
    return [duty.period for duty in duties]


def test_only_periods_that_open_once_the_plan_is_in_use_are_owed() -> None:
    assert owed(MONTHS, None, None) == ()
    assert periods(owed(MONTHS, date(2026, 10, 1), None)) == ["2026-10", "2026-11", "2026-12"]
    assert periods(owed(MONTHS, date(2026, 10, 2), None)) == ["2026-11", "2026-12"]


def test_work_that_has_not_started_by_the_due_day_owes_nothing() -> None:
    assert periods(owed(MONTHS, date(2026, 9, 1), date(2026, 10, 30))) == ["2026-10", "2026-11", "2026-12"]
    assert periods(owed(MONTHS, date(2026, 9, 1), date(2026, 10, 31))) == ["2026-11", "2026-12"]


def test_a_report_until_the_due_day_serves_its_month_and_later_ones_the_late_month_first() -> None:
    may, june = MONTHS[4], MONTHS[5]
    assert served_by_report(MONTHS, {"2026-04"}, date(2026, 5, 29)) == (may, False)
    assert served_by_report(MONTHS, {"2026-04"}, date(2026, 5, 30)) == (may, True)
    assert served_by_report(MONTHS, {"2026-04"}, date(2026, 6, 8)) == (may, True)
    assert served_by_report(MONTHS, {"2026-04"}, date(2026, 6, 9)) == (june, False)
    assert served_by_report(MONTHS, {"2026-04", "2026-05"}, date(2026, 6, 2)) == (june, False)
    assert served_by_report(MONTHS[:1], (), date(2026, 6, 2)) is None


def test_the_newest_duty_past_its_day_is_missed_until_served_or_until_a_report_after_it_closed() -> None:
    assert newest_missed(MONTHS, (), None, date(2026, 1, 30)) is None
    assert newest_missed(MONTHS, (), None, date(2026, 1, 31)) == MONTHS[0]
    assert newest_missed(MONTHS, {"2026-01"}, date(2026, 1, 20), date(2026, 2, 20)) is None
    assert newest_missed(MONTHS, (), date(2026, 2, 10), date(2026, 2, 20)) is None
    assert newest_missed(MONTHS, (), date(2026, 2, 9), date(2026, 2, 20)) == MONTHS[0]
    assert newest_missed(MONTHS, {"2026-01"}, None, date(2026, 2, 28)) == MONTHS[1]


def test_a_missing_report_makes_a_row_amber_and_the_report_green() -> None:
    rules = Rules(duties=owed(MONTHS, date(2026, 9, 1), None))
    case = Case(task("Thường xuyên"))
    assert case.on(date(2026, 9, 30), rules) == Verdict(Colour.GREEN)
    missing = Verdict(Colour.AMBER, (Reason.REPORT_MISSING,))
    assert case.on(date(2026, 10, 1), rules) == missing
    case.report(date(2026, 10, 4), "0", note="giữ nguyên", period="2026-09")
    assert case.on(date(2026, 10, 4), rules) == Verdict(Colour.GREEN)
    assert case.on(date(2026, 10, 31), rules) == missing


def test_a_reopened_row_does_not_owe_what_fell_due_while_it_stood_completed() -> None:
    rules = Rules(duties=owed(MONTHS, date(2026, 4, 1), None))
    case = Case(task("Năm 2026")).report(date(2026, 4, 20), "60", period="2026-04").complete(date(2026, 5, 4))
    case.accept(date(2026, 5, 5)).reopen(date(2026, 9, 10))
    assert Reason.REPORT_MISSING not in case.on(date(2026, 9, 10), rules).reasons
    assert case.on(date(2026, 10, 1), rules).reasons == (Reason.REPORT_MISSING,)


def test_offices_work_monday_to_friday_except_on_days_off_and_on_days_worked_in_exchange() -> None:
    assert CALENDAR.is_working(date(2026, 8, 21))
    assert CALENDAR.is_working(date(2026, 8, 22))
    assert not CALENDAR.is_working(date(2026, 8, 23))
    assert not CALENDAR.is_working(date(2026, 8, 31))
    assert CALENDAR.working_on_or_before(date(2026, 5, 1)) == date(2026, 4, 29)
    assert CALENDAR.working_on_or_after(date(2026, 4, 30)) == date(2026, 5, 4)
    assert CALENDAR.working_on_or_after(date(2026, 5, 5)) == date(2026, 5, 5)
