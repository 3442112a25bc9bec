"""Lists, cards and searches: what they hold, and that no text or button is ever too long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.errors import BadInput, NotFound
from bot.domain.people.people import Role
from bot.domain.plan.codes import read_row_code
from bot.domain.plan.plan import UnitKind, UnitRole
from bot.domain.plan.words import fold
from bot.domain.work.lifecycle import begin
from bot.i18n import translator
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.rows import list_rows, show_row
from bot.services.rows.list_rows import DayRange
from bot.services.rows.search_rows import search, search_words
from bot.storage.engine.database import Database
from bot.storage.records import events, plans
from bot.storage.records.files import FileStore
from bot.transport.screen.buttons import encode
from bot.views.parts.fitting import length
from bot.views.parts.view import View
from bot.views.rows import lists
from bot.views.rows.cards import row_card
from bot.views.words.row_lists import read_span_argument, span_argument
from tests.services.wards import a_ward
from tests.services.works import NOW, Work, key, some_work

VI = translator("vi")


@pytest_asyncio.fixture
async def work(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Work]:
    """A ward with an officer of the police."""
    yield await some_work(Desk(db=sqlite_database, files=FileStore(tmp_path / "files"), books=Books()))


def fits(view: View) -> None:
    """A message Telegram takes."""
    assert length(view.text) <= 4096
    for button in (each for row in view.buttons for each in row):
        assert button.label
        assert button.press
        encode(button.press)


def codes(found: list_rows.RowList) -> list[str]:
    return [entry.board_row.row.code for entry in found.entries]


async def row_id(work: Work, code: str) -> int:
    async with work.desk.db.read() as conn:
        return (await work.desk.books.of(conn, work.ward.id)).by_code[code].id


async def test_a_row_of_many_leads_long_texts_and_long_notes_fits_into_one_message(work: Work) -> None:
    name = " ".join(["Triển khai & hoàn thiện <nền tảng>"] * 17)
    async with work.desk.db.write() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        row = book.by_code["NV07"]
        long = replace(row, name=name, output="đầu ra " * 300, kpi="kết quả " * 300, group="nhóm " * 200,
                       parent="cha " * 200, note="chú " * 200, coordinating_as_printed="các đơn vị " * 200)  # fmt: skip
        await plans.save_row(conn, long, folded=fold(name))
        for number in range(30):
            called = f"Trường {number} " + "rất dài " * 30
            unit = await plans.save_unit(conn, work.ward.id, called, UnitKind.SCHOOL, [], 50 + number)
            standing = begin(book.terms[row.id], unit)
            await events.add_assignment(conn, row, UnitRole.LEAD, standing)
        await plans.bump_version(conn, work.ward.id)
    for percent in (10, 20, 30):
        await report(
            work.desk,
            work.officer,
            assignment_id=work.by_code["NV07"],
            said=SaidProgress(Decimal(percent), note="ghi chú 𝔘 " * 190),
            now=NOW + timedelta(minutes=percent),
            key=key(),
        )
    card = await show_row.show(work.desk, work.officer, row_id=await row_id(work, "NV07"), now=NOW + timedelta(hours=1))
    view = row_card(VI, card)
    fits(view)
    assert name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in view.text
    assert "31 đơn vị" in view.text and "Báo cáo gần nhất" in view.text
    red = await list_rows.red_rows(work.desk, work.officer, now=NOW)
    fits(lists.row_list(VI, red))


async def test_every_list_fits_and_its_longest_buttons_too(work: Work) -> None:
    span = DayRange(date(2026, 1, 1), date(2026, 12, 31))
    for found in (
        await list_rows.my_work(work.desk, work.officer, now=NOW),
        await list_rows.due(work.desk, work.officer, now=NOW),
        await list_rows.due(work.desk, work.officer, span=span, unit_id=work.ward.police, now=NOW),
        await list_rows.red_rows(work.desk, work.officer, unit_id=work.ward.division, now=NOW),
        await search(work.desk, work.officer, words="x" * 200, now=NOW),
        await search(work.desk, work.officer, words="tổ chức", now=NOW),
    ):
        far = replace(found, locality_id=987654, own_unit_id=1234567, unit_id=found.unit_id and 7654321)
        for view in (lists.row_list(VI, found), lists.row_list(VI, replace(far, entries=found.entries * 20), 3)):
            fits(view)


async def test_spans_may_be_open_on_either_side(work: Work) -> None:
    before = await list_rows.due(work.desk, work.officer, span=DayRange(None, date(2026, 6, 30)), now=NOW)
    assert codes(before) == ["NV03", "NV01", "NV07"]
    after = await list_rows.due(work.desk, work.officer, span=DayRange(date(2026, 12, 1), None), now=NOW)
    assert set(codes(after)) == {"NV03", "CT01", "CT02", "CT03", "CT04"}
    for span in (DayRange(None, date(2026, 6, 30)), DayRange(date(2026, 12, 1), None), None):
        assert read_span_argument(span_argument(span)) == span


async def test_lists_belong_to_members_of_the_locality(work: Work) -> None:
    foreign = await (await a_ward(work.desk, "ba-ngoi", "Ba Ngòi")).member(Role.OFFICE, work.ward.office)
    for ask in (list_rows.my_work, list_rows.due, list_rows.red_rows):
        with pytest.raises(NotFound):
            await ask(work.desk, foreign, now=NOW, locality_id=work.ward.id)  # type: ignore[operator]
    with pytest.raises(NotFound):
        await show_row.show(work.desk, foreign, row_id=await row_id(work, "NV01"), now=NOW)
    with pytest.raises(NotFound):
        await show_row.row_of_assignment(work.desk, foreign, work.by_code["NV01"])
    with pytest.raises(NotFound):
        await list_rows.red_rows(work.desk, work.officer, unit_id=99999, now=NOW)


async def test_reports_on_a_card_say_what_became_of_them(work: Work) -> None:
    photo = await work.photo()
    at = work.by_code["NV07"]
    await report(
        work.desk, work.officer, assignment_id=at, said=SaidProgress(Decimal(40), note="xong <b>"), now=NOW, key=key()
    )
    await report(
        work.desk,
        work.officer,
        assignment_id=at,
        said=SaidProgress(Decimal(100), files=(photo.id,)),
        now=NOW,
        key=key(),
    )
    card = await show_row.show(work.desk, work.officer, row_id=await row_id(work, "NV07"), now=NOW)
    assert [shown.report.percent for shown in card.reports] == [100, 40]
    assert card.files == 1
    text = row_card(VI, card).text
    assert "“xong &lt;b&gt;”" in text and "🟢⏳" in text
    stranger = await work.ward.member(Role.OFFICER, work.ward.division)
    seen = await show_row.show(work.desk, stranger, row_id=await row_id(work, "NV07"), now=NOW)
    assert seen.files == 0 and not seen.leads[0].may_report
    with pytest.raises(NotFound):
        await show_row.show_files(work.desk, stranger, row_id=await row_id(work, "NV07"), now=NOW)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("NV07", ("NV", 7, None)),
        ("nv 7", ("NV", 7, None)),
        ("nv.007", ("NV", 7, None)),
        ("ct1/2026", ("CT", 1, 2026)),
        ("NV", None),
        ("NV07 xong", None),
        ("", None),
        ("nv00000000007", ("NV", 7, None)),
    ],
)
def test_codes_as_people_type_them(typed: str, read: tuple[str, int, int | None] | None) -> None:
    code = read_row_code(typed)
    assert (code and (code.kind, code.number, code.year)) == read


def test_search_words_are_bare_each_once_and_cut_to_what_a_button_holds() -> None:
    assert search_words("Dịch vụ, dịch-VỤ công!") == ("dich vu cong", False)
    words, cut = search_words("một hai ba bốn năm sáu bảy tám chín mười mười một mười hai")
    assert cut and len(words) <= 36 and words.startswith("mot hai ba")
    assert search_words("x" * 80) == ("x" * 36, True)
    assert search_words("日本 ỷ") == ("y", False)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rà soát dữ liệu", ["NV07"]),
        ("ra soat du lieu", ["NV07"]),
        ("NV07", ["NV07"]),
        ("bdhv", ["NV02"]),
        ("xep hang chuyen doi", ["CT02"]),
        ("bách khoa", []),
    ],
)
async def test_rows_are_found_by_words_codes_and_initials(work: Work, words: str, found: list[str]) -> None:
    assert codes(await search(work.desk, work.officer, words=words, now=NOW)) == found


async def test_a_search_for_nothing_is_refused(work: Work) -> None:
    with pytest.raises(BadInput, match="search_empty"):
        await search(work.desk, work.officer, words="!!! 日本", now=NOW)
