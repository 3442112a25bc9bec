"""What goes wrong: the server is gone, files too large or wicked, and starting over."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.desk import Phone

DROP = """
(node, { name, type, content, size }) => {
  const bytes = size ? new Uint8Array(size) : Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    node.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
  }
}
"""
PASTE = """
(node, { name, type, content }) => {
  const pasted = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  pasted.items.add(new File([bytes], name, { type }));
  node.dispatchEvent(new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true }));
}
"""


async def drop(phone: Phone, name: str, kind: str, **content: Any) -> None:
    await phone.log.evaluate(DROP, {"name": name, "type": kind, **content})
    await expect(phone.node.locator(".tray li")).to_contain_text(name)
    await phone.field.press("Enter")


async def test_a_file_of_30_mb_is_dropped_and_its_limit_explained(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(2, "officer")[1])
    await drop(phone, "ghi hình.pdf", "application/pdf", size=30 * 1024 * 1024)
    await expect(phone.log.locator("article.mine .file").last).to_contain_text("31,5 MB")
    await phone.reads("20 MB")


async def test_more_than_50_mb_is_not_even_taken(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(2, "officer")[1])
    await phone.log.evaluate(DROP, {"name": "phim.mp4", "type": "video/mp4", "size": 51 * 1024 * 1024})
    await expect(desk.page.locator("#notices")).to_contain_text("nhiều nhất 50 MB")
    await expect(phone.node.locator(".tray")).to_be_hidden()


async def test_a_program_is_dropped_and_refused_in_words(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(2, "officer")[2])
    program = b64encode(b"MZ" + bytes(510)).decode()
    await drop(phone, "cai-dat.exe", "application/x-msdownload", content=program)
    await expect(phone.log.locator("article.mine .file").last).to_contain_text("cai-dat.exe")
    answer = await phone.reads(re.compile("không nhận|chỉ nhận|không được", re.IGNORECASE))
    await expect(answer).to_be_visible()


async def test_a_pasted_picture_goes_as_a_file_where_that_is_chosen(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(2, "head")[0])
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    await phone.field.evaluate(PASTE, {"name": "chụp.png", "type": "image/png", "content": dot})
    await phone.node.get_by_label("Gửi ảnh dưới dạng tệp").check()
    await phone.node.get_by_role("button", name="Gửi", exact=True).click()
    await expect(phone.log.locator("article.mine .file b").last).to_have_text("chụp.png")


async def test_start_over_asks_first_and_begins_anew_on_every_page(visit: Visit, demo: Demo) -> None:
    desk, other = await visit(), await visit()
    one = demo.people(4, "office")[0]
    phone, there = await desk.alone(one), await other.alone(one)
    await phone.ask("/trogiup")
    said = await phone.messages.count()
    run = demo.get("/simulator/trial")["run"]
    await desk.page.get_by_role("button", name="Làm lại từ đầu").click()
    question = desk.page.get_by_role("dialog", name="Làm lại từ đầu")
    await question.get_by_role("button", name="Hủy").click()
    await expect(desk.page.get_by_role("button", name="Làm lại từ đầu")).to_be_focused()
    assert demo.get("/simulator/trial")["run"] == run

    await desk.page.get_by_role("button", name="Làm lại từ đầu").click()
    await question.get_by_role("button", name="Làm lại từ đầu").click()
    await expect(desk.page.locator("#notices")).to_contain_text("trở về trạng thái ban đầu.", timeout=60_000)
    assert demo.get("/simulator/trial")["run"] != run
    for shown in (phone, there):
        await expect(shown.log.locator("article.mine")).to_have_count(0)
        assert await shown.messages.count() < said
    await expect(desk.page.locator("#clock-day")).to_have_text("Thứ Hai, 15/06/2026")
    assert await phone.ask("/trogiup")
    await there.reads("/viec")


async def test_the_server_killed_under_the_page_is_told_and_found_again(visit: Visit, demo: Demo) -> None:
    desk = await visit(may_lose_server=True)
    phone = await desk.alone(demo.people(1, "appraiser")[0])
    await phone.ask("/trogiup")
    demo.kill()
    banner = desk.page.get_by_role("alert")
    await expect(banner).to_contain_text("Mất kết nối")
    await phone.say("còn đây")
    await expect(desk.page.locator("#notices")).to_contain_text("Mất kết nối nên chưa thực hiện được")
    await expect(phone.field).to_have_value("còn đây")

    await asyncio.to_thread(demo.start)
    await expect(banner).to_be_hidden()
    await expect(desk.page.locator("#notices")).to_contain_text("đã khởi động lại")
    await expect(phone.log.locator("article.mine")).to_have_count(0)
    await expect(phone.field).to_have_value("còn đây")
    assert await phone.ask("/trogiup")
