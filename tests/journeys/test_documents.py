"""/tongquan and the documents of a period, as committee and standing office meet them."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from bot.domain.people.people import Role
from bot.services.results import make_document as service
from bot.services.rows.export_plan import export
from bot.simulator.telegram.chats.people import SimulatedPerson
from tests.documents.made import lines_of, tables_of
from tests.town import Town, press, say

OFFICE, POLICE = "Văn phòng Đảng ủy", "Công an phường"
FORGED = (
    "v1:doc",
    "v1:doc:docx",
    "v1:doc:docx:2:2026-12",
    "v1:doc:docx:2:2020",
    "v1:doc:docx:2:x",
    "v1:doc:docx:x:2026-Q2",
    "v1:doc:docx:2:2026-Q2:1",
    "v1:doc:pdf:2:2026-Q2",
    "v1:doc:png:2:2026-Q2",
    "v1:doc:docx:1:2026-Q2",
    "v1:doc:docx:99999:2026-Q2",
)
"""Of Bình Lộc (2) with what there is none of, and of places that are not the person's."""


def files_of(town: Town, person: SimulatedPerson, kind: str) -> list[tuple[str, bytes]]:
    """Names and contents of what the bot has sent as this kind, the oldest first."""
    found = []
    for message in person.chat.visible():
        sent: Any = message.body.get(kind)
        if sent is not None and message.sent_by(town.chats.bot.id):
            one = sent[-1] if kind == "photo" else sent
            found.append((one.get("file_name", ""), town.chats.files.known(one["file_id"]).content))
    return found


async def colours(town: Town) -> Counter[str]:
    data = await export(town.app.desk, "binh-loc", None, town.clock.now())
    return Counter(row["colour"] for row in data["rows"])


async def test_no_indicator_is_left_out_of_a_quarter_that_takes_no_reports_yet(town: Town) -> None:
    minh = await town.join("ba-ngoi", "Ban Chỉ đạo", Role.COMMITTEE, name="Trần Minh")
    town.clock.move_to(datetime.fromisoformat("2026-07-01T10:00:00+07:00"))
    text = await say(town, minh, "/tongquan")
    assert "quý III/2026" in text and "12 chỉ tiêu: đang thực hiện 12" in text
    town.clock.move_to(datetime.fromisoformat("2026-09-01T10:00:00+07:00"))
    assert "12 chỉ tiêu: chưa báo cáo trong kỳ 12" in await say(town, minh, "/tongquan")


async def test_the_overview_is_a_picture_with_its_figures_under_it(town: Town) -> None:
    minh = await town.join("binh-loc", OFFICE, Role.COMMITTEE, name="Trần Minh")
    text = await say(town, minh, "/tongquan")
    assert text.startswith("📊 Tổng quan · phường Bình Lộc · đến 08:00 15/06/2026") and "27 nhiệm vụ" in text
    ((_, png),) = files_of(town, minh, "photo")
    image = Image.open(io.BytesIO(png))
    assert image.height > image.width
    red = (await colours(town))["red"]
    assert f"🔴 {red}" in next(line for line in text.splitlines() if line.startswith("Nhiệm vụ và chỉ tiêu"))
    assert (await press(town, minh, "Xem việc đỏ")).startswith(f"🔴 {red} việc đỏ")
    assert text in minh.texts(), "the picture stays"


async def test_the_english_alias_and_an_older_period_words(town: Town) -> None:
    minh = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Trần Minh", language="en")
    text = await say(town, minh, "/overview 2026-03")
    # What had not begun then is not asked for: the plan is in use since today.
    assert "period" in text.lower() or "plan" in text.lower()
    assert (await say(town, minh, "/overview 2026-Q2")).startswith("📊 Overview · phường Bình Lộc")


async def test_the_report_and_the_workbook_come_by_button_and_show_what_the_chat_shows(town: Town) -> None:
    minh = await town.join("binh-loc", OFFICE, Role.COMMITTEE, name="Trần Minh")
    await say(town, minh, "/tongquan 2026-Q2")
    text = await press(town, minh, "Báo cáo quý II/2026 (.docx)")
    assert "Báo cáo quý II/2026" in text and "Số liệu đến 08:00 15/06/2026" in text
    await say(town, minh, "/tongquan 2026-Q2")
    await press(town, minh, "Bảng tính quý II/2026 (.xlsx)")
    (name, docx), (other, xlsx) = files_of(town, minh, "document")
    assert (name, other) == ("bao-cao-binh-loc-2026-Q2.docx", "bao-cao-binh-loc-2026-Q2.xlsx")
    shown = await colours(town)
    lights = Counter(line["Cảnh báo"] for line in lines_of(load_workbook(io.BytesIO(xlsx))["Tiến độ"]))
    assert lights["Cảnh báo đỏ"] == shown["red"] and lights["Cần chú ý"] == shown["amber"]
    table = tables_of(Document(io.BytesIO(docx)))["Mã | Vị trí trong Kế hoạch"]
    assert len(table) == sum(shown.values()) and sum("Cảnh báo đỏ" in row[6] for row in table) == shown["red"]


async def test_the_period_of_the_office_offers_its_documents(town: Town) -> None:
    lan = await town.join("ba-ngoi", "Phòng Văn hóa - Xã hội", Role.OFFICE, name="Nguyễn Thị Lan")
    await say(town, lan, "/kybaocao 2026-Q3")
    assert not [label for label in lan.buttons() if ".docx" in label], "the period has not begun"
    town.clock.move_to(datetime.fromisoformat("2026-09-10T09:00:00+07:00"))
    await say(town, lan, "/kybaocao 2026-Q3")
    assert {"📄 Báo cáo quý III/2026 (.docx)", "📊 Bảng tính quý III/2026 (.xlsx)"} <= set(lan.buttons())
    await press(town, lan, "Bảng tính quý III/2026 (.xlsx)")
    ((name, _),) = files_of(town, lan, "document")
    assert name == "bao-cao-ba-ngoi-2026-Q3.xlsx"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.APPRAISER, Role.TEAM])
async def test_others_are_told_that_it_is_not_theirs(town: Town, role: Role) -> None:
    an = await town.join("binh-loc", POLICE, role, name="Lê An")
    text = await say(town, an, "/tongquan")
    assert files_of(town, an, "photo") == [] and "quyền" in text
    an.press_stale("v1:doc:docx:2:2026-Q2", an.last().id)
    await town.settle()
    assert files_of(town, an, "document") == [] and an.unanswered() == []


async def test_forged_buttons_are_answered_and_bring_nothing(town: Town) -> None:
    minh = await town.join("binh-loc", OFFICE, Role.COMMITTEE, name="Trần Minh")
    await say(town, minh, "/trogiup")
    for data in FORGED:
        minh.press_stale(data, minh.last().id)
        await town.settle()
    assert minh.unanswered() == [] and files_of(town, minh, "document") == []


async def test_what_cannot_be_a_period_is_said_so(town: Town) -> None:
    minh = await town.join("binh-loc", OFFICE, Role.COMMITTEE, name="Trần Minh")
    for words in ("2026-12", "2025", "hôm kia ấy", "2026-13"):
        assert len(await say(town, minh, f"/tongquan {words}")) > 15
        assert files_of(town, minh, "photo") == []


async def test_others_are_answered_while_a_document_is_made(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    minh = await town.join("binh-loc", OFFICE, Role.COMMITTEE, name="Trần Minh")
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Lê An")
    answered = asyncio.Event()
    real = service.done_apart

    async def child(*command: str, **how: Any) -> bytes:
        said = await real(*command, **how)
        # The document is ready, and does not go out before the other one has been answered.
        await answered.wait()
        return said

    monkeypatch.setattr(service, "done_apart", child)
    town.chats.listeners.append(lambda *_: answered.set() if an.texts() else None)
    minh.send_text("/tongquan")
    an.send_text("/viec")
    async with asyncio.timeout(30):
        await answered.wait()
    assert files_of(town, minh, "photo") == [] and "Công an phường" in an.last().text
    await town.settle()
    assert len(files_of(town, minh, "photo")) == 1


async def test_a_document_that_cannot_be_made_is_said_so_and_nothing_is_stuck(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    minh = await town.join("binh-loc", OFFICE, Role.COMMITTEE, name="Trần Minh")
    monkeypatch.setattr(service, "_SECONDS", 0.0)
    assert "Chưa lập được tài liệu" in await say(town, minh, "/tongquan")
    monkeypatch.undo()
    assert (await say(town, minh, "/tongquan")).startswith("📊")
