"""`seed` with a commune's own workbook: what is wrong or doubtful in it is told with its cell or row."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from tests.cli.test_commands import tiendo
from tests.plans.filled import fill


def test_formulas_are_told_by_their_cells_and_doubts_by_their_rows(tmp_path: Path) -> None:
    path = fill(tmp_path / "ke-hoach.xlsx", indicators=[[None, 1, "Hồ sơ", "%", "0,8", "Phòng VHXH"]])
    book = load_workbook(path)
    book["Nhiệm vụ"].row_dimensions[4].hidden = True
    book["Nhóm"].sheet_state = "hidden"
    book.save(path)
    seen = tiendo(tmp_path / "data", "seed", str(path), "--preview")
    assert (seen.code, seen.err) == (0, "")
    assert "CT01: chỉ tiêu “0,8” với đơn vị % đang hiểu là 0,8%; cần ghi rõ kèm dấu %, ví dụ 80%" in seen.out
    assert "NV01: dòng 4 ở trang Nhiệm vụ đang bị ẩn; vẫn được nạp" in seen.out
    assert "hoa-binh: trang Nhóm đang bị ẩn; vẫn được nạp" in seen.out

    book["Chỉ tiêu"]["E3"] = "=D3*100"
    book.save(path)
    refused = tiendo(tmp_path / "data", "seed", str(path))
    assert (refused.code, refused.out) == (1, "")
    where = "ke-hoach.xlsx · Chỉ tiêu, dòng 3, cột Chỉ tiêu năm"
    assert f"{where}: ô E3 là công thức (=D3*100); cần ghi giá trị" in refused.err
