"""Evidence: kept once by its content, whole or not at all."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import BadInput
from bot.domain.people.evidence import Evidence
from bot.domain.work.events import MilestoneMet
from bot.storage.engine.database import Database
from bot.storage.records import events, files
from bot.storage.records.files import FileStore

from .conftest import NOW, World

SHA = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # of "foo"


def put(store: FileStore, content: bytes = b"foo") -> Path:
    path = store.temp_path()
    path.write_bytes(content)
    return path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert await store.keep(put(store)) == (SHA, 3)
    assert await store.keep(put(store)) == (SHA, 3)
    assert store.path_of(SHA) == tmp_path / "files" / "2c" / "26" / SHA
    assert files_in(tmp_path) == [store.path_of(SHA)]
    assert await store.verify(SHA)
    assert not await store.verify("0" * 64)


async def test_a_changed_file_does_not_verify(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    await store.keep(put(store))
    store.path_of(SHA).write_bytes(b"bar")
    assert not await store.verify(SHA)


async def test_a_file_cut_off_is_replaced_by_the_whole_one(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.path_of(SHA).parent.mkdir(parents=True)
    store.path_of(SHA).write_bytes(b"f")
    await store.keep(put(store))
    assert await store.verify(SHA)


async def test_a_crash_before_the_rename_leaves_a_file_that_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(tmp_path)
    temp = put(store)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(os, "replace", crash)
        store.keep_blocking(temp)
    assert not store.path_of(SHA).exists()
    assert temp.read_bytes() == b"foo"
    assert await store.keep(temp) == (SHA, 3)


async def test_leftovers_go_after_a_day(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert await store.sweep(NOW) == 0
    old, new = put(store), put(store)
    for path, age in ((old, timedelta(days=1, seconds=1)), (new, timedelta(hours=23))):
        os.utime(path, ((NOW - age).timestamp(),) * 2)
    assert await store.sweep(NOW) == 1
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "G" * 64, ""])
def test_what_is_no_hash_names_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput):
        FileStore(tmp_path).path_of(name)


async def add(database: Database, world: World, key: str) -> Evidence:
    async with database.write() as conn:
        await files.add_file(conn, SHA, 3, "image/jpeg", NOW)
        given = Evidence(0, world.locality, world.person, SHA, "ảnh.jpg", "image/jpeg", 3, NOW, {"pages": 1}, "AgAC")
        return await files.add_evidence(conn, given, key)


async def test_evidence_is_saved_once_and_attached_once(database: Database, world: World) -> None:
    one, two = await add(database, world, "u:1"), await add(database, world, "u:2")
    assert await add(database, world, "u:1") == one
    assert (one.findings, one.assignment_id) == ({"pages": 1}, None)
    async with database.write() as conn:
        met = await events.insert_event(conn, world.assignment, world.locality, NOW, world.person, MilestoneMet(0), "a")
        later = await events.insert_event(conn, world.assignment, world.locality, NOW, None, MilestoneMet(0), "b")
        await files.attach(conn, [one.id], world.assignment, met.id)
        await files.attach(conn, [one.id], world.assignment, later.id)
        (attached,) = await files.evidence_of(conn, world.assignment)
        assert (attached.id, attached.event_id) == (one.id, met.id)
        assert await files.drop_evidence(conn, [one.id, two.id]) == 1
        assert [found.id for found in await files.evidence(conn, [one.id, two.id, 99])] == [one.id]
        assert [found.id for found in await files.uses_of(conn, world.locality, SHA)] == [one.id]
    three = await add(database, world, "u:3")
    assert three.id not in (one.id, two.id)
