"""Drafts that rest, are put aside and come back, and what a card is known by: the real engine, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from bot.app import CONVERSATIONS
from bot.conversations.core.dialogue import token_of
from bot.conversations.core.files_draft import FilesDraft
from bot.conversations.core.held import dump, load
from bot.conversations.core.scene import Pressed, Sent, Typed
from bot.conversations.reporting.report_draft import ReportDraft
from bot.domain.people.dialogue import Dialogue
from bot.services.reporting.attach_evidence import drop_unattached
from bot.storage.engine.database import Database
from bot.storage.outbox import dialogues
from bot.storage.records import people
from bot.transport.screen.buttons import encode
from bot.views.parts.view import Press
from bot.views.words.refused_files import Refusal
from tests.conversations.talks import ENGINE, Talk
from tests.conversations.test_report_dialogue import body, quick, reported
from tests.services.wards import a_desk
from tests.services.works import Work, some_work

DAY = timedelta(hours=24)


@pytest_asyncio.fixture
async def talk(database: Database, tmp_path: Path) -> Talk:
    """The officer of a ward's police, once on each engine."""
    work: Work = await some_work(a_desk(database, tmp_path / "data"))
    return Talk(work, work.officer)


async def stored(talk: Talk) -> Dialogue | None:
    """The row of the open dialogue."""
    async with talk.work.desk.db.read() as conn:
        return (await people.visitor(conn, talk.visitor.telegram_id, talk.visitor.chat_id)).dialogue


async def ways_back(talk: Talk) -> list[str]:
    """What stands under the answer to something new."""
    return [row[0].label for row in ENGINE.ways_back(await talk.scene())]


async def test_a_draft_that_rests_hears_nothing_and_comes_back_as_it_was(talk: Talk) -> None:
    photo = await talk.work.photo()
    await quick(talk, "NV01 40% đã trình", photo.id)
    talk.now += DAY
    assert ENGINE.is_open(await talk.scene())
    talk.now += timedelta(microseconds=1)
    scene = await talk.scene()
    assert not ENGINE.is_open(scene) and await ENGINE.hear(scene, Typed("đã ký")) is None
    before = await stored(talk)
    assert await ways_back(talk) == ["Tiếp tục NV01"] and await stored(talk) == before
    [[button]] = ENGINE.ways_back(scene)
    text = await talk.press_button(button)
    assert "→ 40%" in text and "đã trình" in text and "Đã nhận đủ 1 tệp" in text
    assert "đã ký" in await talk.say("đã ký")


async def test_what_is_put_aside_is_stored_with_the_new_draft_and_is_open_again_after_it(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    old = await stored(talk)
    assert old is not None
    talk.now += 2 * DAY
    await quick(talk, "CT01 50%")
    assert talk.labels[-1] == "Tiếp tục NV01"
    send = talk.button("Gửi báo cáo")
    talk.crash = True
    await talk.press_button(send)
    await talk.press_button(send, same_update=True)
    assert talk.labels[-1] == "Tiếp tục NV01"
    back = await stored(talk)
    assert back is not None and (back.draft["token"], back.updated_at) == (old.draft["token"], old.updated_at)
    await talk.press("Tiếp tục NV01")
    await talk.press("Gửi báo cáo")
    assert (await body(talk, "NV01")).percent == 40 and await stored(talk) is None


async def test_a_way_back_that_is_pressed_twice_or_cut_off_leads_to_the_same(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    talk.now += 2 * DAY
    await quick(talk, "CT01 50%")
    button = talk.button("Tiếp tục NV01")
    talk.crash = True
    first = await talk.press_button(button)
    assert first == await talk.press_button(button, same_update=True)
    assert talk.labels[-1] == "Tiếp tục CT01"
    assert first == await talk.press_button(button)
    await talk.press("Gửi báo cáo")
    assert "→ 50%" in await talk.press("Tiếp tục CT01")
    assert len(await reported(talk, "NV01")) == 1 and await reported(talk, "CT01") == []


async def test_drafts_are_forgotten_after_thirty_days_and_no_sooner(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    talk.now += 29 * DAY
    await quick(talk, "CT01 50%")
    assert "Tiếp tục NV01" in talk.labels
    talk.now += DAY
    assert await ways_back(talk) == ["Tiếp tục CT01", "Tiếp tục NV01"]
    talk.now += timedelta(seconds=1)
    assert await ways_back(talk) == ["Tiếp tục CT01"]
    async with talk.work.desk.db.write() as conn:
        assert await dialogues.purge(conn, talk.now - 30 * DAY, 500) == 0
        assert await dialogues.purge(conn, talk.now, 500) == 1
    assert await stored(talk) is None


async def test_files_of_a_draft_that_waits_are_wiped_by_their_own_age_and_counted_no_more(talk: Talk) -> None:
    first = await talk.work.photo()
    await quick(talk, "NV01 40%", first.id)
    talk.now += 20 * DAY
    [[button]] = ENGINE.ways_back(await talk.scene())
    await talk.press_button(button)
    second = await talk.work.photo(now=talk.now)
    await talk.send(second.id)
    assert "Đã nhận đủ 2 tệp" in talk.text
    await drop_unattached(talk.work.desk, older_than=first.at)
    talk.now += timedelta(minutes=1)
    assert "Đã nhận đủ 2 tệp" in await talk.say("ghi chú")
    await drop_unattached(talk.work.desk, older_than=first.at + timedelta(seconds=1))
    assert "Đã nhận đủ 1 tệp" in await talk.say("ghi chú hai")
    await talk.press("Gửi báo cáo")
    assert (await body(talk, "NV01")).files == (second.id,)


async def test_a_card_is_known_by_what_it_says(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    old = talk.button("Gửi báo cáo")
    await talk.say("NV01 50%")
    assert "→ 50%" in await talk.press_button(old) and await reported(talk, "NV01") == []
    await talk.say("NV01 40%")
    await talk.press_button(old)
    assert (await body(talk, "NV01")).percent == 40, "it says again what the first card says"


async def test_refusals_wait_for_the_album_to_be_quiet_and_are_told_once(talk: Talk) -> None:
    photo, refusal = await talk.work.photo(), Refusal("a.exe", "file_too_large", {"megabytes": 20})
    await quick(talk, "NV01 40%")
    assert await talk.send(photo.id, album="x") is None
    scene = await talk.scene()
    assert await talk.take(await ENGINE.hear(scene, Sent((), "đã họp", "x", (refusal,)))) is None
    shown = await talk.quiet()
    assert "a.exe" in shown and "20 MB" in shown and "Đã nhận đủ 1 tệp" in shown and "đã họp" in shown
    assert "a.exe" not in await talk.say("thêm")


# --- parts


def test_a_token_names_the_dialogue_and_what_is_said() -> None:
    draft = ReportDraft(token=token_of("a"), note="một")
    assert draft.marked().token != draft.model_copy(update={"note": "hai"}).marked().token
    assert draft.marked().token == draft.marked().marked().token == draft.with_files((), "album").marked().token
    assert draft.marked({"why": "x", "said": []}).token != draft.marked().token
    assert draft.has_token_of(draft.marked().token) and not draft.has_token_of(token_of("b"))
    assert {len(token_of(str(n))) for n in range(50)} == {8}
    for n in range(50):
        encode(Press("d", (token_of(str(n)), "0", "send")))


def test_messages_are_held_as_they_came() -> None:
    said = [Typed("một"), Pressed("p", "5"), Sent((1,), "hai", "x", (Refusal("a.exe", "file_empty", {}),))]
    assert load(dump(*said)) == said


def test_where_files_are_given_files_are_taken_and_nowhere_else_but_for_a_workbook() -> None:
    for one in CONVERSATIONS:
        assert one.takes_files is (issubclass(one.draft_type, FilesDraft) or one.kind == "opening_file"), one.kind
