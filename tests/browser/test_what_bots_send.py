"""What a bot can send, as the page shows it: sent here through the Bot API itself, beside the real bot."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.evidence.made_files import pdf


def call(demo: Demo, method: str, files: dict[str, Any] | None = None, **params: Any) -> Any:
    """The result of a call of the Bot API; its token is the run's."""
    token = f"1234:{demo.get('/simulator/trial')['run']}"
    address = f"{demo.url}/bot{token}/{method}"
    sent = {"data": params, "files": files} if files else {"json": params}
    answer = httpx.post(address, timeout=30, trust_env=False, **sent).json()
    assert answer["ok"], answer
    return answer["result"]


async def test_marked_text_links_and_commands(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    one = demo.people(3, "officer")[0]
    phone = await desk.alone(one)
    text = (
        "🏢 <b>Đậm <i>và nghiêng</i></b>, <u>gạch chân</u>, <s>bỏ</s>, <code>x &lt; y</code>, "
        '<a href="https://example.com/a?b=1">liên kết</a>, <tg-spoiler>che</tg-spoiler>, /trogiup\n'
        "<blockquote>trích 🔴</blockquote>"
    )
    call(demo, "sendMessage", chat_id=one["id"], text=text, parse_mode="HTML")
    shown = (await phone.reads("gạch chân")).locator(".text")
    await expect(shown.locator("strong em")).to_have_text("và nghiêng")
    await expect(shown.locator("code")).to_have_text("x < y")
    await expect(shown.locator("blockquote").get_by_role("img", name="Cảnh báo đỏ")).to_be_visible()
    await expect(shown).to_have_text(
        "🏢 Đậm và nghiêng, gạch chân, bỏ, x < y, liên kết, che, /trogiup trích 🔴", use_inner_text=False
    )
    await shown.get_by_role("link", name="liên kết").click()
    await expect(desk.page.locator("#notices")).to_contain_text("https://example.com/a?b=1")
    assert desk.page.url == f"{demo.url}/"
    await shown.get_by_role("link", name="/trogiup").click()
    await phone.answer_to("/trogiup")


async def test_reply_keys_are_offered_and_send_their_words(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    one = demo.people(3, "officer")[1]
    phone = await desk.alone(one)
    markup = {"keyboard": [[{"text": "/viec"}, {"text": "/han"}]], "one_time_keyboard": True}
    call(demo, "sendMessage", chat_id=one["id"], text="Chọn một phím", reply_markup=markup)
    keys = phone.node.get_by_role("group", name="Các phím trả lời")
    await keys.get_by_role("button", name="/han").click()
    await expect(keys).to_be_hidden()
    await phone.answer_to("/han")


async def test_typing_editing_and_deleting_are_seen_at_once(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    one = demo.people(3, "officer")[2]
    phone = await desk.alone(one)
    call(demo, "sendChatAction", chat_id=one["id"], action="typing")
    await expect(phone.node.locator(".typing")).to_have_text("Tiến Độ đang nhập…")
    sent = call(demo, "sendMessage", chat_id=one["id"], text="bản một")
    await phone.reads("bản một")
    await expect(phone.node.locator(".typing")).to_be_empty()
    call(demo, "editMessageText", chat_id=one["id"], message_id=sent["message_id"], text="bản hai")
    edited = await phone.reads("bản hai")
    await expect(edited).to_contain_text("đã sửa")
    call(demo, "deleteMessage", chat_id=one["id"], message_id=sent["message_id"])
    await expect(edited).to_have_count(0)


async def test_the_notice_to_a_press_is_shown_where_it_was_pressed_and_nowhere_else(visit: Visit, demo: Demo) -> None:
    one = demo.people(3, "head")[0]
    first, second = await visit(), await visit()
    here, there = await first.alone(one), await second.alone(one)
    markup = {"inline_keyboard": [[{"text": "Nút cũ", "callback_data": "v0:gone"}]]}
    call(demo, "sendMessage", chat_id=one["id"], text="của phiên bản trước", reply_markup=markup)
    await there.reads("của phiên bản trước")
    await here.press("Nút cũ")
    told = first.page.locator(".toast p, dialog[open]")
    await expect(told).to_be_visible()
    assert (await told.inner_text()).strip()
    await expect(first.page.locator("[data-press][aria-busy]")).to_have_count(0)
    await expect(second.page.locator(".toast p, dialog[open]")).to_have_count(0)


async def test_a_protected_paper_can_be_read_and_not_saved(visit_with_windows: Visit, demo: Demo) -> None:
    desk = await visit_with_windows()
    one = demo.people(3, "office")[0]
    phone = await desk.alone(one)
    paper = {"document": ("quyết định.pdf", pdf("Quyết định"), "application/pdf")}
    call(demo, "sendDocument", paper, chat_id=str(one["id"]), protect_content="true", caption="minh chứng đây")
    shown = await phone.reads("minh chứng đây")
    await shown.get_by_role("button", name="quyết định.pdf").click()
    window = desk.page.get_by_role("dialog", name="quyết định.pdf")
    await expect(window).to_contain_text("không chuyển tiếp hay lưu về máy")
    await expect(window.get_by_role("link")).to_have_count(0)
    async with desk.page.context.expect_page() as opened:
        await window.get_by_role("button", name="Mở xem").click()
    assert (await opened.value).url.startswith(f"blob:{demo.url}")
