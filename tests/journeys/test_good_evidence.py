"""Evidence that is good is taken, what is not says what to send instead, and a file is blamed for no use it was not."""

from __future__ import annotations

import pytest

from bot.domain.people.people import Role
from bot.simulator.telegram.chats.people import SimulatedPerson
from tests.evidence.made_files import MAIN, box, heic, package, pdf, picture, zipped
from tests.journeys.test_reporting import officer, press, reports, say, stored
from tests.town import Town

DIVISION = "Phòng Văn hóa - Xã hội"
MIB = 1 << 20


async def sends(town: Town, person: SimulatedPerson, content: bytes, name: str, caption: str | None = None) -> str:
    """The newest message once this file has been answered."""
    person.send_document(content, name, "application/octet-stream", caption)
    await town.settle()
    return person.last().text


@pytest.mark.parametrize("maker", ["apple", "samsung"])
async def test_a_photo_of_a_phone_is_shown_to_the_appraiser_as_it_is_seen(town: Town, maker: str) -> None:
    an = await officer(town)
    tho = await town.join("binh-loc", DIVISION, Role.APPRAISER, name="Lê Thị Thơ")
    photo = heic(4032, 3024, "2026:06:12 09:30:00", maker=maker, turned=3)
    assert "→ 100%" in await sends(town, an, photo, "20260612_093000.heic", "NV07 100%")
    await press(town, an, "Gửi báo cáo")
    await say(town, tho, "/thamdinh")
    card = await press(town, tho, "NV07 · ")
    assert "3024×4032" in card and "Chụp lúc 09:30 12/06/2026" in card
    assert "Không đọc được nội dung" not in card


async def test_a_picture_the_camera_calls_turned_is_shown_with_its_sides_turned(town: Town) -> None:
    an = await officer(town)
    await sends(town, an, picture("JPEG", (640, 480), orientation=6), "dung.jpg", "NV07 100%")
    await press(town, an, "Gửi báo cáo")
    tho = await town.join("binh-loc", DIVISION, Role.APPRAISER, name="Lê Thị Thơ")
    await say(town, tho, "/thamdinh")
    assert "480×640" in await press(town, tho, "NV07 · ")


async def test_a_paper_of_twenty_mebibytes_is_taken_and_one_byte_more_is_not(town: Town) -> None:
    an = await officer(town)
    content = pdf("Kế hoạch")
    full = content + bytes(20 * MIB - len(content))
    assert "Đã nhận đủ 1 tệp" in await sends(town, an, full, "day.pdf", "NV07 60%")
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town, "NV07")
    assert len(report.files) == 1
    assert "tối đa 20 MB" in await sends(town, an, full + b"\0", "qua.pdf")


async def test_a_paper_with_bytes_around_it_is_read(town: Town) -> None:
    an = await officer(town)
    content = b"<b>Warning</b>: in.php\n" + pdf("Kế hoạch", "Phụ lục") + b"\r\n-- \r\nUBND\r\n" * 900
    await sends(town, an, content, "KH 12.pdf", "NV07 100%")
    await press(town, an, "Gửi báo cáo")
    tho = await town.join("binh-loc", DIVISION, Role.APPRAISER, name="Lê Thị Thơ")
    await say(town, tho, "/thamdinh")
    card = await press(town, tho, "NV07 · ")
    assert "2 trang" in card and "Không đọc được nội dung" not in card


MACRO_SHEET = package("xlsx", {"xl/vbaProject.bin": b"x"})


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (MACRO_SHEET, "bang.xlsm", "Tệp có macro"),
        (MACRO_SHEET, "bang.xlsx", "Tệp có macro"),
        (zipped({"a.jpg": picture()}), "anh.zip", "giải nén rồi gửi từng ảnh"),
        (b"Rar!\x1a\x07\x00" + bytes(60), "anh.rar", "giải nén rồi gửi từng ảnh"),
        (box(b"ftyp", b"avif\0\0\0\0avifmif1") + bytes(60), "anh.avif", "Ảnh AVIF chưa được nhận"),
        (picture("TIFF"), "quet.tif", "Ảnh TIFF chưa được nhận"),
        (zipped({"[Content_Types].xml": "<Types/>", MAIN["docx"][0]: "<x/>"}), "kh.docx", "không đúng với đuôi .docx"),
    ],
)
async def test_what_is_not_taken_says_what_to_send_instead(town: Town, content: bytes, name: str, told: str) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    assert told in await sends(town, an, content, name)
    assert await stored(town) == (0, 0)
    await press(town, an, "Gửi báo cáo")
    assert len(await reports(town, "NV07")) == 1


async def test_the_same_file_twice_in_a_report_is_no_earlier_use(town: Town) -> None:
    an = await officer(town)
    same = pdf("cùng một tệp")
    assert "đã dùng cho" not in await sends(town, an, same, "a.pdf", "NV07 100%")
    assert "đã dùng cho" not in await sends(town, an, same, "b.pdf")
    await press(town, an, "Gửi báo cáo")
    tho = await town.join("binh-loc", DIVISION, Role.APPRAISER, name="Lê Thị Thơ")
    await say(town, tho, "/thamdinh")
    card = await press(town, tho, "NV07 · ")
    assert "a.pdf" in card and "b.pdf" in card and "đã dùng cho" not in card
    # Once it is sent for another task, that is told there.
    assert "đã dùng cho NV07" in await sends(town, an, same, "c.pdf", "NV13 60%")


async def test_a_withdrawn_report_has_used_nothing(town: Town) -> None:
    an = await officer(town)
    same = pdf("cùng một tệp")
    await sends(town, an, same, "a.pdf", "NV07 60%")
    await press(town, an, "Gửi báo cáo")
    await press(town, an, "Thu hồi")
    for code in ("NV13", "NV07"):
        assert "đã dùng cho" not in await sends(town, an, same, "a.pdf", f"{code} 50%"), code
        await press(town, an, "Hủy")
    await sends(town, an, same, "a.pdf", "NV07 50%")
    await press(town, an, "Gửi báo cáo")
    # The report that stands is an earlier use for everything else; of the withdrawn one nothing is said.
    town.clock.move_by(hours=1)
    assert "đã dùng cho NV07" in await sends(town, an, same, "a.pdf", "NV13 50%")
    await press(town, an, "Hủy")
    await say(town, an, "/nhiemvu NV07")
    files = await press(town, an, "Minh chứng")
    assert "tệp của báo cáo đã thu hồi" in files and "đã dùng cho" not in files


async def test_an_earlier_file_chosen_again_beside_its_copy_is_no_earlier_use(town: Town) -> None:
    an = await officer(town)
    same = pdf("cùng một tệp")
    await sends(town, an, same, "a.pdf", "NV07 60%")
    await press(town, an, "Gửi báo cáo")
    text = await sends(town, an, same, "b.pdf", "NV07 70%")
    assert "đã dùng cho NV07" in text


@pytest.mark.parametrize("hiding", ["\u202e", "\u2067", "\u200f", "\u200b", "\u2060"])
async def test_signs_that_turn_or_hide_a_name_are_shown_nowhere(town: Town, hiding: str) -> None:
    an = await officer(town)
    await sends(town, an, pdf("Kế hoạch"), f"ke {hiding}hoach{hiding}.pdf", "NV07 100%")
    await press(town, an, "Sửa")
    await press(town, an, "Bỏ bớt tệp")
    assert any("ke hoach.pdf" in label for label in an.buttons())
    await press(town, an, "Quay lại")
    await press(town, an, "Gửi báo cáo")
    tho = await town.join("binh-loc", DIVISION, Role.APPRAISER, name="Lê Thị Thơ")
    await say(town, tho, "/thamdinh")
    await press(town, tho, "NV07 · ")
    everything = [*an.texts(), *tho.texts(), *an.buttons(), *tho.buttons()]
    assert not any(hiding in told for told in everything)
    assert any("ke hoach.pdf" in told for told in tho.texts())
