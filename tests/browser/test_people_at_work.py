"""What people do on the page, from typing to the answer: report, appraise, ask, be reminded."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.desk import CODE
from tests.evidence.made_files import pdf, picture


def image(name: str, *, side: int) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture(size=(side, side))}


async def test_an_album_is_reported_on_one_phone_and_accepted_on_the_other(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    officer, appraiser = demo.people(0, "officer")[2], demo.people(0, "appraiser")[0]
    ha = await desk.alone(officer)
    hung = await desk.open(appraiser, beside=True)
    code = CODE.search(await ha.ask("/viec"))[0]

    await ha.say(f"{code} 100%")
    await ha.reads("minh chứng")
    await ha.attach(image("một.jpg", side=600), image("hai.jpg", side=500))
    await ha.field.press("Enter")
    album = ha.log.locator("article.mine").filter(has=desk.page.locator(".photos")).last
    await expect(album.locator("img")).to_have_count(2)
    await ha.reads("Đã nhận đủ 2 tệp")
    await ha.press("Gửi báo cáo")
    await ha.reads(re.compile(f"Đã ghi nhận.*{code}"))

    await hung.say("/thamdinh")
    await hung.press(code)
    shown = await hung.reads("Được bảo vệ")
    await expect(shown.locator("img")).to_have_count(2)
    assert await shown.locator("img").first.evaluate("picture => picture.complete && picture.naturalWidth > 0")
    await hung.press("Chấp nhận")
    accepted = await ha.reads(re.compile(f"{code}.*chấp nhận|chấp nhận.*{code}", re.IGNORECASE | re.DOTALL))
    await expect(accepted).to_be_in_viewport()

    decided = demo.rows(
        "select json_extract(body, '$.accepted') from events join people on people.id = person_id"
        " where kind = 'appraisal' and telegram_id = ? order by events.id desc limit 1",
        appraiser["id"],
    )
    assert decided == [(1,)]


async def test_a_document_is_handed_out_again_as_it_was_sent(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    officer = demo.people(0, "officer")[1]
    minh = await desk.alone(officer)
    code = CODE.search(await minh.ask("/viec"))[0]
    content = pdf("Biên bản nghiệm thu")
    await minh.attach({"name": "biên bản <b>.pdf", "mimeType": "application/pdf", "buffer": content})
    await minh.say(f"{code} 95%")
    sent = minh.log.locator("article.mine").last
    await expect(sent.locator(".file b")).to_have_text("biên bản <b>.pdf")
    await sent.locator(".file").click()
    window = desk.page.get_by_role("dialog", name="biên bản <b>.pdf")
    async with desk.page.expect_download() as download:
        await window.get_by_role("link", name="Tải về máy").click()
    assert (await (await download.value).path()).read_bytes() == content
    await window.get_by_role("button", name="Đóng").click()
    await expect(sent.locator(".file")).to_be_focused()


async def test_the_red_list_is_asked_for_from_the_command_menu(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(1, "committee")[0])
    await phone.field.press_sequentially("/d")
    offered = phone.node.get_by_role("listbox").get_by_role("option")
    await expect(offered.filter(has_text="/do")).to_be_visible()
    await offered.filter(has=desk.page.locator("b", has_text=re.compile("^/do$"))).click()
    answer = await phone.answer_to("/do")
    await expect(answer).to_contain_text(re.compile(r"🔴 \d+ việc đỏ"))
    lights = answer.get_by_role("img", name="Cảnh báo đỏ")
    assert await lights.count() > 1
    await expect(phone.field).to_have_value("")


async def test_a_question_in_plain_words_is_answered_and_led_on_from(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(4, "committee")[0])
    asked = "nhiệm vụ nào đang đỏ?"
    answer = await phone.ask(asked)
    assert re.search(r"🔴 \d+ nhiệm vụ đỏ", answer)
    code = CODE.search(answer)[0]
    await phone.press(code)
    await expect(phone.last).to_contain_text(code)
    await expect(phone.last.get_by_role("img", name="Cảnh báo đỏ").first).to_be_visible()


async def test_next_morning_a_reminder_arrives_and_is_answered_from_its_button(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(2, "officer")[0])
    code = CODE.search(await phone.ask("/viec"))[0]
    await phone.say(f"{code} 95%")
    await phone.press("Gửi báo cáo")
    await phone.reads("Đã ghi nhận")
    await desk.moved("+1 tuần")
    reminder = await phone.reads(re.compile("Báo cáo|hạn", re.IGNORECASE))
    await expect(reminder.locator("time")).to_have_text("07:30")
    await expect(desk.page.locator("#clock-told")).to_have_text(re.compile("^Bây giờ là"))
