"""What a page asks of the chats, over HTTP: reading by pages, acting, files, and everything asked wrongly."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from PIL import Image
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.ext import ExtBot

from bot.simulator.telegram.api.server import Running
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from bot.simulator.telegram.chats.uploads import MOST_BYTES
from tests.simulator.callers import picture

Bot = ExtBot[None]


@pytest_asyncio.fixture
async def http(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=f"{server.url}/simulator", trust_env=False, timeout=30, verify=False
    ) as client:
        yield client


async def chat_of(http: httpx.AsyncClient, user: int, **more: object) -> dict[str, Any]:
    response = await http.get("/chat", params={"user": user, **{k: str(v) for k, v in more.items()}})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_a_chat_shows_what_was_said_with_its_buttons_files_and_menu(
    http: httpx.AsyncClient, bot: Bot, lan: SimulatedPerson
) -> None:
    await bot.set_my_commands([("viec", "Việc của đơn vị")])
    lan.start()
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Báo cáo", callback_data="v1:r:7")]])
    asked = await bot.send_message(lan.id, "<b>Chào</b> chị 👋 <i>Lan</i>", parse_mode="HTML", reply_markup=keys)
    lan.send_photo(picture(), "ảnh")
    lan.send_document(b"%PDF-1.7", "Báo cáo quý II.pdf", "application/pdf")
    await bot.send_message(lan.id, "chọn", reply_markup=ReplyKeyboardMarkup([["Có", "Không"]]))

    seen = await chat_of(http, lan.id)

    mine, greeting, photo, paper, _ = seen["messages"]
    assert (mine["mine"], mine["text"], mine["from"], mine["entities"][0]["type"]) == (
        True,
        "/start",
        "Lan Trần",
        "bot_command",
    )
    assert (greeting["mine"], greeting["id"], greeting["from"]) == (False, asked.message_id, "Tiến Độ")
    assert greeting["inline"] == [[{"text": "Báo cáo", "data": "v1:r:7"}]]
    # Offsets count UTF-16 units, of which 👋 takes two.
    assert [(e["type"], e["offset"], e["length"]) for e in greeting["entities"]] == [("bold", 0, 4), ("italic", 12, 3)]
    assert greeting["at"] == "2026-03-02T08:00:00+07:00"
    assert (photo["media"]["kind"], photo["media"]["width"], photo["text"]) == ("photo", 1600, "ảnh")
    assert (paper["media"]["name"], paper["media"]["mime"]) == ("Báo cáo quý II.pdf", "application/pdf")
    assert (seen["more"], seen["newest"]) == (False, seen["messages"][-1]["id"])
    assert seen["keyboard"]["keyboard"] == [[{"text": "Có"}, {"text": "Không"}]]
    assert seen["menu"] == [{"command": "viec", "description": "Việc của đơn vị"}]


async def test_five_hundred_messages_are_read_page_by_page(http: httpx.AsyncClient, lan: SimulatedPerson) -> None:
    for number in range(500):
        lan.send_text(f"số {number}")

    pages = [await chat_of(http, lan.id)]
    while pages[-1]["more"]:
        pages.append(await chat_of(http, lan.id, before=pages[-1]["messages"][0]["id"]))

    read = [message["text"] for seen in reversed(pages) for message in seen["messages"]]
    assert (len(pages), read) == (5, [f"số {number}" for number in range(500)])
    assert len((await chat_of(http, lan.id, limit=3))["messages"]) == 3
    assert len((await chat_of(http, lan.id, limit=5000))["messages"]) == 100


async def test_a_page_writes_presses_and_taps_as_a_phone_does(
    http: httpx.AsyncClient, bot: Bot, lan: SimulatedPerson
) -> None:
    first = (await http.post("/text", json={"user": lan.id, "text": "/start"})).json()["message"]
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Gửi", callback_data="v1:d:1")]])
    asked = await bot.send_message(lan.id, "Gửi?", reply_markup=keys)
    await bot.send_message(lan.id, "hay", reply_markup=ReplyKeyboardMarkup([["Thôi"]], one_time_keyboard=True))
    await http.post("/text", json={"user": lan.id, "text": "vâng", "reply_to": asked.message_id})
    press = {"user": lan.id, "message": asked.message_id, "data": "v1:d:1"}
    by_data = (await http.post("/press", json=press)).json()["query"]
    by_name = (await http.post("/press", json={"user": lan.id, "button": "Gửi"})).json()["query"]
    tapped = await http.post("/tap", json={"user": lan.id, "label": "Thôi"})

    updates = await bot.get_updates()
    said = [update.message for update in updates if update.message]
    pressed = [update.callback_query for update in updates if update.callback_query]
    assert [message.text for message in said] == ["/start", "vâng", "Thôi"]
    assert said[0].message_id == first
    assert said[1].reply_to_message and said[1].reply_to_message.message_id == asked.message_id
    assert [query.id for query in pressed] == [by_data, by_name]
    assert {query.data for query in pressed} == {"v1:d:1"}
    assert tapped.status_code == 200
    assert (await chat_of(http, lan.id))["keyboard"] is None
    assert (await http.post("/tap", json={"user": lan.id, "label": "Thôi"})).status_code == 400


async def test_files_go_as_photos_documents_and_albums(http: httpx.AsyncClient, bot: Bot, lan: SimulatedPerson) -> None:
    paper = ("file", ("QĐ 86.pdf", b"%PDF-1.7", "application/pdf"))
    views = [("file", (f"{n}.jpg", picture(colour=colour), "image/jpeg")) for n, colour in enumerate(("red", "blue"))]
    me = {"user": str(lan.id)}
    single = await http.post("/files", data={**me, "caption": "ảnh"}, files=views[:1])
    as_file = await http.post("/files", data={**me, "as": "document"}, files=views[:1])
    several = await http.post("/files", data={**me, "caption": "NV08 60%"}, files=[*views, paper])

    sent = [update.message for update in await bot.get_updates() if update.message]
    assert [len(one.json()["messages"]) for one in (single, as_file, several)] == [1, 1, 3]
    assert [bool(message.photo) for message in sent] == [True, False, True, True, False]
    assert [message.caption for message in sent] == ["ảnh", None, "NV08 60%", None, None]
    albums = [message.media_group_id for message in sent]
    # The two pictures are one album; a single file is none, and papers are not mixed with pictures.
    assert albums[:2] == [None, None]
    assert albums[2] == albums[3] is not None
    assert albums[4] is None
    assert sent[4].document and sent[4].document.file_name == "QĐ 86.pdf"


async def test_twelve_pictures_are_two_albums(http: httpx.AsyncClient, bot: Bot, lan: SimulatedPerson) -> None:
    views = [("file", (f"{n}.jpg", picture(40, 30), "image/jpeg")) for n in range(12)]
    assert (await http.post("/files", data={"user": str(lan.id)}, files=views)).status_code == 200
    sent = [update.message.media_group_id for update in await bot.get_updates() if update.message]
    assert [sent.count(album) for album in dict.fromkeys(sent)] == [10, 2]


async def test_thirty_megabytes_and_a_program_pass_to_the_bot_and_sixty_do_not(
    http: httpx.AsyncClient, bot: Bot, lan: SimulatedPerson
) -> None:
    me = {"user": str(lan.id)}
    large = await http.post("/files", data=me, files={"file": ("phim.pdf", b"%PDF" + bytes(30_000_000))})
    program = await http.post("/files", data=me, files={"file": ("cai-dat.exe", b"MZ\x90", "application/x-msdownload")})
    half = bytes(MOST_BYTES // 2 + 1)
    too_large = await http.post("/files", data=me, files=[("file", ("a.bin", half)), ("file", ("b.bin", half))])

    sent = [update.message.document for update in await bot.get_updates() if update.message]
    assert [doc.file_size for doc in sent if doc] == [30_000_004, 3]
    assert (large.status_code, program.status_code, too_large.status_code) == (200, 200, 413)
    assert "50 MB" in too_large.json()["error"]


async def test_files_are_handed_out_to_those_who_have_them_and_never_run(
    http: httpx.AsyncClient, lan: SimulatedPerson
) -> None:
    minh = SimulatedPerson.named(lan.chats, "Minh", 78)
    photo = lan.send_photo(picture())[0].body["photo"]
    page = lan.send_document(b"<script>alert(1)</script>", 'a"\n.html', "text/html").body["document"]["file_id"]
    small, full = photo[0]["file_id"], photo[-1]["file_id"]

    shown = [await http.get(f"/file/{file_id}", params={"user": lan.id}) for file_id in (small, full, page)]
    foreign = await http.get(f"/file/{full}", params={"user": minh.id})
    unknown = await http.get("/file/PHOTO-9", params={"user": lan.id})

    assert [Image.open(io.BytesIO(one.content)).size for one in shown[:2]] == [(90, 68), (1600, 1200)]
    assert [one.headers["content-type"] for one in shown] == ["image/jpeg", "image/jpeg", "application/octet-stream"]
    assert [one.headers["content-disposition"].partition(";")[0] for one in shown] == ["inline", "inline", "attachment"]
    assert {one.headers["x-content-type-options"] for one in shown} == {"nosniff"}
    assert all("sandbox" in one.headers["content-security-policy"] for one in shown)
    assert (foreign.status_code, unknown.status_code) == (404, 404)


async def test_a_group_is_open_to_its_members_alone(http: httpx.AsyncClient, lan: SimulatedPerson) -> None:
    group = ChatGroup.created(lan.chats, "Tổ khu phố 1", lan)
    group.add_bot(lan)
    minh = SimulatedPerson.named(lan.chats, "Minh", 78)

    said = await http.post("/text", json={"user": lan.id, "chat": group.id, "text": "/start"})
    foreign = [
        await http.get("/chat", params={"user": minh.id, "chat": group.id}),
        await http.post("/text", json={"user": minh.id, "chat": group.id, "text": "chào"}),
        await http.get("/chat", params={"user": minh.id, "chat": lan.id}),
    ]

    assert said.status_code == 200
    assert [one.status_code for one in foreign] == [403, 403, 403]
    seen = await chat_of(http, lan.id, chat=group.id)
    assert [message["service"] for message in seen["messages"]] == ["bot_added", None]
    group.add(minh)
    assert (await http.get("/chat", params={"user": minh.id, "chat": group.id})).status_code == 200


WRONG: dict[str, tuple[str, dict[str, object], int]] = {
    "nobody": ("text", {"user": 999, "text": "x"}, 404),
    "no user": ("text", {"text": "x"}, 400),
    "a user that is no number": ("text", {"user": "Lan", "text": "x"}, 400),
    "a half user": ("text", {"user": 77.5, "text": "x"}, 400),
    "no text": ("text", {"user": 77}, 400),
    "an empty text": ("text", {"user": 77, "text": "  "}, 400),
    "a list for a text": ("text", {"user": 77, "text": ["x"]}, 400),
    "a text of 4,097 signs": ("text", {"user": 77, "text": "x" * 4097}, 400),
    "an unknown chat": ("text", {"user": 77, "chat": -5, "text": "x"}, 404),
    "an answer to nothing": ("text", {"user": 77, "text": "x", "reply_to": 5}, 404),
    "a press on nothing": ("press", {"user": 77, "message": 5, "data": "v1:x"}, 404),
    "a button nobody sees": ("press", {"user": 77, "button": "Lưu"}, 400),
    "a tap on nothing": ("tap", {"user": 77, "label": "Lưu"}, 400),
    "a person twice": ("people", {"first_name": "Lan", "id": 77}, 400),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_asked_wrongly_is_answered_with_a_sentence(
    http: httpx.AsyncClient, lan: SimulatedPerson, name: str
) -> None:
    address, asked, status = WRONG[name]
    vietnamese = await http.post(f"/{address}", json=asked)
    english = await http.post(f"/{address}", json=asked, headers={"Accept-Language": "en-GB,en;q=0.9"})

    assert (vietnamese.status_code, english.status_code) == (status, status)
    assert vietnamese.json()["error"] != english.json()["error"]
    assert lan.messages() == []


async def test_bodies_that_are_no_objects_are_refused(http: httpx.AsyncClient, lan: SimulatedPerson) -> None:
    kind = {"Content-Type": "application/json"}
    bodies = (b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 50_000, b'{"user": 77, "text": "' + b"x" * 200_000 + b'"}')
    answers = [await http.post("/text", content=body, headers=kind) for body in bodies]
    assert [one.status_code for one in answers] == [400] * len(bodies)
    no_file = await http.post("/files", data={"user": "77"}, headers={})
    broken = await http.post("/files", content=b"--x\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert (no_file.status_code, broken.status_code) == (400, 400)
    assert lan.messages() == []


async def test_a_terminal_brings_in_a_person(http: httpx.AsyncClient, bot: Bot) -> None:
    assert (await http.post("/people", json={"first_name": "Minh", "id": 7})).json()["first_name"] == "Minh"
    await http.post("/text", json={"user": 7, "text": "/start"})
    listed = (await http.get("/chats")).json()
    assert [(chat["id"], chat["messages"]) for chat in listed] == [(7, 1)]
    assert len(await bot.get_updates()) == 1
