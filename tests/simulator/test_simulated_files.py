"""Files and albums, in both directions."""

from __future__ import annotations

import httpx
import pytest
from telegram import InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.simulator.telegram.api.server import Running
from bot.simulator.telegram.chats.people import Doc, SimulatedPerson
from tests.simulator.callers import MovedClock, picture
from tests.telegram_contract import assert_valid_calls


async def test_an_album_comes_as_separate_updates_captioned_once(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    lan.send_album([picture(colour="red"), picture(colour="blue"), picture()], "Đường thôn", caption_on=1)

    messages = [update.message for update in await bot.get_updates() if update.message]

    assert len({message.media_group_id for message in messages}) == 1
    assert [message.caption for message in messages] == [None, "Đường thôn", None]
    assert len({message.photo[-1].file_unique_id for message in messages}) == 3


async def test_an_album_of_documents_goes_out_under_one_id(
    bot: ExtBot[None], server: Running, lan: SimulatedPerson
) -> None:
    media = [
        InputMediaDocument(f"tệp {n}".encode(), filename=f"{n}.xlsx", caption=f"<b>{n}</b>", parse_mode="HTML")
        for n in (1, 2)
    ]
    sent = await bot.send_media_group(lan.id, media)

    assert [message.document and message.document.file_name for message in sent] == ["1.xlsx", "2.xlsx"]
    assert len({message.media_group_id for message in sent}) == 1
    assert lan.texts() == ["1", "2"]
    assert sorted(server.calls[-1].files.values()) == ["tệp 1".encode(), "tệp 2".encode()]
    assert_valid_calls(server.calls)


async def test_an_album_has_2_to_10_items_of_kinds_that_mix(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    photo = InputMediaPhoto(lan.send_photo(picture())[0].body["photo"][-1]["file_id"])
    document = InputMediaDocument(lan.send_document(b"x", "x.pdf", "application/pdf").body["document"]["file_id"])

    assert len(await bot.send_media_group(lan.id, [photo] * 10)) == 10
    for count in (1, 11):
        with pytest.raises(BadRequest, match="2-10 items"):
            await bot.send_media_group(lan.id, [photo] * count)
    with pytest.raises(BadRequest, match="Document can't be mixed"):
        await bot.send_media_group(lan.id, [photo, document])


async def test_a_file_is_downloaded_as_it_was_sent(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    lan.send_document(b"%PDF-1.7 x", "kế hoạch.pdf", "application/pdf")
    (update,) = await bot.get_updates()
    assert update.message and update.message.document

    file = await update.message.document.get_file()

    assert file.file_path and file.file_path.endswith(".pdf") and "kế hoạch" not in file.file_path
    assert (bytes(await file.download_as_bytearray()), file.file_size) == (b"%PDF-1.7 x", 10)
    assert (update.message.document.file_name, update.message.document.mime_type) == ("kế hoạch.pdf", "application/pdf")


async def test_a_photo_comes_in_sizes_without_its_name(bot: ExtBot[None], lan: SimulatedPerson, jpeg: bytes) -> None:
    first, second = lan.send_photo(jpeg)[0], lan.send_photo(jpeg)[0]
    sizes = (await bot.get_updates())[0].message.photo  # type: ignore[union-attr]

    assert [(size.width, size.height) for size in sizes] == [
        (90, 68),
        (320, 240),
        (800, 600),
        (1280, 960),
        (1600, 1200),
    ]
    file = await sizes[-1].get_file()
    assert file.file_path and file.file_path.rpartition("/")[2].startswith("file_")
    assert await file.download_as_bytearray() == jpeg
    one, other = first.body["photo"][-1], second.body["photo"][-1]
    assert one["file_unique_id"] == other["file_unique_id"]
    assert one["file_id"] != other["file_id"]


async def test_a_file_past_20_mb_is_not_handed_out(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    just = lan.send_document(b"x", "a.pdf", "application/pdf", size=20 * 2**20).body["document"]["file_id"]
    over = lan.send_document(b"x", "a.pdf", "application/pdf", size=20 * 2**20 + 1).body["document"]["file_id"]

    await bot.get_file(just)
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(over)
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file("made-up")


async def test_a_link_lasts_an_hour(
    server: Running, lan: SimulatedPerson, clock: MovedClock, bot: ExtBot[None]
) -> None:
    file = await bot.get_file(lan.send_document(b"x", "a.pdf", "application/pdf").body["document"]["file_id"])
    assert file.file_path
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(file.file_path)).content == b"x"
        assert (await client.get(file.file_path.replace("simulator", "wrong"))).status_code == 401
        clock.move(minutes=61)
        assert (await client.get(file.file_path)).status_code == 404


async def test_a_file_is_sent_again_by_its_id(bot: ExtBot[None], lan: SimulatedPerson, jpeg: bytes) -> None:
    sent = await bot.send_photo(lan.id, jpeg)
    again = await bot.send_photo(lan.id, sent.photo[-1].file_id)

    assert again.photo == sent.photo
    with pytest.raises(BadRequest, match="Can't use file of type photo as document"):
        await bot.send_document(lan.id, sent.photo[-1].file_id)
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_document(lan.id, "made-up")


async def test_documents_of_a_person_travel_as_an_album_too(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    sent = lan.send_album([Doc(b"1", "1.pdf", "application/pdf"), Doc(b"2", "2.pdf", "application/pdf")], "Hồ sơ")

    updates = await bot.get_updates()
    assert [u.message.document.file_name for u in updates if u.message and u.message.document] == ["1.pdf", "2.pdf"]
    assert sent[0].body["caption"] == "Hồ sơ"
