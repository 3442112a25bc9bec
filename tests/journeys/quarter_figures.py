"""The same figures of a quarter, read from the chat and read back from the files it sends."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from docx import Document
from openpyxl import load_workbook

from bot.simulator.telegram.chats.state import Message
from tests.documents.made import lines_of, tables_of
from tests.journeys.quarter import PERIOD, POLICE, QUARTER, Quarter

CLASSES = (
    "Hoàn thành đúng hạn",
    "Hoàn thành trễ hạn",
    "Đang thực hiện trong hạn",
    "Đang thực hiện quá hạn",
    "Chưa thực hiện trong hạn",
    "Chưa thực hiện quá hạn",
)
RED = "Cảnh báo đỏ"


CODES = ("NV09", "NV11", "NV14", "NV17", "NV24", "NV28", "CT04", "CT06", "CT12")


@dataclass(frozen=True)
class Figures:
    """What one source says: red rows, tasks by class, progress by code, and place and score by unit.

    Of a task its percent, of an indicator value and target. The chat has no list of all; it is asked for ``codes``.
    """

    red: int
    classes: dict[str, int]
    progress: dict[str, str]
    ranking: dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Documents:
    """What the committee gets in the chat: the figures by their source, and the files by the end of their names."""

    figures: dict[str, Figures]
    files: dict[str, bytes]


async def the_documents(q: Quarter, who: str = "phuoc") -> Documents:
    """The red list, the ranking with its grounds, the picture, the report and the workbook, all of one instant."""
    q.scene("06-24", "Red rows, ranking, documents", "10:00")
    chat, overview = await of_chat(q, who, CODES)
    await q.say(who, "/xephang")
    await q.press(who, POLICE, shown=True)
    await q.press(who, "Bảng xếp hạng")
    assert POLICE in await q.press(who, "Đề xuất biểu dương", shown=True)
    await q.press(who, ".docx", on=overview, shown=True)
    await q.press(who, ".xlsx", on=overview, shown=True)
    files = sent_files(q, who)
    return Documents({"chat": chat, ".xlsx": of_xlsx(files["xlsx"]), ".docx": of_docx(files["docx"])}, files)


async def of_chat(q: Quarter, who: str, codes: tuple[str, ...]) -> tuple[Figures, Message]:
    """What `/do`, `/tongquan`, `/xephang` and the cards of some rows say; and the message with the picture."""
    red = re.match(r"🔴 (\d+) việc đỏ", await q.say(who, "/do", shown=True))
    text = await q.say(who, f"/tongquan {PERIOD}", shown=True)
    overview = q.people[who].last()
    pairs = re.findall(r"(?:đúng|trong) hạn (\d+) · (?:trễ|quá) hạn (\d+)", text)
    ranked = await q.say(who, "/xephang", shown=True)
    places = re.findall(r"^(\d+)\. (.+?) · ([\d,]+) điểm", ranked, re.MULTILINE)
    assert red is not None and len(pairs) == 3 and QUARTER in ranked
    progress = {}
    for code in codes:
        card = await q.say(who, f"/nhiemvu {code}")
        found = re.search(
            r"^\S+ (?:Đỏ|Cần chú ý|Đúng tiến độ|Hoàn thành|Chưa có thời hạn)\b.* · (.+)$", card, re.MULTILINE
        )
        assert found is not None, card
        progress[code] = found.group(1)
    figures = Figures(
        int(red.group(1)),
        dict(zip(CLASSES, [int(n) for pair in pairs for n in pair], strict=True)),
        progress,
        {unit: (int(place), score) for place, unit, score in places},
    )
    return figures, overview


def of_xlsx(content: bytes) -> Figures:
    """What the sheets say."""
    book: Any = load_workbook(io.BytesIO(content))
    rows = lines_of(book["Tiến độ"])
    summary = {row[0].value: row[1].value for row in book["Tổng hợp"].iter_rows(min_row=4)}
    ranked = lines_of(book["Xếp hạng"])
    return Figures(
        Counter(row["Cảnh báo"] for row in rows)[RED],
        {name: summary[name] for name in CLASSES},
        {
            row["Mã"]: f"{row['Tỷ lệ (%)']}%" if row["Kết quả chỉ tiêu"] is None else row["Kết quả chỉ tiêu"]
            for row in rows
        },
        {row["Cơ quan, đơn vị"]: (row["Hạng"], f"{row['Điểm']:g}".replace(".", ",")) for row in ranked},
    )


def of_docx(content: bytes) -> Figures:
    """What the tables of the report and its annex say."""
    tables = tables_of(Document(io.BytesIO(content)))
    annex = tables["Mã | Vị trí trong Kế hoạch"]
    classes = {row[0]: int(row[1]) for row in tables["Phân loại | Số nhiệm vụ"]}
    return Figures(
        sum(RED in row[6] for row in annex),
        {name: classes[name] for name in CLASSES},
        {row[0]: row[5] for row in annex},
        {row[1]: (int(row[0]), row[8]) for row in tables["Hạng | Cơ quan, đơn vị"]},
    )


def sent_files(q: Quarter, who: str) -> dict[str, bytes]:
    """The newest file of each kind the bot has sent, by the end of its name; the picture as "png"."""
    found: dict[str, bytes] = {}
    for message in q.people[who].messages():
        if not message.sent_by(q.town.chats.bot.id):
            continue
        if photo := message.body.get("photo"):
            found["png"] = q.town.chats.files.known(photo[-1]["file_id"]).content
        if sent := message.body.get("document"):
            found[sent["file_name"].rpartition(".")[2]] = q.town.chats.files.known(sent["file_id"]).content
    return found
