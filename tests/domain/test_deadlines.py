"""Every printed limit of the table of docs/rules/limits.md."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from bot.domain.plan.deadlines import DeadlineKind, Milestone, quarter_days, read_time_limit, roadmap

from .builders import ISSUED, limit

YEAR_END = date(2026, 12, 31)
Q2, Q3, Q4 = quarter_days(2026, 2), quarter_days(2026, 3), quarter_days(2026, 4)

PRINTED = [
    ("10/2/2026", DeadlineKind.DATE, ISSUED, date(2026, 2, 10)),
    ("10/5/2026", DeadlineKind.DATE, ISSUED, date(2026, 5, 10)),
    ("ngày 05 tháng 4 năm 2026", DeadlineKind.DATE, ISSUED, date(2026, 4, 5)),
    ("12/2026", DeadlineKind.MONTH, ISSUED, YEAR_END),
    ("4/2026", DeadlineKind.MONTH, ISSUED, date(2026, 4, 30)),
    ("02/2026", DeadlineKind.MONTH, ISSUED, date(2026, 2, 28)),
    ("trong tháng 02/2026", DeadlineKind.MONTH, ISSUED, date(2026, 2, 28)),
    ("Tháng 6 năm 2026", DeadlineKind.MONTH, ISSUED, date(2026, 6, 30)),
    ("Tháng 6", DeadlineKind.MONTH, ISSUED, date(2026, 6, 30)),
    ("Quý I/2026", DeadlineKind.QUARTER, ISSUED, date(2026, 3, 31)),
    ("Quý II/2026", DeadlineKind.QUARTER, *Q2),
    ("Quý III năm 2026", DeadlineKind.QUARTER, *Q3),
    ("QUÝ IV/2026;", DeadlineKind.QUARTER, *Q4),
    ("Quý 2/2026", DeadlineKind.QUARTER, *Q2),
    ("Quý II, quý III năm 2026", DeadlineKind.SPAN, Q2[0], Q3[1]),
    ("Quý II - Quý IV/2026", DeadlineKind.SPAN, Q2[0], Q4[1]),
    ("6 tháng đầu năm 2026", DeadlineKind.SPAN, ISSUED, date(2026, 6, 30)),
    ("6 tháng cuối năm", DeadlineKind.SPAN, date(2026, 7, 1), YEAR_END),
    ("Năm 2026", DeadlineKind.YEAR, ISSUED, YEAR_END),
    ("Hằng năm", DeadlineKind.YEAR, ISSUED, YEAR_END),
    ("Hàng năm", DeadlineKind.YEAR, ISSUED, YEAR_END),
    ("Gửi về Sở Khoa học và công nghệ trước 02/2026", DeadlineKind.BEFORE, ISSUED, date(2026, 1, 31)),
    ("trước ngày 20/6/2026", DeadlineKind.BEFORE, ISSUED, date(2026, 6, 19)),
    ("Phân kỳ năm 2026 theo Quyết định số 204-QĐ/TW", DeadlineKind.EXTERNAL_BOUNDED, None, YEAR_END),
    ("Theo Kế hoạch của UBND tỉnh năm 2026", DeadlineKind.EXTERNAL_BOUNDED, None, YEAR_END),
    ("Thực hiện theo kế hoạch của UBND tỉnh năm 2026", DeadlineKind.EXTERNAL_BOUNDED, None, YEAR_END),
    ("Theo Đề án của UBND tỉnh năm 2026", DeadlineKind.EXTERNAL_BOUNDED, None, YEAR_END),
    ("Theo lộ trình của Tỉnh", DeadlineKind.EXTERNAL_OPEN, None, None),
    ("Thường xuyên", DeadlineKind.CONTINUOUS, None, None),
    (None, DeadlineKind.PLAN_YEAR, ISSUED, YEAR_END),
    ("   ", DeadlineKind.PLAN_YEAR, ISSUED, YEAR_END),
]


@pytest.mark.parametrize(("printed", "kind", "starts_on", "due_on"), PRINTED)
def test_a_printed_limit_is_read_as_the_table_says(
    printed: str | None, kind: DeadlineKind, starts_on: date | None, due_on: date | None
) -> None:
    read = limit(printed)
    assert (read.kind, read.starts_on, read.due_on) == (kind, starts_on, due_on)


@pytest.mark.parametrize("printed", [row[0] for row in PRINTED if row[0]])
def test_case_spaces_and_unicode_form_do_not_matter(printed: str) -> None:
    plain = limit(printed)
    other = limit(unicodedata.normalize("NFD", f"  {printed.upper()}  "))
    assert (other.kind, other.starts_on, other.due_on) == (plain.kind, plain.starts_on, plain.due_on)


def test_milestones_are_both_kept_and_the_last_is_due() -> None:
    printed = "Quý I/2026 hoàn thành xây dựng Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026"
    read = limit(printed)
    assert (read.kind, read.starts_on, read.due_on) == (DeadlineKind.MILESTONES, ISSUED, YEAR_END)
    assert read.milestones == (
        Milestone("Quý I/2026 hoàn thành xây dựng Đề án", date(2026, 3, 31)),
        Milestone("triển khai nhiệm vụ theo phân kỳ năm 2026", YEAR_END),
    )


def test_a_setting_makes_before_inclusive() -> None:
    def due(printed: str) -> date | None:
        return read_time_limit(printed, year=2026, issued_on=ISSUED, inclusive=True).due_on

    assert due("trước ngày 20/6/2026") == date(2026, 6, 20)
    assert due("trước 02/2026") == date(2026, 2, 28)
    assert due("Quý II/2026") == date(2026, 6, 30)


@pytest.mark.parametrize(
    "printed",
    ["sớm nhất có thể", "31/02/2026", "13/2026", "Quý V/2026", "trước ngày 20", "Quý III, quý II năm 2026", "sau Tết"],
)
def test_what_cannot_be_read_is_kept_as_printed_without_a_day(printed: str) -> None:
    read = limit(printed)
    assert (read.kind, read.printed, read.starts_on, read.due_on) == (DeadlineKind.UNREAD, printed, None, None)


def test_february_of_a_leap_year_has_29_days() -> None:
    assert read_time_limit("02/2028", year=2028, issued_on=date(2028, 1, 5)).due_on == date(2028, 2, 29)


def test_a_roadmap_never_starts_before_the_plan_and_is_none_where_empty() -> None:
    assert limit("Quý I/2026").starts_on == ISSUED
    read = limit("02/2026")
    assert roadmap(read.starts_on, read.due_on) is None
    line = roadmap(date(2026, 4, 1), date(2026, 6, 30))
    assert line is not None
    assert (line.total, line.elapsed(date(2026, 4, 1)), line.elapsed(date(2026, 6, 30))) == (91, 0, 90)
