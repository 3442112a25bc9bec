"""A quarter of Ba Ngòi from the invitation to the documents: lived in the chat, read back from every file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from PIL import Image

from bot.services.rows.export_plan import export
from bot.storage.records import audit, plans
from tests.cli.running import tiendo
from tests.documents.made import tables_of
from tests.journeys.quarter import FRONT, PERIOD, POLICE, SLUG, Quarter, ba_ngoi, the_quarter
from tests.journeys.quarter_figures import CODES, Documents, of_docx, of_xlsx, the_documents
from tests.journeys.quarter_page import page

PAGE = Path(__file__).parents[2] / "docs" / "a-quarter.md"
AT = "2026-06-24T10:00:00+07:00"


@pytest.mark.slow
@pytest.mark.unmeasured
@pytest.mark.timeout(300)
async def test_a_quarter_is_reported_chased_closed_and_written_up_alike_everywhere(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    async with ba_ngoi(tmp_path / "data") as q:
        await the_quarter(q)
        made = await the_documents(q)
        agree(made)
        await as_stored(q, made)
        by_command_line(tmp_path, made)
        await only_the_committee_gets_them(q)
        shown = page(q, made)
    assert shown == PAGE.read_text("utf-8"), "python -m tests.journeys.quarter_page > docs/a-quarter.md"


def agree(made: Documents) -> None:
    """Chat, workbook and report say the same; what happened is in it."""
    chat, xlsx, docx = (made.figures[each] for each in ("chat", ".xlsx", ".docx"))
    assert chat.red == xlsx.red == docx.red > 0
    assert chat.classes == xlsx.classes == docx.classes and sum(chat.classes.values()) == 40
    assert chat.ranking == xlsx.ranking == docx.ranking and len(chat.ranking) == 7
    assert xlsx.progress == docx.progress and len(xlsx.progress) == 52
    assert chat.progress == {code: xlsx.progress[code] for code in CODES}
    told = (chat.progress["NV11"], chat.progress["CT06"], chat.progress["NV09"])
    assert told == ("100%", "85% / chỉ tiêu 90%", "0%")
    assert chat.ranking[POLICE][0] == 1 and chat.ranking[FRONT][0] == 7


async def as_stored(q: Quarter, made: Documents) -> None:
    """The figures are those of the stored rows; the audit trail holds."""
    data = await export(q.town.app.desk, SLUG, None, q.town.clock.now())
    assert made.figures[".xlsx"].red == sum(row["colour"] == "red" for row in data["rows"])
    tasks = {row["code"]: f"{int(row['percent'])}%" for row in data["rows"] if row["kind"] == "task"}
    assert tasks.items() <= made.figures[".xlsx"].progress.items()
    async with q.town.db.read() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        assert place is not None and await audit.verify(conn, place.id) is None


def by_command_line(folder: Path, made: Documents) -> None:
    """`python -m bot report` writes what the chat sent, for the same instant."""
    for kind in ("docx", "xlsx", "png"):
        out = folder / f"bao-cao.{kind}"
        words = ("report", SLUG, "--period", PERIOD, "--format", kind, "--out", str(out), "--at", AT)
        done = tiendo(folder / "data", *words)
        assert (done.code, done.err) == (0, "")
        content = out.read_bytes()
        if kind == "docx":
            assert of_docx(content) == made.figures[".docx"]
            by_chat = tables_of(Document(io.BytesIO(made.files[kind])))
            assert tables_of(Document(io.BytesIO(content))) == by_chat
        elif kind == "xlsx":
            assert of_xlsx(content) == made.figures[".xlsx"]
        else:
            sizes = [Image.open(io.BytesIO(each)).size for each in (content, made.files[kind])]
            assert sizes[0] == sizes[1]


async def only_the_committee_gets_them(q: Quarter) -> None:
    """Who reports reads neither the ranking nor the documents."""
    for words in ("/xephang", f"/tongquan {PERIOD}"):
        assert "quyền" in (told := await q.say("dung", words)) or "Ban Chỉ đạo" in told
