"""A period, its short name and its words are one thing, wherever they come from."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.domain.plan.duties import Ask, Duty
from bot.domain.plan.periods import PeriodKind, nine_months, period, span_of, span_within
from bot.i18n import LANGUAGES, translator
from bot.language.asking.facts import period_of
from bot.language.time.spans import DateSpan, read_span
from bot.views.words.periods import period_words

BOT = Path(__file__).parents[2] / "bot"
TODAY = date(2026, 6, 15)
ALL = [period(kind, 2026, n) for kind in PeriodKind for n in range(1, 12 // kind.months + 1)] + [nine_months(2026)]


def test_a_short_name_leads_back_to_its_period_and_so_do_its_days() -> None:
    for span in ALL:
        assert span_of(span.key) == span == span_within(span.first, span.last)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("long", [False, True])
def test_each_period_has_words_of_its_own(language: str, long: bool) -> None:
    t = translator(language)
    told = {period_words(t, span, long=long) for span in ALL}
    assert len(told) == len(ALL) and all("2026" in words and "{" not in words for words in told)
    assert [period_words(t, span.key, long=long) for span in ALL] == [period_words(t, s, long=long) for s in ALL]


def test_what_the_chat_calls_a_period_is_read_as_that_period() -> None:
    t = translator("vi")
    for span in ALL:
        for long in (False, True):
            read = read_span(period_words(t, span, long=long), TODAY)
            assert isinstance(read, DateSpan) and period_of(read) == span.key


@pytest.mark.parametrize(
    ("key", "chat", "document"),
    [
        ("2026-06", "tháng 6/2026", "tháng 6 năm 2026"),
        ("2026-Q2", "quý II/2026", "quý II năm 2026"),
        ("2026-H1", "6 tháng đầu năm 2026", "6 tháng đầu năm 2026"),
        ("2026-9M", "9 tháng đầu năm 2026", "9 tháng đầu năm 2026"),
        ("2026", "năm 2026", "năm 2026"),
    ],
)
def test_the_words_of_chat_and_documents(key: str, chat: str, document: str) -> None:
    t = translator("vi")
    assert (period_words(t, key), period_words(t, key, long=True)) == (chat, document)


def test_a_duty_of_one_day_goes_by_its_own_name() -> None:
    duty = Duty(None, "2026-06-30", TODAY, date(2026, 6, 30), date(2026, 7, 10), Ask.ONCE, "Kế hoạch chi tiết")
    assert period_words(translator("vi"), duty) == "Kế hoạch chi tiết"


@pytest.mark.parametrize(
    ("typed", "key"),
    [("từ 1/4 đến 30/6", "2026-Q2"), ("3 tháng đầu năm", "2026-Q1"), ("từ 2/4 đến 30/6", None), ("tuần này", None)],
)
def test_days_that_are_a_period_are_that_period_in_a_question_too(typed: str, key: str | None) -> None:
    read = read_span(typed, TODAY)
    assert isinstance(read, DateSpan) and period_of(read) == key


def test_short_names_are_made_in_one_place_alone() -> None:
    made = re.compile(r"-Q\{|-H\{|\}-9M|\}-H[12]|\}-Q[1-4]")
    found = [path.relative_to(BOT).as_posix() for path in BOT.rglob("*.py") if made.search(path.read_text())]
    assert found == ["domain/plan/periods.py"]
