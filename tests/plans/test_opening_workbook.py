"""The opening workbook itself: what is written is text, and comes back as it was."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.domain.errors import BadInput
from bot.domain.plan.words import fold
from bot.plans.names import Directory
from bot.plans.schema import UnitPart
from bot.plans.workbooks.cells import read_cells
from bot.plans.workbooks.opening_workbook import (
    HEAD_ROW,
    Known,
    OpeningLine,
    raw_sheets,
    read_opening,
    title_of,
    write_opening,
)
from bot.plans.workbooks.sheets import OPENING

TITLE = title_of(kind="phường", name="Ba Ngòi", province="Khánh Hòa", year=2026)
LINE = OpeningLine("NV01", "=1+1 & <b>", "Công an phường", "3/2026", "", "0%")


def test_what_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    path = tmp_path / "muc.xlsx"
    path.write_bytes(write_opening(TITLE, [LINE]))
    cell = load_workbook(path).worksheets[0].cell(HEAD_ROW + 1, 2)
    assert (cell.value, cell.data_type) == ("=1+1 & <b>", "s")
    rows = read_cells(path)[fold(OPENING.name)].rows
    assert rows[-1].texts[:6] == ("NV01", "=1+1 & <b>", "Công an phường", "3/2026", "", "0%")


def test_a_workbook_that_was_not_filled_in_says_so(tmp_path: Path) -> None:
    path = tmp_path / "muc.xlsx"
    path.write_bytes(write_opening(TITLE, [LINE]))
    rows = read_cells(path)
    with pytest.raises(BadInput) as empty:
        read_opening(rows, title=TITLE, known={}, directory=Directory(()), year=2026)
    assert empty.value.key == "opening_sheet_empty"
    with pytest.raises(BadInput) as foreign:
        read_opening(rows, title=TITLE.replace("2026", "2027"), known={}, directory=Directory(()), year=2027)
    assert foreign.value.key == "opening_sheet_foreign"


def test_a_cell_that_holds_an_error_is_named_by_its_row(tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(write_opening(TITLE, [LINE])))
    cell = book.worksheets[0].cell(HEAD_ROW + 1, 7, "#REF!")
    cell.data_type = "e"
    book.save(tmp_path / "muc.xlsx")
    rows = read_cells(tmp_path / "muc.xlsx")
    found = read_opening(rows, title=TITLE, known={}, directory=Directory(()), year=2026)
    assert [problem.key for problem in found.problems] == ["cell_error"]
    assert str(HEAD_ROW + 1) in found.problems[0].where


def test_accents_tell_two_communes_apart_and_composing_does_not(tmp_path: Path) -> None:
    path = tmp_path / "muc.xlsx"
    titles = [title_of(kind="xã", name=name, province="Gia Lai", year=2026) for name in ("Bình Thành", "Bình Thạnh")]
    path.write_bytes(write_opening(unicodedata.normalize("NFD", titles[0]), [LINE]))
    rows = read_cells(path)
    for title, key in zip(titles, ("opening_sheet_empty", "opening_sheet_foreign"), strict=True):
        with pytest.raises(BadInput) as refused:
            read_opening(rows, title=title, known={}, directory=Directory(()), year=2026)
        assert refused.value.key == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ban hành Quy chế", None),
        ("BAN HÀNH\n quy  chế", None),
        (unicodedata.normalize("NFD", "Ban hành Quy chế"), None),
        ("Ban hành Quy chế 2", "opening_other_text"),
        ("Ban hanh Quy che", "opening_other_text"),
        (None, "opening_no_name"),
    ],
)
def test_a_row_is_taken_only_under_the_text_its_code_has_now(tmp_path: Path, name: str | None, key: str | None) -> None:
    book = load_workbook(io.BytesIO(write_opening(TITLE, [LINE])))
    sheet = book.worksheets[0]
    sheet.cell(HEAD_ROW + 1, 2).value = name
    sheet.cell(HEAD_ROW + 1, 7, 40)
    book.save(tmp_path / "muc.xlsx")
    known = {"NV01": Known("Ban hành Quy chế", None, {"Công an phường": 7})}
    unit = UnitPart(name="Công an phường", kind="police")
    found = read_opening(
        read_cells(tmp_path / "muc.xlsx"), title=TITLE, known=known, directory=Directory([unit]), year=2026
    )
    assert [problem.key for problem in found.problems] == ([key] if key else [])
    assert [entry.assignment_id for entry in found.entries] == ([] if key else [7])


def test_what_the_child_refused_is_raised_here() -> None:
    with pytest.raises(BadInput) as refused:
        raw_sheets({"refused": "workbook_damaged", "figures": {"file": "a.xlsx"}})
    assert (refused.value.key, refused.value.figures) == ("workbook_damaged", {"file": "a.xlsx"})
