"""A quarter in Ba Ngòi as its people live it in the chat, told once for the journey test and for docs/a-quarter.md."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.domain.people.people import Role
from bot.plans.reader import read_yaml
from bot.services.plan.load_plan import load
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Message
from bot.storage.engine.database import migrate
from tests.evidence.made_files import pdf, picture
from tests.town import Town, town_on

SLUG, PERIOD, QUARTER = "ba-ngoi", "2026-Q2", "quý II/2026"
SEED = Path(__file__).parents[2] / "seeds" / f"{SLUG}.yaml"
CULTURE, OFFICE, MARKET = "Phòng Văn hóa - Xã hội", "Văn phòng HĐND và UBND phường", "Phòng Kinh tế, Hạ tầng và Đô thị"
CENTRE, POLICE = "Trung tâm Phục vụ hành chính công", "Công an phường"
FRONT, YOUTH, LEADERS = "Ủy ban MTTQ Việt Nam phường", "Đoàn Thanh niên phường", "UBND phường"
IN_USE = datetime.fromisoformat("2026-03-10T08:00:00+07:00")
MOST_ROWS = 40


@dataclass
class Turn:
    """One thing said or pressed, or something that came unasked, and what then stood newest in the chat."""

    who: str
    at: datetime
    did: str
    text: str
    keys: list[list[str]]


@dataclass
class Scene:
    """Turns under one head."""

    head: str
    turns: list[Turn] = field(default_factory=list)


class Quarter:
    """The town, its people by their given names, and what of it is shown."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.people: dict[str, SimulatedPerson] = {}
        self.named: dict[str, str] = {}
        self.scenes: list[Scene] = []

    async def joins(self, who: str, name: str, unit: str, role: Role = Role.OFFICER) -> None:
        """Someone who has joined already."""
        self.people[who] = await self.town.join(SLUG, unit, role, name=name)
        self.named[who] = f"{name} ({unit})"

    def scene(self, day: str, head: str, clock: str = "09:00") -> None:
        """The next scene, on a day of 2026 given as MM-DD."""
        self.town.clock.move_to(datetime.fromisoformat(f"2026-{day}T{clock}:00+07:00"))
        self.scenes.append(Scene(head))

    async def say(self, who: str, words: str, *, shown: bool = False) -> str:
        """The newest message once these words have been answered."""
        self.people[who].send_text(words)
        return await self._answered(who, f"`{words}`", shown)

    async def press(self, who: str, label: str, *, shown: bool = False, on: Message | None = None) -> str:
        """The newest message once its button with this text, or part of it, has been answered; ``on`` an older one."""
        person = self.people[who]
        message = on or person.last()
        whole = next((one for one in _labels(message) if label in one), label)
        person.press(whole, message)
        told = await self._answered(who, f"**[{whole}]**", shown)
        assert person.unanswered() == []
        return told

    async def give(self, who: str, name: str, caption: str | None = None, *, shown: bool = False) -> str:
        """The newest message once a file of this name has come: a PDF, or a photo where the name ends with .jpg."""
        person = self.people[who]
        if name.endswith(".jpg"):
            person.send_photo(picture(size=(320, 240 + len(self.scenes))), caption)
        else:
            person.send_document(pdf(name.removesuffix(".pdf")), name, "application/pdf", caption)
        return await self._answered(who, f"📎 {name}" + (f" `{caption}`" if caption else ""), shown)

    def heard(self, who: str) -> str:
        """What stands newest in someone's chat, who has asked for nothing."""
        self._keep(who, "")
        return self.people[who].last().text

    async def walk_to(self, who: str, code: str) -> str:
        """The walk gone on with "Không phát sinh" until it asks about this row."""
        for _ in range(MOST_ROWS):
            if f"{code} ·" in (card := self.people[who].last().text):
                return card
            await self.press(who, "Không phát sinh")
        raise AssertionError(f"the walk does not come to {code}")

    async def sends_the_rest(self, who: str, *, shown: bool = False) -> str:
        """The receipt of a walk whose last rows stay as they are."""
        if any("tất cả còn lại" in label for label in self.people[who].buttons()):
            await self.press(who, "Giữ nguyên tất cả còn lại")
        return await self.press(who, "Gửi báo cáo (", shown=shown)

    async def _answered(self, who: str, did: str, shown: bool) -> str:
        await self.town.settle()
        if shown:
            self._keep(who, did)
        return self.people[who].last().text

    def _keep(self, who: str, did: str) -> None:
        newest = self.people[who].last()
        keys = newest.body.get("reply_markup", {}).get("inline_keyboard", [])
        labels = [[one["text"] for one in row] for row in keys]
        self.scenes[-1].turns.append(Turn(who, self.town.clock.now(), did, newest.text, labels))


def _labels(message: Message) -> list[str]:
    return [one["text"] for one in message.buttons if "callback_data" in one]


@asynccontextmanager
async def ba_ngoi(folder: Path) -> AsyncIterator[Quarter]:
    """Ba Ngòi alone, its plan in use since March, with those who joined by the link of the command line."""
    await migrate(f"sqlite+aiosqlite:///{folder / 'tiendo.db'}")
    async with town_on(folder, at=IN_USE) as town:
        await load(town.app.desk, read_yaml(SEED), now=town.clock.now(), in_use=True)
        q = Quarter(town)
        # Its seconds are real ones: a slow machine would see a morning's message where a fast one sees none.
        for ticker in town.app.companions[1:]:
            await ticker.stop()
        await q.joins("binh", "Trần Thị Bình", CULTURE, Role.OFFICE)
        await q.joins("khanh", "Lê Văn Khánh", MARKET)
        await q.joins("hoa", "Phạm Thị Hoa", CENTRE)
        await q.joins("ha", "Đỗ Thị Hà", OFFICE)
        await q.joins("tho", "Lê Thị Thơ", OFFICE, Role.APPRAISER)
        await q.joins("minh", "Ngô Văn Minh", FRONT)
        await q.joins("dung", "Vũ Thị Dung", YOUTH)
        await q.joins("phuoc", "Nguyễn Hữu Phước", LEADERS, Role.COMMITTEE)
        yield q


async def an_officer_joins(q: Quarter) -> None:
    """The office invites an officer of the police, who opens the link."""
    q.scene("03-12", "The office invites, an officer joins")
    await q.say("binh", "/moi")
    await q.press("binh", POLICE)
    code = re.search(r"start=(\w+)", await q.press("binh", "Cán bộ"))
    assert code is not None
    an = q.people["an"] = q.town.person("Telegram An")
    q.named["an"] = f"Nguyễn Văn An ({POLICE})"
    an.start(code.group(1))
    await q.town.settle()
    q.heard("an")
    await q.say("an", "nguyễn văn an", shown=True)
    assert "Nguyễn Văn An" in await q.press("an", "Đúng", shown=True)


async def spring(q: Quarter) -> None:
    """Complete reports with their PDF: accepted, returned; and what is under way."""
    for day, who, code, file in (
        ("03-16", "binh", "NV10", "Ke hoach 2026.pdf"),
        ("03-24", "binh", "NV32", "Ke hoach DTI.pdf"),
        ("04-10", "binh", "NV15", "Ke hoach tap huan To CNSCD.pdf"),
        ("04-22", "khanh", "NV11", "Quyet dinh giao du toan.pdf"),
        ("04-28", "binh", "NV16", "Ke hoach tap huan.pdf"),
    ):
        q.scene(day, f"{code} is done, with its PDF")
        shown = code == "NV11"
        await q.give(who, file, f"{code} 100%", shown=shown)
        assert "chờ thẩm định" in (await q.press(who, "Gửi báo cáo", shown=shown)).lower()
        await judged(q, code, shown=shown)
        assert "đã được chấp nhận" in q.people[who].last().text
        if shown:
            q.heard(who)
    q.scene("05-18", "Values and percents, typed as they come")
    for who, words in (
        ("binh", "NV01 60% đã mở chuyên mục, đăng 42 tin"),
        ("binh", "NV12 90% đã trình dự thảo"),
        ("binh", "NV25 80% chờ UBND phường phê duyệt"),
        ("binh", "NV26 70%"),
        *(("binh", f"{code} 45%") for code in ("NV02", "NV04", "NV13", "NV20", "NV21", "NV36")),
        ("binh", "CT02 46/62"),
        ("binh", "CT03 64"),
        ("binh", "CT09 87,5"),
        ("binh", "CT10 8120/20300"),
        ("binh", "CT04 hạng 14"),
        ("khanh", "NV29 30% đã chọn đơn vị tư vấn"),
        ("ha", "NV28 45%"),
    ):
        await q.say(who, words)
        assert "Đã ghi nhận" in await q.press(who, "Gửi báo cáo")


async def judged(q: Quarter, code: str, why: str | None = None, *, shown: bool = False) -> None:
    """The appraiser accepts a complete report, or returns it for one of the reasons of the buttons."""
    await q.say("tho", "/thamdinh")
    await q.press("tho", f"{code} ·", shown=shown)
    if why is None:
        assert f"Đã chấp nhận {code}" in await q.press("tho", "Chấp nhận", shown=shown)
    else:
        await q.press("tho", "Trả lại")
        assert f"Đã trả lại {code}" in await q.press("tho", why, shown=shown)


async def one_is_returned(q: Quarter) -> None:
    """A photo where a signed document is asked for."""
    q.scene("05-27", "A complete report is returned")
    await q.give("an", "lop-tap-huan.jpg", "NV17 100%")
    await q.press("an", "Gửi báo cáo")
    await judged(q, "NV17", "Thiếu chữ ký", shown=True)
    assert "được trả lại" in q.heard("an")
    q.scene("05-29", "Reported again with the signed document")
    await q.give("an", "Ke hoach tap huan da ky.pdf", "NV17 100%")
    await q.press("an", "Gửi báo cáo")
    await judged(q, "NV17")
    assert "Hoàn thành đúng hạn: gửi ngày 29/05/2026" in q.heard("an")


async def half_year(q: Quarter) -> None:
    """The summary of the half-year, which Ba Ngòi asks for before 5 June."""
    q.scene("06-03", "The half-year's summary")
    for who in ("an", "khanh", "hoa", "ha"):
        await q.say(who, "/kybaocao")
        await q.press(who, "Để sau")
        await q.press(who, "6 tháng đầu năm 2026")
        await q.give(who, "Bao cao 6 thang.pdf")
        assert "Đã ghi nhận" in await q.press(who, "Gửi báo cáo")


async def difficulty(q: Quarter) -> None:
    """Funds are missing; the standing office answers the same day."""
    q.scene("06-08", "A difficulty is raised and answered")
    await q.say("khanh", "/vuongmac NV30", shown=True)
    await q.press("khanh", "Kinh phí")
    await q.say("khanh", "Chưa được bố trí 1,2 tỷ đồng cho dự án camera, đề nghị cho ý kiến về nguồn vốn")
    await q.press("khanh", "Gửi vướng mắc", shown=True)
    assert "Vướng mắc VM1 gửi đến anh/chị" in q.heard("binh")
    await q.press("binh", "Trả lời")
    await q.say("binh", "Đã trình UBND phường bổ sung từ nguồn kết dư, dự kiến có trong tháng 7")
    await q.press("binh", "Gửi trả lời")
    assert "VM1 đã được trả lời" in q.heard("khanh")


async def extension(q: Quarter) -> None:
    """A new limit, asked for and granted."""
    q.scene("06-09", "An extension is asked for and granted")
    await q.say("dung", "/giahan NV14")
    await q.say("dung", "31/7")
    await q.say("dung", "Báo cáo viên của tỉnh lùi lịch tập huấn sang tháng 7")
    await q.press("dung", "Gửi đề nghị")
    assert "Có đề nghị cần quyết định" in q.heard("binh")
    await q.press("binh", "Đồng ý đến 31/07/2026")
    assert "Đề nghị đã được đồng ý" in q.heard("dung")


async def the_walk(q: Quarter) -> None:
    """The police walk through the quarter in two sittings."""
    q.scene("06-10", "The walk through the quarter, left and gone on with")
    assert f"Báo cáo {QUARTER} · 1/11" in await q.say("an", "/kybaocao", shown=True)
    await q.press("an", "100%")
    await q.say("an", "Đã gửi 1 phiếu đề xuất về Sở", shown=True)
    await q.give("an", "Phieu de xuat.pdf", shown=True)
    await q.press("an", "Ghi, sang việc tiếp")
    await reported(q, "an", "NV23", "100%")
    assert "2/11" in await q.press("an", "Để sau", shown=True)
    q.scene("06-11", "The next day")
    assert " · 3/11" in await q.say("an", "/kybaocao", shown=True)
    await q.walk_to("an", "CT12")
    await q.say("an", "14200/21000", shown=True)
    await q.press("an", "Ghi, sang việc tiếp")
    for code in ("NV03", "NV06", "NV08"):
        await reported(q, "an", code, "50%")
    await q.press("an", "Giữ nguyên tất cả còn lại", shown=True)
    assert (await q.press("an", "Gửi báo cáo (11)", shown=True)).startswith("✅ Đã ghi nhận 11 báo cáo")


async def others_report(q: Quarter) -> None:
    """Four more units in time: figures for some rows, the rest unchanged."""
    started = dict.fromkeys(("NV03", "NV06", "NV08"), "50%")
    for day, who, said in (
        ("06-15", "binh", {"NV24": "100%", "NV23": "50%", "CT01": "82", "CT11": "11900/20300", **started}),
        ("06-16", "khanh", {"NV24": "50%", "NV23": "25%", "NV03": "50%", "NV27": "75%"}),
        ("06-17", "hoa", {"NV24": "90%", "CT05": "88,5", "CT06": "7650/9000", "CT07": "61", "CT08": "72", **started}),
        ("06-18", "ha", {"NV24": "75%", "NV23": "75%", **started}),
    ):
        q.scene(day, "Others report, one value as a share")
        await q.say(who, "/kybaocao")
        if who == "binh":
            await q.press(who, "Báo cáo việc của đơn vị mình")
        for code, words in said.items():
            await reported(q, who, code, words)
        await q.sends_the_rest(who)
        assert "đúng hạn" in q.people[who].last().text
        if who == "binh":
            await q.press(who, "Báo cáo 6 tháng đầu năm 2026")
            await q.give(who, "Bao cao 6 thang cua phuong.pdf")
            assert "đúng hạn" in await q.press(who, "Gửi báo cáo")
    q.scene("06-18", "A photo that cannot be read", "14:00")
    await q.give("khanh", "san-pham.jpg", "NV09 100%")
    await q.press("khanh", "Gửi báo cáo")
    await judged(q, "NV09", "Ảnh mờ, không đọc được")


async def reported(q: Quarter, who: str, code: str, words: str) -> None:
    """One row of the walk: a percent by its button or a value typed, with a PDF where all is done."""
    await q.walk_to(who, code)
    shown = code == "CT06"
    await (q.press(who, words) if words.endswith("%") else q.say(who, words, shown=shown))
    if words == "100%":
        await q.give(who, f"Bao cao {code}.pdf")
    await q.press(who, "Ghi, sang việc tiếp")


async def who_is_missing(q: Quarter) -> None:
    """After the due day the office looks, chases with one button; one unit reports late, one not at all."""
    q.scene("06-22", "Who is missing, and the chase")
    seen = await q.say("binh", "/kybaocao", shown=True)
    assert "7 đơn vị: ✅ đúng hạn 5 · 🕓 trễ 0 · ❌ chưa đủ 2" in seen
    assert "Đã đôn đốc 2 đơn vị" in await q.press("binh", "Đôn đốc 2 đơn vị", shown=True)
    for who in ("minh", "dung"):
        assert "đôn đốc báo cáo tiến độ" in q.people[who].last().text
    q.heard("dung")
    await q.press("dung", "Báo cáo kỳ này")
    await reported(q, "dung", "NV24", "25%")
    assert "gửi trễ hạn" in await q.sends_the_rest("dung", shown=True)


async def the_close(q: Quarter) -> None:
    """The office closes the period; one unit has not reported."""
    q.scene("06-24", "The close")
    assert "đúng hạn 5 · 🕓 trễ 1 · ❌ chưa đủ 1" in await q.say("binh", "/kybaocao")
    assert "Còn 1 đơn vị chưa báo cáo đủ" in await q.press("binh", "Đóng kỳ", shown=True)
    assert f"Đã đóng báo cáo tiến độ {QUARTER}" in await q.press("binh", "Đóng kỳ ngay", shown=True)
    assert f"Báo cáo {QUARTER} đã đóng, còn 11 việc không có báo cáo" in await q.say("minh", "/kybaocao", shown=True)


async def the_quarter(q: Quarter) -> None:
    """All of it, until the period is closed."""
    for part in (
        an_officer_joins,
        spring,
        one_is_returned,
        half_year,
        difficulty,
        extension,
        the_walk,
        others_report,
        who_is_missing,
        the_close,
    ):
        await part(q)
