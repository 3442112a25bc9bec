"""A file is on the disk before it is counted; what is refused leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text

from bot.domain.errors import DatabaseBusy, EvidenceRefused, NotAllowed
from bot.domain.people.people import Role
from bot.services.core.desk import Desk
from bot.services.reporting import attach_evidence
from bot.services.reporting.report_progress import SaidProgress, report
from bot.storage.engine import tables
from bot.storage.engine.database import Database
from tests.evidence.made_files import pdf, png_header
from tests.services.wards import a_desk
from tests.services.works import NOW, Work, a_photo, key, some_work, writes


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    """A desk on a fresh SQLite file."""
    return a_desk(sqlite_database, tmp_path / "data")


@pytest_asyncio.fixture
async def work(desk: Desk) -> Work:
    """The work of a ward."""
    return await some_work(desk)


async def rows(work: Work) -> int:
    """How many evidence rows there are."""
    async with work.desk.db.read() as conn:
        return int(await conn.scalar(select(func.count()).select_from(tables.evidence)) or 0)


def left(work: Work) -> list[Path]:
    """All files on the disk, kept or half written."""
    return [path for path in work.desk.files.root.rglob("*") if path.is_file()]


async def test_a_photo_is_kept_under_its_hash_with_what_it_is(work: Work) -> None:
    evidence = await work.photo(name="hội nghị <b>.png", transport_ref="AgAC")
    assert evidence.mime == "image/png" and evidence.transport_ref == "AgAC" and evidence.assignment_id is None
    assert await work.desk.files.verify(evidence.sha256)
    assert evidence.findings["width"] == 8
    assert left(work) == [work.desk.files.path_of(evidence.sha256)]


async def test_the_same_update_twice_is_one_piece_of_evidence(work: Work) -> None:
    content = a_photo()
    first = await work.give(content, "a.png", key="update:7")
    again = await work.give(content, "a.png", key="update:7")
    assert first.id == again.id and await rows(work) == 1


async def test_a_file_too_large_is_not_even_fetched(work: Work) -> None:
    async def never(path: Path) -> None:
        raise AssertionError("fetched")

    with pytest.raises(EvidenceRefused, match="file_too_large") as refused:
        await work.give(b"", "lon.pdf", download=never, size=25_000_000)
    assert refused.value.figures == {"megabytes": 20}


@pytest.mark.parametrize(
    ("content", "name", "said", "why"),
    [
        (b"", "rong.pdf", {}, "file_empty"),
        (b"", "rong.pdf", {"size": None}, "file_empty"),
        (b"x" * ((20 << 20) + 1), "lon.pdf", {"size": None}, "file_too_large"),
        (b"day khong phai pdf", "bao cao.pdf", {"mime": "application/pdf"}, "file_not_what_it_says"),
        (b"MZ" + b"\x90" * 200, "anh.jpg", {"mime": "image/jpeg"}, "file_not_what_it_says"),
        (png_header(30_000, 30_000), "to.png", {}, "image_too_large"),
        (a_photo(), "TỐI MẬT.png", {}, "marked_secret"),
        (a_photo(), "anh.png", {"caption": "Tài liệu (MẬT)"}, "marked_secret"),
        (pdf("TUYỆT MẬT\nTờ trình"), "to trinh.pdf", {}, "marked_secret"),
    ],
)
async def test_what_is_refused_leaves_nothing_behind(
    work: Work, content: bytes, name: str, said: dict[str, object], why: str
) -> None:
    with pytest.raises(EvidenceRefused) as refused:
        await work.give(content, name, **said)
    assert refused.value.key == why
    assert await rows(work) == 0 and left(work) == []


async def test_of_a_secret_file_only_the_fact_is_written_down(work: Work) -> None:
    with pytest.raises(EvidenceRefused, match="marked_secret"):
        await work.give(pdf("TỐI MẬT"), "phuong an A2.pdf")
    async with work.desk.db.read() as conn:
        found = (await conn.execute(text("SELECT action, subject FROM audit"))).all()
    assert [row.action for row in found] == ["secret_refused"]
    assert "phuong an" not in str(found)


async def test_a_download_that_breaks_leaves_nothing_behind(work: Work) -> None:
    async def breaks(path: Path) -> None:
        await writes(b"half")(path)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await work.give(b"", "a.pdf", download=breaks, size=None)
    assert await rows(work) == 0 and left(work) == []


async def test_only_members_who_report_may_give_files(work: Work) -> None:
    for role in (Role.COMMITTEE, Role.APPRAISER, Role.TEAM):
        member = await work.ward.member(role, work.ward.team)
        with pytest.raises(NotAllowed, match="no_reporting_unit"):
            await work.photo(member)
    with pytest.raises(NotAllowed, match="not_invited"):
        await work.photo(await work.ward.stranger())


async def test_a_very_long_name_keeps_its_ending(work: Work) -> None:
    evidence = await work.photo(name="b" * 600 + ".png")
    assert len(evidence.name) <= attach_evidence.MAX_NAME and evidence.name.endswith(".png")
    assert (await work.photo(name="")).name == "file.png"


async def test_housekeeping_forgets_what_no_report_carries(work: Work) -> None:
    kept = await work.photo()
    at = work.by_code["NV01"]
    await report(
        work.desk, work.officer, assignment_id=at, said=SaidProgress(Decimal(40), files=(kept.id,)), now=NOW, key=key()
    )
    await work.photo()
    assert await attach_evidence.drop_unattached(work.desk, older_than=NOW) == 0
    assert await attach_evidence.drop_unattached(work.desk, older_than=NOW + timedelta(days=1)) == 1
    assert await rows(work) == 1
    assert len(left(work)) == 1


async def test_what_is_forgotten_leaves_the_disk_unless_another_needs_it(work: Work) -> None:
    content = a_photo()
    mine, same = await work.give(content, "a.png"), await work.give(content, "b.png")
    carried = await work.photo()
    at = work.by_code["NV01"]
    await report(
        work.desk,
        work.officer,
        assignment_id=at,
        said=SaidProgress(Decimal(40), files=(carried.id,)),
        now=NOW,
        key=key(),
    )
    stranger = await work.ward.member(Role.OFFICER, work.ward.police, "Trần Thị Bình")
    assert await attach_evidence.forget(work.desk, stranger, [mine.id], now=NOW) == 0
    assert await attach_evidence.forget(work.desk, work.officer, [mine.id, carried.id], now=NOW) == 1
    assert await work.desk.files.verify(same.sha256)
    assert await attach_evidence.forget(work.desk, work.officer, [same.id], now=NOW) == 1
    assert left(work) == [work.desk.files.path_of(carried.sha256)]


async def test_content_sent_again_while_it_is_wiped_is_never_a_row_without_a_file(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = a_photo()
    first = await work.give(content, "a.png")
    path = work.desk.files.path_of(first.sha256)
    add_file = attach_evidence.files.add_file

    async def wiped_meanwhile(*given: object) -> None:
        await add_file(*given)
        path.unlink()

    monkeypatch.setattr(attach_evidence.files, "add_file", wiped_meanwhile)
    with pytest.raises(DatabaseBusy):
        await work.give(content, "b.png")
    monkeypatch.undo()
    again = await work.give(content, "b.png")
    assert await work.desk.files.verify(again.sha256)
    assert await attach_evidence.forget(work.desk, work.officer, [first.id], now=NOW) == 1
    assert await work.desk.files.verify(again.sha256)
