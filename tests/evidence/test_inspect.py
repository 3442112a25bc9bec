"""What the look at a file finds, and which files are refused."""

from __future__ import annotations

import io
from typing import Any

import pytest

from bot.evidence.findings import Findings, Signature
from tests.evidence import made_files as made
from tests.evidence.looking import Look, refusal

pytestmark = pytest.mark.asyncio

ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
EXE = b"MZ\x90\x00" + bytes(200)
APK = made.zipped({"AndroidManifest.xml": b"\3\0\x08\0", "classes.dex": b"dex\n035\0"})
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><body>x</body></html>"


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")])
async def test_a_picture_is_known_by_its_content_with_its_pixels(look: Look, kind: str, extension: str) -> None:
    found = await look(made.picture(kind, (64, 48)), "photo.jpg", "image/jpeg")
    assert (found.kind, found.extension, found.width, found.height) == ("photo", extension, 64, 48)
    assert not found.unreadable
    assert found.pages is None


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}])
async def test_both_kinds_of_webp_state_their_pixels(look: Look, options: dict[str, Any]) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (321, 123), "red").save(out, "WEBP", **options)
    found = await look(out.getvalue(), "a.webp")
    assert (found.width, found.height) == (321, 123)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_the_camera_tells_when_a_picture_was_taken(look: Look, kind: str) -> None:
    found = await look(made.picture(kind, taken="2026:11:16 08:05:00"), "IMG_1.jpg")
    assert found.taken_at == "2026-11-16T08:05:00"


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "2026:13:45 08:05:00", "chiều thứ hai"])
async def test_a_camera_without_a_clock_says_nothing(look: Look, taken: str) -> None:
    found = await look(made.picture(taken=taken), "IMG_1.jpg")
    assert found.taken_at is None


async def test_a_heic_picture_has_the_size_of_the_whole_and_not_of_a_tile(look: Look) -> None:
    found = await look(made.heic(4032, 3024, "2026:06:05 17:00:01"), "IMG_1.HEIC", "image/heic")
    assert (found.extension, found.width, found.height) == ("heic", 4032, 3024)
    assert found.taken_at == "2026-06-05T17:00:01"
    assert not found.unreadable


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_cut_off_on_its_way_is_kept_as_unreadable(look: Look, kind: str) -> None:
    found = await look(made.picture(kind, (600, 400))[:-30], "a.jpg")
    assert found.unreadable


async def test_a_picture_of_thirty_thousand_pixels_square_is_refused_without_decoding(look: Look) -> None:
    assert await refusal(look(made.png_header(30_000, 30_000), "a.png")) == ("image_too_large", {"megapixels": 250})


async def test_a_picture_that_states_no_size_is_no_picture(look: Look) -> None:
    assert await refusal(look(b"\xff\xd8\xff\xe0#!/bin/sh\n", "a.jpg")) == ("file_not_what_it_says", {"said": "jpg"})


async def test_a_pdf_tells_its_pages(look: Look) -> None:
    found = await look(made.pdf("Kế hoạch", "Phụ lục"), "KH 12.pdf", "application/pdf")
    assert found == Findings("application/pdf", "pdf", "pdf", found.size, pages=2)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
async def test_an_office_package_is_known_by_its_parts(look: Look, kind: str) -> None:
    found = await look(made.package(kind, {"docProps/app.xml": "<Properties><Pages>7</Pages></Properties>"}), "")
    assert (found.kind, found.extension, found.pages) == ("office", kind, 7)


async def test_an_open_document_is_known_by_its_mimetype(look: Look) -> None:
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a><p>Báo cáo</p></a>"}
    found = await look(made.zipped(parts), "bc.odt")
    assert (found.kind, found.extension) == ("office", "odt")


@pytest.mark.parametrize(
    ("stream", "extension"), [("WordDocument", "doc"), ("Workbook", "xls"), ("PowerPoint Document", "ppt")]
)
async def test_an_office_file_of_old_is_known_by_its_streams(look: Look, stream: str, extension: str) -> None:
    found = await look(made.compound(stream, "1Table"), f"a.{extension}")
    assert (found.kind, found.extension, found.unreadable) == ("office", extension, False)


async def test_a_workbook_under_the_name_of_an_older_one_is_what_its_content_says(look: Look) -> None:
    assert (await look(made.package("xlsx", {}), "bang.xls")).extension == "xlsx"


async def test_an_office_file_behind_a_password_is_kept_as_unreadable(look: Look) -> None:
    found = await look(made.compound("EncryptedPackage", "EncryptionInfo"), "a.docx")
    assert (found.extension, found.unreadable) == ("docx", True)
    assert (await look(made.compound("WordDocument", content=bytes(11) + b"\1"), "a.doc")).unreadable
    assert (await look(made.compound("Workbook", content=b"\x09\x08\2\0\0\0\x2f\0\0\0"), "a.xls")).unreadable


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (ELF, "a.jpg"),
        (EXE, "a.jpg"),
        (b"@echo off\r\n", "a.pdf"),
        (b"#!/bin/sh\n", "a.docx"),
        (APK, "a.docx"),
        (b"var x = 1;", "a.png"),
        (HTML, "a.xls"),
        (SVG, "a.png"),
        (b"none", "a.pdf"),
        (made.picture(), "a.pdf"),
        (made.pdf("x"), "a.jpg"),
        (b"PK\x03\x04" + bytes(100), "a.docx"),
        (made.compound("__properties_version1.0"), "a.doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 900, "a.doc"),
    ],
)
async def test_a_file_that_is_not_what_its_name_says_is_refused(look: Look, content: bytes, name: str) -> None:
    assert await refusal(look(content, name)) == ("file_not_what_it_says", {"said": name.rpartition(".")[2]})


async def test_a_file_that_is_not_what_its_declared_type_says_is_refused(look: Look) -> None:
    assert await refusal(look(EXE, "a", "image/jpeg")) == ("file_not_what_it_says", {"said": "jpg"})


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (ELF, "a"),
        (EXE, "a.exe"),
        (b"echo", "a.bat"),
        (APK, "a.apk"),
        (b"var x", "a.js"),
        (HTML, "a.html"),
        (SVG, "a.svg"),
        (b"a;b", "a.csv"),
        (b"\0\0\0\x20ftypisom" + bytes(50), "a.mp4"),
        (made.pdf("x"), "a.pdf.exe"),
    ],
)
async def test_a_file_of_no_accepted_type_is_refused(look: Look, content: bytes, name: str) -> None:
    assert await refusal(look(content, name)) == ("file_type_refused", {})


async def test_an_office_package_with_a_program_inside_is_refused(look: Look) -> None:
    package = made.package("docx", {"word/embeddings/setup.exe": b"x"})
    assert (await refusal(look(package, "a.docx")))[0] == "file_not_what_it_says"


MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
WITH_MACROS = [
    made.package("docx", {"word/vbaProject.bin": b"x"}),
    made.package("docx", {"word/activeX/activeX1.xml": b"x"}),
    made.zipped(
        {
            "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{MACRO_TYPE}"/></Types>',
            "xl/workbook.xml": "<x/>",
        }
    ),
    made.zipped(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>", "Basic/Standard/M.xml": "<x/>"}
    ),
    made.compound("Workbook", "_VBA_PROJECT_CUR"),
    made.compound("WordDocument", "Macros"),
    made.compound("PowerPoint Document", "VBA"),
]


@pytest.mark.parametrize("content", WITH_MACROS)
@pytest.mark.parametrize("name", ["bang.xlsx", "", "a.XLSM"])
async def test_macros_are_named_as_the_reason(look: Look, content: bytes, name: str) -> None:
    assert await refusal(look(content, name)) == ("file_with_macros", {})


async def test_an_office_file_that_calls_itself_one_with_macros_is_refused_for_them(look: Look) -> None:
    for ending in ("docm", "xlsm", "pptm", "xlsb", "dotm"):
        assert await refusal(look(made.package("docx", {}), f"a.{ending}")) == ("file_with_macros", {})


async def test_macros_under_the_name_of_a_paper_are_not_what_it_says(look: Look) -> None:
    assert (await refusal(look(WITH_MACROS[0], "a.pdf")))[0] == "file_not_what_it_says"


AVIF = made.box(b"ftyp", b"avif\0\0\0\0avifmif1miaf") + bytes(200)
AVIF_IN_GENERAL = made.box(b"ftyp", b"mif1\0\0\0\0mif1avifmiaf") + bytes(200)


@pytest.mark.parametrize(
    ("content", "name", "picture"),
    [
        (AVIF, "a.avif", "AVIF"),
        (AVIF_IN_GENERAL, "", "AVIF"),
        (AVIF, "a.jpg", "AVIF"),
        (made.picture("TIFF"), "quet.tif", "TIFF"),
        (made.picture("TIFF"), "a.png", "TIFF"),
        (b"MM\0*" + bytes(60), "", "TIFF"),
        (made.picture("BMP"), "a.bmp", "BMP"),
        (b"8BPS" + bytes(60), "a.psd", "PSD"),
    ],
)
async def test_other_pictures_get_a_hint_what_to_send(look: Look, content: bytes, name: str, picture: str) -> None:
    assert await refusal(look(content, name)) == ("picture_kind_refused", {"picture": picture})


async def test_another_picture_under_the_name_of_a_paper_is_not_what_it_says(look: Look) -> None:
    assert await refusal(look(made.picture("TIFF"), "a.pdf")) == ("file_not_what_it_says", {"said": "pdf"})


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (made.zipped({"a.txt": "x"}), "a.zip"),
        (made.zipped({"a.jpg": made.picture()}), ""),
        (made.zipped({}), "a.zip"),
        (b"Rar!\x1a\x07\x00" + bytes(50), "a.rar"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), ""),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "a.7z"),
        (b"\x1f\x8b\x08" + bytes(50), "a.tar.gz"),
        (bytes(257) + b"ustar\x0000" + bytes(300), "a.tar"),
        (b"unknown", "a.rar"),
    ],
)
async def test_archives_get_a_hint_what_to_send(look: Look, content: bytes, name: str) -> None:
    assert await refusal(look(content, name)) == ("file_is_archive", {})


@pytest.mark.parametrize(
    "name", ["a.exe\u200b", "a.\u202eexe", "a.exe.", "a.exe ", "a.exe . .", "a.e\u200dxe", "a.exe\u00a0"]
)
async def test_a_program_s_ending_is_seen_through_signs_that_hide_it(look: Look, name: str) -> None:
    assert await refusal(look(made.pdf("x"), name)) == ("file_type_refused", {})


async def test_a_drawing_inside_a_paper_is_no_program(look: Look) -> None:
    assert (await look(made.package("docx", {"word/media/image1.svg": SVG}), "a.docx")).extension == "docx"


async def test_a_package_that_unpacks_beyond_all_bounds_is_refused_quickly(look: Look) -> None:
    bomb = bytearray(made.package("docx", {"word/media/a.bin": bytes(1000)}))
    at = bomb.rindex(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = (0xF0000000).to_bytes(4, "little")
    assert (await refusal(look(bytes(bomb), "a.docx")))[0] == "file_not_what_it_says"


async def test_a_first_page_of_a_hundred_megabytes_is_read_no_further_than_needed(look: Look) -> None:
    content = made.package("docx", {}, main="<d><p><t>" + "a" * 100_000_000 + "</t></p></d>")
    assert (await look(content, "a.docx")).extension == "docx"


async def test_entities_are_never_expanded(look: Look) -> None:
    main = '<!DOCTYPE d [<!ENTITY a "MẬT">]><d><p><t>&a;</t></p></d>'
    assert (await look(made.package("docx", {}, main=main), "a.docx")).unreadable


async def test_an_empty_file_is_refused(look: Look) -> None:
    assert await refusal(look(b"", "a.pdf")) == ("file_empty", {})


async def test_a_file_beyond_the_limit_is_refused_with_the_limit(look: Look) -> None:
    assert await refusal(look(made.picture() + bytes(25 << 20), "a.jpg")) == ("file_too_large", {"megabytes": 20})


@pytest.mark.parametrize(
    "said",
    [
        {"name": "KH_12_TỐI MẬT.pdf"},
        {"name": "Báo cáo MẬT.pdf"},
        {"name": "a.pdf", "caption": "Kế hoạch (MẬT)"},
        {"name": "TUYET_MAT.rar"},
    ],
)
async def test_a_mark_in_name_or_caption_is_refused_whatever_the_file(look: Look, said: dict[str, str]) -> None:
    assert await refusal(look(made.pdf("x"), **said)) == ("marked_secret", {})
    assert await refusal(look(b"", **said)) == ("marked_secret", {})


def _wide(text: str) -> bytes:
    return bytes(512) + text.encode("utf-16-le")


MARKED = [
    made.pdf("ỦY BAN NHÂN DÂN\nXÃ BÌNH LỘC\nMẬT\nSố: 12/KH-UBND"),
    made.pdf("T Ố I  M Ậ T"),
    made.pdf("Kế hoạch", note="TOI MAT"),
    made.stamped_pdf("TOI MAT"),
    made.package("docx", {}, main=made.document("ỦY BAN", "TỐI| MẬT", "Số: 12")),
    made.package("docx", {"word/header1.xml": made.document("MẬT")}),
    made.package("xlsx", {"xl/sharedStrings.xml": "<sst><si><t>Kế hoạch</t></si><si><t>MẬT</t></si></sst>"}),
    made.package("xlsx", {"xl/worksheets/sheet1.xml": "<w><oddHeader>&amp;C&amp;14MẬT</oddHeader></w>"}),
    made.package("pptx", {"ppt/slides/slide1.xml": "<p:sld xmlns:p='p'><p><t>TUYỆT MẬT</t></p></p:sld>"}),
    made.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a><p>Số 1</p><p>MẬT</p></a>"}),
    made.compound("WordDocument", content=_wide("ỦY BAN\rMẬT\rSố: 12")),
    made.compound("Workbook", content=bytes(512) + b"\3\0\1" + "MẬT".encode("utf-16-le")),
    made.compound("WordDocument", content=bytes(512) + b"UBND\rTOI MAT\r"),
]


@pytest.mark.parametrize("content", MARKED)
async def test_a_mark_on_the_first_page_is_refused(look: Look, content: bytes) -> None:
    assert await refusal(look(content, "a")) == ("marked_secret", {})


UNMARKED = [
    made.pdf("AN TOÀN, BẢO MẬT THÔNG TIN\nBẢO VỆ BÍ MẬT NHÀ NƯỚC"),
    made.pdf("Kế hoạch", "MẬT"),
    made.package("docx", {}, main=made.document("BẢO| MẬT", "MẬT ĐỘ DÂN SỐ")),
    made.package("xlsx", {"xl/sharedStrings.xml": "<sst><si><t>BẢO MẬT</t></si></sst>"}),
    made.compound("WordDocument", content=_wide("QUY CHẾ BẢO MẬT\r")),
]


@pytest.mark.parametrize("content", UNMARKED)
async def test_words_about_secrecy_and_marks_on_later_pages_are_not_refused(look: Look, content: bytes) -> None:
    assert not (await look(content, "a")).unreadable


async def test_findings_of_an_earlier_version_are_still_read() -> None:
    stored = {"mime": "application/pdf", "kind": "pdf", "extension": "pdf", "size": 9, "later": 1}
    assert Findings.from_json(stored) == Findings("application/pdf", "pdf", "pdf", 9)
    with_signature = Findings("a", "pdf", "pdf", 1, signatures=(Signature("A", None, True, None),))
    assert Findings.from_json(with_signature.to_json()) == with_signature


# What stands around a PDF.

BEFORE = [
    b"\r\n\r\n",
    b"\xef\xbb\xbf",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n",
    b"<br />\n<b>Warning</b>: Undefined index in <b>/var/www/in.php</b>\n",
    bytes(1000),
    b"X" * 1023,
]
BEHIND = [
    b"\r\n\r\n",
    bytes(5000),
    b"\r\n--\r\nEmail n\xc3\xa0y \xc4\x91\xc6\xb0\xe1\xbb\xa3c g\xe1\xbb\xadi t\xe1\xbb\xab UBND x\xc3\xa3\r\n" * 300,
]


@pytest.mark.parametrize("before", BEFORE, ids=range(len(BEFORE)))
@pytest.mark.parametrize("behind", [b"", BEHIND[2]], ids=["", "mail"])
async def test_a_pdf_with_bytes_around_it_is_a_pdf(look: Look, before: bytes, behind: bytes) -> None:
    found = await look(before + made.pdf("Kế hoạch", "Phụ lục") + behind, "KH 12.pdf", "application/pdf")
    assert (found.extension, found.pages, found.unreadable) == ("pdf", 2, False)


@pytest.mark.parametrize("behind", BEHIND, ids=["blank", "zeros", "mail"])
async def test_bytes_behind_the_end_of_a_pdf_are_no_damage(look: Look, behind: bytes) -> None:
    found = await look(made.pdf("Kế hoạch") + behind, "KH 12.pdf")
    assert (found.pages, found.unreadable) == (1, False)


async def test_a_mark_is_seen_on_the_page_of_a_pdf_with_bytes_around_it(look: Look) -> None:
    content = BEFORE[3] + made.pdf("ỦY BAN NHÂN DÂN\nMẬT") + BEHIND[2]
    assert await refusal(look(content, "a.pdf")) == ("marked_secret", {})


@pytest.mark.parametrize("before", [bytes(1024), b"MZ" + bytes(100), b"\x7fELF" + bytes(100), b"#!/bin/sh\n"])
async def test_a_header_too_far_down_or_behind_a_program_is_none(look: Look, before: bytes) -> None:
    assert await refusal(look(before + made.pdf("x"), "a.pdf")) == ("file_not_what_it_says", {"said": "pdf"})


async def test_a_pdf_cut_off_in_its_second_revision_is_kept_as_unreadable(look: Look) -> None:
    first = made.pdf("Kế hoạch")
    second = first + b"\n4 0 obj\n<< /Length 5000 >>\nstream\n" + bytes(3000)
    assert (await look(second, "a.pdf")).unreadable
    assert (await look(first[: len(first) - 3], "a.pdf")).unreadable


@pytest.mark.parametrize("size", [0, 1])
async def test_a_file_of_exactly_the_limit_is_within_it(look: Look, size: int) -> None:
    content = made.pdf("x")
    padded = content + bytes((20 << 20) - len(content) + size)
    if size:
        assert await refusal(look(padded, "a.pdf")) == ("file_too_large", {"megabytes": 20})
    else:
        assert not (await look(padded, "a.pdf")).unreadable
