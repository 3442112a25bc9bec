"""The workbook: written, filled in by hand, read back; and every mistake named with sheet and row."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.domain.errors import BadInput
from bot.domain.plan.duties import PeriodRule
from bot.domain.plan.periods import PeriodKind
from bot.plans.reader import read_plan
from bot.plans.workbooks import sheets
from bot.plans.workbooks.cells import MAX_BYTES, text_of
from bot.plans.workbooks.template import write_template
from bot.plans.workbooks.workbook import read_workbook
from tests.plans.filled import FACTS, UNITS, Rows, fill, mistakes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the workbook goes."""
    return tmp_path / "ke-hoach.xlsx"


def test_the_template_has_its_sheets_headings_lists_and_marked_examples(path: Path) -> None:
    write_template(path)
    book = load_workbook(path)
    assert book.sheetnames == ["Thông tin", "Đơn vị", "Nhóm", "Nhiệm vụ", "Chỉ tiêu", "Danh mục"]
    assert book["Danh mục"].sheet_state == "hidden"
    for table in sheets.TABLES:
        sheet = book[table.name]
        assert sheet.freeze_panes == "A2"
        heads = [cell.value for cell in sheet[1]]
        assert heads == [*(column.heading for column in table.columns), sheets.MARK_HEADING]
        assert sheet.cell(2, len(heads)).value == sheets.EXAMPLE_MARK
        assert sheet["A2"].alignment.wrap_text
    kinds = book["Đơn vị"].data_validations.dataValidation[0]
    assert (str(kinds.sqref), kinds.type) == ("B2:B1001", "list")
    offered = {cell.value for column in book["Danh mục"].columns for cell in column}
    assert set(sheets.UNIT_KINDS) | set(sheets.LOCALITY_KINDS) <= offered


def test_an_untouched_template_is_no_plan_and_says_what_is_missing(path: Path) -> None:
    write_template(path)
    found = mistakes(path)
    assert ("Thông tin, mục Năm", "field_missing") in found
    assert all(key == "field_missing" for _, key in found)


def test_a_filled_in_workbook_becomes_a_plan_file(path: Path) -> None:
    file = read_workbook(fill(path))
    assert (file.locality.slug, file.locality.kind, file.plan.issued_on) == ("hoa-binh", "phường", date(2026, 2, 10))
    assert [row.code for row in file.rows] == ["CT01", "CT02", "CT03", "CT04", "NV01", "NV02", "NV03"]
    tasks = {row.code: row for row in file.rows if row.kind == "task"}
    assert [tasks[code].reference for code in sorted(tasks)] == ["I · 1", "I · 2", "II"]
    assert [tasks[code].deadline for code in sorted(tasks)] == ["30/4/2026", "Quý II/2026", "khi nào xong thì thôi"]
    plain = tasks["NV02"]
    assert (plain.name, plain.output, plain.kpi, plain.note) == (
        "=> tên có dấu bằng",
        "- gạch đầu dòng",
        "+5",
        "@ghi chú",
    )
    targets = [row.target for row in file.rows if row.target]
    assert [(t.printed, t.unit, t.comparator, t.values) for t in targets] == [
        ("80%", "%", "at_least", (Decimal(80),)),
        ("10", "Thứ bậc", "rank", (Decimal(10),)),
        ("15-17%", "%", "between", (Decimal(15), Decimal(17))),
        ("0,8", "", "at_least", (Decimal("0.8"),)),
    ]


def test_a_filled_in_workbook_becomes_a_loaded_plan(path: Path) -> None:
    plan = read_plan(read_workbook(fill(path)))
    rows = {row.code: row for row in plan.rows}
    culture, police = "Phòng Văn hóa - Xã hội", "Công an phường"
    assert plan.locality.standing_office == culture
    assert {code: row.leads for code, row in rows.items()} == {
        "CT01": (culture,),
        "CT02": (police,),
        "CT03": (culture,),
        "CT04": (culture,),
        "NV01": (culture,),
        "NV02": (culture, police),
        "NV03": (police, culture),
    }
    assert rows["NV02"].proposed_leads == ()
    assert rows["NV02"].coordinators == (("Tổ CNSCĐ khu phố 1", False),)
    assert rows["NV01"].limit.due_on == date(2026, 4, 30)
    assert [(doubt.code, doubt.key) for doubt in plan.all_doubts] == [
        ("CT03", "lead_by_default"),
        ("CT04", "lead_by_default"),
        ("NV03", "limit_unread"),
    ]
    assert plan.reporting.units == (
        PeriodRule(PeriodKind.MONTH, None, None, "x"),
        PeriodRule(PeriodKind.QUARTER, None, 19, "19"),
        PeriodRule(PeriodKind.HALF, 6, 4, "04/6"),
    )
    assert plan.reporting.office == (PeriodRule(PeriodKind.YEAR, 12, 14, "14/12"),)
    assert [one.due_on for one in plan.reporting.once] == [date(2026, 4, 5)]


def test_reading_twice_gives_equal_values(path: Path) -> None:
    fill(path)
    assert read_workbook(path) == read_workbook(path)


def test_many_different_mistakes_are_all_reported_with_sheet_and_row(path: Path) -> None:
    facts = FACTS | {"year": "hai nghìn", "issued_on": "hôm qua", "standing_office": "Sở Nội vụ", "units_month": "35"}
    units: Rows = [*UNITS, ["Đội thuế", "Cục", None], ["Công an phường", "Công an", None], ["VHTT", "Khác", "VH-XH"]]
    groups: Rows = [["Các trường", "Trường A; Công an", None]]
    tasks: Rows = [
        [None, 1, None, None, None, "Công an"],
        [None, 2, "Phủ sóng 5G", None, None, "Hội Nông dân; Công an"],
        [None, 3, "Tập huấn", None, None, "#REF!"],
    ]
    indicators: Rows = [
        [None, 1, "Hồ sơ", "%", "càng nhiều càng tốt", "Đội thuế"],
        [None, 2, "DTI", None, "10", "Hội Phụ nữ"],
    ]
    fill(path, facts, units, groups, tasks, indicators)
    book = load_workbook(path)
    book["Nhiệm vụ"]["F5"].data_type = "e"
    book.save(path)
    assert mistakes(path) >= {
        ("Thông tin, mục Năm", "year_out_of_range"),
        ("Thông tin, mục Ngày ban hành", "date_unread"),
        ("Thông tin, mục Cơ quan thường trực", "unit_unknown"),
        ("Thông tin, mục Đơn vị báo cáo tháng", "period_unread"),
        ("Đơn vị, dòng 6, cột Loại đơn vị", "unit_kind_unknown"),
        ("Đơn vị, dòng 7, cột Tên đơn vị", "name_repeated"),
        ("Đơn vị, dòng 3, cột Tên đơn vị", "alias_ambiguous"),
        ("Nhóm, dòng 3, cột Các đơn vị trong nhóm (cách nhau bằng ;)", "member_unknown"),
        ("Nhiệm vụ, dòng 3, cột Tên nhiệm vụ", "field_missing"),
        ("Nhiệm vụ, dòng 4, cột Đơn vị chủ trì", "lead_unknown"),
        ("Nhiệm vụ, dòng 5, cột Đơn vị chủ trì", "cell_error"),
        ("Chỉ tiêu, dòng 3, cột Chỉ tiêu năm", "target_unread"),
        ("Chỉ tiêu, dòng 4, cột Đơn vị thực hiện", "lead_unknown"),
    }


def test_a_missing_sheet_or_column_is_named(path: Path) -> None:
    fill(path)
    book = load_workbook(path)
    del book["Chỉ tiêu"]
    book["Nhiệm vụ"]["F1"] = "Ai làm"
    book.save(path)
    found = mistakes(path)
    assert ("Chỉ tiêu", "sheet_missing") in found
    assert ("Nhiệm vụ, dòng 1", "column_missing") in found


def test_columns_may_be_moved_and_a_title_may_stand_above_the_table(path: Path) -> None:
    fill(path)
    book = load_workbook(path)
    sheet = book["Chỉ tiêu"]
    sheet.insert_rows(1)
    sheet["A1"] = "BẢNG CHỈ TIÊU NĂM 2026"
    sheet.move_range("C2:C10", cols=10)
    book.save(path)
    assert [row.name for row in read_workbook(path).rows][:2] == ["Hồ sơ trực tuyến", "Xếp hạng DTI"]


def test_a_workbook_without_rows_is_no_plan(path: Path) -> None:
    fill(path, tasks=[], indicators=[])
    assert mistakes(path) == {("Nhiệm vụ", "no_rows")}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"not a workbook", b"%PDF-1.7"])
def test_a_file_that_is_no_workbook_is_damaged(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BadInput) as raised:
        read_workbook(path)
    assert raised.value.key == "workbook_damaged"


def test_a_cut_or_altered_workbook_is_damaged(path: Path) -> None:
    whole = fill(path).read_bytes()
    for spoiled in (whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(spoiled)
        with pytest.raises(BadInput) as raised:
            read_workbook(path)
        assert raised.value.key == "workbook_damaged"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(BadInput):
        read_workbook(path)


def test_a_workbook_too_large_or_unpacking_to_too_much_is_refused(path: Path) -> None:
    path.write_bytes(b"0" * (MAX_BYTES + 1))
    with pytest.raises(BadInput) as raised:
        read_workbook(path)
    assert raised.value.key == "workbook_too_large"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (101 * 1024 * 1024))
    with pytest.raises(BadInput) as bomb:
        read_workbook(path)
    assert bomb.value.key == "workbook_too_large"


def test_more_than_a_thousand_rows_are_refused(path: Path) -> None:
    fill(path)
    book = load_workbook(path)
    book["Nhiệm vụ"].cell(1002, 3, "quá dài")
    book.save(path)
    with pytest.raises(BadInput) as raised:
        read_workbook(path)
    assert raised.value.key == "workbook_too_long"


def test_a_missing_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as raised:
        read_workbook(tmp_path / "none.xlsx")
    assert raised.value.key == "workbook_missing"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "", ""),
        (True, "", "x"),
        (date(2026, 2, 10), "dd/mm/yyyy", "10/2/2026"),
        (date(2026, 4, 1), "mmm-yy", "4/2026"),
        (date(2026, 4, 1), "[$-1042]m/yyyy", "4/2026"),
        (2000, "", "2000"),
        (0.8, "0%", "80%"),
        (0.125, "0.0%", "12,5%"),
        (7.5, "General", "7,5"),
        (" hai \n\n  dòng ", "", "hai\n\ndòng"),
    ],
)
def test_a_cell_reads_as_a_person_sees_it(value: object, number_format: str, text: str) -> None:
    assert text_of(value, number_format) == text
