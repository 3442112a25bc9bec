"""Plan files of the tests: a small one with every kind of lead, and what is done to a file before it comes again."""

from __future__ import annotations

from functools import cache
from typing import Any

from bot.plans.schema import PlanFile

OFFICE, POLICE, FRONT = "Văn phòng Đảng ủy", "Công an xã", "Ủy ban MTTQ xã"
SCHOOLS = ("Trường Tiểu học Kim Đồng", "Trường THCS Lê Lợi")
TEAMS = ("Tổ CNSCĐ thôn 1", "Tổ CNSCĐ thôn 2")
GROUP = "Các trường học"


def task(code: str, name: str, lead: str, deadline: str | None, **more: Any) -> dict[str, Any]:
    """A task as a file has it."""
    return {"code": code, "kind": "task", "reference": code, "name": name, "lead": lead, "deadline": deadline, **more}


def indicator(code: str, name: str, printed: str, values: list[int], **more: Any) -> dict[str, Any]:
    """An indicator in percent as a file has it."""
    target = {"printed": printed, "unit": "%", "comparator": "at_least", "values": values}
    return {"code": code, "kind": "indicator", "reference": code, "name": name, "target": target, **more}


@cache
def small_plan() -> PlanFile:
    """Nine rows: led by one unit, by two, by a group, by nobody named; limits of several kinds; two indicators."""
    units = [
        {"name": OFFICE, "kind": "office", "aliases": ["VP Đảng ủy"]},
        {"name": POLICE, "kind": "police"},
        {"name": FRONT, "kind": "front"},
        *({"name": name, "kind": "school"} for name in SCHOOLS),
        *({"name": name, "kind": "community_team"} for name in TEAMS),
    ]
    rows = [
        indicator("CT01", "Tỷ lệ hồ sơ trực tuyến", "≥ 80%", [80], doer=POLICE, tracker=OFFICE),
        indicator("CT02", "Tỷ lệ dân số có chữ ký số", "≥ 50%", [50], tracker=FRONT),
        task("NV01", "Ban hành kế hoạch", OFFICE, "31/3/2026", group="I", output="Kế hoạch"),
        task("NV02", "Rà soát dữ liệu dân cư", POLICE, "Quý II/2026", group="I", coordinating=FRONT),
        task("NV03", "Tập huấn kỹ năng số", GROUP, "Quý III/2026", group="II", teams="proposed"),
        task("NV04", "Tuyên truyền", f"{POLICE}; {FRONT}", "Thường xuyên", group="II"),
        task("NV05", "Lắp camera", POLICE, "Năm 2026", parent="Hạ tầng số", tracker=OFFICE, note="xem phụ lục"),
        task("NV06", "Kết nối Internet", "", None, parent="Hạ tầng số", kpi="100%") | {"lead": None},
        task("NV07", "Đề án 06", POLICE, "Theo lộ trình của Tỉnh", coordinating=f"{OFFICE}, {FRONT}"),
    ]
    return PlanFile.model_validate(
        {
            "locality": {"slug": "hoa-binh", "name": "Hòa Bình", "kind": "xã", "province": "Đồng Nai"},
            "plan": {
                "number": "09/KH-UBND",
                "title": "Chuyển đổi số năm 2026",
                "issuer": "UBND xã Hòa Bình",
                "year": 2026,
                "issued_on": "2026-01-15",
                "issued_on_as_printed": "15/01/2026",
            },
            "standing_office": OFFICE,
            "reporting": {"units": [{"kind": "month"}]},
            "units": units,
            "groups": [{"name": GROUP, "members": list(SCHOOLS)}],
            "rows": rows,
        }
    )


def with_rows(file: PlanFile, changes: dict[str, dict[str, Any]]) -> PlanFile:
    """The file with some parts of some rows otherwise, by code."""
    rows = tuple(
        row.model_validate(row.model_dump() | changes[row.code]) if row.code in changes else row for row in file.rows
    )
    return file.model_copy(update={"rows": rows})


def with_place(file: PlanFile, **changes: str) -> PlanFile:
    """The file of another commune."""
    place = type(file.locality).model_validate(file.locality.model_dump() | changes)
    return file.model_copy(update={"locality": place})


def with_head(file: PlanFile, **changes: Any) -> PlanFile:
    """The file with another head."""
    return file.model_copy(update={"plan": file.plan.model_copy(update=changes)})


def without(file: PlanFile, code: str) -> PlanFile:
    """The file as a workbook has it after a row was dropped: later rows of the kind have the code before their own."""
    kind = code[:2]
    kept = [row for row in file.rows if row.code != code]
    numbers: dict[str, int] = {}
    rows = []
    for row in kept:
        if not row.code.startswith(kind):
            rows.append(row)
            continue
        numbers[kind] = numbers.get(kind, 0) + 1
        rows.append(row.model_copy(update={"code": f"{kind}{numbers[kind]:02d}"}))
    return file.model_copy(update={"rows": tuple(rows)})
