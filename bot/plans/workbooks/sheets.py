"""The words of the workbook a commune fills in: its sheets, columns, lists and examples. Words only, no rule."""

from __future__ import annotations

from dataclasses import dataclass

EXAMPLE_MARK = "Ví dụ – xóa dòng này"
MARK_HEADING = "Đánh dấu"
LISTS_SHEET = "Danh mục"
YES, NO = "Có", "Không"
LOCALITY_KINDS = ("phường", "xã", "đặc khu")
UNIT_KINDS = {
    "Văn phòng": "office",
    "Phòng chuyên môn": "division",
    "Ban của Đảng ủy": "party_body",
    "Lãnh đạo (Đảng ủy, HĐND, UBND, Ban Chỉ đạo)": "leadership",
    "Trung tâm": "centre",
    "Công an": "police",
    "Quân sự": "military",
    "Mặt trận Tổ quốc": "front",
    "Đoàn, hội": "union",
    "Trường học": "school",
    "Trạm Y tế": "health",
    "Khu phố, thôn, tổ dân phố, xóm": "area",
    "Tổ công nghệ số cộng đồng": "community_team",
    "Doanh nghiệp": "business",
    "Khác": "other",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or one line of the sheet of facts."""

    key: str
    heading: str
    width: int = 20
    example: str = ""
    needed: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. In the sheet of facts every column stands as a line of its own."""

    name: str
    columns: tuple[Column, ...]
    needed: bool = True

    def place(self, row: int, column: Column | None = None) -> str:
        """Where something stands, in words: "Nhiệm vụ, dòng 7, cột Thời hạn"."""
        return f"{self.name}, dòng {row}" + (f", cột {column.heading}" if column else "")

    def line(self, column: Column) -> str:
        """Where a fact stands, in words."""
        return f"{self.name}, mục {column.heading}"


FACT_HEADINGS = ("Mục", "Nội dung", "Cách ghi")
_PERIOD_HINT = "Để trống: không báo cáo; x: hạn là ngày làm việc cuối kỳ; hoặc ghi ngày hạn, ví dụ: 19"
_MONTH_HINT = "Để trống: không báo cáo; x: hạn là ngày làm việc cuối kỳ; hoặc ghi ngày/tháng hạn, ví dụ: 04/6"

FACTS = Sheet(
    "Thông tin",
    (
        Column("name", "Tên phường, xã, đặc khu", example="Chỉ ghi tên, ví dụ: Hòa Bình", needed=True),
        Column("kind", "Loại", example="Chọn trong danh sách", needed=True, choices=LOCALITY_KINDS),
        Column("province", "Tỉnh, thành phố", needed=True),
        Column("number", "Số kế hoạch", example="Ví dụ: 09/KH-UBND", needed=True),
        Column("title", "Tên kế hoạch", example="Trích yếu của kế hoạch", needed=True),
        Column("issuer", "Cơ quan ban hành", example="Ví dụ: UBND phường Hòa Bình", needed=True),
        Column("year", "Năm", example="Ví dụ: 2026", needed=True),
        Column("issued_on", "Ngày ban hành", example="Ví dụ: 15/01/2026", needed=True),
        Column("standing_office", "Cơ quan thường trực", example="Đúng tên ở trang Đơn vị", needed=True),
        Column("inclusive", "“Trước ngày” gồm cả ngày đó", example="Để trống là Không", choices=(YES, NO)),
        Column("units_month", "Đơn vị báo cáo tháng", example=_PERIOD_HINT),
        Column("units_quarter", "Đơn vị báo cáo quý", example=_PERIOD_HINT),
        Column("units_half", "Đơn vị báo cáo 6 tháng", example=_MONTH_HINT),
        Column("units_year", "Đơn vị báo cáo năm", example=_MONTH_HINT),
        Column("office_month", "Cơ quan thường trực báo cáo tháng", example=_PERIOD_HINT),
        Column("office_quarter", "Cơ quan thường trực báo cáo quý", example=_PERIOD_HINT),
        Column("office_half", "Cơ quan thường trực báo cáo 6 tháng", example=_MONTH_HINT),
        Column("office_year", "Cơ quan thường trực báo cáo năm", example=_MONTH_HINT),
        Column("once", "Hạn gửi kế hoạch của đơn vị", example="Để trống nếu không yêu cầu"),
    ),
)
ONCE_NAME = "Kế hoạch thực hiện của cơ quan, đơn vị"

UNITS = Sheet(
    "Đơn vị",
    (
        Column("name", "Tên đơn vị", 44, "Phòng Văn hóa - Xã hội", needed=True),
        Column("kind", "Loại đơn vị", 30, "Phòng chuyên môn", needed=True, choices=tuple(UNIT_KINDS)),
        Column("aliases", "Tên gọi khác (cách nhau bằng ;)", 50, "Phòng VHXH; Phòng VH-XH"),
    ),
)
GROUPS = Sheet(
    "Nhóm",
    (
        Column("name", "Tên nhóm", 44, "Các phòng, ban", needed=True),
        Column("members", "Các đơn vị trong nhóm (cách nhau bằng ;)", 70, "Phòng Văn hóa - Xã hội; Phòng Kinh tế"),
        Column("aliases", "Tên gọi khác (cách nhau bằng ;)", 40, "Các phòng"),
    ),
    needed=False,
)
TASKS = Sheet(
    "Nhiệm vụ",
    (
        Column("group", "Nhóm nhiệm vụ", 30, "I. Hoàn thiện thể chế"),
        Column("number", "Số thứ tự", 10, "1"),
        Column("name", "Tên nhiệm vụ", 60, "Ban hành kế hoạch chuyển đổi số", needed=True),
        Column("output", "Sản phẩm", 30, "Kế hoạch được ban hành"),
        Column("kpi", "KPI", 20, "01 kế hoạch"),
        Column("lead", "Đơn vị chủ trì", 32, "Phòng Văn hóa - Xã hội", needed=True),
        Column("coordinating", "Đơn vị phối hợp", 32, "Các phòng, ban"),
        Column("deadline", "Thời hạn", 22, "Quý II/2026"),
        Column("note", "Ghi chú", 24),
        Column("teams", "Tổ CNSCĐ (x)", 12, "x"),
    ),
)
INDICATORS = Sheet(
    "Chỉ tiêu",
    (
        Column("group", "Nhóm chỉ tiêu", 30, "I. Chính quyền số"),
        Column("number", "Số thứ tự", 10, "1"),
        Column("name", "Tên chỉ tiêu", 60, "Tỷ lệ hồ sơ nộp trực tuyến", needed=True),
        Column("unit", "Đơn vị tính", 14, "%"),
        Column("target", "Chỉ tiêu năm", 20, "≥ 80%", needed=True),
        Column("doer", "Đơn vị thực hiện", 32, "Phòng Văn hóa - Xã hội"),
        Column("tracker", "Đơn vị theo dõi", 32, "Phòng Văn hóa - Xã hội"),
    ),
)
TABLES = (UNITS, GROUPS, TASKS, INDICATORS)

OPENING = Sheet(
    "Mức ban đầu",
    (
        Column("code", "Mã", 9),
        Column("name", "Nhiệm vụ, chỉ tiêu", 60),
        Column("unit", "Đơn vị chủ trì", 34),
        Column("limit", "Thời hạn", 20),
        Column("target", "Chỉ tiêu năm", 22),
        Column("present", "Mức hiện tại", 16),
        Column("percent", "Tỷ lệ (%)", 12),
        Column("value", "Giá trị (chỉ tiêu)", 18),
        Column("completed_on", "Đã hoàn thành ngày", 18),
        Column("source", "Căn cứ (số văn bản)", 36),
    ),
)
OPENING_TITLE = "Mức ban đầu · {kind} {name} · {province} · năm {year}"
OPENING_HINT = (
    "Chỉ điền bốn cột màu vàng; việc chưa làm thì để trống. Nhiệm vụ ghi tỷ lệ từ 0 đến dưới 100, "
    "chỉ tiêu ghi giá trị. Việc đã hoàn thành trước khi dùng hệ thống: ghi ngày hoàn thành (ví dụ: 15/3/2026) "
    "và số văn bản làm căn cứ."
)
