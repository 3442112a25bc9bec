"""The units of a row in one line."""

from __future__ import annotations

import pytest

from bot.i18n import translator
from bot.views.words.units import units_words

LONG = "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường Bình Lộc"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ((), ""),
        ((LONG,), LONG),
        ((LONG, "Công an"), f"{LONG}, Công an"),
        ((LONG, "Công an", LONG), f"{LONG}, Công an"),
        ((LONG, "Công an", "Đoàn", "Hội"), f"{LONG}, Công an và 2 đơn vị khác"),
    ],
)
def test_names_are_whole_in_their_order_and_the_rest_is_counted(names: tuple[str, ...], told: str) -> None:
    assert units_words(translator("vi"), names) == told


def test_in_english_one_other_unit_is_no_plural() -> None:
    assert units_words(translator("en"), ("A", "B", "C")) == "A, B and 1 other unit"
