"""What is promised to be kept for a time only is forgotten by the housekeeping that runs, on either engine."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.domain.people.people import Role
from bot.reminders import jobs
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables
from bot.storage.outbox import dialogues, inbox
from bot.storage.records import invitations, questions
from bot.transport.screen.visit import Visit
from tests.faults.deeds import OFFICE, photo
from tests.journeys.test_joining import invitation
from tests.journeys.test_main_journey import seed_binh_loc
from tests.town import Town, officer, say, town_on
from tests.transport.village import listen

KINDS = ("words", "updates", "questions", "wrong codes", "at the door", "unfinished files", "unused files")


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running bot with the plan of Bình Lộc, once on each engine."""
    seed_binh_loc(database_url, tmp_path / "data")
    async with town_on(tmp_path / "data", database_url=database_url) as town:
        yield town


async def fail(visit: Visit, text: str) -> None:
    """A mistake of ours."""
    raise ZeroDivisionError


async def leave_something(town: Town) -> SimulatedPerson:
    """Something of every kind that is kept for a time; whoever may see what has failed."""
    office = await officer(town, OFFICE, "Trần Thị Bình", Role.OFFICE)
    await say(town, office, "nhiệm vụ nào đang đỏ?")
    stranger = town.person("Người lạ")
    stranger.start("ABCD-EFGH")
    guest = town.person("Khách")
    guest.start((await invitation(town)).invitation.code)
    await town.settle()
    await say(town, guest, "Lê Văn Cường")
    an = await officer(town)
    await say(town, an, "NV07 60%")
    an.send_photo(photo())
    await town.settle()
    half = town.app.desk.files.temp_path()
    half.write_bytes(b"half")
    os.utime(half, (town.clock.now().timestamp(),) * 2)
    listen(town, fail)
    await say(town, an, "riêng tư")
    return office


async def left(town: Town) -> dict[str, int]:
    """How much of each kind is there still."""
    i = tables.inbox.c
    counted = {
        "words": select(func.count()).where(i.state != "done", i.payload.is_not(None)),
        "updates": select(func.count()).where(i.state == "done"),
        "questions": select(func.count()).select_from(tables.questions),
        "wrong codes": select(func.count()).select_from(tables.join_attempts),
        "at the door": select(func.count()).where(tables.dialogues.c.kind == "join"),
    }
    async with town.db.read() as conn:
        found = {kind: int(await conn.scalar(words) or 0) for kind, words in counted.items()}
        rows = int(await conn.scalar(select(func.count()).select_from(tables.evidence)) or 0)
    root = town.app.desk.files.root
    files, half = (sum(path.is_file() for path in (root / part).rglob("*")) for part in ("files", "tmp"))
    assert files == rows
    return {**found, "unfinished files": half, "unused files": files}


async def test_each_kind_is_kept_for_its_time_and_no_longer(town: Town) -> None:
    await leave_something(town)
    first = await left(town)
    assert set(first) == set(KINDS) and all(first.values()) and first["updates"] > 5
    kept_for = {
        "unfinished files": 1,
        "words": 7,
        "updates": 30,
        "unused files": 30,
        "questions": 60,
        "wrong codes": 60,
        "at the door": 30,
    }
    begun = town.clock.now()
    for days in sorted(set(kept_for.values())):
        for past in (timedelta(hours=-1), timedelta(hours=1)):
            town.clock.move_to(begun + timedelta(days=days) + past)
            await town.keep_house()
            gone = {kind for kind, number in (await left(town)).items() if not number}
            due = {kind for kind, after in kept_for.items() if timedelta(days=after) < timedelta(days=days) + past}
            assert gone == due, f"after {days} days {past}"


async def test_what_failed_stays_without_its_words_for_the_office_to_see(town: Town) -> None:
    office = await leave_something(town)
    town.clock.move_by(days=300)
    await town.keep_house()
    async with town.db.read() as conn:
        assert (await inbox.counts(conn)) == {"pending": 0, "done": 0, "failed": 1}
        [words] = await conn.scalars(select(tables.inbox.c.payload))
    assert words is None
    assert "không xử lý được: 1" in await say(town, office, "/tinhtrang")


async def test_words_that_are_to_be_kept_for_longer_keep_their_updates(database_url: str, tmp_path: Path) -> None:
    seed_binh_loc(database_url, tmp_path / "data")
    async with town_on(tmp_path / "data", database_url=database_url, keep_updates_days=90) as town:
        an = await officer(town)
        await say(town, an, "xin chào")
        for days, there in ((89, True), (2, False)):
            town.clock.move_by(days=days)
            await town.keep_house()
            async with town.db.read() as conn:
                words = (await conn.scalars(select(tables.inbox.c.payload))).all()
            assert [text is not None for text in words] == ([True] if there else [])


@pytest.mark.parametrize("kind", KINDS)
async def test_where_one_step_fails_the_others_are_taken(
    town: Town, kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await leave_something(town)
    town.clock.move_by(days=61)
    owner, name = {
        "words": (inbox, "purge"),
        "updates": (inbox, "drop_done"),
        "questions": (questions, "purge"),
        "wrong codes": (invitations, "purge_attempts"),
        "at the door": (dialogues, "purge"),
        "unfinished files": (town.app.desk.files, "sweep"),
        "unused files": (jobs, "drop_unattached"),
    }[kind]

    async def broken(*given: object, **named: object) -> int:
        raise OSError("Nguyễn Văn An")

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, broken)
        await town.keep_house()
    assert {each for each, number in (await left(town)).items() if number} == {kind}
    assert "housekeeping" in caplog.text and "OSError" in caplog.text and "Nguyễn" not in caplog.text
    await town.keep_house()
    assert not any((await left(town)).values())


async def test_what_has_gathered_over_a_year_is_forgotten_in_pieces(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that whoever writes meanwhile waits for a piece, not for the whole."""
    monkeypatch.setattr(jobs, "PIECE", 2)
    office = await officer(town, OFFICE, "Trần Thị Bình", Role.OFFICE)
    for _ in range(5):
        await say(town, office, "nhiệm vụ nào đang đỏ?")
    town.clock.move_by(days=61)
    write, pieces = town.db.write, []

    def counted() -> object:
        pieces.append(1)
        return write()

    monkeypatch.setattr(town.app.desk.db, "write", counted)
    await town.keep_house()
    found = await left(town)
    assert (found["updates"], found["questions"]) == (0, 0)
    # Words, updates and questions: two, two, and one that says that it was all.
    assert len(pieces) >= 9
