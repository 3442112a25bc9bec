"""`check`: one line a finding, and exit code 1 where one of them is a failure."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.domain.people.evidence import Evidence
from bot.simulator.telegram.api.server import running
from bot.simulator.telegram.chats.state import Chats
from bot.storage.archive import evidence_check
from bot.storage.engine.database import Database
from bot.storage.records.files import FileStore
from tests.cli.conftest import Command
from tests.cli.running import Ended, process
from tests.storage.conftest import NOW, build_world

LINE = re.compile(r"^(ok|warn|fail) ([a-z-]+) (\S.*\S)$")
NOBODY = {"TOKEN": "1:abc", "API_URL": "http://127.0.0.1:9"}
CONTENTS = [b"%PDF-1.4 mot", b"%PDF-1.4 hai" * 500_000, b"%PDF-1.4 ba"]


def lines(done: Ended) -> list[tuple[str, str, str]]:
    """Mark, name and sentence of each line; there are no others."""
    assert done.err == "" and done.code in (0, 1)
    found = [LINE.match(line) for line in done.out.splitlines()]
    assert found and all(found), done.out
    told = [(one[1], one[2], one[3]) for one in found if one]
    assert done.code == any(mark == "fail" for mark, _, _ in told)
    return told


def marks(done: Ended, name: str) -> list[str]:
    return [mark for mark, called, _ in lines(done) if called == name]


@pytest.fixture
def filled(tmp_path: Path) -> list[str]:
    """The hashes of three files of evidence in a data folder."""
    (tmp_path / "data").mkdir()

    async def fill() -> list[str]:
        from bot.storage.engine.migrate import migrate
        from bot.storage.records import files

        url = f"sqlite+aiosqlite:///{tmp_path / 'data' / 'tiendo.db'}"
        await migrate(url)
        database, store, hashes = await Database.open(url), FileStore(tmp_path / "data"), []
        async with database.write() as conn:
            world = await build_world(conn)
            for n, content in enumerate(CONTENTS):
                temp = store.temp_path()
                temp.write_bytes(content)
                sha256, size = await store.keep(temp)
                await files.add_file(conn, sha256, size, "application/pdf", NOW)
                given = Evidence(
                    0, world.locality, world.person, sha256, f"qd{n}.pdf", "application/pdf", size, NOW, {},
                    assignment_id=world.assignment,
                )  # fmt: skip
                await files.add_evidence(conn, given, str(n))
                hashes.append(sha256)
        await database.close()
        return hashes

    return asyncio.run(fill())


def test_every_line_says_how_a_matter_stands(filled: list[str], command: Command) -> None:
    for language in ("vi", "en"):
        done = command("check", LANGUAGE=language, **NOBODY)
        names = [name for _, name, _ in lines(done)]
        wanted = ["settings", "data-dir", "disk", "database", "step", "audit", "evidence", "api", "holidays"]
        assert [name for name in dict.fromkeys(names) if name in wanted] == wanted
        assert marks(done, "evidence") == marks(done, "database") == ["ok"] and marks(done, "api") == ["fail"]
    assert marks(command("check"), "token") == ["fail"]


def test_evidence_that_is_gone_or_changed_is_a_failure_and_is_named(
    filled: list[str], command: Command, tmp_path: Path
) -> None:
    store = FileStore(tmp_path / "data")
    store.path_of(filled[0]).unlink()
    store.path_of(filled[1]).write_bytes(CONTENTS[1][:-1] + b"!")
    store.path_of(filled[2]).unlink()
    store.path_of(filled[2]).mkdir()
    done = command("check", **NOBODY)
    told = {sentence for mark, name, sentence in lines(done) if (mark, name) == ("fail", "evidence")}
    assert len(told) == 3
    for n, sha256 in enumerate(filled):
        assert sum(sha256 in one and f"qd{n}.pdf" in one for one in told) == 1


def test_of_a_thousand_damaged_files_some_are_named_and_the_others_counted(
    filled: list[str], command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.check.MOST_FILES_NAMED", 2)
    monkeypatch.setattr(evidence_check, "_PAGE", 2)
    shutil.rmtree(tmp_path / "data" / "files")
    done = command("check", LANGUAGE="en", **NOBODY)
    told = [sentence for _, name, sentence in lines(done) if name == "evidence"]
    assert len(told) == 3 and told[-1].startswith("1 more")


def test_a_webhook_without_its_secret_is_a_failure(filled: list[str], command: Command) -> None:
    without = command("check", WEBHOOK_URL="https://tiendo.example/hook", **NOBODY)
    assert marks(without, "webhook") == ["fail"] and "TIENDO_WEBHOOK_SECRET" in without.out
    given = command("check", WEBHOOK_URL="https://tiendo.example/hook", WEBHOOK_SECRET="khoa", **NOBODY)
    assert marks(given, "webhook") == ["ok"] and "khoa" not in given.out
    assert marks(command("check", **NOBODY), "webhook") == []


def test_a_data_folder_that_cannot_be_is_a_failure(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "not" / "mounted", tmp_path / "file"):
        done = command("check", DATA_DIR=folder, **NOBODY)
        assert marks(done, "data-dir") == ["fail"] and str(folder) in done.out
    new = command("check", DATA_DIR=tmp_path / "new", **NOBODY)
    assert marks(new, "data-dir") == ["ok"] and marks(new, "database") == ["fail"]
    assert not (tmp_path / "new").exists() and not (tmp_path / "not").exists()


def test_settings_that_cannot_be_read_are_a_failure(command: Command) -> None:
    done = command("check", TIMEZONE="Asia/Hanoi")
    assert [(mark, name) for mark, name, _ in lines(done)] == [("fail", "settings")]
    assert "TIENDO_TIMEZONE" in done.out


def test_a_trail_that_was_changed_is_a_failure(filled: list[str], command: Command, tmp_path: Path) -> None:
    async def change() -> None:
        from bot.storage.records import audit

        database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'tiendo.db'}")
        async with database.write() as conn:
            for n in range(2):
                await audit.append(conn, 1, NOW, 1, "report", {"event_id": n})
            await conn.exec_driver_sql("UPDATE audit SET subject = '{\"event_id\": 7}' WHERE seq = 1")
        await database.close()

    asyncio.run(change())
    assert marks(command("check", **NOBODY), "audit") == ["fail"]


async def test_the_bots_name_and_the_clock(filled: list[str], tmp_path: Path) -> None:
    chats = Chats(SystemClock())
    async with running(chats) as server:
        known = {"TIENDO_TOKEN": chats.bot.token, "TIENDO_API_URL": server.url, "http_proxy": "http://127.0.0.1:9"}
        done = await asyncio.to_thread(process, tmp_path / "data", "check", **known)
        known["TIENDO_TOKEN"] = "77:other"
        refused = await asyncio.to_thread(process, tmp_path / "data", "check", **known)
    assert marks(done, "api") == ["ok"] and chats.bot.username in done.out
    assert marks(refused, "api") == ["fail"] and "other" not in refused.out


async def test_a_clock_two_minutes_off_is_a_failure(filled: list[str], tmp_path: Path) -> None:
    """One that is further off is in doubt: tests/cli/test_clock.py."""
    chats = Chats(lambda: SystemClock().now() - timedelta(minutes=2))
    async with running(chats) as server:
        known = {"TIENDO_TOKEN": chats.bot.token, "TIENDO_API_URL": server.url}
        done = await asyncio.to_thread(process, tmp_path / "data", "check", **known)
    assert marks(done, "clock") == ["fail"] and re.search(r"\b1[12]\d\b", done.out)
