"""Figures out of a workbook: formulas, merged cells, hidden rows, numbers that read two ways, noise of floats."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from bot.domain.errors import BadInput
from bot.plans.problems import Doubt, PlanFileError
from bot.plans.reader import read_plan
from bot.plans.schema import RowPart
from bot.plans.targets import doubts_of_target, read_number, read_target
from bot.plans.workbooks.cells import MAX_ROWS, read_cells, text_of
from bot.plans.workbooks.template import write_template
from bot.plans.workbooks.workbook import read_workbook
from tests.plans.filled import Rows, fill, mistakes

PERSON = "Phòng VHXH"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ke-hoach.xlsx"


def changed(path: Path, change: Callable[[Any], None]) -> Path:
    """The workbook after a person has done something more to it."""
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def problems_of(path: Path) -> list[tuple[str, str, object]]:
    with pytest.raises(PlanFileError) as raised:
        read_workbook(path)
    return [(p.where, p.key, p.figures.get("cell")) for p in raised.value.problems]


def doubts_in(path: Path) -> list[tuple[str, str]]:
    return [(doubt.code, doubt.key) for doubt in read_plan(read_workbook(path)).all_doubts]


def rows_of(path: Path) -> dict[str, RowPart]:
    return {row.code: row for row in read_workbook(path).rows}


# Formulas


@pytest.mark.parametrize(
    "formula",
    ["=C12", "=SUM(D2:D9)", "=80%", ArrayFormula("E3", "=A1:A2*2"), DataTableFormula("E3", dt2D="1", r1="A1")],
    ids=["cell", "function", "figure", "array", "table"],
)
def test_a_formula_is_a_mistake_that_names_its_cell(path: Path, formula: object) -> None:
    fill(path, indicators=[[None, 1, "Hồ sơ", "%", "80", PERSON]])
    changed(path, lambda book: book["Chỉ tiêu"].__setitem__("E3", formula))
    assert problems_of(path) == [("Chỉ tiêu, dòng 3, cột Chỉ tiêu năm", "cell_formula", "E3")]


def test_a_formula_typed_into_a_cell_of_text_is_one_too(path: Path) -> None:
    typed = ["=C12", "=$C$12", "=SUM(C1;C2)", "=10/12", "='Năm 2025'!B4", "= C12+5", "=-B2"]
    fill(path, indicators=[line for each in typed for line in ([None, 1, "Hồ sơ", "%", each, PERSON], [])])
    assert load_workbook(path)["Chỉ tiêu"]["E3"].data_type == "s"
    assert problems_of(path) == [
        (f"Chỉ tiêu, dòng {row}, cột Chỉ tiêu năm", "cell_formula", f"E{row}")
        for row in range(3, 3 + 2 * len(typed), 2)
    ]


def test_a_text_that_only_begins_with_an_equals_sign_is_a_text(path: Path) -> None:
    typed = ["=> giữ nguyên", "= kết quả năm 2025", "== mới =="]
    fill(path, tasks=[[None, 1, each, each, None, PERSON] for each in typed], indicators=[])
    assert [(row.name, row.output) for row in rows_of(path).values()] == [(each, each) for each in typed]


def test_formulas_are_mistakes_in_every_column_that_is_read_and_on_every_sheet(path: Path) -> None:
    fill(path)

    def change(book: Any) -> None:
        book["Thông tin"]["B8"] = "=YEAR(TODAY())"
        book["Đơn vị"]["C3"] = '="Phòng "&"VHXH"'
        book["Nhóm"]["B3"] = "=C3"
        book["Nhiệm vụ"]["F5"] = "=F4"
        book["Nhiệm vụ"]["H5"] = "=H4"
        book["Chỉ tiêu"]["D3"] = "=D4"
        # Not read: a note beside the table, and the example line.
        book["Nhiệm vụ"]["N5"] = "=COUNTA(A:A)"
        book["Nhiệm vụ"]["C2"] = "=C3"

    found = {(where, cell) for where, key, cell in problems_of(changed(path, change)) if key == "cell_formula"}
    assert found == {
        ("Thông tin, mục Năm", "B8"),
        ("Đơn vị, dòng 3, cột Tên gọi khác (cách nhau bằng ;)", "C3"),
        ("Nhóm, dòng 3, cột Các đơn vị trong nhóm (cách nhau bằng ;)", "B3"),
        ("Nhiệm vụ, dòng 5, cột Đơn vị chủ trì", "F5"),
        ("Nhiệm vụ, dòng 5, cột Thời hạn", "H5"),
        ("Chỉ tiêu, dòng 3, cột Đơn vị tính", "D3"),
    }


def test_a_column_of_formulas_is_one_mistake(path: Path) -> None:
    tasks: Rows = [[None, None, f"Việc {n}", None, None, PERSON] for n in range(6)]
    fill(path, tasks=tasks)

    def number(book: Any) -> None:
        for row in (3, 4, 5, 6, 8):
            book["Nhiệm vụ"][f"B{row}"] = f"=ROW()-{row}"

    assert problems_of(changed(path, number)) == [
        ("Nhiệm vụ, dòng 3, cột Số thứ tự", "cell_formula", "B3:B6"),
        ("Nhiệm vụ, dòng 8, cột Số thứ tự", "cell_formula", "B8"),
    ]


def test_a_formula_is_met_once_and_nothing_else_is_said_of_its_cell(path: Path) -> None:
    fill(path, tasks=[[None, 1, "Việc", None, None, "=C12"], [None, 2, "Việc", None, None, None]])
    changed(path, lambda book: book["Nhiệm vụ"].merge_cells("F3:F4"))
    assert problems_of(path) == [("Nhiệm vụ, dòng 3, cột Đơn vị chủ trì", "cell_formula", "F3")]


def test_an_error_value_is_a_mistake_and_nothing_else_is_said_of_its_cell(path: Path) -> None:
    fill(path, indicators=[[None, 1, "Hồ sơ", "%", "#DIV/0!", PERSON]])
    changed(path, lambda book: setattr(book["Chỉ tiêu"]["E3"], "data_type", "e"))
    assert mistakes(path) == {("Chỉ tiêu, dòng 3, cột Chỉ tiêu năm", "cell_error")}


# Merged cells


def test_a_merged_value_holds_for_all_its_rows(path: Path) -> None:
    tasks: Rows = [
        ["I. Thể chế", 1, "Ban hành kế hoạch", "Kế hoạch", "01 văn bản", PERSON, "Công an", "31/12/2026", "gộp", "x"],
        [None, 2, "Tập huấn", None, None, None, None, None, None, None],
        [None, 3, "Tuyên truyền", None, None, None, None, None, None, None],
        [None, 4, "Phủ sóng", None, None, "Công an", None, "Quý II/2026", None, None],
    ]
    indicators: Rows = [
        ["A. Chính quyền số", 1, "Hồ sơ", "%", 80, PERSON, None],
        [None, 2, "Thanh toán", None, None, None, None],
    ]
    fill(path, tasks=tasks, indicators=indicators)

    def merge(book: Any) -> None:
        for column in "ADEFGHIJ":
            book["Nhiệm vụ"].merge_cells(f"{column}3:{column}5")
        for column in "ADEF":
            book["Chỉ tiêu"].merge_cells(f"{column}3:{column}4")

    rows = rows_of(changed(path, merge))
    for code in ("NV01", "NV02", "NV03"):
        row = rows[code]
        assert (row.output, row.kpi, row.lead, row.coordinating, row.deadline, row.note, row.teams) == (
            "Kế hoạch", "01 văn bản", PERSON, "Công an", "31/12/2026", "gộp", "plan",
        )  # fmt: skip
    assert [rows[code].reference for code in ("NV01", "NV02", "NV03", "NV04")] == ["I · 1", "I · 2", "I · 3", "I · 4"]
    assert (rows["NV04"].deadline, rows["NV04"].lead, rows["NV04"].output) == ("Quý II/2026", "Công an", None)
    assert rows["CT02"].target == rows["CT01"].target
    assert (rows["CT02"].doer, rows["CT02"].group) == (PERSON, "A. Chính quyền số")
    limits = {row.code: row.limit.due_on for row in read_plan(read_workbook(path)).rows}
    assert limits["NV01"] == limits["NV02"] == limits["NV03"] == date(2026, 12, 31)


def test_a_mistake_in_merged_cells_is_told_once_with_the_row_it_stands_in(path: Path) -> None:
    tasks: Rows = [[None, n, f"Việc {n}", None, None, "Sở Nội vụ" if n == 1 else None] for n in range(1, 5)]
    fill(path, tasks=tasks, indicators=[])
    changed(path, lambda book: book["Nhiệm vụ"].merge_cells("F3:F6"))
    assert problems_of(path) == [("Nhiệm vụ, dòng 3, cột Đơn vị chủ trì", "lead_unknown", None)]


def test_a_merged_name_is_a_task_in_every_row_and_a_doubt(path: Path) -> None:
    tasks: Rows = [
        [None, 1, "Hoàn thiện thể chế", "Kế hoạch", None, PERSON, None, "30/6/2026"],
        [None, None, None, "Quyết định", None, "Công an", None, "31/12/2026"],
        [None, 2, "Tập huấn", None, None, PERSON],
    ]
    fill(path, tasks=tasks, indicators=[])

    def merge(book: Any) -> None:
        book["Nhiệm vụ"].merge_cells("B3:B4")
        book["Nhiệm vụ"].merge_cells("C3:C4")

    rows = rows_of(changed(path, merge))
    assert [(row.name, row.output, row.deadline) for row in rows.values()] == [
        ("Hoàn thiện thể chế", "Kế hoạch", "30/6/2026"),
        ("Hoàn thiện thể chế", "Quyết định", "31/12/2026"),
        ("Tập huấn", None, None),
    ]
    assert doubts_in(path) == [("NV01", "name_merged"), ("NV02", "name_merged")]


def test_a_row_that_is_nothing_but_part_of_merged_cells_is_no_task(path: Path) -> None:
    fill(path, tasks=[[None, 1, "Ban hành", None, None, PERSON], [], [None, 2, "Tập huấn", None, None, PERSON]])

    def merge(book: Any) -> None:
        for column in "ABCDEFGHIJ":
            book["Nhiệm vụ"].merge_cells(f"{column}3:{column}4")
        # A sign in a column that is not read is nothing of its own either.
        book["Nhiệm vụ"]["N4"] = "xem lại"

    assert [(row.code, row.name) for row in rows_of(changed(path, merge)).values() if row.kind == "task"] == [
        ("NV01", "Ban hành"),
        ("NV02", "Tập huấn"),
    ]


def test_merged_across_is_no_value_of_the_columns_beside_it(path: Path) -> None:
    fill(path, tasks=[["I. Hoàn thiện thể chế"], [None, 1, "Ban hành", None, None, PERSON]], indicators=[])

    def merge(book: Any) -> None:
        book["Nhiệm vụ"].merge_cells("A3:J3")
        book["Nhiệm vụ"].merge_cells("F4:G4")

    rows = rows_of(changed(path, merge))
    assert [(row.group, row.lead, row.coordinating) for row in rows.values()] == [
        ("I. Hoàn thiện thể chế", PERSON, None)
    ]


def test_headings_of_two_merged_rows_are_no_task(path: Path) -> None:
    fill(path)

    def merge(book: Any) -> None:
        sheet = book["Nhiệm vụ"]
        sheet.insert_rows(1)
        for number, column in enumerate("ABCDEFGHIJ", start=1):
            sheet.cell(1, number, sheet.cell(2, number).value)
            sheet.cell(2, number).value = None
            sheet.merge_cells(f"{column}1:{column}2")

    assert [row.code for row in read_workbook(changed(path, merge)).rows if row.kind == "task"] == [
        "NV01",
        "NV02",
        "NV03",
    ]


def test_facts_may_be_merged_too(path: Path) -> None:
    fill(path)

    def merge(book: Any) -> None:
        for row in (12, 13, 14):
            book["Thông tin"].cell(row, 2).value = "x" if row == 12 else None
        book["Thông tin"].merge_cells("B12:B14")

    file = read_workbook(changed(path, merge))
    assert [period.as_printed for period in file.reporting.units] == ["x", "x", "x"]


# Doubts of targets


TARGETS: list[tuple[float | str, str, str, list[str], list[str]]] = [
    (0.8, "General", "%", ["0.8"], ["target_share"]),
    ("0,8", "@", "%", ["0.8"], ["target_share"]),
    ("≥ 0,8", "@", "%", ["0.8"], ["target_share"]),
    ("1", "@", "Tỷ lệ", ["1"], ["target_share"]),
    ("0,6 - 0,8", "@", "%", ["0.6", "0.8"], ["target_share"]),
    (0.8, "0%", "%", ["80"], []),
    (0.008, "0.0%", "%", ["0.8"], []),
    ("0,8%", "@", "%", ["0.8"], []),
    ("0,8", "@", "điểm", ["0.8"], []),
    ("80,5", "@", "%", ["80.5"], []),
    ("1,200", "@", "hộ", ["1200"], ["target_separator"]),
    ("1.200", "@", "hộ", ["1200"], ["target_separator"]),
    ("97,125", "@", "%", ["97.125"], ["target_separator"]),
    ("97.125%", "@", "", ["97.125"], ["target_separator"]),
    ("1.234.567", "@", "hộ", ["1234567"], []),
    ("1,234,567", "@", "hộ", ["1234567"], []),
    ("1,234.5", "@", "hộ", ["1234.5"], []),
    ("1.234,5", "@", "hộ", ["1234.5"], []),
    ("0,800", "@", "điểm", ["0.800"], []),
    (1.234, "General", "điểm", ["1.234"], []),
    (1200, "#,##0", "hộ", ["1200"], []),
    (1200.5, "#,##0.00", "hộ", ["1200.5"], []),
    ("01 lần/quý", "@", "", ["1"], ["target_period"]),
    ("2 lượt/tháng", "@", "", ["2"], ["target_period"]),
    ("mỗi tháng 3 tin", "@", "", ["3"], ["target_period"]),
    ("3", "@", "tin/tháng", ["3"], ["target_period"]),
    ("hằng quý 1 báo cáo", "@", "", ["1"], ["target_period"]),
    ("2 lần/6 tháng", "@", "", ["2"], ["target_period"]),
    ("1 tháng 2 lần", "@", "", ["2"], ["target_period"]),
    ("3 lần một quý", "@", "", ["3"], ["target_period"]),
    ("3", "@", "lần một quý", ["3"], ["target_period"]),
    ("4 lần/năm", "@", "", ["4"], []),
    ("100% trong quý II", "@", "", ["100"], []),
    ("90% hồ sơ trong tháng", "@", "", ["90"], []),
]


def test_a_target_that_may_be_another_is_a_doubt_and_a_certain_one_is_not(path: Path) -> None:
    fill(path, tasks=[], indicators=[[None, 1, "Chỉ tiêu", unit, value, PERSON] for value, _, unit, _, _ in TARGETS])

    def shape(book: Any) -> None:
        for row, (_, number_format, *_) in enumerate(TARGETS, start=3):
            book["Chỉ tiêu"].cell(row, 5).number_format = number_format

    plan = read_plan(read_workbook(changed(path, shape)))
    for row, (value, number_format, unit, values, doubts) in zip(plan.rows, TARGETS, strict=True):
        case = (value, number_format, unit)
        assert row.target is not None and row.target.values == tuple(Decimal(each) for each in values), case
        assert [doubt.key for doubt in row.doubts] == doubts, case


def test_what_is_no_figure_is_a_mistake_and_no_target(path: Path) -> None:
    wrong: list[Any] = ["1.2.3", "31/12/2026", "3 tháng/lần", datetime(2026, 12, 10), time(16, 0)]  # noqa: DTZ001
    wrong += ["C12", "10/12", "1 200", 1e300]
    fill(path, tasks=[], indicators=[[None, 1, "Chỉ tiêu", "hộ", value, PERSON] for value in wrong])
    assert mistakes(path) == {
        (f"Chỉ tiêu, dòng {row}, cột Chỉ tiêu năm", "target_unread") for row in range(3, 3 + len(wrong))
    }


# What people do not see


def test_hidden_rows_columns_and_sheets_are_doubts_that_name_them(path: Path) -> None:
    fill(path)

    def hide(book: Any) -> None:
        book["Nhiệm vụ"].row_dimensions[5].hidden = True
        book["Chỉ tiêu"].row_dimensions[4].hidden = True
        book["Chỉ tiêu"].column_dimensions["G"].hidden = True
        book["Đơn vị"].row_dimensions[4].hidden = True
        book["Nhóm"].sheet_state = "veryHidden"
        book["Thông tin"].row_dimensions[9].hidden = True
        # Nothing of the plan: the example line, an empty row, a column nobody reads.
        book["Nhiệm vụ"].row_dimensions[2].hidden = True
        book["Nhiệm vụ"].row_dimensions[90].hidden = True
        book["Nhiệm vụ"].column_dimensions["P"].hidden = True

    file = read_workbook(changed(path, hide))
    plan = read_plan(file)
    found = [(doubt.code, doubt.key, dict(doubt.figures)) for doubt in plan.all_doubts if "hidden" in doubt.key]
    assert found == [
        ("", "facts_hidden", {"sheet": "Thông tin", "facts": "Ngày ban hành"}),
        ("", "rows_hidden", {"sheet": "Đơn vị", "rows": "4"}),
        ("", "sheet_hidden", {"sheet": "Nhóm"}),
        ("", "columns_hidden", {"sheet": "Chỉ tiêu", "columns": "Đơn vị theo dõi"}),
        ("CT02", "row_hidden", {"sheet": "Chỉ tiêu", "row": 4}),
        ("NV02", "row_hidden", {"sheet": "Nhiệm vụ", "row": 5}),
    ]


def test_a_filtered_table_is_read_whole_and_doubted(path: Path) -> None:
    fill(path)

    def filter_away(book: Any) -> None:
        sheet = book["Nhiệm vụ"]
        sheet.auto_filter.ref = "A1:J6"
        sheet.auto_filter.add_filter_column(5, ["Công an; Phòng VHXH"])
        for row in (4, 5):
            sheet.row_dimensions[row].hidden = True

    changed(path, filter_away)
    assert [row.code for row in read_workbook(path).rows if row.kind == "task"] == ["NV01", "NV02", "NV03"]
    assert [code for code, key in doubts_in(path) if key == "row_hidden"] == ["NV01", "NV02"]


def test_a_row_of_no_height_and_a_column_of_no_width_are_hidden(path: Path) -> None:
    fill(path)
    part = "xl/worksheets/sheet4.xml"
    altered(path, part, lambda xml: xml.replace(b'<row r="4"', b'<row r="4" ht="0" customHeight="1"'))
    altered(path, part, lambda xml: xml.replace(b'width="24"', b'width="0"'))
    found = doubts_in(path)
    assert ("NV01", "row_hidden") in found and ("", "columns_hidden") in found


def test_the_template_filled_in_and_otherwise_left_alone_has_no_doubt(path: Path) -> None:
    assert [key for _, key in doubts_in(fill(path))] == ["lead_by_default", "lead_by_default", "limit_unread"]


def test_a_row_far_down_is_too_long_and_no_row_is_lost_in_silence(path: Path) -> None:
    fill(path)
    changed(path, lambda book: book["Nhiệm vụ"].cell(MAX_ROWS + 700, 3, "lạc"))
    with pytest.raises(BadInput) as raised:
        read_workbook(path)
    assert raised.value.key == "workbook_too_long"


def test_empty_rows_with_a_format_are_no_rows(path: Path) -> None:
    fill(path)
    changed(path, lambda book: setattr(book["Nhiệm vụ"].cell(MAX_ROWS + 700, 3), "number_format", "@"))
    assert len(read_workbook(path).rows) == 7


def altered(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """The workbook with one of its parts written by another program."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


@pytest.mark.parametrize(
    "merges",
    [
        b'<mergeCell ref="F3"/>',
        b'<mergeCell ref="F3:F1048576"/>',
        b'<mergeCell ref="ZZ1:ZZ5"/>',
        b'<mergeCell ref="A1:XFD1048576"/>' * 5,
        b'<mergeCell ref="F3:F9"/>' * 31_000,
        b'<mergeCell ref="F:F"/>',
        b'<mergeCell ref="quanh day"/>',
        b"<mergeCell/>",
    ],
    ids=["one", "long", "far", "all", "many", "column", "words", "none"],
)
def test_whatever_is_said_of_merged_cells_is_read_in_bounds_or_refused(path: Path, merges: bytes) -> None:
    fill(path, tasks=[[None, 1, "Việc", None, None, PERSON], [None, 2, "Việc", None, None, PERSON]])
    said = b"<mergeCells>" + merges + b"</mergeCells>"
    altered(path, "xl/worksheets/sheet4.xml", lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + said))
    try:
        read_workbook(path)
    except PlanFileError:
        pass
    except BadInput as refused:
        assert refused.key == "workbook_damaged"


def test_a_document_type_in_a_sheet_is_refused(path: Path) -> None:
    fill(path)
    head = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'
    altered(
        path, "xl/worksheets/sheet4.xml", lambda xml: head + xml.partition(b"?>")[2] if b"?>" in xml else head + xml
    )
    with pytest.raises(BadInput) as refused:
        read_workbook(path)
    assert refused.value.key == "workbook_damaged"


# Noise of floats


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.1 + 0.2, "", "0,3"),
        (79.99999999999999, "", "80"),
        (80.00000000000001, "", "80"),
        (0.57, "0%", "57%"),
        (0.285, "0%", "28,5%"),
        (1.1 * 3, "0.00%", "330%"),
        (1e-7, "", "0,0000001"),
        (79.66666666666667, "0.0", "79,666667"),
        (1 / 3, "0%", "33,333333%"),
        (1234567.891, "", "1234567,891"),
        (100.0, "", "100"),
        (1e15, "", "1000000000000000"),
        (float("inf"), "", "Infinity"),
    ],
)
def test_a_figure_has_no_noise(value: float, number_format: str, text: str) -> None:
    assert text_of(value, number_format) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False))
def test_a_figure_typed_into_a_cell_comes_back_as_it_was_typed(typed: Decimal) -> None:
    assert Decimal(text_of(float(typed)).replace(",", ".")) == typed


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_computed_figure_has_at_most_six_decimals(part: int, whole: int) -> None:
    text = text_of(part / whole)
    assert len(text.partition(",")[2]) <= 6 or part / whole < 1e-6
    read = read_number(text, exact=True)
    assert read is not None and abs(float(read) - part / whole) <= 1e-6


@given(
    st.text(alphabet=st.sampled_from(list("0123456789.,%/-–≥ hộquýthnglầmi")), max_size=30),
    st.sampled_from(["%", "hộ", ""]),
)
@settings(max_examples=300)
def test_whatever_stands_in_a_target_is_read_or_not_and_breaks_nothing(text: str, unit: str) -> None:
    for exact in (False, True):
        target = read_target(text, unit, exact=exact)
        if target is not None:
            assert all(value > 0 and value.is_finite() for value in target.values)
            assert set(doubts_of_target(target, unit, exact=exact)) <= {
                "target_share",
                "target_separator",
                "target_period",
            }


def test_cells_are_read_with_what_they_are(path: Path) -> None:
    write_template(path)

    def put(book: Any) -> None:
        sheet = book["Chỉ tiêu"]
        for column, value in enumerate(("chữ", 7.5, "=1+1", True, date(2026, 5, 1)), start=1):
            sheet.cell(3, column, value)

    row = read_cells(changed(path, put))["chi tieu"].rows[-1]
    assert (row.texts[:5], row.figures, row.formulas) == (("chữ", "7,5", "=1+1", "x", "1/5/2026"), (1,), (2,))


def test_a_doubt_is_told_in_words(path: Path) -> None:
    fill(path, tasks=[], indicators=[[None, 1, "Chỉ tiêu", "%", "0,8", PERSON]])
    [doubt] = read_plan(read_workbook(path)).all_doubts
    assert doubt == Doubt("CT01", "target_share", {"printed": "0,8", "value": "0,8", "unit": "%"})
