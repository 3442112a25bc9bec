"""`python -m bot …`: what is printed where, and the exit code; what only a process can show as real processes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import shutil
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.simulator.telegram.api.server import Running, running
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Chats
from tests.cli.running import HOME, PATIENCE, Ended, environment, process, tiendo

AT = "2026-07-01T08:00:00+07:00"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def first_seeding(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    folder = tmp_path_factory.mktemp("cli") / "data"
    return folder, tiendo(folder, "seed", "binh-loc", "ba-ngoi", "--in-use")


def test_a_command_in_this_process_leaves_nothing_of_itself_behind(tmp_path: Path) -> None:
    def world() -> tuple[object, ...]:
        return (
            dict(os.environ),
            Path.cwd(),
            sys.argv,
            sys.stdin,
            sys.stdout,
            sys.stderr,
            logging.getLogger().handlers[:],
        )

    before = world()
    found = [
        tiendo(tmp_path / "data", "check", TIENDO_LANGUAGE=language, TIENDO_TOKEN="1:x", TIENDO_API_URL=NOWHERE)
        for language in ("vi", "en", "vi")
    ]
    assert found[0] == found[2] != found[1], "settings are read anew"
    assert world() == before


@pytest.fixture
def data_dir(first_seeding: tuple[Path, Ended], tmp_path: Path) -> Path:
    """A data folder of one's own with two plans in use."""
    return Path(shutil.copytree(first_seeding[0], tmp_path / "data"))


def test_seeding_again_changes_nothing(first_seeding: tuple[Path, Ended], data_dir: Path) -> None:
    first = first_seeding[1]
    assert (first.code, first.err) == (0, "")
    before = tiendo(data_dir, "export", "binh-loc", "--at", AT).out
    again = tiendo(data_dir, "seed", "binh-loc")
    assert (again.code, again.err) == (0, "")
    summary = again.out.splitlines()[0]
    assert "binh-loc" in summary and "0" in summary and summary != first.out.splitlines()[0]
    assert tiendo(data_dir, "export", "binh-loc", "--at", AT).out == before


def _plan_of(year: int, folder: Path) -> str:
    path = folder / f"{year}.yaml"
    text = (HOME / "seeds" / "binh-thanh.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("year: 2026", f"year: {year}"), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("language", "when"), [("vi", "vào theo dõi từ ngày"), ("en", "can be put in use from")])
def test_a_plan_is_not_put_in_use_while_the_one_before_it_is(tmp_path: Path, language: str, when: str) -> None:
    data_dir, year = tmp_path / "data", SystemClock().now().year + 1
    this, following = _plan_of(year, tmp_path), _plan_of(year + 1, tmp_path)
    assert tiendo(data_dir, "seed", this, "--in-use").code == 0
    for more in ((), ("--preview",)):
        refused = tiendo(data_dir, "seed", following, "--in-use", *more, TIENDO_LANGUAGE=language)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.strip().endswith(f"{when} 01/01/{year + 1}.") and len(refused.err.splitlines()) == 1
    with sqlite3.connect(data_dir / "tiendo.db") as conn:
        assert conn.execute("SELECT year FROM plans").fetchall() == [(year,)]
    loaded = tiendo(data_dir, "seed", following)
    assert loaded.code == 0 and str(year + 1) in loaded.out
    assert json.loads(tiendo(data_dir, "export", "binh-thanh").out)["rows"]
    with sqlite3.connect(data_dir / "tiendo.db") as conn:
        found = conn.execute("SELECT year, in_use_on IS NOT NULL FROM plans ORDER BY year").fetchall()
    assert found == [(year, 1), (year + 1, 0)]


def test_the_export_prints_every_row_with_its_colour(data_dir: Path, tmp_path: Path) -> None:
    done = tiendo(data_dir, "export", "ba-ngoi", "--format", "json", "--at", AT)
    assert (done.code, done.err) == (0, "")
    rows = json.loads(done.out)["rows"]
    assert len(rows) > 30 and {row["colour"] for row in rows} >= {"red", "green"}
    table = tmp_path / "bang.xlsx"
    written = tiendo(data_dir, "export", "ba-ngoi", "--format", "xlsx", "--at", AT, "--out", str(table))
    assert written.code == 0 and str(table) in written.out and table.read_bytes()[:2] == b"PK"


def test_an_invitation_is_printed(data_dir: Path) -> None:
    done = tiendo(data_dir, "invite", "binh-loc", "--unit", "cong an phuong", "--role", "officer")
    assert (done.code, done.err) == (0, "")
    code = done.out.split()[0]
    with sqlite3.connect(data_dir / "tiendo.db") as conn:
        assert conn.execute("SELECT used, uses FROM invitations WHERE code = ?", (code,)).fetchall() == [(0, 1)]


WRONG_USE: dict[str, tuple[str, ...]] = {
    "a locality nobody knows": ("export", "ha-noi"),
    "an instant that is none": ("export", "binh-loc", "--at", "hôm qua"),
    "a table without its file": ("export", "binh-loc", "--format", "xlsx"),
    "a unit nobody knows": ("invite", "binh-loc", "--unit", "Sở Ngoại vụ", "--role", "officer"),
    "a plan that is not shipped": ("seed", "ha-noi"),
    "a plan file that is not there": ("seed", "ke-hoach.xlsx"),
    "an archive that is not there": ("restore", "khong-co.tar.gz"),
    "a folder that is not there": ("backup", "khong/co/sao-luu.tar.gz"),
}


@pytest.mark.parametrize("words", WRONG_USE.values(), ids=WRONG_USE.keys())
def test_wrong_use_is_one_sentence_and_exit_code_2(data_dir: Path, words: tuple[str, ...]) -> None:
    done = tiendo(data_dir, *words)
    assert done.code == 2 and done.out == ""
    assert len(done.err.splitlines()) == 1 and len(done.err) > 15


def test_a_start_without_a_token_is_one_sentence_and_exit_code_2(data_dir: Path) -> None:
    done = process(data_dir, "run")
    assert done.code == 2 and done.out == ""
    assert len(done.err.splitlines()) == 1 and "TIENDO_TOKEN" in done.err


def test_questions_come_in_on_standard_input_and_answers_go_out_a_line_each(data_dir: Path) -> None:
    asked = "nhiệm vụ nào đang đỏ?\n\nNV07 60%\n"
    done = process(data_dir, "ask", "binh-loc", "-", "--at", AT, stdin=asked)
    assert (done.code, done.err) == (0, "")
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert len(answers) == 3 and len(answers[0]["codes"]) > 1 and answers[2]["codes"] == ["NV07"]
    assert tiendo(data_dir, "ask", "binh-loc", "-", "--at", AT, stdin=asked) == done


@pytest.mark.parametrize("words", [("export",), ("nghỉ",), ("invite", "binh-loc", "--role", "king", "--unit", "x")])
def test_what_the_command_line_cannot_read_is_exit_code_2(data_dir: Path, words: tuple[str, ...]) -> None:
    done = tiendo(data_dir, *words)
    assert done.code == 2 and done.out == "" and done.err


def test_a_restore_tells_the_time_of_the_backup_as_people_write_it(data_dir: Path, tmp_path: Path) -> None:
    archive = tmp_path / "sao-luu.tar.gz"
    assert tiendo(data_dir, "backup", str(archive)).code == 0
    done = tiendo(tmp_path / "moi", "restore", str(archive))
    assert done.code == 0 and re.search(r"\(bản lúc \d\d:\d\d \d\d/\d\d/\d{4}\)", done.out), done


def test_work_that_fails_is_one_sentence_and_exit_code_1(data_dir: Path, tmp_path: Path) -> None:
    archive = tmp_path / "sao-luu.tar.gz"
    assert tiendo(data_dir, "backup", str(archive)).code == 0
    full = tiendo(data_dir, "restore", str(archive))
    damaged = tmp_path / "hong.tar.gz"
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    broken = tiendo(tmp_path / "moi", "restore", str(damaged))
    (tmp_path / "sai.yaml").write_text("locality: [")
    unread = tiendo(data_dir, "seed", str(tmp_path / "sai.yaml"))
    for done in (full, broken, unread):
        assert done.code == 1 and done.out == "", done
        assert len(done.err.splitlines()) in (1, 2), done
    assert not list((tmp_path / "moi").rglob("files/*/*/*"))


@asynccontextmanager
async def bot_running(data_dir: Path, server: Running) -> AsyncIterator[Process]:
    """`run` as a process of its own against the simulated Telegram, its log as JSON."""
    more = {"TIENDO_TOKEN": server.chats.bot.token, "TIENDO_API_URL": server.url, "TIENDO_LOG_FORMAT": "json"}
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=data_dir.parent,
        env=environment(data_dir, more),
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield bot
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()


async def heard(chats: Chats, person: SimulatedPerson, done: Callable[[], bool]) -> None:
    """Return once ``done``; looked at whenever the bot did something."""
    changed = asyncio.Event()
    chats.listeners.append(lambda *_: changed.set())
    async with asyncio.timeout(PATIENCE):
        while not done():
            await changed.wait()
            changed.clear()


async def test_a_backup_of_the_running_bot_comes_back_in_an_empty_place_and_sigterm_ends_it(
    data_dir: Path, tmp_path: Path
) -> None:
    code = tiendo(data_dir, "invite", "binh-loc", "--unit", "Công an phường", "--role", "officer").out.split()[0]
    chats = Chats(SystemClock())
    async with running(chats) as server, bot_running(data_dir, server) as bot:
        an = SimulatedPerson.named(chats, "An")
        an.start(code)
        await heard(chats, an, lambda: len(an.texts()) == 1)
        known = {"TIENDO_TOKEN": chats.bot.token, "TIENDO_API_URL": server.url}
        looked = await asyncio.to_thread(tiendo, data_dir, "check", **known)
        assert looked.code == 0 and "fail " not in looked.out and chats.bot.token not in looked.out
        an.send_text("Nguyễn Văn An")
        await heard(chats, an, lambda: "✅ Đúng" in " ".join(an.buttons()))
        an.press("Đúng")
        await heard(chats, an, lambda: "Báo cáo" in " ".join(an.buttons()))
        an.send_document(b"%PDF-1.4\n" + b"minh chung " * 50, "qd.pdf", "application/pdf", "NV07 60%")
        await heard(chats, an, lambda: "Gửi báo cáo" in an.buttons())
        archive = tmp_path / "sao-luu.tar.gz"
        saving = asyncio.to_thread(process, data_dir, "backup", str(archive))
        an.press("Gửi báo cáo")
        saved = await saving
        assert (saved.code, saved.err) == (0, "") and str(archive) in saved.out
        await heard(chats, an, lambda: "Đã ghi nhận" in an.last().text)
        bot.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            out, err = await bot.communicate()
        assert bot.returncode == 0 and b"Traceback" not in out + err
        assert server.chats.bot.token.encode() not in out + err
        entries = [json.loads(line) for line in err.splitlines()]
        assert entries and all({"at", "level", "logger", "message"} <= set(entry) for entry in entries)
    with sqlite3.connect(data_dir / "tiendo.db") as conn:
        assert conn.execute("SELECT DISTINCT state FROM inbox").fetchall() == [("done",)]
        assert conn.execute("SELECT count(*) FROM events").fetchone() == (1,)
    brought = await asyncio.to_thread(tiendo, tmp_path / "neu" / "data", "restore", str(archive))
    assert (brought.code, brought.err) == (0, "")
    kept = [path.read_bytes() for path in (tmp_path / "neu" / "data" / "files").rglob("*") if path.is_file()]
    assert len(kept) == 1 and kept[0].startswith(b"%PDF")
    with sqlite3.connect(tmp_path / "neu" / "data" / "tiendo.db") as conn:
        assert conn.execute("SELECT full_name FROM people").fetchall() == [("Nguyễn Văn An",)]
    exported = await asyncio.to_thread(tiendo, tmp_path / "neu" / "data", "export", "binh-loc", "--at", AT)
    assert exported.code == 0 and json.loads(exported.out)["rows"]


async def test_a_token_telegram_refuses_is_one_sentence(data_dir: Path) -> None:
    async with running(Chats(SystemClock())) as server:
        done = await asyncio.to_thread(process, data_dir, "run", TIENDO_TOKEN="1234:wrong", TIENDO_API_URL=server.url)
    assert done.code == 1 and len([line for line in done.err.splitlines() if not line.startswith("{")]) == 1
    assert "wrong" not in done.err + done.out
