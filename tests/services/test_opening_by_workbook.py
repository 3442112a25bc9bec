"""The opening workbook: out, filled in, back, looked at, applied."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from openpyxl import Workbook, load_workbook

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.work.lifecycle import State
from bot.i18n import translator
from bot.language.time.days import read_day
from bot.plans.workbooks.opening_workbook import HEAD_ROW
from bot.services.plan import opening_by_workbook
from bot.services.plan.load_plan import load
from bot.services.plan.open_plan import plan_status, put_in_use
from bot.services.plan.opening_by_workbook import WorkbookPreview, apply, make_workbook, preview
from bot.services.reporting import attach_evidence
from bot.storage.engine.database import Database
from bot.views.plan.opening import preview_view, problem_words, sheet_words
from tests.services.communes import NOW, Commune, a_commune, a_desk, key, plan_file
from tests.services.files import without

PERCENT, VALUE, DAY, SOURCE = 7, 8, 9, 10


@pytest_asyncio.fixture
async def commune(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Commune]:
    """Ba Ngòi, loaded and not in use."""
    yield await a_commune(a_desk(sqlite_database, tmp_path), "ba-ngoi")


async def made(commune: Commune) -> bytes:
    t = translator("vi")
    found = await make_workbook(
        commune.desk, commune.office, locality_id=commune.id, words=lambda lead: sheet_words(t, lead), now=NOW
    )
    assert found.name == "muc-ban-dau-ba-ngoi-2026.xlsx"
    return found.content


def filled(content: bytes, fill: Callable[[Any, dict[tuple[str, str], int]], None]) -> bytes:
    """The workbook after ``fill`` has written into its sheet; rows are found by code and unit."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    rows = {
        (str(sheet.cell(row, 1).value), str(sheet.cell(row, 3).value)): row
        for row in range(HEAD_ROW + 1, sheet.max_row + 1)
    }
    fill(sheet, rows)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


async def sent(commune: Commune, content: bytes, who: Visitor | None = None, name: str = "muc.xlsx") -> int:
    async def download(path: Path) -> None:
        path.write_bytes(content)

    evidence = await attach_evidence.receive(
        commune.desk,
        who or commune.office,
        attach_evidence.OfferedFile(name, download, size=len(content)),
        now=NOW,
        key=key(),
    )
    return evidence.id


async def looked_at(commune: Commune, content: bytes) -> tuple[int, WorkbookPreview]:
    evidence_id = await sent(commune, content)
    found = await preview(commune.desk, commune.office, locality_id=commune.id, evidence_id=evidence_id, now=NOW)
    return evidence_id, found


async def test_the_workbook_holds_every_lead_assignment_as_it_stands(commune: Commune) -> None:
    sheet = load_workbook(io.BytesIO(await made(commune))).worksheets[0]
    leads = await commune.leads()
    assert sheet.max_row == HEAD_ROW + len(leads)
    assert "Ba Ngòi" in str(sheet.cell(1, 1).value)
    first = leads[0]
    assert sheet.cell(HEAD_ROW + 1, 1).value == first.row.code
    assert sheet.cell(HEAD_ROW + 1, 2).value == first.row.name
    assert sheet.cell(HEAD_ROW + 1, PERCENT).value is None


@pytest.mark.parametrize("slug", ["binh-loc", "phuoc-binh", "binh-thanh", "dong-phu"])
async def test_the_workbook_of_every_plan_comes_back_as_evidence_and_foreign_to_others(
    commune: Commune, slug: str
) -> None:
    other = await a_commune(commune.desk, slug)
    t = translator("vi")
    found = await make_workbook(
        commune.desk, other.office, locality_id=other.id, words=lambda lead: sheet_words(t, lead), now=NOW
    )
    with pytest.raises(BadInput) as refused:
        await looked_at(commune, found.content)
    assert refused.value.key == "opening_sheet_foreign"
    with pytest.raises(BadInput) as empty:
        evidence = await sent(commune, found.content, other.office)
        await preview(commune.desk, other.office, locality_id=other.id, evidence_id=evidence, now=NOW)
    assert empty.value.key == "opening_sheet_empty"


async def test_what_was_filled_in_is_looked_at_and_applied_at_once(commune: Commune) -> None:
    office = (await commune.unit("Phòng Văn hóa - Xã hội")).name

    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        sheet.cell(rows["NV01", office], PERCENT, 45)
        done = next(row for (code, _), row in rows.items() if code == "NV02")
        sheet.cell(done, DAY, date(2026, 3, 15)).number_format = "dd/mm/yyyy"
        sheet.cell(done, SOURCE, "Quyết định 12/QĐ-UBND")
        sheet.cell(rows["CT02", office], VALUE, "45/90")

    evidence_id, found = await looked_at(commune, filled(await made(commune), fill))
    assert (found.set, found.completed, found.problems) == (3, 1, ())
    assert await commune.audited("opening") == 0
    again = key()
    for _ in range(2):
        applied = await apply(
            commune.desk, commune.office, locality_id=commune.id, evidence_id=evidence_id, now=NOW, key=again
        )
        assert (applied.set, applied.completed, applied.skipped) == (3, 1, 0)
    assert await commune.audited("opening") == 3
    assert await commune.audited("opening_workbook") == 1
    assert (await commune.leads("NV01"))[0].standing.percent == 45
    assert (await commune.leads("NV02"))[0].standing.state is State.COMPLETED
    assert (await commune.leads("NV02"))[0].standing.sent_on == date(2026, 3, 15)
    assert (await commune.leads("CT02"))[0].standing.percent == 50


async def test_every_mistake_is_named_by_its_row_and_the_rest_is_applied(commune: Commune) -> None:
    mistakes: dict[int, str] = {}

    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        by_code: dict[str, int] = {}
        for (code, _), row in rows.items():
            by_code.setdefault(code, row)
        for code, column, value, why in (
            ("NV01", PERCENT, "150", "opening_percent"),
            ("NV02", PERCENT, "100", "opening_needs_day"),
            ("NV03", DAY, "31/2/2026", "opening_day"),
            ("NV04", DAY, "1/3/2026", "opening_no_source"),
            ("NV05", VALUE, "12", "opening_value_of_task"),
            ("NV06", SOURCE, "Số 3", "opening_only_source"),
            ("NV07", PERCENT, "nhiều", "opening_percent"),
            ("CT01", PERCENT, "10", "opening_percent_of_indicator"),
            ("CT02", VALUE, "abc", "opening_value"),
        ):
            sheet.cell(by_code[code], column, value)
            mistakes[by_code[code]] = why
        sheet.cell(by_code["NV08"], DAY, "1/3/2027")
        sheet.cell(by_code["NV08"], SOURCE, "Số 5")
        mistakes[by_code["NV08"]] = "opening_future"
        last = sheet.max_row + 1
        for number, (code, unit, why) in enumerate(
            [
                ("NV99", "Công an phường", "opening_code"),
                ("NV09", "Trạm Y tế", "opening_unit"),
                ("NV10", str(sheet.cell(by_code["NV10"], 3).value), "opening_twice"),
            ]
        ):
            sheet.cell(last + number, 1, code)
            sheet.cell(last + number, 3, unit)
            sheet.cell(last + number, PERCENT, "20")
            mistakes[last + number] = why
        sheet.cell(by_code["NV10"], PERCENT, "30%")

    evidence_id, found = await looked_at(commune, filled(await made(commune), fill))
    named = {int(p.where.split("dòng ")[1].split(" ")[0]): p.key for p in found.problems}
    assert named == mistakes
    assert found.set == 1
    for language in ("vi", "en"):
        assert all(problem_words(translator(language), problem) for problem in found.problems)
    applied = await apply(
        commune.desk, commune.office, locality_id=commune.id, evidence_id=evidence_id, now=NOW, key=key()
    )
    assert (applied.set, applied.skipped) == (1, len(mistakes))
    assert (await commune.leads("NV10"))[0].standing.percent == 30
    assert (await commune.leads("NV01"))[0].standing.state is State.NOT_REPORTED


async def test_what_stands_already_is_not_set_again(commune: Commune) -> None:
    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        sheet.cell(HEAD_ROW + 30, PERCENT, 20)

    content = filled(await made(commune), fill)
    evidence_id, _ = await looked_at(commune, content)
    await apply(commune.desk, commune.office, locality_id=commune.id, evidence_id=evidence_id, now=NOW, key=key())
    _, found = await looked_at(commune, content)
    assert (found.set, found.same) == (0, 1)


@pytest.mark.parametrize("slug", ["ba-ngoi", "binh-loc", "phuoc-binh", "binh-thanh", "dong-phu"])
async def test_every_row_of_every_plan_comes_back_under_its_own_text(commune: Commune, slug: str) -> None:
    place = commune if slug == "ba-ngoi" else await a_commune(commune.desk, slug)
    t = translator("vi")
    content = await make_workbook(
        place.desk, place.office, locality_id=place.id, words=lambda lead: sheet_words(t, lead), now=NOW
    )

    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        for (code, _), row in rows.items():
            sheet.cell(row, PERCENT if code.startswith("NV") else VALUE, 5)

    _, found = await looked_at(place, filled(content.content, fill))
    assert {problem.key for problem in found.problems} <= {"opening_value", "opening_needs_day", "opening_amount"}
    assert found.set > found.same == 0


async def test_rows_in_another_order_or_fewer_are_found_by_code_and_text(commune: Commune) -> None:
    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=HEAD_ROW + 1)]
        sheet.delete_rows(HEAD_ROW + 1, len(lines))
        kept = [line for line in lines if line[0] in ("NV03", "NV01", "NV09")]
        for number, line in enumerate(sorted(kept, key=lambda line: str(line[1]), reverse=True), start=HEAD_ROW + 1):
            for column, value in enumerate(line, start=1):
                sheet.cell(number, column, value)
            sheet.cell(number, PERCENT, 10 * int(str(line[0])[2:]))

    evidence_id, found = await looked_at(commune, filled(await made(commune), fill))
    assert found.problems == ()
    await apply(commune.desk, commune.office, locality_id=commune.id, evidence_id=evidence_id, now=NOW, key=key())
    for code in ("NV01", "NV03", "NV09"):
        assert {int(lead.standing.percent) for lead in await commune.leads(code)} == {10 * int(code[2:])}


async def test_codes_sorted_apart_from_their_rows_set_nothing(commune: Commune) -> None:
    office = (await commune.unit("Phòng Văn hóa - Xã hội")).name

    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        own = [row for (code, unit), row in rows.items() if unit == office and code.startswith("NV")]
        codes = [sheet.cell(row, 1).value for row in own]
        for row, code in zip(own, reversed(codes), strict=True):
            sheet.cell(row, 1, code)
            sheet.cell(row, PERCENT, 30)

    _, found = await looked_at(commune, filled(await made(commune), fill))
    # The one in the middle still stands where it stood.
    assert found.set <= 1
    assert {problem.key for problem in found.problems} == {"opening_other_text"}


async def test_a_workbook_from_before_the_file_came_again_sets_nothing_on_other_work(commune: Commune) -> None:
    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        for (code, _), row in rows.items():
            if code in ("NV01", "NV02", "NV30"):
                sheet.cell(row, PERCENT, 30)

    content = filled(await made(commune), fill)
    await load(commune.desk, without(plan_file("ba-ngoi"), "NV01"), now=NOW)
    evidence_id, found = await looked_at(commune, content)
    assert (found.set, {problem.key for problem in found.problems}) == (0, {"opening_other_text"})
    for language in ("vi", "en"):
        told = [problem_words(translator(language), problem) for problem in found.problems]
        assert any(plan_file("ba-ngoi").rows[13].name[:60] in words for words in told)
    applied = await apply(
        commune.desk, commune.office, locality_id=commune.id, evidence_id=evidence_id, now=NOW, key=key()
    )
    assert applied.set == 0
    assert await commune.audited("opening") == 0


def not_a_workbook() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["Họ tên", "Tuổi"])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


async def test_another_workbook_is_refused(commune: Commune) -> None:
    with pytest.raises(BadInput) as refused:
        await looked_at(commune, not_a_workbook())
    assert refused.value.key == "opening_sheet_foreign"


async def test_a_workbook_with_too_many_rows_is_refused(commune: Commune) -> None:
    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        for row in range(200, 1200):
            sheet.cell(row, 1, "NV01")

    with pytest.raises(BadInput) as refused:
        await looked_at(commune, filled(await made(commune), fill))
    assert refused.value.key == "workbook_too_long"


async def test_a_photo_is_no_workbook(commune: Commune) -> None:
    from tests.services.works import a_photo

    evidence_id = await sent(commune, a_photo(), name="anh.png")
    with pytest.raises(BadInput) as refused:
        await preview(commune.desk, commune.office, locality_id=commune.id, evidence_id=evidence_id, now=NOW)
    assert refused.value.key == "workbook_damaged"
    assert refused.value.figures["file"] == "anh.png"


async def test_a_child_that_fails_leaves_a_sentence(commune: Commune, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_by_workbook, "_SECONDS", 0.0)
    with pytest.raises(BadInput) as refused:
        await made(commune)
    assert refused.value.key == "opening_file_failed"
    with pytest.raises(BadInput):
        await looked_at(commune, not_a_workbook())


async def test_the_file_of_another_person_is_not_applied(commune: Commune) -> None:
    evidence_id = await sent(commune, not_a_workbook())
    second = await commune.member(Role.OFFICE, "Phòng Văn hóa - Xã hội")
    with pytest.raises(NotFound):
        await preview(commune.desk, second, locality_id=commune.id, evidence_id=evidence_id, now=NOW)


async def test_officers_and_plans_in_use_get_no_workbook(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, "Công an phường")
    with pytest.raises(NotAllowed):
        await make_workbook(commune.desk, officer, locality_id=commune.id, words=lambda _: ("", ""), now=NOW)
    status = await plan_status(commune.desk, commune.office, now=NOW)
    await put_in_use(commune.desk, commune.office, plan_id=status.plan.id, now=NOW)
    with pytest.raises(TransitionRefused):
        await made(commune)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15/3/2026", date(2026, 3, 15)),
        ("15.3.26", date(2026, 3, 15)),
        ("15-03", date(2026, 3, 15)),
        ("ngày 15 tháng 3 năm 2026", date(2026, 3, 15)),
        ("2026-03-15", date(2026, 3, 15)),
        ("31/2/2026", None),
        ("15/3/2026 chiều", None),
        ("3/2026", None),
        ("", None),
        ("1" * 100, None),
    ],
)
def test_a_day_is_read_as_people_type_it(text: str, day: date | None) -> None:
    assert read_day(text, 2026) == day


async def test_figures_are_taken_only_where_they_are_certain(commune: Commune) -> None:
    mistakes: dict[int, str] = {}
    expected: dict[str, str] = {}

    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        by_code: dict[str, int] = {}
        for (code, _), row in rows.items():
            by_code.setdefault(code, row)
        for code, column, value, number_format, why in (
            ("NV01", PERCENT, "=G9*100", "@", "cell_formula"),
            ("NV02", PERCENT, "=G9*100", "General", "cell_formula"),
            ("NV03", PERCENT, 0.8, "General", "opening_share"),
            ("NV04", PERCENT, "0,8", "@", "opening_share"),
            ("NV05", PERCENT, "1", "@", "opening_share"),
            ("NV06", PERCENT, "12,345", "@", "opening_percent"),
            ("NV07", PERCENT, 0.8, "0%", None),
            ("NV08", PERCENT, "0,8%", "@", None),
            ("NV09", PERCENT, 12.345, "General", None),
            ("NV10", PERCENT, 0.1 + 0.2 + 29.7, "General", None),
            ("NV11", PERCENT, 0, "General", None),
            ("CT01", VALUE, 0.8, "General", "opening_share"),
            ("CT02", VALUE, 0.8, "0%", None),
        ):
            cell = sheet.cell(by_code[code], column, value)
            cell.number_format = number_format
            if number_format == "@":
                cell.data_type = "s"
            if why:
                mistakes[by_code[code]] = why
        expected.update({"NV07": "80.00", "NV08": "0.80", "NV09": "12.34", "NV10": "30.00", "CT02": "80"})

    evidence_id, found = await looked_at(commune, filled(await made(commune), fill))
    assert {int(p.where.split("dòng ")[1].split(" ")[0]): p.key for p in found.problems} == mistakes
    assert {str(p.figures["cell"])[0] for p in found.problems if p.key == "cell_formula"} == {"G"}
    for language in ("vi", "en"):
        assert all(problem_words(translator(language), problem) for problem in found.problems)
    await apply(commune.desk, commune.office, locality_id=commune.id, evidence_id=evidence_id, now=NOW, key=key())
    for code, amount in expected.items():
        standing = (await commune.leads(code))[0].standing
        assert str(standing.value if code.startswith("CT") else standing.percent) == amount, code


async def test_merged_cells_hold_for_all_their_rows_and_hidden_rows_are_named(commune: Commune) -> None:
    def fill(sheet: Any, rows: dict[tuple[str, str], int]) -> None:
        first = next(row for (code, _), row in rows.items() if code == "NV03")
        sheet.cell(first, PERCENT, "40%")
        sheet.merge_cells(start_row=first, end_row=first + 2, start_column=PERCENT, end_column=PERCENT)
        sheet.row_dimensions[first + 1].hidden = True
        sheet.row_dimensions[first + 3].hidden = True

    evidence_id, found = await looked_at(commune, filled(await made(commune), fill))
    assert (found.set, found.problems, len(found.hidden)) == (3, (), 1)
    shown = preview_view(translator("vi"), "t", found).text
    assert f"1 dòng bị ẩn cũng được đọc: dòng {found.hidden[0]}" in shown
    await apply(commune.desk, commune.office, locality_id=commune.id, evidence_id=evidence_id, now=NOW, key=key())
    assert sum(lead.standing.percent == 40 for lead in await commune.leads("NV03")) == 3
