"""The bot and the libraries of the documents stay apart; what is written is written whole."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest

from bot.documents.safe_file import NotWritten, write_whole
from bot.domain.errors import NotAllowed, TransitionRefused
from bot.domain.people.people import Role
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.results import make_document as service
from bot.services.results.make_document import DocumentFailed, DocumentFormat, document_wanted, make_document
from bot.storage.engine.database import Database
from bot.storage.records.files import FileStore
from tests.documents.made import a_place, at
from tests.services.communes import member

HOME = Path(__file__).parents[2]
MODULES = ("bot.__main__", "bot.services.results.make_document", "bot.app", "bot.handlers.results")
HEAVY = ("docx", "openpyxl", "matplotlib", "numpy", "PIL", "lxml")
STARTS = {DocumentFormat.DOCX: b"PK", DocumentFormat.XLSX: b"PK", DocumentFormat.PNG: b"\x89PNG"}


def test_the_bot_never_loads_the_libraries_of_the_documents() -> None:
    code = f"""
import sys
for module in {MODULES!r}:
    __import__(module)
    print(module, [name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HOME, env={**os.environ}
    )
    assert done.stdout.splitlines() == [f"{module} []" for module in MODULES]


async def test_a_child_process_makes_each_document_and_tells_its_figures(desk: Desk) -> None:
    place = await a_place(desk)
    now = at("2026-06-15").astimezone(UTC)
    wanted = await document_wanted(desk, place.reader, period="2026-Q2", now=now)
    for format in DocumentFormat:
        made = await make_document(desk, wanted, format=format, language="vi", now=now)
        assert made.content.startswith(STARTS[format]) and made.name.endswith(f"ba-ngoi-2026-Q2.{format.value}")
        assert made.overview == (await place.report("2026-Q2", now)).overview


async def test_a_child_process_reads_postgresql_too(postgresql_database: Database, tmp_path: Path) -> None:
    desk = Desk(db=postgresql_database, files=FileStore(tmp_path), books=Books())
    place = await a_place(desk)
    wanted = await document_wanted(desk, place.reader, period=None, now=at("2026-06-15"))
    made = await make_document(desk, wanted, format=DocumentFormat.XLSX, language="vi", now=at("2026-06-15"))
    assert made.content.startswith(b"PK") and made.overview.source.period == "2026-Q2"


async def test_a_child_that_fails_or_takes_too_long_is_said_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    place = await a_place(desk)
    wanted = await document_wanted(desk, place.reader, period="2026-Q2", now=at("2026-06-15"))
    with pytest.raises(DocumentFailed):
        # A moment before the plan was loaded: the child refuses the period.
        await make_document(desk, wanted, format=DocumentFormat.DOCX, language="vi", now=at("2026-02-01"))
    monkeypatch.setattr(service, "_SECONDS", 0.0)
    with pytest.raises(DocumentFailed):
        await make_document(desk, wanted, format=DocumentFormat.DOCX, language="vi", now=at("2026-06-15"))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.APPRAISER, Role.TEAM])
async def test_only_committee_and_office_are_given_documents(desk: Desk, role: Role) -> None:
    place = await a_place(desk)
    book = await place.book()
    other = await member(desk, place.id, role, next(iter(book.units)), "Lê Văn Cường")
    with pytest.raises(NotAllowed):
        await document_wanted(desk, other, period="2026-Q2", now=at("2026-06-15"))
    with pytest.raises(TransitionRefused):
        await document_wanted(desk, place.reader, period="2026-Q3", now=at("2026-06-15"))


def test_a_file_is_written_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.docx"
    for content in (b"one", b"two"):
        write_whole(path, content)
        assert path.read_bytes() == content and [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_disk_without_room_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(b"old")
    code = (
        "import sys; from pathlib import Path; from bot.documents.safe_file import write_whole, NotWritten\n"
        "try: write_whole(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except NotWritten as refused: print(refused.key)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=HOME,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
    )
    assert done.stdout.strip() == "no_room_for_file"
    assert path.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def test_a_place_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(NotWritten, match="file_not_written"):
        write_whole(tmp_path / "file" / "bao-cao.docx", b"x")
    with pytest.raises(NotWritten, match="file_not_written"):
        write_whole(Path("/proc/bao-cao.docx"), b"x")


def test_neither_token_nor_database_stand_in_the_environment_of_the_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TIENDO_TOKEN", "TIENDO_DATABASE_URL", "TIENDO_PROXY_URL"):
        monkeypatch.setenv(name, "secret")
    assert "secret" not in json.dumps(service._environment(tmp_path))
