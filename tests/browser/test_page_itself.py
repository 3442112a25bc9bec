"""The page around the chats: what survives a reload, two languages, several pages, long chats, the drawer."""

from __future__ import annotations

import re

import httpx
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.desk import CODE, Phone


async def test_a_reload_in_the_middle_of_a_report_loses_nothing(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(1, "officer")[0])
    code = CODE.search(await phone.ask("/baocao"))[0]
    await phone.press(code)
    await expect(phone.buttons.filter(has_text="90%")).to_be_visible()
    await phone.field.fill("đã khảo sát 3/5 ấp, còn")

    await desk.page.reload()
    await expect(desk.page.locator(".phone")).to_have_count(1)
    await expect(phone.field).to_have_value("đã khảo sát 3/5 ấp, còn")
    await phone.press("90%")
    card = await phone.reads("Gửi báo cáo")
    await expect(card).to_contain_text("90%")
    await phone.field.press("End")
    await phone.field.press_sequentially(" 2 ấp")
    await phone.field.press("Enter")
    await phone.reads("đã khảo sát 3/5 ấp, còn 2 ấp")
    await phone.press("Hủy")


async def test_two_pages_as_one_person_see_the_same(visit: Visit, demo: Demo) -> None:
    officer = demo.people(1, "officer")[2]
    first, second = await visit(), await visit()
    here, there = await first.alone(officer), await second.alone(officer)
    await here.say("/viec")
    await there.reads("việc")
    await there.press("▶")
    await expect(here.last).to_contain_text("Trang 2/")
    await there.field.fill("chưa gửi")
    await expect(here.field).to_have_value("")


async def test_a_press_turns_until_it_is_answered(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(4, "officer")[2])
    code = CODE.search(await phone.ask("/viec"))[0]
    await phone.say(f"{code} 95%")
    card = await phone.reads("Gửi báo cáo")
    await desk.page.evaluate(
        "new MutationObserver(() => { window.turned ||= Boolean(document.querySelector('[data-press][aria-busy]')); })"
        ".observe(document, { subtree: true, childList: true, attributes: true })"
    )
    await card.get_by_role("button", name="Gửi báo cáo").click()
    await phone.reads("Đã ghi nhận")
    assert await desk.page.evaluate("window.turned") is True
    await expect(desk.page.locator("[data-press][aria-busy]")).to_have_count(0)


async def test_the_page_speaks_english_and_remembers_it(visit: Visit, demo: Demo) -> None:
    desk = await visit(color_scheme="light")
    await desk.page.get_by_role("button", name="English").click()
    await expect(desk.page.get_by_role("button", name="Start over")).to_be_visible()
    await expect(desk.page.locator("#clock-day")).to_have_text(re.compile("day, "))
    await expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    await desk.page.get_by_label("Theme").select_option("dark")
    await desk.page.reload()
    await expect(desk.page.get_by_role("button", name="Start over")).to_be_visible()
    assert await desk.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 20, 26)"
    for phrase in await desk.page.locator("[aria-label]").evaluate_all("all => all.map(one => one.ariaLabel)"):
        assert not phrase.startswith("page."), phrase


async def test_the_theme_follows_the_system_until_one_is_chosen(visit: Visit) -> None:
    desk = await visit(color_scheme="dark")
    await expect(desk.page.locator("html")).to_have_attribute("data-theme", "dark")
    await desk.page.emulate_media(color_scheme="light")
    await expect(desk.page.locator("html")).to_have_attribute("data-theme", "light")
    await desk.page.get_by_role("button", name="Chữ to").click()
    assert await desk.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"


async def test_what_people_write_is_never_markup(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(4, "officer")[0])
    wicked = "<img src=x onerror=\"document.title='no'\"> & <b>đậm</b>"
    answer = await phone.ask(wicked)
    assert answer
    said = phone.log.locator("article.mine .text").last
    await expect(said).to_have_text(wicked)
    assert await said.locator("img, b").count() == 0
    assert await desk.page.title() == "Tiến Độ · bản dùng thử"


async def test_a_message_answers_the_one_chosen_with_ctrl_and_arrows(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(4, "officer")[1])
    await phone.ask("/trogiup")
    await phone.field.press("Control+ArrowUp")
    await phone.field.press("Control+ArrowUp")
    await expect(phone.node.locator(".answering")).to_contain_text("/trogiup")
    await phone.say("/viec")
    await expect(phone.log.locator("article.mine .quoted").last).to_have_text("/trogiup")
    await expect(phone.node.locator(".answering")).to_be_hidden()


async def test_500_messages_come_in_hundreds_and_the_place_is_kept(visit: Visit, demo: Demo) -> None:
    members = demo.people(0, "team")
    group = demo.get("/simulator/trial")["localities"][0]["groups"][0]
    async with httpx.AsyncClient(base_url=demo.url, trust_env=False, timeout=30) as talking:
        # Said among people: in a group the bot hears only what is meant for it.
        for number in range(500):
            body = {"user": members[number % 2]["id"], "chat": group["id"], "text": f"tin số {number}"}
            (await talking.post("/simulator/text", json=body)).raise_for_status()
    desk = await visit()
    await desk.row(group["title"]).get_by_role("button").first.click()
    phone = Phone(desk.page, members[0]["name"])
    await expect(phone.last).to_contain_text("tin số 499")
    await expect(phone.last).to_be_in_viewport()
    await expect(phone.messages).to_have_count(100)
    for pages in range(2, 6):
        top = await phone.messages.first.get_attribute("data-message")
        await phone.log.evaluate("log => log.scrollTop = 0")
        await expect(phone.messages).to_have_count(pages * 100)
        await expect(phone.log.locator(f'[data-message="{top}"]')).to_be_in_viewport()
    await phone.say("tin cuối")
    await expect(phone.last).to_contain_text("tin cuối")
    await expect(phone.last).to_be_in_viewport()


async def test_badges_count_what_was_not_seen_and_go_when_it_is(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    looked_at, other = demo.people(1, "officer")[:2]
    await desk.alone(looked_at)
    badge = desk.page.locator(f'[data-row="{other["id"]}:{other["id"]}"] .badge')
    before = int(await badge.get_attribute("data-number"))
    demo.post("/simulator/text", {"user": other["id"], "chat": other["id"], "text": "/viec"})
    await expect(badge).to_have_attribute("data-number", str(before + 1))
    await desk.page.reload()
    await expect(badge).to_have_attribute("data-number", str(before + 1))
    phone = await desk.open(other)
    await expect(phone.last).to_be_visible()
    await expect(badge).to_be_hidden()
    await desk.open(looked_at)
    await desk.page.reload()
    await expect(phone.page.locator(".phone")).to_have_count(1)
    await expect(badge).to_be_hidden()


async def test_underneath_shows_the_calls_as_they_are_made(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    phone = await desk.alone(demo.people(4, "head")[0])
    await desk.page.get_by_role("button", name="Bên dưới").click()
    drawer = desk.page.get_by_role("complementary", name="Bên dưới")
    await expect(drawer.get_by_role("tab", name="Lời gọi Bot API")).to_be_focused()
    await phone.ask("/viec")
    newest = drawer.locator("tbody tr").filter(has_text="sendMessage").first
    await expect(newest).to_contain_text(phone.name)
    await drawer.get_by_role("tab", name="Lời gọi Bot API").press("ArrowRight")
    await expect(drawer.get_by_role("tab", name="Hàng chờ tin nhắc")).to_have_attribute("aria-selected", "true")
    await expect(drawer.get_by_role("columnheader", name="Quy tắc")).to_be_visible()
    await expect(drawer.get_by_text("đã gửi").first).to_be_visible()
    await drawer.get_by_role("tab", name="Hàng chờ tin nhắc").press("ArrowRight")
    await expect(drawer.get_by_role("columnheader", name="Thay đổi")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(desk.page.get_by_role("button", name="Bên dưới")).to_be_focused()


async def test_an_invitation_is_opened_on_the_phone_of_whoever_it_is_for_who_then_has_joined(
    visit: Visit, demo: Demo
) -> None:
    desk = await visit()
    stranger = demo.get("/simulator/trial")["strangers"][0]
    office = await desk.alone(demo.people(0, "office")[0])
    await expect(desk.row(stranger["name"])).to_contain_text("Chưa được mời")
    await office.say("/moi")
    await office.press("Phòng Văn hóa - Xã hội")
    await office.press("Thành viên Tổ Giúp việc")
    await office.log.locator(".link").filter(has_text="start=").last.click()
    asked = desk.page.get_by_role("dialog", name="Liên kết mời tham gia")
    await asked.get_by_role("button", name=stranger["name"]).click()
    invited = Phone(desk.page, stranger["name"])
    await invited.reads("họ và tên")
    await invited.say(stranger["name"])
    await invited.press("Đúng")
    now = "Thành viên Tổ Giúp việc · Phòng Văn hóa - Xã hội"
    await expect(desk.row(stranger["name"])).to_contain_text(now)
    await expect(invited.node.locator("header p")).to_contain_text(now)
    await desk.page.reload()
    await expect(desk.row(stranger["name"])).to_contain_text(now)
