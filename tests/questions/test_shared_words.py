"""Words that several readers share stand in the lists once, and mean the same to each of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.language.asking.query import Query
from bot.language.asking.read import read
from bot.language.time.days import read_day
from bot.language.time.spans import DateSpan, read_span
from bot.language.words import calendar_words, lexicon
from tests.questions.readings import directory

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize("word", lexicon.RANGE)
def test_what_joins_the_ends_of_a_range_joins_days_codes_and_percents(word: str) -> None:
    span = read_span(f"từ 1/6 {word} 30/6", TODAY)
    assert isinstance(span, DateSpan)
    assert (span.start, span.end) == (date(2026, 6, 1), date(2026, 6, 30))
    codes = read(f"NV01 {word} NV03", directory("binh-loc"), TODAY)
    assert isinstance(codes, Query)
    assert codes.filters.codes == ("NV01", "NV02", "NV03")
    percents = read(f"nhiệm vụ từ 10 {word} 20%", directory("binh-loc"), TODAY)
    assert isinstance(percents, Query)
    assert (percents.filters.percent_from, percents.filters.percent_to) == (Decimal(10), Decimal(20))


@pytest.mark.parametrize(("word", "number"), calendar_words.MONTH_NUMERALS.items())
def test_a_month_goes_by_every_spelling_of_its_numeral(word: str, number: int) -> None:
    span = read_span(f"tháng {word}", TODAY)
    assert isinstance(span, DateSpan)
    assert span.start == date(2026, number, 1)
    assert read_day(f"tháng {word}", 2026, TODAY, spans=True) == span.end


@pytest.mark.parametrize(("weekday", "names"), calendar_words.WEEKDAYS.items())
def test_a_weekday_is_the_same_day_in_a_question_and_where_a_day_is_typed(weekday: int, names: tuple[str, ...]) -> None:
    for name in names:
        day = read_day(f"{name} tuần sau", 2026, TODAY)
        assert day is not None, name
        assert read_span(f"{name} tuần sau", TODAY) == DateSpan(day, day, "day")
        assert day.weekday() == weekday
