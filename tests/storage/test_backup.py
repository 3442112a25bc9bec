"""A backup brings everything back, and a damaged one touches nothing."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select, text

from bot.domain.errors import BadInput, TienDoError
from bot.domain.people.evidence import Evidence
from bot.domain.work.events import Report
from bot.storage.archive import backup
from bot.storage.archive.archive import verify
from bot.storage.archive.dump import TABLES
from bot.storage.engine.database import Database
from bot.storage.engine.migrate import migrate
from bot.storage.engine.steps import SchemaPlace, look, steps
from bot.storage.outbox import inbox
from bot.storage.outbox.inbox import IncomingUpdate
from bot.storage.records import audit, events, files, plans, questions
from bot.storage.records.files import FileStore
from bot.storage.records.questions import StoredQuestion

from .conftest import NOW, World, build_world

TWO_STEPS = pytest.mark.skipif(len(steps()) < 2, reason="there is one step only")


async def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    database = await Database.open(url)
    async with database.read() as conn:
        held = {
            table.name: [tuple(row) for row in await conn.execute(select(table).order_by(*table.primary_key.columns))]
            for table in TABLES
        }
    await database.close()
    return held


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest_asyncio.fixture
async def sha256(database: Database, world: World, root: Path) -> str:
    """The hash of a kept file, in a database with something in most tables."""
    store = FileStore(root)
    temp = store.temp_path()
    temp.write_bytes(b"\x00scan" * 50_000)
    sha256, size = await store.keep(temp)
    async with database.write() as conn:
        await files.add_file(conn, sha256, size, "application/pdf", NOW)
        body = Report(Decimal("10.50"))
        event = await events.insert_event(conn, world.assignment, world.locality, NOW, world.person, body, "k")
        given = Evidence(
            0, world.locality, world.person, sha256, "b.pdf", "application/pdf", size, NOW, {"ký": True},
            assignment_id=world.assignment, event_id=event.id,
        )  # fmt: skip
        await files.add_evidence(conn, given, "e")
        await inbox.store(conn, 1, [IncomingUpdate(1, 700, "xin chào\nbạn")], NOW)
        await audit.append(conn, world.locality, NOW, world.person, "report", {"event_id": event.id})
    return sha256


def new_place(tmp_path: Path) -> tuple[str, Path]:
    return f"sqlite+aiosqlite:///{tmp_path / 'restored.db'}", tmp_path / "restored"


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
async def test_a_backup_brings_everything_back(
    database: Database, database_url: str, root: Path, sha256: str, tmp_path: Path, empty_url: str, name: str
) -> None:
    made = await backup.backup(database_url, root, tmp_path / name, NOW)
    assert (made.files, made.missing) == (1, ())
    assert verify(tmp_path / name).revision == made.revision
    assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert await backup.restore(tmp_path / name, empty_url, tmp_path / "restored") == made
    assert await contents(empty_url) == await contents(database_url)
    assert await FileStore(tmp_path / "restored").verify(sha256)
    restored = await Database.open(empty_url)
    async with restored.write() as conn:
        other = await build_world(conn, "ba-ngoi", 701)
        assert other.locality == 2
        assert await audit.verify(conn, 1) is None
    await restored.close()


async def test_what_was_numbered_before_a_backup_and_deleted_is_not_numbered_again_after_it(
    database: Database, world: World, database_url: str, root: Path, tmp_path: Path, empty_url: str
) -> None:
    """What an update has done stays, under its number; the update itself has long been deleted."""
    earlier = await _numbered(database, world, [1, 2, 3])
    async with database.write() as conn:
        assert await inbox.drop_done(conn, NOW + timedelta(days=30), 10) == 3
        assert await questions.purge(conn, NOW + timedelta(days=60), 10) == 3
    await backup.backup(database_url, root, tmp_path / "b.tar", NOW + timedelta(days=60))
    lost = await _numbered(database, world, [4])
    await backup.restore(tmp_path / "b.tar", empty_url, tmp_path / "restored")
    restored = await Database.open(empty_url)
    again = await _numbered(restored, world, [1])
    await restored.close()
    for before, after in zip((*zip(*earlier, strict=True),), (*zip(*again, strict=True),), strict=True):
        assert min(after) > max(before)
    assert not {number for pair in lost for number in pair} & {number for pair in again for number in pair}


async def _numbered(database: Database, world: World, update_ids: list[int]) -> list[tuple[int, int]]:
    """The numbers given to updates and to questions, which are done at once."""
    found = []
    for update_id in update_ids:
        async with database.write() as conn:
            [item] = (await inbox.store(conn, 1, [IncomingUpdate(update_id, 700, "x")], NOW)).new
            await inbox.done(conn, item.number, NOW)
            asked = StoredQuestion(world.locality, 700, 700, {}, NOW)
            found.append((item.number, await questions.keep(conn, asked)))
    return found


async def test_a_backup_shows_one_moment_while_the_bot_writes(
    database: Database, database_url: str, root: Path, sha256: str, tmp_path: Path
) -> None:
    async with database.write() as conn:
        await plans.bump_version(conn, 1)
        await backup.backup(database_url, root, tmp_path / "b.tar", NOW)
    url, folder = new_place(tmp_path)
    await backup.restore(tmp_path / "b.tar", url, folder)
    assert [row[6] for row in (await contents(url))["localities"]] == [1]


async def test_evidence_that_is_damaged_or_gone_is_named(
    database_url: str, root: Path, sha256: str, tmp_path: Path
) -> None:
    FileStore(root).path_of(sha256).write_bytes(b"changed")
    made = await backup.backup(database_url, root, tmp_path / "b.tar", NOW)
    assert (made.files, made.missing) == (0, (sha256,))
    url, folder = new_place(tmp_path)
    assert (await backup.restore(tmp_path / "b.tar", url, folder)).missing == (sha256,)


@pytest_asyncio.fixture
async def archive(database_url: str, root: Path, sha256: str, tmp_path: Path) -> Path:
    await backup.backup(database_url, root, tmp_path / "b.tar", NOW)
    return tmp_path / "b.tar"


async def refused(archive: Path, tmp_path: Path) -> str:
    url, folder = new_place(tmp_path)
    with pytest.raises(BadInput) as caught:
        await backup.restore(archive, url, folder)
    assert not (tmp_path / "restored.db").exists()
    assert not folder.exists()
    return caught.value.key


def damaged(archive: Path) -> Iterator[None]:
    """Damage the archive in one place after the other: a bit in every member, then cut off."""
    whole = archive.read_bytes()
    with tarfile.open(archive) as tar:
        places = [(info.offset_data + info.size // 2) for info in tar if info.size]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1
        archive.write_bytes(changed)
        yield
    for length in (0, 100, len(whole) // 3, places[-1] - 600):
        archive.write_bytes(whole[:length])
        yield


async def test_a_changed_or_cut_archive_is_refused(archive: Path, tmp_path: Path) -> None:
    for _ in damaged(archive):
        assert await refused(archive, tmp_path) == "backup_damaged"


def repack(archive: Path, extra: tarfile.TarInfo, content: bytes = b"") -> None:
    """The same members with one more put in front."""
    with tarfile.open(archive) as tar:
        members = [(info, tar.extractfile(info).read()) for info in tar]  # type: ignore[union-attr]
    with tarfile.open(archive, "w") as tar:
        tar.addfile(extra, io.BytesIO(content))
        for info, held in members:
            tar.addfile(info, io.BytesIO(held))


def info(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname = kind, size, link
    return made


@pytest.mark.parametrize(
    "extra",
    [
        info("../outside", size=4),
        info("/etc/outside", size=4),
        info("files/ab/cd/../../../outside", size=4),
        info("tables/rows.jsonl", tarfile.SYMTYPE, link="/etc/passwd"),
        info("files/00/00/" + "0" * 64, size=4),
        info("tables/rows.jsonl", size=4),
    ],
    ids=lambda extra: f"{extra.name[:30]} {extra.type!r}",
)
async def test_a_member_that_does_not_belong_is_refused(archive: Path, tmp_path: Path, extra: tarfile.TarInfo) -> None:
    repack(archive, extra, b"evil"[: extra.size])
    assert await refused(archive, tmp_path) == "backup_damaged"


async def test_a_full_target_is_refused(archive: Path, database_url: str, root: Path, tmp_path: Path) -> None:
    before = await contents(database_url)
    with pytest.raises(BadInput, match="restore_target_not_empty"):
        await backup.restore(archive, database_url, tmp_path / "restored")
    url, _ = new_place(tmp_path)
    other = root / "files" / "00" / "00" / ("0" * 64)
    other.parent.mkdir(parents=True)
    other.write_bytes(b"of another commune")
    with pytest.raises(BadInput, match="restore_target_not_empty"):
        await backup.restore(archive, url, root)
    assert await contents(database_url) == before and not (tmp_path / "restored.db").exists()


async def test_evidence_of_the_same_archive_may_lie_there_already(
    archive: Path, database_url: str, root: Path, sha256: str, tmp_path: Path
) -> None:
    url, _ = new_place(tmp_path)
    await backup.restore(archive, url, root)
    assert await contents(url) == await contents(database_url)
    assert await FileStore(root).verify(sha256)


@TWO_STEPS
async def test_an_archive_of_an_older_step_comes_back_at_the_newest(
    database_url: str, root: Path, sha256: str, tmp_path: Path, empty_url: str
) -> None:
    before = await contents(database_url)
    for step in steps()[-2::-1]:
        await migrate(database_url, step)
    made = await backup.backup(database_url, root, tmp_path / "old.tar.gz", NOW)
    assert (made.revision, made.files) == (steps()[0], 1)
    assert (await backup.restore(tmp_path / "old.tar.gz", empty_url, tmp_path / "restored")) == made
    assert (await look(empty_url)).place is SchemaPlace.NEWEST
    after = await contents(empty_url)
    # What was written before the first step after the oldest is all there; later tables begin empty.
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
    assert await FileStore(tmp_path / "restored").verify(sha256)


async def test_an_archive_is_of_the_step_that_was_found_and_only_its_version_brings_it_back(
    database_url: str, root: Path, sha256: str, tmp_path: Path
) -> None:
    for step, version, key, named in (
        ("9001", "7.3.1", "backup_newer", "7.3.1"),
        ("0011", None, "backup_folded", "0.1.0"),
    ):
        database = await Database.open(database_url)
        async with database.write() as conn:
            values = {"step": step, "version": version}
            await conn.execute(text("UPDATE alembic_version SET version_num = :step, program = :version"), values)
        await database.close()
        made = await backup.backup(database_url, root, tmp_path / "other.tar", NOW)
        assert (made.revision, made.files) == (step, 1)
        url, folder = new_place(tmp_path)
        with pytest.raises(BadInput, match=key) as caught:
            await backup.restore(tmp_path / "other.tar", url, folder)
        assert caught.value.figures == {"step": step, "version": named}
        assert not (tmp_path / "restored.db").exists() and not folder.exists()


async def test_an_archive_of_the_first_version_is_read(archive: Path, database_url: str, tmp_path: Path) -> None:
    """Its manifest named neither the program nor whether evidence was meant to be in it."""
    with tarfile.open(archive) as tar:
        members = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
    manifest = json.loads(members.pop("manifest.json"))
    del members["manifest.sha256"], manifest["program"], manifest["evidence"]
    written = json.dumps(manifest).encode()
    members |= {"manifest.json": written, "manifest.sha256": hashlib.sha256(written).hexdigest().encode()}
    with tarfile.open(archive, "w") as tar:
        for name, content in members.items():
            tar.addfile(info(name, size=len(content)), io.BytesIO(content))
    url, folder = new_place(tmp_path)
    assert (await backup.restore(archive, url, folder)).evidence
    assert await contents(url) == await contents(database_url)


async def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    url, folder = new_place(tmp_path)
    assert await refused(tmp_path / "none.tar", tmp_path) == "backup_not_found"
    with pytest.raises(TienDoError, match="no_database"):
        await backup.backup(url, folder, tmp_path / "b.tar", NOW)
    assert not (tmp_path / "restored.db").exists()
