"""The calendar of buttons: every day that may be chosen is one tap away, and nothing else is."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import translator
from bot.transport.screen.buttons import encode
from bot.views.parts.actions import Action
from bot.views.parts.month import calendar, choice, pressed_day
from bot.views.parts.view import Press

T = translator("vi")
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def said(verb: str, value: str) -> Press:
    return Press(Action.DIALOGUE, ("abcdef12", "123456789", verb, value))


def pages(first: date, last: date) -> list[list[date]]:
    """The days that can be tapped, by the months one can turn to, from the first on."""
    found: list[list[date]] = []
    month = ""
    while True:
        rows = calendar(T, choice(first, last, month), said)
        assert all(len(encode(one.press).encode()) <= 64 for row in rows for one in row if one.press)
        assert [one.label for one in rows[1]] == ["T2", "T3", "T4", "T5", "T6", "T7", "CN"]
        tapped = [one.press.args for row in rows[2:] for one in row if one.press and one.press.args[2] == "day"]
        found.append([day for args in tapped if (day := pressed_day(args[3])) is not None])
        onward = rows[0][2]
        if onward.label != "▶" or onward.press is None:
            return found
        month = onward.press.args[3]


@given(first=days, span=st.integers(0, 400))
def test_all_days_between_the_ends_can_be_tapped_and_no_other(first: date, span: int) -> None:
    last = first + timedelta(days=span)
    tapped = [day for page in pages(first, last) for day in page]
    assert tapped == [first + timedelta(days=number) for number in range(span + 1)]


@given(first=days, span=st.integers(0, 400), month=st.text(max_size=9) | days.map(lambda day: f"{day:%Y-%m}"))
def test_whatever_month_is_asked_for_one_with_days_is_shown(first: date, span: int, month: str) -> None:
    last = first + timedelta(days=span)
    shown = choice(first, last, month).shown
    assert first.replace(day=1) <= shown <= last


def test_where_no_day_is_left_nothing_can_be_tapped() -> None:
    rows = calendar(T, choice(date(2027, 1, 1), date(2026, 12, 31)), said)
    assert not [one for row in rows for one in row if one.press and one.press.args[2] == "day"]


def test_a_forged_day_is_none() -> None:
    assert [pressed_day(value) for value in ("", "2026-02-30", "x", "2026-09-30")] == [
        None,
        None,
        None,
        date(2026, 9, 30),
    ]
