"""`python -m bot reminders --on DATE`: what would be sent, to whom and why, as people and as programs read it."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people.people import Role
from bot.plans.reader import read_yaml
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.plan.load_plan import load
from bot.storage.engine.database import Database, migrate
from bot.storage.outbox import team_chats
from bot.storage.outbox.team_chats import TeamChat
from bot.storage.records import people, plans
from bot.storage.records.files import FileStore
from tests.cli.running import HOME, Ended, tiendo

NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
POLICE, CULTURE = "Công an phường", "Phòng Văn hóa - Xã hội"
AN, BINH = 7_000_000_001, 7_000_000_002


async def _seed(folder: Path) -> None:
    folder.mkdir(parents=True)
    url = f"sqlite+aiosqlite:///{folder / 'tiendo.db'}"
    await migrate(url)
    db = await Database.open(url)
    try:
        desk = Desk(db, FileStore(folder), Books())
        report = await load(desk, read_yaml(HOME / "seeds" / "binh-loc.yaml"), now=NOW, in_use=True)
        async with db.write() as conn:
            units = {unit.name: unit.id for unit in await plans.units(conn, report.locality_id)}
            for telegram_id, name in ((AN, "Nguyễn Văn An"), (BINH, "Lê Thị Bình")):
                person = await people.add_person(conn, telegram_id, name, "vi", NOW)
                await people.add_membership(conn, person.id, report.locality_id, units[POLICE], Role.OFFICER, NOW)
            team = await plans.save_unit(conn, report.locality_id, "Tổ CNSCĐ 1", "community_team", (), 99)
            await team_chats.bind(conn, TeamChat(report.locality_id, team, -500, person.id, NOW))
            await plans.bump_version(conn, report.locality_id)
    finally:
        await db.close()


@pytest.fixture(scope="session")
def _seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("day") / "data"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _seed(folder)).result()
    return folder


@pytest.fixture
def data_dir(_seeded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_seeded, tmp_path / "data"))


def reminders(data_dir: Path, *words: str, **settings: str) -> Ended:
    return tiendo(data_dir, "reminders", *words, **settings)


def objects(done: Ended) -> list[dict[str, Any]]:
    assert (done.code, done.err) == (0, "")
    return [json.loads(line) for line in done.out.splitlines()]


def test_a_day_in_words_is_grouped_by_recipient_with_names_and_reasons(data_dir: Path) -> None:
    done = reminders(data_dir, "--on", "2026-07-01", "--locality", "binh-loc")
    assert (done.code, done.err) == (0, "")
    first, *lines = done.out.splitlines()
    assert first.startswith("Thứ Tư 01/07/2026 · phường Bình Lộc: ") and "không gửi gì" in first
    head = next(line for line in lines if POLICE in line and not line.startswith("  "))
    assert head == f"07:30 · {POLICE} · cán bộ · Nguyễn Văn An, Lê Thị Bình"
    told = lines[lines.index(head) + 1 :]
    assert told[0].startswith("  Cảnh báo đỏ mới · 🔴 NV07 · ") and told[0].endswith("Quá hạn 1 ngày")
    assert any(CULTURE in line and "chưa có ai tham gia" in line for line in lines)


def test_a_day_as_json_is_one_object_a_line_with_exactly_these_keys(data_dir: Path) -> None:
    found = objects(reminders(data_dir, "--on", "2026-07-01", "--locality", "binh-loc", "--json"))
    assert found
    for each in found:
        assert set(each) == {"rule", "code", "unit", "to", "at", "reasons"}
        assert set(each["to"]) in ({"person", "role", "unit"}, {"chat", "role", "unit"})
        datetime.fromisoformat(each["at"])
    red = [each for each in found if (each["rule"], each["code"], each["unit"]) == ("turned_red", "NV07", POLICE)]
    assert {each["to"]["person"] for each in red} == {AN, BINH}
    assert red[0]["to"] == {"person": red[0]["to"]["person"], "role": "officer", "unit": POLICE}
    assert red[0]["at"] == "2026-07-01T07:30:00+07:00" and red[0]["reasons"] == ["overdue"]
    nobody = [each for each in found if each["unit"] == CULTURE]
    assert nobody and {each["to"]["person"] for each in nobody} == {None}


def test_looking_at_a_day_changes_nothing(data_dir: Path) -> None:
    first = reminders(data_dir, "--on", "2026-07-01", "--json").out
    assert reminders(data_dir, "--on", "2026-07-01", "--json").out == first != ""


def test_a_period_and_a_monday_are_told_in_words(data_dir: Path) -> None:
    last_day = reminders(data_dir, "--on", "2026-07-31").out
    assert "tháng 7/2026" in last_day and "việc chưa báo cáo, hạn 31/07/2026" in last_day
    monday = reminders(data_dir, "--on", "2026-06-29").out
    assert "Đơn vị chưa có ai tham gia" in monday
    assert re.search(r"Bảng tiến độ tuần · 🔴 \d+, 🟢 \d+", monday)
    assert "thành viên Ban Chỉ đạo · chưa có ai tham gia" in monday


def test_a_day_before_the_plan_is_in_use_says_what_it_supposes(data_dir: Path) -> None:
    before = reminders(data_dir, "--on", "2026-04-29").out.splitlines()
    assert before[1].startswith("Kế hoạch được đưa vào theo dõi từ 15/06/2026; dưới đây là dự kiến")
    assert "dự kiến" not in reminders(data_dir, "--on", "2026-06-29").out


def test_what_whole_units_owe_is_told_once_a_unit_and_rule(data_dir: Path) -> None:
    words = reminders(data_dir, "--on", "2026-09-30", "--locality", "binh-loc").out
    head = next(line for line in words.splitlines() if line.startswith(f"07:30 · {POLICE}"))
    told = words[words.index(head) :].split("\n\n")[0]
    assert "tháng 9/2026, " in told and "báo cáo tổng hợp quý III/2026, hạn 30/09/2026" in told
    assert told.count("Hạn cuối kỳ báo cáo") == 1
    assert "báo cáo quý III/2026 lên cấp trên, hạn 30/09/2026" in words
    found = objects(reminders(data_dir, "--on", "2026-09-30", "--locality", "binh-loc", "--json"))
    due = [each for each in found if each["rule"] == "period_due"]
    assert len({json.dumps(each, sort_keys=True) for each in due}) == len(due)
    assert [each["to"] for each in due if each["unit"] == POLICE] == [
        {"person": person, "role": "officer", "unit": POLICE} for person in (AN, BINH)
    ]
    office = [each["to"] for each in due if each["unit"] == "Văn phòng Đảng ủy"]
    assert {to["role"] for to in office} == {"officer", "office"}, "of its own rows, and upward"


def test_a_day_off_says_so_and_is_empty_as_json(data_dir: Path) -> None:
    assert "ngày nghỉ" in reminders(data_dir, "--on", "2026-09-02").out
    assert objects(reminders(data_dir, "--on", "2026-09-02", "--json")) == []


@pytest.mark.parametrize("words", [("--on", "2026-06-31"), ("--on", "mai"), ("--on", "2026-06-29", "--locality", "x")])
def test_a_wrong_day_or_locality_is_one_sentence_and_exit_code_2(data_dir: Path, words: tuple[str, ...]) -> None:
    done = reminders(data_dir, *words)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.strip().splitlines()) == 1


def test_the_preview_speaks_english(data_dir: Path) -> None:
    done = reminders(data_dir, "--on", "2026-07-01", TIENDO_LANGUAGE="en")
    assert done.out.startswith("Wednesday 01/07/2026 · ") and "nobody has joined" in done.out
