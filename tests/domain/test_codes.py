"""The code of a row: read, written, compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.plan.codes import begins_as_a_row, codes_between, next_task, read_row_code, same_code, year_of_code

BOT = Path(__file__).parents[2] / "bot"


@pytest.mark.parametrize("typed", ["NV07", "nv7", " nv 07 ", "NV-007", "nv.7", "Nv07/2026", "nv 7 2026"])
def test_one_row_goes_by_all_ways_of_typing_its_code(typed: str) -> None:
    code = read_row_code(typed)
    assert code is not None and code.bare == "NV07"
    assert same_code("NV07", typed) and same_code(typed, "nv7/2025")
    assert year_of_code(typed) == (2026 if "2026" in typed else None)
    assert read_row_code(str(code)) == code


@pytest.mark.parametrize(("one", "other"), [("NV07", "CT07"), ("NV07", "NV70"), ("NV07", "NV07 xong"), ("", "")])
def test_what_is_another_row_or_no_code_is_not_the_same(one: str, other: str) -> None:
    assert not same_code(one, other)


def test_the_codes_between_two_of_one_kind() -> None:
    assert codes_between("NV10", "NV13") == ["NV11", "NV12"]
    assert codes_between("NV99", "NV101/2026") == ["NV100"]
    assert codes_between("NV10", "NV10") == codes_between("NV13", "NV10") == codes_between("NV10", "CT13") == []
    assert codes_between("NV01", "NV42") == [] and len(codes_between("NV01", "NV41")) == 39


def test_a_new_task_stands_behind_the_last() -> None:
    assert next_task(["NV01", "CT30", "NV27"]) == "NV28"
    assert next_task([]) == "NV01"
    assert next_task(["NV99"]) == "NV100"


def test_no_invitation_begins_as_a_row_does() -> None:
    assert begins_as_a_row("NV23THEM") and not begins_as_a_row("NVABCDEF")


def test_codes_are_put_together_in_one_place_alone() -> None:
    made = re.compile(r"""\(nv\|ct\)|f["'](NV|CT)\{|\(NV\|CT\)\\d\{1""", re.IGNORECASE)
    found = [path.relative_to(BOT).as_posix() for path in BOT.rglob("*.py") if made.search(path.read_text())]
    assert found == ["domain/plan/codes.py"]
