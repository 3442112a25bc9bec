"""What `/tinhtrang` says of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ClockDoubt
from bot.i18n import translator
from bot.services.reminding.date_anew import Misdated, SetRight
from bot.views.reminding.clock import LISTED, SHOWN, ask_date_anew, dated_anew_view, doubt_lines, misdated_lines

NOW = datetime(2026, 6, 30, 1, tzinfo=UTC)
VI, EN = translator("vi"), translator("en")


@pytest.mark.parametrize(
    ("doubt", "said"),
    [
        (ClockDoubt(timedelta(days=30)), "nhanh 30 ngày so với giờ Telegram (08:00 30/06/2026)"),
        (ClockDoubt(timedelta(hours=29)), "nhanh 29 giờ"),
        (ClockDoubt(timedelta(minutes=-6)), "chậm 6 phút"),
        (ClockDoubt(None), "Chưa đối chiếu được"),
    ],
)
def test_a_clock_in_doubt_says_by_how_much_and_what_is_held_back(doubt: ClockDoubt, said: str) -> None:
    first, second = doubt_lines(VI, doubt, NOW)
    assert said in first
    assert "Tạm dừng gửi tin nhắc" in second
    assert "Reminders" in " ".join(doubt_lines(EN, doubt, NOW))


def many(number: int) -> tuple[Misdated, ...]:
    return tuple(Misdated("report", f"NV{n:02d}", "<b>An</b>", NOW + timedelta(days=n), NOW) for n in range(number))


def test_a_long_list_is_cut_and_names_are_harmless() -> None:
    told = "\n".join(misdated_lines(VI, many(9)))
    assert "9 việc mang ngày giờ chưa tới" in told and told.count("•") == LISTED and "4 việc khác" in told
    assert "&lt;b&gt;An" in told
    asked = ask_date_anew(VI, many(30), 7)
    assert asked.text.count("•") == SHOWN and "10 việc khác" in asked.text
    assert [each.press and each.press.args for row in asked.buttons for each in row] == [("do", "7")]


def test_where_nothing_is_left_it_says_so() -> None:
    assert "Không có việc nào" in ask_date_anew(VI, (), 7).text and not ask_date_anew(VI, (), 7).buttons
    assert "Không có việc nào" in dated_anew_view(VI, SetRight((), ())).text


def test_what_could_not_be_set_right_is_named() -> None:
    text = dated_anew_view(VI, SetRight(many(1), many(2)[1:])).text
    assert "Đã ghi lại ngày giờ của 1 việc" in text and "1 việc chưa ghi lại được" in text and "NV01" in text
    assert "1 thing could not" in dated_anew_view(EN, SetRight((), many(1))).text
