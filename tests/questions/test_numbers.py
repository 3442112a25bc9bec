"""Whole messages that answer "how much?"."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.work.progress import Level, Share, Target
from bot.language.reports.numbers import IndicatorValue, Unread, read_percent, read_value

from .directory import COUNT, FIGURE, LEVEL, RANK, SHARE


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("60", "60"),
        ("60%", "60"),
        ("60 %", "60"),
        ("６０％", "60"),
        ("62,5", "62.5"),
        ("62.5%", "62.5"),
        ("sáu mươi", "60"),
        ("sau muoi", "60"),
        ("sáu mươi lăm phần trăm", "65"),
        ("bảy lăm", "75"),
        ("hai mươi mốt", "21"),
        ("một trăm", "100"),
        ("trăm phần trăm", "100"),
        ("tám mươi rưỡi", "80.5"),
        ("sáu mươi hai phẩy năm", "62.5"),
        ("không phần trăm", "0"),
        ("0", "0"),
        ("nửa", "50"),
        ("một nửa", "50"),
        ("ba phần tư", "75"),
        ("xong", "100"),
        ("đã hoàn thành rồi ạ", "100"),
        ("xong 60", "60"),
        ("dạ khoảng 60% ạ", "60"),
        ("sixty-five percent", "65"),
        ("150", "150"),
    ],
)
def test_a_percent_is_read_in_digits_and_in_words(text: str, percent: str) -> None:
    assert read_percent(text) == Decimal(percent)


NO_PERCENT = """abc|6 0|8.073|1,250|chưa xong|gần xong|gần 60%|trên 60|60 70|60% hay 70%|hai phần ba|không|sau|nua|
60 hồ sơ|60/100|1.2.3|%|sáu mươi năm|"""


@pytest.mark.parametrize("text", NO_PERCENT.split("|"))
def test_what_is_no_percent_or_two_is_none(text: str) -> None:
    assert read_percent(text) is None


@given(st.integers(0, 10000), st.sampled_from(["{}", "{}%", "{} %", "dạ {}% ạ", "được {} phần trăm rồi"]))
def test_every_percent_written_with_a_comma_comes_back(hundredths: int, form: str) -> None:
    value = Decimal(hundredths) / 100
    assert read_percent(form.format(str(value).replace(".", ","))) == value


WORDS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


@pytest.mark.parametrize("value", range(1, 100))
def test_every_whole_percent_comes_back_from_its_words(value: int) -> None:
    tens, unit = divmod(value, 10)
    last = "" if unit == 0 else "lăm" if unit == 5 and tens else "mốt" if unit == 1 and tens > 1 else WORDS[unit]
    told = f"{'' if tens == 0 else 'mười' if tens == 1 else WORDS[tens] + ' mươi'} {last} phần trăm"
    assert read_percent(told) == value


@pytest.mark.parametrize("text", ["7650/9000", "7.650/9.000", "7 650 / 9 000", "7650 trên 9000", "đạt 7650/9000 hồ sơ"])
def test_a_share_keeps_both_figures(text: str) -> None:
    assert read_value(text, SHARE) == IndicatorValue(Decimal(85), Share(Decimal(7650), Decimal(9000)))


@pytest.mark.parametrize("text", ["7650", "7650/0", "7650/", "a/b", "60%/70%", ""])
def test_what_is_no_share_is_none(text: str) -> None:
    found = read_value(text, SHARE)
    assert isinstance(found, Unread) or found.share is None


@pytest.mark.parametrize(
    ("text", "target", "value"),
    [
        ("83,5", SHARE, "83.5"),
        ("83.5%", SHARE, "83.5"),
        ("8.073", COUNT, "8073"),
        ("1.250,5", COUNT, "1250.5"),
        ("1.250 người", COUNT, "1250"),
        ("0,85", FIGURE, "0.85"),
        ("hạng 8", RANK, "8"),
        ("xếp thứ 8", RANK, "8"),
        ("thứ tám", RANK, "8"),
        ("hạng nhất", RANK, "1"),
        ("8/75", RANK, "8"),
        ("8", RANK, "8"),
    ],
)
def test_a_value_is_read_in_the_unit_of_its_target(text: str, target: Target, value: str) -> None:
    assert read_value(text, target) == IndicatorValue(Decimal(value))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Khá", "kha"),
        ("mức khá", "kha"),
        ("loại tốt", "tot"),
        ("xuat sac", "xuat_sac"),
        ("tb", "trung_binh"),
        ("yếu", "yeu"),
    ],
)
def test_a_level_is_read_by_its_name(text: str, level: str) -> None:
    assert read_value(text, LEVEL) == IndicatorValue(Decimal(Level(level).place), level=Level(level))


@pytest.mark.parametrize(
    ("text", "target", "reason"),
    [
        ("5 tỷ", SHARE, "unit_wrong"),
        ("1.250", SHARE, "separator_unclear"),
        ("1.250", FIGURE, "separator_unclear"),
        ("1,250", COUNT, "separator_unclear"),
        ("60%", COUNT, "unit_wrong"),
        ("60%", RANK, "unit_wrong"),
        ("7650/9000", COUNT, "no_share"),
        ("9000/7650", SHARE, "share_out_of_range"),
        ("7650/0", SHARE, "share_zero"),
        ("chưa tốt", LEVEL, "negated"),
        ("trung bình khá", LEVEL, "several"),
        ("4", LEVEL, "level_word"),
        ("60 70", SHARE, "several"),
        ("abc", SHARE, "nothing"),
    ],
)
def test_what_cannot_be_a_value_says_why(text: str, target: Target, reason: str) -> None:
    assert read_value(text, target) == Unread(reason)


@given(st.text(max_size=200))
def test_no_text_makes_a_reader_of_figures_fail(text: str) -> None:
    read_percent(text)
    for target in (SHARE, COUNT, FIGURE, RANK, LEVEL):
        read_value(text, target)
