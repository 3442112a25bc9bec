"""Who is let in, what is heard in groups, and what is said about things that cannot be read."""

from __future__ import annotations

import pytest

from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from tests.town import Town
from tests.transport.village import inbox_rows, member


async def test_an_uninvited_person_reads_one_sentence_whatever_they_send(town: Town) -> None:
    stranger = town.person("Lạ")
    stranger.send_text("/viec")
    stranger.send_text("NV01 50%")
    stranger.send_sticker()
    stranger.start()
    stranger.press_stale("v1:m:viec", 1)
    await town.settle()
    assert len(stranger.texts()) == 4
    assert all("chưa được mời" in text for text in [*stranger.texts(), *stranger.toasts()])
    assert not stranger.unanswered()


async def test_an_uninvited_english_phone_is_answered_in_english(town: Town) -> None:
    stranger = town.person("Stranger", "en-GB")
    stranger.send_text("hello")
    await town.settle()
    assert "not been invited" in stranger.texts()[0]


async def test_a_group_hears_no_tasks(town: Town) -> None:
    an = await member(town)
    group = ChatGroup.created(town.chats, "Cơ quan", an)
    group.add_bot(an)
    await town.settle()
    assert len(group.texts()) == 1
    group.promote_bot(an)
    an.say_in(group, "NV01 60% xong rồi")
    an.say_in(group, "/lenhcuabotkhac")
    an.say_in(group, "/huy@bot_khac")
    an.send_album([b"x" * 10, b"y" * 10], group=group)
    await town.settle()
    assert len(group.texts()) == 1
    an.say_in(group, "/huy@tiendo_bot")
    await town.settle()
    assert "nhắn riêng" in group.texts()[-1]
    assert not an.texts()


def _say(person: SimulatedPerson, kind: str) -> None:
    {
        "sticker": person.send_sticker,
        "voice": person.send_voice,
        "location": person.send_location,
        "poll": person.send_poll,
        "contact": person.send_contact,
        "video": person.send_video,
    }[kind]()


@pytest.mark.parametrize("kind", ["sticker", "voice", "location", "poll", "contact", "video"])
async def test_what_cannot_be_read_is_answered_with_what_can(town: Town, kind: str) -> None:
    an = await member(town)
    _say(an, kind)
    await town.settle()
    assert len(an.texts()) == 1
    assert "PDF" in an.texts()[0]


async def test_an_edited_message_changes_nothing_and_says_so(town: Town) -> None:
    an = await member(town)
    said = an.send_text("/huy")
    await town.settle()
    an.edit(said.id, "/huy ngay")
    await town.settle()
    assert len(an.texts()) == 2
    assert "Sửa tin nhắn" in an.texts()[1]


async def test_commands_work_with_diacritics_aliases_and_the_bots_name(town: Town) -> None:
    an = await member(town)
    for text in ("/huy", "/hủy", "/cancel", "/huy@tiendo_bot", "/HUY"):
        an.send_text(text)
    await town.settle()
    assert len(set(an.texts())) == 1
    assert len(an.texts()) == 5
    an.send_text("/khongco")
    await town.settle()
    assert "Không có lệnh" in an.last().text


async def test_an_update_of_a_kind_nobody_knows_passes(town: Town) -> None:
    town.chats.updates.inject({"something_new": {"from": {"id": 5}, "what": 1}})
    town.chats.updates.inject({"message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}})
    await town.settle()
    assert [row[1] for row in inbox_rows(town)] == ["done", "done"]
