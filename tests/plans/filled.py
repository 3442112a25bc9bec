"""A workbook filled in as a commune does, and what is found wrong in one."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from bot.plans.problems import PlanFileError
from bot.plans.workbooks import sheets
from bot.plans.workbooks.template import write_template
from bot.plans.workbooks.workbook import read_workbook

Value = str | float | datetime | None
Rows = Sequence[Sequence[Value]]

FACTS: dict[str, Value] = {
    "name": "Hòa Bình",
    "kind": "phường",
    "province": "Đồng Nai",
    "number": "12/KH-UBND",
    "title": "Chuyển đổi số năm 2026",
    "issuer": "UBND phường Hòa Bình",
    "year": 2026,
    "issued_on": datetime(2026, 2, 10),  # noqa: DTZ001 - a workbook knows no zones
    "standing_office": "Phòng VHXH",
    "units_month": "x",
    "units_quarter": 19,
    "units_half": "04/6",
    "office_year": "14/12",
    "once": "05/4/2026",
}
UNITS: Rows = [
    ["Phòng Văn hóa - Xã hội", "Phòng chuyên môn", "Phòng VHXH; VH-XH"],
    ["Công an phường", "công an", None],
    ["Tổ CNSCĐ khu phố 1", "Tổ công nghệ số cộng đồng", None],
]
GROUPS: Rows = [["Các phòng, ban", "Phòng VHXH; Công an", "Các phòng"]]
TASKS: Rows = [
    ["I. Hoàn thiện thể chế", None, None],
    [None, 1, "Ban hành kế hoạch", "Kế hoạch", None, "Phòng VHXH", "Công an phường", datetime(2026, 4, 30)],  # noqa: DTZ001
    [None, "2", "=> tên có dấu bằng", "- gạch đầu dòng", "+5", "Các phòng, ban", None, "Quý II/2026", "@ghi chú", "x"],
    ["II. Hạ tầng số", None, "Phủ sóng 5G", None, None, "Công an; Phòng VHXH", None, "khi nào xong thì thôi"],
]
INDICATORS: Rows = [
    ["A. Chính quyền số", 1, "Hồ sơ trực tuyến", "%", 0.8, "Phòng VHXH", None],
    [None, 2, "Xếp hạng DTI", "Thứ bậc", 10, None, "Công an phường"],
    [None, 3, "Chi ngân sách", None, "15-17%", None, None],
    [None, 4, "Chỉ số", None, 0.8, "Các phòng", None],
]


def fill(
    path: Path,
    facts: Mapping[str, Value] = FACTS,
    units: Rows = UNITS,
    groups: Rows = GROUPS,
    tasks: Rows = TASKS,
    indicators: Rows = INDICATORS,
) -> Path:
    """A template filled in below its example lines."""
    book = load_workbook(io.BytesIO(_template()))
    lines = {fact.key: n for n, fact in enumerate(sheets.FACTS.columns, start=2)}
    for key, value in facts.items():
        book[sheets.FACTS.name].cell(lines[key], 2, value)
    for table, rows in zip(sheets.TABLES, (units, groups, tasks, indicators), strict=True):
        _put(book, table.name, rows)
    if indicators is INDICATORS:
        book[sheets.INDICATORS.name]["E3"].number_format = "0%"
    book.save(path)
    return path


@cache
def _template() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mau.xlsx"
        write_template(path)
        return path.read_bytes()


def _put(book: Workbook, sheet: str, rows: Rows) -> None:
    for number, row in enumerate(rows, start=3):
        for column, value in enumerate(row, start=1):
            cell = book[sheet].cell(number, column, value)
            if isinstance(value, str) and value.startswith("="):
                # Typed into a cell that is formatted as text, as those of the template are.
                cell.data_type = "s"


def mistakes(path: Path) -> set[tuple[str, str]]:
    """Where and which mistakes are found."""
    with pytest.raises(PlanFileError) as raised:
        read_workbook(path)
    return {(problem.where, problem.key) for problem in raised.value.problems}
