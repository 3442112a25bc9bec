"""What the simulated Bot API refuses, with Telegram's words."""

from __future__ import annotations

import io

import httpx
import pytest

from bot.simulator.telegram.api.server import Running
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from tests.simulator.callers import Api, picture


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("a < b", "Unclosed start tag at byte offset 2"),
        ("a & b", "Unescaped ampersand at byte offset 2"),
        ("ấ<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<br/>", 'Unsupported start tag "br" at byte offset 0'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_html_that_does_not_parse_is_refused(api: Api, lan: SimulatedPerson, html: str, reason: str) -> None:
    said = await api.refusal("sendMessage", chat_id=lan.id, text=html, parse_mode="HTML")

    assert said == f"Bad Request: can't parse entities: {reason}"


async def test_a_text_has_1_to_4096_units_after_parsing(api: Api, lan: SimulatedPerson) -> None:
    longest = "<b>" + "😀" * 2048 + "</b>"

    assert (await api("sendMessage", chat_id=lan.id, text=longest, parse_mode="HTML"))["ok"]
    for text in ("😀" * 2048 + "a", "a" * 4097):
        assert await api.refusal("sendMessage", chat_id=lan.id, text=text) == "Bad Request: message is too long"
    for text in ("", " \n", "<b> </b>"):
        said = await api.refusal("sendMessage", chat_id=lan.id, text=text, parse_mode="HTML")
        assert said == "Bad Request: message text is empty"
    assert await api.refusal("sendMessage", chat_id=lan.id) == "Bad Request: message text is empty"


@pytest.mark.parametrize(("data", "ok"), [("a" * 64, True), ("a" * 65, False), ("ế" * 22, False), ("", False)])
async def test_callback_data_has_1_to_64_bytes(api: Api, lan: SimulatedPerson, data: str, ok: bool) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    answer = await api("sendMessage", chat_id=lan.id, text="x", reply_markup=markup)

    assert answer["ok"] is ok
    assert ok or answer["description"] == "Bad Request: BUTTON_DATA_INVALID"


async def test_a_keyboard_has_at_most_100_buttons_8_a_row(api: Api, lan: SimulatedPerson) -> None:
    def keyboard(*rows: int) -> dict[str, object]:
        return {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * row for row in rows]}

    assert (await api("sendMessage", chat_id=lan.id, text="x", reply_markup=keyboard(*[8] * 12, 4)))["ok"]
    said = await api.refusal("sendMessage", chat_id=lan.id, text="x", reply_markup=keyboard(*[8] * 12, 5))
    assert said == "Bad Request: reply markup is too long"
    assert "in a row" in await api.refusal("sendMessage", chat_id=lan.id, text="x", reply_markup=keyboard(9))


async def test_a_button_does_exactly_one_thing(api: Api, lan: SimulatedPerson) -> None:
    for button in ({"text": "x"}, {"text": "", "callback_data": "x"}, {"text": "x", "callback_data": "x", "url": "y"}):
        markup = {"inline_keyboard": [[button]]}
        said = await api.refusal("sendMessage", chat_id=lan.id, text="x", reply_markup=markup)
        assert said.startswith("Bad Request: can't parse inline keyboard button")


async def test_a_caption_has_at_most_1024_units(api: Api, lan: SimulatedPerson, server: Running) -> None:
    photo = lan.send_photo(picture())[0].body["photo"][-1]["file_id"]

    assert (await api("sendPhoto", chat_id=lan.id, photo=photo, caption="a" * 1024))["ok"]
    said = await api.refusal("sendPhoto", chat_id=lan.id, photo=photo, caption="a" * 1025)
    assert said == "Bad Request: message caption is too long"


async def test_a_callback_answer_has_at_most_200_units(api: Api, lan: SimulatedPerson) -> None:
    query = lan.press_stale("x", 1)

    said = await api.refusal("answerCallbackQuery", callback_query_id=query, text="a" * 201)
    assert said == "Bad Request: MESSAGE_TOO_LONG"
    assert (await api("answerCallbackQuery", callback_query_id=query, text="a" * 200))["ok"]


async def test_a_photo_is_a_picture_of_at_most_10_mb(api: Api, lan: SimulatedPerson) -> None:
    async def upload(field: str, method: str, content: bytes) -> str:
        files = {field: ("a.jpg", io.BytesIO(content), "image/jpeg")}
        response = await api.client.post(f"/bot{api.token}/{method}", data={"chat_id": "77"}, files=files)
        return str(response.json().get("description", "taken"))

    assert await upload("photo", "sendPhoto", picture()) == "taken"
    assert await upload("photo", "sendPhoto", b"no picture") == "Bad Request: IMAGE_PROCESS_FAILED"
    assert await upload("photo", "sendPhoto", picture(2100, 100)) == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    assert "too big" in await upload("photo", "sendPhoto", bytes(10 * 2**20 + 1))
    assert "too big" in await upload("document", "sendDocument", bytes(50 * 2**20 + 1))
    assert await upload("document", "sendDocument", b"") == "Bad Request: file must be non-empty"


async def test_unknown_chats_methods_and_tokens_are_refused(api: Api, server: Running, lan: SimulatedPerson) -> None:
    assert await api.refusal("sendMessage", chat_id=1, text="x") == "Bad Request: chat not found"
    assert await api.refusal("sendMessage", text="x") == "Bad Request: chat_id is empty"
    assert await api("sendTelepathy") == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }
    stranger = Api(api.client, "1:wrong")
    assert await stranger("getMe") == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_a_person_who_never_wrote_is_not_written_to(api: Api, lan: SimulatedPerson) -> None:
    minh = SimulatedPerson.named(lan.chats, "Minh")
    assert await api.refusal("sendMessage", chat_id=minh.id, text="x") == "Bad Request: chat not found"

    ChatGroup.created(lan.chats, "Tổ", lan, minh).add_bot(lan)
    said = await api.refusal("sendMessage", chat_id=minh.id, text="x")
    assert said == "Forbidden: bot can't initiate conversation with a user"

    minh.start()
    assert (await api("sendMessage", chat_id=minh.id, text="x"))["ok"]


async def test_queries_forms_and_json_are_read_alike(server: Running, lan: SimulatedPerson) -> None:
    address = f"/bot{server.chats.bot.token}/sendmessage"
    values = {"chat_id": "77", "text": "12", "reply_markup": '{"force_reply": true}'}
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        await client.get(address, params=values)
        await client.post(address, data=values)
        await client.post(address, json=values)

    assert lan.texts() == ["12", "12", "12"]
    assert [call.params["chat_id"] for call in server.calls] == [77, 77, 77]
    assert {call.method for call in server.calls} == {"sendMessage"}


async def test_wrong_command_menus_are_refused(api: Api, lan: SimulatedPerson) -> None:
    async def said(command: str, description: str) -> str:
        return await api.refusal("setMyCommands", commands=[{"command": command, "description": description}])

    assert await said("Báo", "x") == "Bad Request: BOT_COMMAND_INVALID"
    assert await said("bao", "") == "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"
    assert "unsupported parse_mode" in await api.refusal("sendMessage", chat_id=77, text="x", parse_mode="Markdown")
    assert "action" in await api.refusal("sendChatAction", chat_id=77, action="sleeping")


async def test_parameters_of_a_wrong_type_are_refused(api: Api, lan: SimulatedPerson) -> None:
    for wrong in ({"entities": [1]}, {"reply_markup": {"inline_keyboard": [[1]]}}, {"reply_parameters": [1]}):
        said = await api.refusal("sendMessage", chat_id=lan.id, text="x", **wrong)
        assert said.startswith("Bad Request: can't parse parameters of sendMessage")
    said = await api.refusal("sendMessage", chat_id=lan.id, text="x", reply_markup=["x"])
    assert said == "Bad Request: object expected as reply markup"
    said = await api.refusal("editMessageText", chat_id=lan.id, text="x", message_id="x")
    assert said == 'Bad Request: field "message_id" must be a Number'
    said = await api.refusal("editMessageText", chat_id=lan.id, text="x")
    assert said == "Bad Request: message identifier is not specified"
