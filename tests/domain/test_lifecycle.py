"""The table of docs/rules/life-cycle.md#steps, row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.domain.errors import BadInput, TienDoError, TransitionRefused
from bot.domain.work.alerts import Colour, Verdict
from bot.domain.work.events import Appraisal, Opening, Report
from bot.domain.work.lifecycle import State, can_withdraw, needs_reason
from bot.domain.work.progress import Share

from .builders import OTHER_UNIT, Case, at, indicator, task

DAY = date(2026, 5, 4)


def refused(expected: type[TienDoError], key: str, case: Case, method: str, *args: object, **more: object) -> None:
    """Assert that a step is refused by name and changes nothing."""
    before = case.standing
    with pytest.raises(expected) as raised:
        getattr(case, method)(*args, **more)
    assert raised.value.key == key
    assert case.standing is before


def test_a_report_below_100_puts_the_work_in_progress() -> None:
    case = Case(task()).report(DAY, "30")
    assert (case.standing.state, case.standing.percent) == (State.IN_PROGRESS, Decimal(30))


def test_zero_percent_with_a_note_is_in_progress_and_without_one_is_not() -> None:
    assert Case(task()).report(DAY, "0", note="đang họp").standing.state is State.IN_PROGRESS
    silent = Case(task()).report(DAY, "0", note="  ", period="2026-05")
    assert silent.standing.state is State.NOT_REPORTED
    assert silent.standing.served == {"2026-05"}


def test_100_percent_without_a_file_is_refused_and_nothing_is_saved() -> None:
    refused(BadInput, "evidence_needed", Case(task()), "report", DAY, "100")


@pytest.mark.parametrize("before", [[], ["40"]])
def test_a_complete_report_awaits_appraisal(before: list[str]) -> None:
    case = Case(task())
    for percent in before:
        case.report(DAY, percent)
    case.complete(DAY)
    assert (case.standing.state, case.standing.percent, case.standing.sent_on) == (State.AWAITING, Decimal(100), DAY)


def test_an_awaiting_report_blocks_further_reports() -> None:
    case = Case(task()).complete(DAY)
    refused(TransitionRefused, "awaiting", case, "report", DAY, "50", reason="nhầm")
    refused(TransitionRefused, "awaiting", case, "complete", DAY)


def test_an_accepted_task_is_completed_and_locked() -> None:
    case = Case(task()).complete(DAY).accept(DAY)
    assert case.standing.state is State.COMPLETED
    refused(TransitionRefused, "completed", case, "report", DAY, "50", reason="nhầm")
    refused(TransitionRefused, "completed", case, "extend", DAY, date(2026, 9, 1))
    refused(TransitionRefused, "not_awaiting", case, "send_back", DAY)


def test_a_return_needs_a_reason_and_falls_to_the_last_percent_below_100() -> None:
    case = Case(task()).report(DAY, "20").report(DAY, "60").complete(DAY)
    refused(BadInput, "reason_needed", case, "send_back", DAY, "  ")
    case.send_back(DAY)
    assert (case.standing.state, case.standing.percent) == (State.RETURNED, Decimal(60))
    assert case.standing.sent_on is None


def test_a_return_of_a_first_report_falls_to_zero() -> None:
    assert Case(task()).complete(DAY).send_back(DAY).standing.percent == 0


def test_an_appraisal_names_the_report_that_awaits_it() -> None:
    case = Case(task()).complete(DAY)
    refused(TransitionRefused, "not_awaiting", case, "tell", DAY, Appraisal(99, True))


def test_only_a_complete_report_leaves_returned() -> None:
    case = Case(task()).report(DAY, "60").complete(DAY).send_back(DAY).report(DAY, "40", note="làm lại")
    assert (case.standing.state, case.standing.percent) == (State.RETURNED, Decimal(40))
    assert case.complete(DAY).standing.state is State.AWAITING


def test_a_lower_percent_needs_a_reason_except_after_a_return() -> None:
    case = Case(task()).report(DAY, "60")
    refused(BadInput, "reason_needed", case, "report", DAY, "50")
    assert case.report(DAY, "50", reason="tính lại").standing.percent == 50
    case.complete(DAY).send_back(DAY)
    assert not needs_reason(case.standing, Decimal(10))


@pytest.mark.parametrize(
    ("prior", "state"),
    [("nothing", State.NOT_REPORTED), ("report", State.IN_PROGRESS), ("returned", State.RETURNED)],
)
@pytest.mark.parametrize("complete", [True, False])
def test_a_withdrawal_within_15_minutes_restores_what_was_before(prior: str, state: State, complete: bool) -> None:
    case = Case(task())
    if prior != "nothing":
        case.report(DAY, "30", period="2026-05")
    if prior == "returned":
        case.complete(DAY).send_back(DAY)
    before = case.standing
    if complete:
        case.complete(at(DAY, 10))
    else:
        case.report(at(DAY, 10), "55")
    case.withdraw(at(DAY, 10, 15))
    assert case.standing.state is state
    assert (case.standing.percent, case.standing.served) == (before.percent, before.served)
    assert case.standing.report_id == before.report_id


def test_a_withdrawal_after_15_minutes_or_after_appraisal_is_refused() -> None:
    late = Case(task()).complete(at(DAY, 10))
    refused(TransitionRefused, "too_late_to_withdraw", late, "withdraw", at(DAY, 10, 16))
    judged = Case(task()).complete(at(DAY, 10)).send_back(at(DAY, 10, 1))
    refused(TransitionRefused, "too_late_to_withdraw", judged, "withdraw", at(DAY, 10, 2))


def test_two_reports_within_15_minutes_can_both_be_withdrawn_newest_first() -> None:
    case = Case(task()).report(at(DAY, 10), "10").report(at(DAY, 10, 5), "20")
    case.withdraw(at(DAY, 10, 6))
    assert case.standing.percent == 10
    assert case.withdraw(at(DAY, 10, 7)).standing.state is State.NOT_REPORTED


def test_the_right_to_withdraw_is_not_lengthened_by_a_newer_report() -> None:
    case = Case(task()).report(at(DAY, 10), "10").report(at(DAY, 10, 14), "20").withdraw(at(DAY, 10, 16))
    assert case.standing.percent == 10
    refused(TransitionRefused, "too_late_to_withdraw", case, "withdraw", at(DAY, 10, 16))


def test_what_the_office_does_meanwhile_outlasts_a_withdrawal() -> None:
    case = Case(task()).complete(at(DAY, 10)).extend(at(DAY, 10, 2), date(2026, 8, 31)).hand_over(at(DAY, 10, 3))
    assert can_withdraw(case.standing, case.events[-1])
    case.withdraw(at(DAY, 10, 5))
    assert case.standing.state is State.NOT_REPORTED
    assert (case.standing.due_on, case.standing.unit_id) == (date(2026, 8, 31), OTHER_UNIT)


def test_a_reopened_task_is_in_progress_with_its_last_percent_below_100() -> None:
    case = Case(task()).report(DAY, "70").complete(DAY).accept(DAY).reopen(date(2026, 6, 1))
    assert (case.standing.state, case.standing.percent) == (State.IN_PROGRESS, Decimal(70))
    assert case.standing.due_on == date(2026, 6, 30)


def test_reopening_after_the_limit_needs_a_new_one() -> None:
    case = Case(task()).complete(DAY).accept(DAY)
    refused(BadInput, "new_limit_needed", case, "reopen", date(2026, 7, 1))
    refused(BadInput, "new_limit_needed", case, "reopen", date(2026, 7, 1), date(2026, 6, 30))
    assert case.reopen(date(2026, 7, 1), date(2026, 7, 20)).standing.due_on == date(2026, 7, 20)


def test_only_what_is_completed_or_closed_can_be_reopened() -> None:
    refused(TransitionRefused, "not_completed", Case(task()).report(DAY, "10"), "reopen", DAY)


def test_a_completed_indicator_below_its_target_is_in_progress_again() -> None:
    case = Case(indicator()).complete(DAY, value="82").accept(DAY)
    case.report(DAY, "87.50", value="70", reason="số liệu tháng 6")
    assert (case.standing.state, case.standing.value, case.standing.late) == (State.IN_PROGRESS, Decimal(70), False)


def test_a_completed_indicator_above_its_target_stays_completed_with_its_sending_day() -> None:
    case = Case(indicator()).complete(DAY, value="82").accept(DAY).complete(date(2026, 7, 1), value="90")
    assert (case.standing.state, case.standing.value, case.standing.sent_on) == (State.COMPLETED, Decimal(90), DAY)


def test_closing_needs_a_reason_and_reopening_gives_back_what_was() -> None:
    case = Case(task()).report(DAY, "45")
    was = case.standing
    case.close(DAY)
    assert case.standing.state is State.CLOSED
    assert case.on(date(2026, 9, 1)) == Verdict(Colour.GREY)
    for method, args in (("report", (DAY, "50")), ("close", (DAY,)), ("hand_over", (DAY,)), ("meet", (DAY, 0))):
        refused(TransitionRefused, "closed", case, method, *args)
    case.reopen(DAY)
    assert (case.standing.state, case.standing.percent, case.standing.due_on) == (was.state, was.percent, was.due_on)


def test_a_new_limit_given_when_a_closed_row_is_reopened_counts() -> None:
    case = Case(task()).close(DAY).reopen(date(2026, 8, 1), date(2026, 8, 31))
    assert (case.standing.state, case.standing.due_on) == (State.NOT_REPORTED, date(2026, 8, 31))


def test_a_limit_moved_after_a_met_target_was_lost_ends_the_right_to_withdraw_whole() -> None:
    case = Case(indicator()).complete(DAY, value="85").accept(DAY)
    case.report(at(DAY, 10), "50", value="40", reason="tính lại").extend(at(DAY, 10, 5), date(2026, 12, 30))
    assert (case.standing.undo, case.standing.undo_until) == (None, None)


def test_an_extension_needs_a_reason_and_may_not_end_before_the_roadmap_starts() -> None:
    case = Case(task("Quý II/2026"))
    refused(BadInput, "due_before_start", case, "extend", DAY, date(2026, 3, 31))


def test_lateness_is_judged_by_the_limit_in_force_on_the_day_of_sending() -> None:
    case = (
        Case(task()).extend(date(2026, 6, 29), date(2026, 7, 31)).complete(date(2026, 7, 20)).accept(date(2026, 8, 3))
    )
    assert not case.standing.late


def test_an_opening_percent_is_progress_and_no_report() -> None:
    case = Case(task()).opened_at(DAY, "35")
    assert (case.standing.state, case.standing.percent, case.standing.report_id) == (
        State.IN_PROGRESS,
        Decimal(35),
        None,
    )
    case.complete(DAY).send_back(DAY)
    assert case.standing.percent == 35


def test_done_before_use_needs_a_source_and_a_day_that_has_come() -> None:
    done = Opening(completed_on=date(2026, 4, 1), source="Báo cáo số 12/BC-UBND")
    case = Case(task()).tell(DAY, done)
    assert (case.standing.state, case.standing.late) == (State.COMPLETED, False)
    refused(BadInput, "reason_needed", Case(task()), "tell", DAY, Opening(completed_on=date(2026, 4, 1)))
    future = Opening(completed_on=date(2026, 12, 1), source="x")
    refused(BadInput, "day_in_future", Case(task()), "tell", DAY, future)
    refused(BadInput, "evidence_needed", Case(task()), "tell", DAY, Opening(Decimal(100)))
    refused(TransitionRefused, "already_reported", Case(task()).report(DAY, "10"), "opened_at", DAY, "20")


def test_a_milestone_is_met_once_and_must_exist() -> None:
    terms = task("Quý I/2026 hoàn thành xây dựng Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026")
    case = Case(terms).meet(DAY, 0)
    refused(TransitionRefused, "milestone_met", case, "meet", DAY, 0)
    refused(BadInput, "no_such_milestone", case, "meet", DAY, 2)


def test_value_and_both_figures_of_a_share_are_kept_and_come_back_after_a_return() -> None:
    share = Share(Decimal(7650), Decimal(9000))
    case = Case(indicator())
    case.tell(DAY, Report(Decimal("90.00"), Decimal(72), Share(Decimal(6480), Decimal(9000))))
    case.tell(DAY, Report(Decimal(100), share.value, share, files=(3,)))
    assert case.standing.share == share
    case.send_back(DAY)
    assert (case.standing.value, case.standing.share) == (Decimal(72), Share(Decimal(6480), Decimal(9000)))


def test_the_locality_s_own_midnight_decides_the_day() -> None:
    case = Case(task()).complete(at(date(2026, 7, 1), 0, 0))
    assert case.standing.late
    in_time = Case(task()).complete(at(date(2026, 6, 30), 23, 59))
    assert not in_time.standing.late
