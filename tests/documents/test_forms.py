"""The forms of the documents: the head of the decree, the set-up for printing, and texts that mean harm."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from PIL import Image

from bot.documents.make import render
from bot.documents.report_docx import DIFFICULTIES_SHOWN
from bot.documents.texts import clean, long_day, long_instant, source_words
from bot.domain.people.difficulties import Category, Difficulty, DifficultyEntry, EntryKind, EscalationLevel
from bot.domain.work.events import Report
from bot.i18n import translator
from bot.services.core.desk import Desk
from bot.services.results.make_document import DocumentFormat
from bot.services.results.period_figures import UnitColours
from bot.services.results.period_report import PeriodReport, Raised
from tests.documents.made import Place, a_place, at, docx_of, lines_of, tables_of, text_of, xlsx_of

T = translator("vi")
LONG = "Rà soát, chuẩn hóa dữ liệu dân cư trên địa bàn " * 13
HARM = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1:A9)", "  =HYPERLINK(1)")
ODD = "chuông\x07 đảo\u202etxet\u202c \u2066hướng\u2069 \x0b\x85\u200f\ufffe hết"
PLAIN = "chuông đảotxet hướng    hết"


def head_of(document: Any) -> str:
    return "\n".join(paragraph.text for cell in document.tables[0].rows[0].cells for paragraph in cell.paragraphs)


async def a_report(desk: Desk, **how: Any) -> PeriodReport:
    return await (await a_place(desk, **how)).report("2026-Q2", at("2026-06-15"))


async def test_a_government_office_has_the_head_of_the_state(desk: Desk) -> None:
    document = docx_of(await a_report(desk))
    head = head_of(document)
    for part in (
        "ỦY BAN NHÂN DÂN\nPHƯỜNG BA NGÒI",
        "PHÒNG VĂN HÓA - XÃ HỘI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-VHXH",
        "Ba Ngòi, ngày 15 tháng 6 năm 2026",
    ):
        assert part in head
    assert "ĐẢNG CỘNG SẢN" not in head
    foot = "\n".join(p.text for cell in document.tables[-2].rows[0].cells for p in cell.paragraphs)
    assert "Nơi nhận:" in foot and "Lưu: VT, VHXH" in foot and "TRƯỞNG PHÒNG" in foot


async def test_the_office_of_the_party_committee_has_the_head_of_the_party(desk: Desk) -> None:
    committee = "Ban Chỉ đạo về Phát triển khoa học phường Ba Ngòi"
    document = docx_of(await a_report(desk, office="Văn phòng Đảng ủy", issuer=committee))
    head = head_of(document)
    for part in ("ĐẢNG ỦY PHƯỜNG BA NGÒI", "BAN CHỈ ĐẠO VỀ PHÁT TRIỂN KHOA HỌC\n", "ĐẢNG CỘNG SẢN VIỆT NAM", "-BC/BCĐ"):
        assert part in head
    assert "CỘNG HÒA" not in head
    assert "T/M BAN CHỈ ĐẠO" in document.tables[-2].rows[0].cells[1].text


async def test_all_sections_stand_in_their_order_and_the_annex_lies_across(desk: Desk) -> None:
    report = await a_report(desk)
    document = docx_of(report)
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [head.split(".")[0] for head in heads] == ["I", "II", "III", "IV", "V"]
    assert heads[-1].endswith("QUÝ III NĂM 2026")
    portrait, annex = document.sections
    assert (portrait.orientation, annex.orientation) == (WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE)
    assert [round(each.cm, 1) for each in (portrait.left_margin, portrait.right_margin, portrait.top_margin)] == [
        3,
        1.5,
        2,
    ]
    assert document.styles["Normal"].font.name == "Times New Roman" and document.styles["Normal"].font.size.pt == 13
    assert document.tables[-1].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(document.tables[-1].rows) == 1 + len(report.rows)
    assert portrait.different_first_page_header_footer and "PAGE" in portrait.header._element.xml


async def test_each_document_names_its_instant_its_plan_and_the_audit(desk: Desk) -> None:
    place = await a_place(desk)
    await place.tell("NV01", at("2026-05-01"), Report(Decimal(10)))
    report = await place.report("2026-Q2", at("2026-06-15"))
    words = source_words(T, report.overview.source)
    assert "08 giờ 00 phút ngày 15 tháng 6 năm 2026" in words and "09/KH-UBND" in words
    mark = report.overview.source.audit
    assert mark is not None and mark[1] in words
    document = docx_of(report)
    assert (
        words in text_of(document) and "08:00 15/06/2026" in document.sections[0].first_page_footer.paragraphs[0].text
    )
    assert all(sheet["A3"].value == words for sheet in xlsx_of(report).worksheets)


async def test_the_workbook_is_set_up_for_work_and_for_paper(desk: Desk) -> None:
    book = xlsx_of(await a_report(desk))
    assert book.sheetnames == ["Tổng hợp", "Tiến độ", "Chỉ tiêu", "Xếp hạng", "Vướng mắc"]
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$4:$4"
    rows = book["Tiến độ"]
    assert rows.freeze_panes == "C5" and rows.auto_filter.ref == "A4:P12" and rows.print_area.endswith("$A$1:$M$12")
    assert {rows.cell(5, 9).fill.start_color.rgb[-6:]} & {"F6C6AD", "FBF6B8", "B8E2D3", "E0E0E0", "B5D5EC"}


async def test_texts_of_people_stay_texts_and_harmless(desk: Desk) -> None:
    place = await a_place(desk, name_of_row=LONG, unit="@" + "Đơn vị rất dài " * 40)
    for number, note in enumerate((*HARM, ODD)):
        await place.tell("NV02", at(f"2026-05-{10 + number}"), Report(Decimal(10 + number), note=note))
        report = await place.report("2026-Q2", at(f"2026-05-{10 + number}", "09:00:00"))
        sheet = xlsx_of(report)["Tiến độ"]
        found = next(row[10] for row in sheet.iter_rows(min_row=5) if row[0].value == "NV02")
        assert found.value == (PLAIN if note == ODD else note) and found.data_type == "s"
        assert found.quotePrefix or note == ODD
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    document = docx_of(report)
    annex = {row[0]: row for row in tables_of(document)["Mã | Vị trí trong Kế hoạch"]}
    assert annex["NV02"][7] == PLAIN and annex["NV02"][2].startswith(LONG.strip())
    Image.open(io.BytesIO(render(report, DocumentFormat.PNG, "vi"))).verify()


async def test_nothing_that_is_signed_is_cut_and_what_is_quoted_keeps_its_capitals(desk: Desk) -> None:
    unit = "Đơn vị có tên rất dài " * 12
    place = await a_place(desk, name_of_row=LONG, unit=unit.strip())
    await place.tell("NV06", at("2026-05-04"), Report(Decimal(60), note="đang làm"))
    told = replace(difficulty(1, "Thiếu kinh phí và người " * 60), unit=unit)
    report = replace(await place.report("2026-Q2", at("2026-07-02")), difficulties=(told,))
    document = docx_of(report)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = text_of(document)
    assert "…" not in words + "".join(cells) and unit.strip() in cells
    assert f"NV03: {LONG} NV03 – " in words and "quá hạn 62 ngày" in words
    assert "chưa đạt mốc “Quý I/2026 hoàn thành xây dựng Đề án" in words


def test_signs_that_turn_or_break_a_line_are_left_out_and_breaks_stay() -> None:
    assert clean("a\r\nb\tc\x00\u202e") == "a\nb c"
    assert len(clean("ă" * 40_000)) == 32_000
    assert clean("ký hiệu ≥ 80 % · “mốc” 🟢") == "ký hiệu ≥ 80 % · “mốc” 🟢"


def test_days_and_hours_read_as_the_decree_has_them() -> None:
    assert long_day(T, at("2026-01-05").date()) == "ngày 05 tháng 01 năm 2026"
    assert long_day(T, at("2026-06-05").date()) == "ngày 05 tháng 6 năm 2026"
    assert long_instant(T, at("2026-07-01", "00:00:00")) == "24 giờ 00 phút ngày 30 tháng 6 năm 2026"


def difficulty(number: int, text: str) -> Raised:
    raised = DifficultyEntry(number, EntryKind.RAISED, at("2026-05-04"), 1, 1, EscalationLevel.OFFICE, text)
    return Raised(Difficulty(number, 1, 1, 1, 1, 1, None, Category.FUNDS, (raised,)), "NV01", "Công an phường", None)


@pytest.mark.parametrize("count", [0, 1, 1000])
async def test_none_and_a_thousand_difficulties(desk: Desk, count: int) -> None:
    found = tuple(difficulty(number, f"={number} thiếu kinh phí\u202e") for number in range(1, count + 1))
    report = replace(await a_report(desk), difficulties=found)
    document = docx_of(report)
    table = tables_of(document).get("Mã | Cơ quan, đơn vị", [])
    assert len(table) == min(count, DIFFICULTIES_SHOWN)
    lines = [line for line in lines_of(xlsx_of(report)["Vướng mắc"]) if line["Số"]]
    assert [line["Nội dung"] for line in lines] == [f"={number} thiếu kinh phí" for number in range(1, count + 1)]
    words = text_of(document)
    assert ("không có khó khăn" in words) == (count == 0)
    assert (f"Còn {count - DIFFICULTIES_SHOWN} khó khăn" in words) == (count > DIFFICULTIES_SHOWN)


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_picture_is_upright_with_many_units_and_long_names(desk: Desk, language: str) -> None:
    place = await a_place(desk)
    await place.tell("NV02", at("2026-05-04"), Report(Decimal(30)))
    report = await place.report("2026-Q2", at("2026-06-15"))
    counts = report.overview.by_unit[0].colours
    units = tuple(UnitColours(f"$Đơn vị_{n}^ " * 60, counts) for n in range(40))
    for overview in (report.overview, replace(report.overview, by_unit=units), replace(report.overview, by_unit=())):
        png = render(replace(report, overview=overview), DocumentFormat.PNG, language)
        image = Image.open(io.BytesIO(png))
        assert image.width == 1080 and image.width <= image.height <= 2 * image.width and len(png) < 400_000


async def test_every_format_is_made_in_every_locality(desk: Desk) -> None:
    from tests.services.communes import a_commune

    for slug in ("binh-loc", "phuoc-binh", "ba-ngoi", "binh-thanh", "dong-phu"):
        commune = await a_commune(desk, slug, in_use=True)
        report = await Place(desk, commune.id, commune.office).report("2026-H1", at("2026-06-20"))
        document = docx_of(report)
        assert len(document.tables[-1].rows) == 1 + len(report.rows)
        assert report.overview.source.place.upper().split(" ", 1)[1] in head_of(document)
        assert xlsx_of(report)["Tiến độ"].max_row == 4 + len(report.rows)
