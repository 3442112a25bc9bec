"""What is no plain number in a button is no id and no page, in one way for all buttons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.errors import NotFound
from bot.views.parts.press_numbers import number, number_at, whole

BOT = Path(__file__).parents[2] / "bot"
FORGED = ("", "-1", "+1", "1.0", "1e3", "NaN", "²", "٣", "７", "9" * 16, " 1", "1\n", "0x1", "1_0")


@pytest.mark.parametrize("value", FORGED)
def test_what_is_no_number_reads_as_none(value: str) -> None:
    assert whole(value) == 0
    with pytest.raises(NotFound):
        number(value)
    with pytest.raises(NotFound):
        number_at(("1", value), 1)


def test_a_number_is_read_and_one_that_is_missing_is_none() -> None:
    assert (whole("7"), number("007"), number_at(("1", "2"), 1)) == (7, 7, 2)
    assert whole("9" * 15) == number("9" * 15) < 2**63
    with pytest.raises(NotFound):
        number_at(("1", "2"), 2)


def test_no_button_is_read_in_another_way() -> None:
    own = re.compile(r"\.(isdigit|isdecimal|isnumeric)\(")
    rooms = [path for room in ("handlers", "conversations") for path in (BOT / room).rglob("*.py")]
    found = [path.relative_to(BOT).as_posix() for path in rooms if own.search(path.read_text())]
    assert found == ["conversations/people/invite.py"], "there a person types how many"
