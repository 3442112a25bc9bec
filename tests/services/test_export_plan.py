"""The export: its shape as docs/rules/contract.md#export has it, and the worked examples at several instants."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from bot.documents.export_xlsx import cell_text, write_xlsx
from bot.domain.errors import NotFound
from bot.domain.plan.deadlines import DeadlineKind
from bot.domain.plan.plan import UnitRole
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.events import Appraisal, Body, Extension, Opening, Report
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import Comparator
from bot.plans.reader import read_yaml
from bot.services.core import ledger
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.plan.load_plan import load
from bot.services.rows.export_plan import export
from bot.storage.engine.database import Database
from bot.storage.records import events, plans
from bot.storage.records.files import FileStore

SEEDS = Path(__file__).parents[2] / "seeds"
SLUGS = ("ba-ngoi", "binh-loc", "binh-thanh", "dong-phu", "phuoc-binh")
LOADED = datetime.fromisoformat("2026-03-01T08:00:00+07:00")
HEAD = {"slug", "name", "kind", "province", "plan_issued_on", "standing_office"}
ROW = {
    *("code", "kind", "reference", "group", "parent", "name", "output", "kpi", "lead", "lead_as_printed"),
    *(
        "tracker_as_printed",
        "coordinating_as_printed",
        "note",
        "deadline_as_printed",
        "deadline_kind",
        "starts_on",
        "due_on",
        "target",
    ),
    *("percent", "state", "colour", "reasons", "assignments"),
}


@pytest_asyncio.fixture
async def desk(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """The plan of Bình Lộc, loaded on its day of issue and not in use."""
    desk = Desk(db=sqlite_database, files=FileStore(tmp_path / "files"), books=Books())
    await load(desk, read_yaml(SEEDS / "binh-loc.yaml"), now=LOADED)
    yield desk


async def test_the_printed_doer_and_the_printed_tracker_are_handed_out(desk: Desk, tmp_path: Path) -> None:
    await load(desk, read_yaml(SEEDS / "phuoc-binh.yaml"), now=LOADED)
    data = await export(desk, "phuoc-binh", None, LOADED)
    row = next(row for row in data["rows"] if row["code"] == "CT17")
    assert (row["lead_as_printed"], row["tracker_as_printed"]) == (
        "Văn phòng HĐND &UBND, Công an phường",
        "Công an phường",
    )
    roles = [(each["unit"], each["role"]) for each in row["assignments"]]
    assert {("Công an phường", "lead"), ("Công an phường", "track")} <= set(roles)
    assert ("Văn phòng HĐND và UBND phường", "coordinate") in roles
    write_xlsx(data, tmp_path / "plan.xlsx")
    heads = [cell.value for cell in load_workbook(tmp_path / "plan.xlsx").worksheets[0][2]]
    assert "Đơn vị theo dõi" in heads


def at(day: str, clock: str = "08:00:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+07:00")


async def tell(desk: Desk, code: str, when: datetime, body: Body) -> int:
    """The id of an event recorded for the only lead of a row."""
    async with desk.db.write() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place
        book = await desk.books.of(conn, place.id)
        held = await events.assignments_of_row(conn, book.by_code[code].id)
        (lead,) = [each for each in held if each.role is UnitRole.LEAD]
        key = f"test:{code}:{when.isoformat()}"
        recorded = await ledger.record(conn, book, lead.id, body, person_id=None, now=when, key=key)
        return recorded.event.id


async def row_at(desk: Desk, code: str, when: datetime) -> dict[str, Any]:
    data = await export(desk, "binh-loc", when, at("2026-12-31"))
    return next(row for row in data["rows"] if row["code"] == code)


async def light(desk: Desk, code: str, day: str, clock: str = "08:00:00") -> tuple[str, list[str]]:
    row = await row_at(desk, code, at(day, clock))
    return row["colour"], row["reasons"]


async def quarter_two(desk: Desk) -> str:
    data = await export(desk, "binh-loc", None, LOADED)
    rows = [row for row in data["rows"] if row["deadline_as_printed"] == "Quý II/2026" and len(row["lead"]) == 1]
    return str(rows[0]["code"])


@pytest.mark.parametrize("slug", SLUGS)
async def test_the_shape_is_that_of_the_contract(sqlite_database: Database, tmp_path: Path, slug: str) -> None:
    desk = Desk(db=sqlite_database, files=FileStore(tmp_path / "files"), books=Books())
    file = read_yaml(SEEDS / f"{slug}.yaml")
    await load(desk, file, now=LOADED, in_use=True)
    data = await export(desk, slug, at("2026-07-01"), LOADED)
    assert json.loads(json.dumps(data)) == data
    assert list(data) == ["locality", "at", "rows"] and set(data["locality"]) == HEAD
    assert data["at"] == "2026-07-01T08:00:00+07:00"
    assert data["locality"]["standing_office"] == file.standing_office
    assert [row["code"] for row in data["rows"]] == [row.code for row in file.rows]
    for row in data["rows"]:
        assert set(row) == ROW
        assert row["deadline_kind"] in {each.value for each in DeadlineKind}
        for part in (row, *row["assignments"]):
            assert part["state"] in {each.value for each in State}
            assert part["colour"] in {each.value for each in Colour}
            assert set(part["reasons"]) <= {each.value for each in Reason}
            assert isinstance(part["percent"], int | float)
        leads = [each for each in row["assignments"] if each["role"] == "lead"]
        assert row["assignments"][: len(leads)] == leads and [each["unit"] for each in leads] == row["lead"]
        assert (row["target"] is None) == (row["kind"] == "task")
        if row["target"]:
            assert set(row["target"]) == {"as_printed", "unit", "comparator", "values"}
            assert row["target"]["comparator"] in {each.value for each in Comparator}
            assert all(isinstance(value, int | float) for value in row["target"]["values"])


async def test_nobody_reported_is_behind_from_11_april_and_overdue_from_1_july(desk: Desk) -> None:
    code = await quarter_two(desk)
    row = await row_at(desk, code, at("2026-04-10"))
    assert (row["starts_on"], row["due_on"], row["colour"]) == ("2026-04-01", "2026-06-30", "green")
    assert await light(desk, code, "2026-04-10", "23:59:59") == ("green", [])
    assert await light(desk, code, "2026-04-11", "00:00:00") == ("red", ["behind_roadmap"])
    assert await light(desk, code, "2026-06-30", "23:59:59") == ("red", ["behind_roadmap"])
    assert await light(desk, code, "2026-07-01", "00:00:00") == ("red", ["overdue"])


async def test_twenty_percent_is_behind_from_8_may_and_not_known_before_it_was_said(desk: Desk) -> None:
    code = await quarter_two(desk)
    await tell(desk, code, at("2026-04-20"), Report(Decimal(20), note="x"))
    assert await light(desk, code, "2026-04-20", "07:59:59") == ("red", ["behind_roadmap"])
    assert await light(desk, code, "2026-04-20") == ("green", [])
    assert await light(desk, code, "2026-05-07") == ("green", [])
    assert await light(desk, code, "2026-05-08") == ("red", ["behind_roadmap"])
    assert (await row_at(desk, code, at("2026-04-19")))["percent"] == 0
    assert (await row_at(desk, code, at("2026-04-21")))["percent"] == 20


async def test_half_done_sent_returned_sent_again_and_accepted(desk: Desk) -> None:
    code = await quarter_two(desk)
    await tell(desk, code, at("2026-04-02"), Report(Decimal(50)))
    assert await light(desk, code, "2026-06-22") == ("green", [])
    assert await light(desk, code, "2026-06-23") == ("amber", ["due_soon"])
    first = await tell(desk, code, at("2026-06-28"), Report(Decimal(100), files=(1,)))
    assert await light(desk, code, "2026-06-28") == ("green", [])
    await tell(desk, code, at("2026-07-02"), Appraisal(first, False, "ảnh mờ"))
    row = await row_at(desk, code, at("2026-07-02"))
    assert (row["colour"], row["reasons"], row["percent"]) == ("red", ["overdue", "returned"], 50)
    second = await tell(desk, code, at("2026-07-05"), Report(Decimal(100), files=(1,)))
    assert await light(desk, code, "2026-07-05") == ("green", [])
    await tell(desk, code, at("2026-07-09"), Appraisal(second, True))
    assert (await row_at(desk, code, at("2026-07-09")))["state"] == "completed"
    assert await light(desk, code, "2026-07-09") == ("done", [])
    assert await light(desk, code, "2026-07-01") == ("green", []), "the past stays as it was known"


async def test_an_extension_is_seen_from_its_instant_on(desk: Desk) -> None:
    code = await quarter_two(desk)
    await tell(desk, code, at("2026-04-02"), Report(Decimal(50)))
    await tell(desk, code, at("2026-06-29"), Extension(date(2026, 7, 31), "tỉnh lùi hạn"))
    assert (await row_at(desk, code, at("2026-06-28")))["due_on"] == "2026-06-30"
    assert (await row_at(desk, code, at("2026-06-29")))["due_on"] == "2026-07-31"
    assert await light(desk, code, "2026-07-23") == ("green", [])
    assert await light(desk, code, "2026-07-24") == ("amber", ["due_soon"])


async def test_fractions_of_a_percent_are_numbers_and_the_time_before_loading_has_rows(desk: Desk) -> None:
    code = await quarter_two(desk)
    await tell(desk, code, at("2026-04-02"), Opening(Decimal("12.5")))
    assert (await row_at(desk, code, at("2026-04-02")))["percent"] == 12.5
    early = await export(desk, "binh-loc", at("2025-01-01"), LOADED)
    assert len(early["rows"]) == 64
    with pytest.raises(NotFound):
        await export(desk, "nowhere", None, LOADED)


async def test_the_workbook_has_headings_dates_and_no_formulas(desk: Desk, tmp_path: Path) -> None:
    data = await export(desk, "binh-loc", at("2026-07-01"), LOADED)
    for number, name in enumerate(("=1+1", "+cmd", "-2", "@SUM(A1)", " =HYPERLINK(1)", "bell\x07")):
        data["rows"][number]["name"] = name
    path = tmp_path / "plan.xlsx"
    write_xlsx(data, path)
    sheet = load_workbook(path).worksheets[0]
    assert sheet.freeze_panes == "B3" and "phường Bình Lộc" in sheet["A1"].value
    heads = [cell.value for cell in sheet[2]]
    assert heads[:2] == ["Mã", "Loại"] and len(set(heads)) == len(heads)
    names = [row[heads.index("Nhiệm vụ, chỉ tiêu")] for row in sheet.iter_rows(min_row=3, max_row=8)]
    assert [cell.value for cell in names] == ["'=1+1", "'+cmd", "'-2", "'@SUM(A1)", "' =HYPERLINK(1)", "bell"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    due = sheet.cell(row=3 + 63, column=heads.index("Hạn") + 1)
    assert due.value is None or due.is_date
    lights = {str(row[heads.index("Màu")].value).split()[0] for row in sheet.iter_rows(min_row=3)}
    assert lights <= {"🔴", "🟡", "🟢", "⚪", "✅"}
    assert sheet.max_row == 2 + len(data["rows"])


def test_plain_text_stays_as_it_is() -> None:
    assert cell_text("Quý II/2026") == "Quý II/2026"
