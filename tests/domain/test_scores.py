"""Points, scores, grades, ranking and classes (docs/rules/points.md)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.duties import PeriodRule, duties_of_year
from bot.domain.plan.periods import PeriodKind
from bot.domain.plan.plan import AlertRules, Grades
from bot.domain.work.alerts import Rules
from bot.domain.work.progress import Comparator
from bot.domain.work.scores import (
    Grade,
    IndicatorClass,
    Ranked,
    TaskClass,
    grade,
    indicator_class,
    points,
    rank,
    row_class,
    score,
    task_class,
)

from .builders import Case, indicator, target, task

DAY = date(2026, 5, 4)
RULES = Rules()


def points_on(case: Case, day: date, rules: Rules = RULES) -> Decimal | None:
    """The points of an assignment on a day."""
    return points(case.terms, case.standing, day, rules)


def test_completed_awaiting_and_returned_have_fixed_points() -> None:
    case = Case(task()).report(DAY, "60").complete(DAY)
    assert points_on(case, DAY) == 99
    assert points_on(case.send_back(DAY), DAY) == 0
    assert points_on(case.complete(DAY).accept(DAY), DAY) == 100


def test_past_its_limit_work_has_its_percent_as_points() -> None:
    case = Case(task()).report(DAY, "60")
    assert points_on(case, date(2026, 7, 1)) == 60


def test_before_its_limit_percent_is_held_against_the_roadmap_once_it_counts() -> None:
    case = Case(task("Quý II/2026")).report(date(2026, 4, 1), "10")
    assert points_on(case, date(2026, 4, 10)) is None
    assert points_on(case, date(2026, 4, 11)) == Decimal("91.00")
    assert points_on(case, date(2026, 6, 30)) == Decimal("10.11")
    assert points_on(case.report(DAY, "99"), date(2026, 6, 30)) == 100


def test_continuous_work_counts_its_share_of_duties_met() -> None:
    duties = duties_of_year(PeriodRule(PeriodKind.QUARTER, due_day=19), 2026, WorkingCalendar())
    rules = Rules(duties=duties)
    case = Case(task("Thường xuyên"))
    assert points_on(case, date(2026, 3, 19), rules) is None
    case.report(date(2026, 6, 3), "0", note="không phát sinh", period="2026-Q2")
    assert points_on(case, date(2026, 9, 20), rules) == Decimal("33.33")


def test_work_that_owes_its_reports_is_worth_no_more_than_the_share_that_was_given() -> None:
    quarters = duties_of_year(PeriodRule(PeriodKind.QUARTER, due_day=19), 2026, WorkingCalendar())
    rules = Rules(duties=quarters[1:])
    silent = Case(task("Năm 2026")).opened_at(date(2026, 3, 2), "90")
    assert points_on(silent, date(2026, 6, 19), rules) == 100, "nothing is owed yet"
    assert points_on(silent, date(2026, 6, 20), rules) == 0
    silent.report(date(2026, 9, 2), "90", period="2026-Q3")
    assert points_on(silent, date(2026, 9, 20), rules) == 50
    external = Case(task("Theo lộ trình của Tỉnh"))
    assert points_on(external, date(2026, 6, 20), rules) == 0
    external.report(date(2026, 6, 3), "0", note="chờ", period="2026-Q2")
    assert points_on(external, date(2026, 6, 20), rules) == 100


def test_what_fell_due_while_work_stood_completed_costs_nothing() -> None:
    rules = Rules(duties=duties_of_year(PeriodRule(PeriodKind.QUARTER, due_day=19), 2026, WorkingCalendar()))
    case = Case(task("Thường xuyên")).complete(date(2026, 3, 2)).accept(date(2026, 3, 3)).reopen(date(2026, 7, 1))
    assert points_on(case, date(2026, 7, 2), rules) is None
    assert points_on(case, date(2026, 9, 20), rules) == 0


@pytest.mark.parametrize("printed", ["Theo lộ trình của Tỉnh", "Theo Kế hoạch của UBND tỉnh năm 2026", "sau Tết"])
def test_what_has_no_roadmap_does_not_count(printed: str) -> None:
    assert points_on(Case(task(printed)).report(DAY, "40"), DAY) is None


def test_closed_rows_and_ranks_before_the_year_end_do_not_count() -> None:
    assert points_on(Case(task()).report(DAY, "40").close(DAY), date(2026, 9, 1)) is None
    by_rank = Case(indicator(target(Comparator.RANK, "10", unit="Thứ bậc"))).report(DAY, "50", value="20")
    assert points_on(by_rank, date(2026, 9, 1)) is None
    assert points_on(by_rank, date(2027, 1, 1)) == 50


def test_the_first_day_of_a_roadmap_never_divides_by_nothing() -> None:
    rules = Rules(AlertRules(roadmap_min_days=0, roadmap_min_share=Decimal(0)))
    assert points_on(Case(task("Quý II/2026")), date(2026, 4, 1), rules) is None
    assert points_on(Case(task("Quý II/2026")), date(2026, 4, 2), rules) == 0


def test_a_score_is_the_mean_of_what_counts_and_none_where_nothing_does() -> None:
    assert score([Decimal(100), None, Decimal("33.33"), Decimal(0)]) == Decimal("44.44")
    assert score([None, None]) is None
    assert score([]) is None


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("100", Grade.EXCELLENT),
        ("90", Grade.EXCELLENT),
        ("89.99", Grade.GOOD),
        ("80", Grade.GOOD),
        ("79.99", Grade.FAIR),
        ("70", Grade.FAIR),
        ("69.99", Grade.AVERAGE),
        ("50", Grade.AVERAGE),
        ("49.99", Grade.WEAK),
        ("0", Grade.WEAK),
    ],
)
def test_grades_begin_at_90_80_70_and_50(value: str, name: Grade) -> None:
    assert grade(Decimal(value), Grades()) is name


def test_bands_are_settings() -> None:
    assert grade(Decimal(85), Grades(excellent=85)) is Grade.EXCELLENT


def test_equal_scores_share_a_place_and_the_next_is_skipped() -> None:
    scores = [("y tế", Decimal(70)), ("công an", Decimal(90)), ("văn phòng", Decimal(90)), ("trường", Decimal(10))]
    assert rank(scores) == (
        Ranked(1, "công an", Decimal(90)),
        Ranked(1, "văn phòng", Decimal(90)),
        Ranked(3, "y tế", Decimal(70)),
        Ranked(4, "trường", Decimal(10)),
    )


IN_TIME, TOO_LATE = date(2026, 6, 30), date(2026, 7, 1)


def test_the_six_classes_of_tasks() -> None:
    nothing, some = Case(task()), Case(task()).report(DAY, "5")
    assert task_class(nothing.standing, IN_TIME) is TaskClass.NOT_STARTED_IN_TIME
    assert task_class(nothing.standing, TOO_LATE) is TaskClass.NOT_STARTED_OVERDUE
    assert task_class(some.standing, IN_TIME) is TaskClass.IN_PROGRESS_IN_TIME
    assert task_class(some.standing, TOO_LATE) is TaskClass.IN_PROGRESS_OVERDUE
    on_time, late = Case(task()).complete(IN_TIME), Case(task()).complete(TOO_LATE)
    assert task_class(on_time.accept(TOO_LATE).standing, TOO_LATE) is TaskClass.COMPLETED_ON_TIME
    assert task_class(late.accept(TOO_LATE).standing, TOO_LATE) is TaskClass.COMPLETED_LATE


def test_zero_percent_with_a_note_is_still_not_started_and_returned_is_in_progress() -> None:
    assert task_class(Case(task()).report(DAY, "0", note="họp").standing, DAY) is TaskClass.NOT_STARTED_IN_TIME
    assert task_class(Case(task()).complete(DAY).send_back(DAY).standing, DAY) is TaskClass.IN_PROGRESS_IN_TIME


def test_awaiting_counts_as_completed_by_its_sending_day_and_closed_as_nothing() -> None:
    assert task_class(Case(task()).complete(IN_TIME).standing, TOO_LATE) is TaskClass.COMPLETED_ON_TIME
    assert task_class(Case(task()).complete(TOO_LATE).standing, TOO_LATE) is TaskClass.COMPLETED_LATE
    assert task_class(Case(task()).close(DAY).standing, DAY) is None


def test_a_whole_task_has_the_class_of_its_leads_together() -> None:
    nothing, some, closed = Case(task()), Case(task()).report(DAY, "5"), Case(task()).close(DAY)
    done, late = Case(task()).complete(IN_TIME).accept(TOO_LATE), Case(task()).complete(TOO_LATE).accept(TOO_LATE)

    def of(*cases: Case, day: date = TOO_LATE) -> TaskClass | None:
        return row_class([case.standing for case in cases], day)

    assert of(closed, closed) is None
    assert of(done, done, closed) is TaskClass.COMPLETED_ON_TIME
    assert of(done, late) is TaskClass.COMPLETED_LATE
    assert of(nothing, nothing, day=IN_TIME) is TaskClass.NOT_STARTED_IN_TIME
    assert of(nothing, closed) is TaskClass.NOT_STARTED_OVERDUE
    assert of(nothing, some, day=IN_TIME) is TaskClass.IN_PROGRESS_IN_TIME
    assert of(nothing, done) is TaskClass.IN_PROGRESS_OVERDUE


def test_the_classes_of_indicators_in_a_period() -> None:
    case = Case(indicator())
    assert indicator_class(case.standing, "2026-Q2", DAY) is IndicatorClass.NOT_REPORTED
    case.report(DAY, "50", value="40", period="2026-Q2")
    assert indicator_class(case.standing, "2026-Q2", DAY) is IndicatorClass.IN_PROGRESS
    assert indicator_class(case.standing, "2026-Q2", date(2026, 12, 31)) is IndicatorClass.IN_PROGRESS
    assert indicator_class(case.standing, "2026-Q2", date(2027, 1, 1)) is IndicatorClass.NOT_MET
    assert indicator_class(case.standing, "2026-Q3", DAY) is IndicatorClass.NOT_REPORTED
    assert indicator_class(case.standing, "2026-Q3", DAY, is_open=False) is IndicatorClass.IN_PROGRESS
    assert indicator_class(case.standing, "2026", date(2027, 1, 1), reported=True) is IndicatorClass.NOT_MET
    assert indicator_class(case.complete(DAY, value="80").standing, "2026-Q2", DAY) is IndicatorClass.AWAITING
    assert indicator_class(case.send_back(DAY).standing, "2026-Q2", DAY) is IndicatorClass.RETURNED
    assert indicator_class(case.complete(DAY, value="80").accept(DAY).standing, "2026-Q2", DAY) is IndicatorClass.MET
    assert indicator_class(case.close(DAY).standing, "2026-Q2", DAY) is None
