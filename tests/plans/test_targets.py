"""Targets as people write them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bot.plans.reader import read_yaml
from bot.plans.targets import read_number, read_target

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.mark.parametrize(
    ("text", "unit", "comparator", "values", "measure"),
    [
        ("≥ 80%", "", "at_least", ["80"], "%"),
        (">=80", "%", "at_least", ["80"], "%"),
        ("80", "", "at_least", ["80"], ""),
        ("80", "Phần trăm", "at_least", ["80"], "%"),
        ("100% năm 2026", "", "at_least", ["100"], "%"),
        ("đạt từ 60% dân số trở lên", "", "at_least", ["60"], "%"),
        ("từ 60% trở lên", "%", "at_least", ["60"], "%"),
        ("Tối thiểu 12.500", "hộ", "at_least", ["12500"], "hộ"),
        ("≥ 0,8", "", "at_least", ["0.8"], ""),
        ("0.8", "điểm", "at_least", ["0.8"], "điểm"),
        ("15-17%", "", "between", ["15", "17"], "%"),
        ("15% – 17%", "", "between", ["15", "17"], "%"),
        ("từ 15 đến 17%", "", "between", ["15", "17"], "%"),
        ("Hạng 10", "", "rank", ["10"], ""),
        ("10", "Thứ bậc", "rank", ["10"], "Thứ bậc"),
        ("Xếp hạng thứ 5", "", "rank", ["5"], ""),
        ("Mức Khá", "Thứ bậc", "level", ["4"], "Thứ bậc"),
        ("Đạt loại tốt", "", "level", ["5"], ""),
        ("muc kha", "", "level", ["4"], ""),
        ("Xuất sắc", "", "level", ["6"], ""),
        ("Trung bình trở lên", "", "level", ["3"], ""),
    ],
)
def test_a_target_is_read(text: str, unit: str, comparator: str, values: list[str], measure: str) -> None:
    read = read_target(text, unit)
    assert read is not None
    assert (read.comparator, read.values) == (comparator, tuple(Decimal(value) for value in values))
    assert (read.unit, read.printed) == (measure, " ".join(text.split()))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "%"),
        ("hoàn thành", ""),
        ("≤ 5%", ""),
        ("dưới 5", "%"),
        ("không quá 3 ngày", ""),
        ("-5", "%"),
        ("0%", ""),
        ("17-15%", ""),
        ("từ Khá đến Tốt", ""),
        ("Hạng 2,5", ""),
        ("3 trên 5 chỉ tiêu", ""),
        ("9" * 400, "%"),
        (".8", "%"),
        ("≥ ,8", "%"),
        ("đạt .8", ""),
    ],
)
def test_what_is_no_target_of_the_plans_is_not_read(text: str, unit: str) -> None:
    assert read_target(text, unit) is None


def test_figures_are_read_the_vietnamese_way() -> None:
    figures = {"12.500": "12500", "1.250.000,5": "1250000.5", "0,8": "0.8", "0.800": "0.800", "7.5": "7.5"}
    assert {text: str(read_number(text)) for text in figures} == figures


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_printed_target_of_the_five_plans_is_read_as_its_seed_says(seed: Path) -> None:
    for row in read_yaml(seed).rows:
        if row.target is not None:
            read = read_target(row.target.printed, row.target.unit)
            assert read == row.target, row.code
