"""Spans of time, as on Monday 15 June 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.text.tokens import fold
from bot.language.time.span import SpanError
from bot.language.time.spans import DateSpan, read_span
from tests.questions.readings import first_span

TODAY = date(2026, 6, 15)
SPANS = {
    "hôm nay": "2026-06-15 2026-06-15",
    "mai": "2026-06-16 2026-06-16",
    "ngày mai": "2026-06-16 2026-06-16",
    "ngày kia": "2026-06-17 2026-06-17",
    "tuần này": "2026-06-15 2026-06-21",
    "tuần sau": "2026-06-22 2026-06-28",
    "tuần trước": "2026-06-08 2026-06-14",
    "tháng này": "2026-06-01 2026-06-30",
    "tháng sau": "2026-07-01 2026-07-31",
    "tháng trước": "2026-05-01 2026-05-31",
    "tháng 6": "2026-06-01 2026-06-30",
    "tháng 6/2026": "2026-06-01 2026-06-30",
    "tháng 02 năm 2028": "2028-02-01 2028-02-29",
    "tháng tư": "2026-04-01 2026-04-30",
    "quý II": "2026-04-01 2026-06-30",
    "quý 2": "2026-04-01 2026-06-30",
    "quý này": "2026-04-01 2026-06-30",
    "quý sau": "2026-07-01 2026-09-30",
    "quý II/2026": "2026-04-01 2026-06-30",
    "6 tháng đầu năm": "2026-01-01 2026-06-30",
    "6 tháng cuối năm": "2026-07-01 2026-12-31",
    "9 tháng đầu năm": "2026-01-01 2026-09-30",
    "năm nay": "2026-01-01 2026-12-31",
    "cuối năm": "2026-12-01 2026-12-31",
    "cuối tháng": "2026-06-15 2026-06-30",
    "trước ngày 15/7": "… 2026-07-14",
    "trước tháng 7": "… 2026-06-30",
    "đến ngày 15/7": "… 2026-07-15",
    "sau ngày 15/7": "2026-07-16 …",
    "từ 1/6 đến 30/6": "2026-06-01 2026-06-30",
    "1/6 - 30/6": "2026-06-01 2026-06-30",
    "từ 1 đến 15/7": "2026-07-01 2026-07-15",
    "từ tháng 4 đến tháng 6": "2026-04-01 2026-06-30",
    "từ nay đến cuối tháng": "2026-06-15 2026-06-30",
    "từ đầu năm đến nay": "2026-01-01 2026-06-15",
    "trong 10 ngày tới": "2026-06-15 2026-06-25",
    "10 ngày nữa": "2026-06-15 2026-06-25",
    "ngày 30/6": "2026-06-30 2026-06-30",
    "30/6/2026": "2026-06-30 2026-06-30",
    "ngày 30 tháng 6 năm 2026": "2026-06-30 2026-06-30",
    "hạn tuần này": "2026-06-15 2026-06-21",
    "today": "2026-06-15 2026-06-15",
    "tomorrow": "2026-06-16 2026-06-16",
    "this week": "2026-06-15 2026-06-21",
    "next week": "2026-06-22 2026-06-28",
    "next month": "2026-07-01 2026-07-31",
    "June": "2026-06-01 2026-06-30",
    "Q2": "2026-04-01 2026-06-30",
    "by 15/7": "… 2026-07-15",
    "next 10 days": "2026-06-15 2026-06-25",
    "30 June 2026": "2026-06-30 2026-06-30",
}


def _days(span: DateSpan | SpanError | None) -> str:
    assert isinstance(span, DateSpan)
    return f"{span.start or '…'} {span.end or '…'}"


@pytest.mark.parametrize(("text", "days"), SPANS.items())
def test_a_span_is_read_with_and_without_diacritics(text: str, days: str) -> None:
    assert _days(read_span(text, TODAY)) == days
    assert _days(read_span(text.upper() if text[0] != "J" else text, TODAY)) == days
    if text.isascii() is False:
        assert _days(read_span(fold(text), TODAY)) == days


def test_diacritics_tell_month_six_from_the_next_month() -> None:
    assert _days(read_span("tháng sáu", TODAY)) == "2026-06-01 2026-06-30"
    assert _days(read_span("tháng sau", TODAY)) == "2026-07-01 2026-07-31"


@pytest.mark.parametrize("text", ["30/2", "31/6", "tháng 13", "quý 5", "ngày 32/1", "30 tháng 2", "từ 30/2 đến 1/3"])
def test_a_day_that_does_not_exist_is_an_error_not_a_guess(text: str) -> None:
    found = read_span(text, TODAY)
    assert isinstance(found, SpanError)
    assert found.key == "date_invalid"


def test_a_span_that_ends_before_it_begins_is_an_error() -> None:
    assert read_span("từ 30/6 đến 1/6", TODAY) == SpanError("span_reversed", "từ 30/6 đến 1/6")


@pytest.mark.parametrize(
    "text", ["", "abc", "mãi", "thương mại", "thuong mai", "đỏ", "tháng nào", "7650/9000", "NV07", "sếp"]
)
def test_what_names_no_days_is_none(text: str) -> None:
    assert read_span(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tuần này có gì đến hạn", "tuần này"),
        ("viec nao den han trong thang 6 cua phong van hoa", "thang 6"),
        ("phần mềm thương mại nào hết hạn ngày mai", "ngày mai"),
        ("which tasks are due next week?", "next week"),
        ("Công an phường từ 1/6 đến 30/6 có việc gì", "từ 1/6 đến 30/6"),
    ],
)
def test_a_span_is_found_inside_a_sentence(text: str, said: str) -> None:
    found = first_span(text, TODAY)
    assert found is not None and found[1] == said


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d/%m/%Y", "ngày %d tháng %m năm %Y", "%Y-%m-%d"])
)
def test_every_day_written_out_comes_back(day: date, form: str) -> None:
    assert read_span(day.strftime(form), TODAY) == DateSpan(day, day, "day")


@given(st.dates(date(1950, 1, 1), date(2150, 12, 31)), st.sampled_from(sorted(SPANS)))
def test_weeks_begin_on_monday_and_no_span_is_reversed(today: date, text: str) -> None:
    span = read_span(text, today)
    if isinstance(span, DateSpan) and span.start and span.end:
        assert span.start <= span.end
        if span.key == "week":
            assert (span.start.weekday(), span.end - span.start) == (0, timedelta(days=6))


@given(st.text(max_size=200), st.dates(date(1950, 1, 1), date(2150, 12, 31)))
def test_no_text_makes_the_reader_of_spans_fail(text: str, today: date) -> None:
    read_span(text, today)
    first_span(text, today)


PIECES = [
    "từ",
    "đến",
    "trước",
    "30",
    "2",
    "/",
    "6",
    "tháng",
    "ngày",
    "quý",
    "II",
    "năm",
    "tới",
    "cuối",
    "đầu",
    "next",
    "9999",
    "-",
]


@given(st.lists(st.sampled_from(PIECES)), st.dates(date(1950, 1, 1), date(2150, 12, 31)))
def test_no_order_of_its_own_words_makes_the_reader_of_spans_fail(pieces: list[str], today: date) -> None:
    for joint in (" ", ""):
        first_span(joint.join(pieces), today)
