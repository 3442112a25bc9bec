"""docs/rules/colours.md#worked-examples: Bình Lộc, plan of 1/3/2026."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.work.alerts import Colour, Reason, Verdict, next_change
from bot.domain.work.alerts import Rules as JudgeRules

from .builders import Case, days, task

ONE = timedelta(days=1)
GREEN = Verdict(Colour.GREEN)
RULES = JudgeRules()


def colours(case: Case, first: date, last: date) -> dict[date, Verdict]:
    """The days in a stretch on which the verdict differs from the day before."""
    return {day: case.on(day) for day in days(first, last) if case.on(day) != case.on(day - ONE)}


def test_nobody_reported_in_quarter_two_is_behind_from_11_april_and_overdue_from_1_july() -> None:
    case = Case(task("Quý II/2026"))
    assert case.on(date(2026, 3, 1)) == GREEN
    assert colours(case, date(2026, 3, 1), date(2026, 12, 31)) == {
        date(2026, 4, 11): Verdict(Colour.RED, (Reason.BEHIND_ROADMAP,)),
        date(2026, 7, 1): Verdict(Colour.RED, (Reason.OVERDUE,)),
    }


def test_with_20_percent_it_is_behind_from_8_may() -> None:
    case = Case(task("Quý II/2026")).report(date(2026, 4, 2), "20")
    assert next_change(case.terms, case.standing, date(2026, 4, 2), RULES) == date(2026, 5, 8)
    assert case.on(date(2026, 5, 7)) == GREEN
    assert case.on(date(2026, 5, 8)) == Verdict(Colour.RED, (Reason.BEHIND_ROADMAP,))


def test_with_50_percent_it_is_never_behind_amber_from_23_june_and_red_from_1_july() -> None:
    case = Case(task("Quý II/2026")).report(date(2026, 4, 2), "50")
    assert colours(case, date(2026, 3, 1), date(2026, 12, 31)) == {
        date(2026, 6, 23): Verdict(Colour.AMBER, (Reason.DUE_SOON,)),
        date(2026, 7, 1): Verdict(Colour.RED, (Reason.OVERDUE,)),
    }


def test_a_return_after_the_limit_is_overdue_and_returned_until_sent_again_then_done_late() -> None:
    case = Case(task("Quý II/2026")).report(date(2026, 4, 2), "50").complete(date(2026, 6, 28))
    assert case.on(date(2026, 7, 1)) == GREEN
    case.send_back(date(2026, 7, 2))
    assert case.on(date(2026, 7, 2)) == Verdict(Colour.RED, (Reason.OVERDUE, Reason.RETURNED))
    assert case.standing.percent == 50
    case.complete(date(2026, 7, 5))
    assert case.on(date(2026, 7, 5)) == GREEN
    case.accept(date(2026, 7, 9))
    assert case.on(date(2026, 7, 9)) == Verdict(Colour.DONE)
    assert case.standing.late
    assert (case.standing.sent_on, case.standing.due_when_sent) == (date(2026, 7, 5), date(2026, 6, 30))


def test_an_extension_lengthens_the_roadmap_and_moves_due_soon() -> None:
    case = Case(task("Quý II/2026")).report(date(2026, 4, 2), "50").extend(date(2026, 6, 29), date(2026, 7, 31))
    line = case.standing.roadmap(case.terms)
    assert line is not None
    assert (line.starts_on, line.due_on, line.total) == (date(2026, 4, 1), date(2026, 7, 31), 122)
    assert case.on(date(2026, 7, 23)) == GREEN
    assert case.on(date(2026, 7, 24)) == Verdict(Colour.AMBER, (Reason.DUE_SOON,))


def test_sent_on_the_last_day_and_accepted_much_later_is_on_time() -> None:
    case = Case(task("Quý II/2026")).complete(date(2026, 6, 30)).accept(date(2026, 8, 1))
    assert not case.standing.late


def test_a_limit_older_than_the_plan_is_overdue_on_arrival_and_has_no_roadmap() -> None:
    case = Case(task("Gửi về Sở Khoa học và công nghệ trước 02/2026", date(2026, 2, 1)))
    assert case.standing.roadmap(case.terms) is None
    assert case.on(date(2026, 2, 1)) == Verdict(Colour.RED, (Reason.OVERDUE,))


def test_an_unmet_past_milestone_makes_the_row_amber_and_meeting_it_green() -> None:
    terms = task("Quý I/2026 hoàn thành xây dựng Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026")
    case = Case(terms).report(date(2026, 3, 10), "50")
    assert case.on(date(2026, 3, 31)) == GREEN
    assert case.on(date(2026, 4, 1)) == Verdict(Colour.AMBER, (Reason.MILESTONE_MISSED,))
    assert case.on(date(2026, 12, 24)) == Verdict(Colour.AMBER, (Reason.MILESTONE_MISSED, Reason.DUE_SOON))
    case.meet(date(2026, 4, 3), 0)
    assert case.on(date(2026, 4, 3)) == GREEN


def test_open_external_and_unread_limits_are_grey_until_the_office_sets_a_day() -> None:
    for printed in ("Theo lộ trình của Tỉnh", "khi nào xong thì thôi"):
        case = Case(task(printed))
        assert case.on(date(2026, 9, 1)) == Verdict(Colour.GREY)
        case.extend(date(2026, 9, 1), date(2026, 9, 20))
        assert case.on(date(2026, 9, 1)) == GREEN
        assert case.on(date(2026, 9, 13)) == Verdict(Colour.AMBER, (Reason.DUE_SOON,))
        assert case.on(date(2026, 9, 21)) == Verdict(Colour.RED, (Reason.OVERDUE,))


def test_a_bounded_external_limit_has_a_horizon_and_no_roadmap() -> None:
    case = Case(task("Theo Kế hoạch của UBND tỉnh năm 2026"))
    assert case.on(date(2026, 11, 30)) == GREEN
    assert case.on(date(2026, 12, 24)) == Verdict(Colour.AMBER, (Reason.DUE_SOON,))


def test_a_plan_freezes_on_1_january_with_the_colour_of_that_midnight() -> None:
    overdue = Case(task("Năm 2026")).report(date(2026, 12, 1), "80")
    assert overdue.on(date(2026, 12, 31)) == Verdict(Colour.AMBER, (Reason.DUE_SOON,))
    assert overdue.on(date(2027, 1, 1)) == Verdict(Colour.RED, (Reason.OVERDUE,))
    assert overdue.on(date(2029, 5, 1)) == Verdict(Colour.RED, (Reason.OVERDUE,))
    assert next_change(overdue.terms, overdue.standing, date(2027, 1, 1), RULES) is None
    continuous = Case(task("Thường xuyên"))
    assert continuous.on(date(2026, 12, 31)) == GREEN
    assert continuous.on(date(2027, 1, 1)) == Verdict(Colour.GREY)


def test_a_short_roadmap_waits_seven_days_before_it_can_be_behind() -> None:
    case = Case(task("3/2026"))
    assert case.on(date(2026, 3, 7)) == GREEN
    assert case.on(date(2026, 3, 8)).reasons == (Reason.BEHIND_ROADMAP,)
