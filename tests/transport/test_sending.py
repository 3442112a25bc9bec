"""What goes out: in pieces that fit, not too fast, with files that are not forwarded, once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.telegram.chats.people import ChatGroup
from bot.transport.screen.visit import Visit
from bot.transport.sending.texts import split, units
from bot.views.parts.html import Html, escape
from bot.views.parts.view import Attachment, Picture, View, button
from tests.simulator.callers import picture
from tests.town import Town, town_on
from tests.transport.village import echo, listen, member


@given(st.lists(st.text(alphabet="aă <&>😀\n", max_size=300), max_size=30), st.integers(60, 200))
def test_pieces_of_a_long_text_fit_and_hold_everything(words: list[str], limit: int) -> None:
    text = "\n".join(f"<b>{escape(part)}</b>" for part in words)
    pieces = split(text, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert all(piece.count("<b>") == piece.count("</b>") for piece in pieces)
    bare = "".join("".join(pieces).replace("<b>", "").replace("</b>", "").split())
    assert bare == "".join(text.replace("<b>", "").replace("</b>", "").split()) or len(pieces) == 1


async def test_a_text_of_ten_thousand_signs_arrives_in_pieces_with_the_buttons_under_the_last(town: Town) -> None:
    an = await member(town)
    text = "\n".join(f"Dòng {number}: nhiệm vụ & chỉ tiêu" for number in range(400))

    async def long(visit: Visit, _text: str) -> None:
        await visit.say(View(escape(text), ((button("Mở", "m", "start"),),)))

    listen(town, long)
    an.send_text("dài")
    await town.settle()
    assert "\n".join(an.texts()) == text
    assert len(an.texts()) > 2
    assert an.buttons() == ["Mở"]
    assert not [m for m in an.messages()[1:-1] if m.buttons]


async def test_one_chat_gets_a_short_burst_and_then_one_message_a_second(data_dir: Path) -> None:
    async with town_on(data_dir) as town:
        town.server.faults.strict = True
        an = await member(town)
        listen(town, echo)
        for number in range(9):
            an.send_text(str(number))
        start = town.clock.now()
        await town.settle()
        assert an.texts() == [str(number) for number in range(9)]
        assert all(call.status == 200 for call in town.server.faults.calls_of("sendMessage"))
        assert timedelta(seconds=5) < town.clock.now() - start <= timedelta(seconds=9)


async def test_no_more_than_thirty_messages_a_second_go_out_over_all_chats(data_dir: Path) -> None:
    async with town_on(data_dir, slots=64) as town:
        town.server.faults.strict = True
        people = [await member(town, f"Người {number}") for number in range(40)]
        listen(town, echo)
        for person in people:
            person.send_text("chào")
        await town.settle()
        assert all(person.texts() == ["chào"] for person in people)
        assert all(call.status == 200 for call in town.server.faults.calls_of("sendMessage"))


async def test_files_go_out_as_albums_that_do_not_mix_and_cannot_be_forwarded(town: Town) -> None:
    an = await member(town)
    shas = []
    for colour in ("red", "green", "blue"):
        temp = town.app.desk.files.temp_path()
        temp.write_bytes(picture(40, 30, colour))
        shas.append((await town.app.desk.files.keep(temp))[0])
    photos = tuple(Attachment(sha, f"{n}.jpg", "image/jpeg", "photo") for n, sha in enumerate(shas))
    paper = Attachment(shas[0], "Quyết định số 12.pdf", "application/pdf", "document", transport_ref="gone")

    async def shows(visit: Visit, _text: str) -> None:
        await visit.say(View(Html("Hồ sơ"), ((button("Mở", "m", "start"),),), (paper, *photos)))

    listen(town, shows)
    an.send_text("xem")
    await town.settle()
    album = town.server.faults.calls_of("sendMediaGroup")[0]
    assert len(album.params["media"]) == 3
    sent = [c for c in town.server.calls if c.method in ("sendMediaGroup", "sendDocument") and c.status == 200]
    assert len(sent) == 2
    assert all(call.params["protect_content"] for call in sent)
    document = next(m for m in an.messages() if "document" in m.body)
    assert document.body["document"]["file_name"] == "Quyết định số 12.pdf"
    assert an.last().text == "Hồ sơ"


async def test_a_picture_carries_text_and_buttons(town: Town) -> None:
    an = await member(town)

    async def shows(visit: Visit, _text: str) -> None:
        image = Picture(picture(40, 30), "ma-moi.png")
        await visit.say(View(Html("Mã mời"), ((button("Mở", "m", "start"),),), picture=image))

    listen(town, shows)
    an.send_text("qr")
    await town.settle()
    assert "photo" in an.last().body
    assert an.last().text == "Mã mời"
    assert an.buttons() == ["Mở"]


async def test_the_same_view_again_and_a_vanished_message_are_no_trouble(town: Town) -> None:
    an = await member(town)
    await town.app.sender.send(an.id, View(Html("một")))
    shown = an.last().id
    assert await town.app.sender.edit(an.id, shown, View(Html("một"))) == shown
    assert await town.app.sender.edit(an.id, shown, View(Html("hai"))) == shown
    an.last().deleted = True
    again = await town.app.sender.edit(an.id, shown, View(Html("ba")))
    assert again != shown
    assert an.texts() == ["ba"]


async def test_a_group_that_became_a_supergroup_is_followed(town: Town) -> None:
    an = await member(town)
    group = ChatGroup.created(town.chats, "Tổ", an)
    group.add_bot(an)
    await town.settle()
    old = group.id
    new = group.migrate(-1002000000001)
    await town.app.sender.send(old, View(Html("một")))
    await town.app.sender.send(old, View(Html("hai")))
    assert new.texts()[-2:] == ["một", "hai"]
    assert [c.status for c in town.server.faults.calls_of("sendMessage", old)][-1] == 400
