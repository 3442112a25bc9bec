"""A plan out of a commune's own workbook: the office reads in the chat what is doubtful in it."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from bot.domain.people.people import Role
from bot.plans.workbooks.workbook import read_workbook
from bot.services.plan.load_plan import load
from bot.views.parts.html import shorten
from tests.plans.filled import Rows, fill
from tests.town import Town

PERSON = "Phòng VHXH"
INDICATORS: Rows = [
    [None, 1, "Hồ sơ trực tuyến", "%", "0,8", PERSON],
    [None, 2, "Hộ có tài khoản", "hộ", "1,200", PERSON],
    [None, 3, "Bản tin", "tin", "01 lần/quý", PERSON],
]


async def test_the_office_reads_what_is_doubtful_in_its_workbook(town: Town, tmp_path: Path) -> None:
    path = fill(tmp_path / "ke-hoach.xlsx", indicators=INDICATORS)
    book = load_workbook(path)
    book["Nhiệm vụ"].row_dimensions[4].hidden = True
    book["Nhiệm vụ"]["C6"] = None
    book["Nhiệm vụ"].merge_cells("C5:C6")
    book.save(path)
    await load(town.app.desk, read_workbook(path), now=town.clock.now(), in_use=True)

    office = await town.join("hoa-binh", "Phòng Văn hóa - Xã hội", Role.OFFICE, name="Trần Thị Bình")
    office.send_text("/khoitao")
    await town.settle()
    assert "Cần xem lại: 6 việc" in office.last().text
    office.press("Việc cần xem lại", office.last())
    await town.settle()
    for kind, codes, hint in (
        ("Chỉ tiêu % ghi từ 1 trở xuống", ["CT01"], "0,8% hoặc 80%"),
        ("Chỉ tiêu đọc được hai cách", ["CT02"], "hàng nghìn"),
        ("Chỉ tiêu tính theo tháng, quý", ["CT03"], "cả năm"),
        ("Dòng bị ẩn trong tệp", ["NV01"], "bị ẩn"),
        ("Gộp chung một tên", ["NV02", "NV03"], "nhiều sản phẩm"),
    ):
        assert f"{kind}: {len(codes)} việc" in office.last().text
        office.press(shorten(kind, 20).rstrip("…"), office.last())
        await town.settle()
        assert [label for label in office.buttons() if label[:2] in ("NV", "CT")] == codes
        assert hint in office.last().text
        office.press("Quay lại", office.last())
        await town.settle()
