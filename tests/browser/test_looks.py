"""How the main states look: no serious fault of accessibility, and a picture of each for a person to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.desk import CODE, Desk
from tests.evidence.made_files import pdf, picture

SERIOUS = {"serious", "critical"}
WINDOWS = {
    "desktop-light": {"width": 1366, "height": 720, "color_scheme": "light"},
    "desktop-dark": {"width": 1366, "height": 720, "color_scheme": "dark"},
    "narrow-light": {"width": 360, "height": 640, "color_scheme": "light"},
    "narrow-dark": {"width": 360, "height": 640, "color_scheme": "dark"},
    "projector": {"width": 1920, "height": 1080, "color_scheme": "light"},
}


async def faults(page: Page) -> list[str]:
    """What Axe finds serious: the rule, and where."""
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {[node['target'] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


async def looked_at(desk: Desk, pictures: Path, name: str) -> None:
    await desk.page.screenshot(path=pictures / f"{name}.png")
    assert await faults(desk.page) == [], name


@pytest.mark.parametrize("window", WINDOWS)
async def test_every_state_looks_well_and_is_accessible(visit: Visit, demo: Demo, pictures: Path, window: str) -> None:
    desk = await visit(**WINDOWS[window])
    if window == "projector":
        await desk.page.get_by_role("button", name="Chữ to").click()
    narrow = window.startswith("narrow")
    await looked_at(desk, pictures, f"{window}-1-start")
    phone = desk.page.locator(".phone.active")
    await report_with_everything(phone)
    await looked_at(desk, pictures, f"{window}-2-report")
    await phone.locator("textarea").fill("/")
    await expect(phone.get_by_role("listbox")).to_be_visible()
    await looked_at(desk, pictures, f"{window}-3-commands")
    await phone.locator("textarea").fill("")
    if narrow:
        await desk.page.get_by_role("button", name="Người tham gia").click()
        await looked_at(desk, pictures, f"{window}-4-people")
        await desk.page.keyboard.press("Escape")
        await desk.page.get_by_role("button", name="Công cụ").click()
        await looked_at(desk, pictures, f"{window}-5-tools")
    await desk.page.get_by_role("button", name="Bên dưới").click()
    await expect(desk.page.locator("#underneath-table")).not_to_be_empty()
    await looked_at(desk, pictures, f"{window}-6-underneath")
    await desk.page.keyboard.press("Escape")
    await desk.page.get_by_role("button", name="Làm lại từ đầu").click()
    await looked_at(desk, pictures, f"{window}-7-question")
    await desk.page.keyboard.press("Escape")


async def report_with_everything(phone: Any) -> None:
    """A report with photos and a document on its way: every part of a chat is in sight."""
    field = phone.locator("textarea")
    await field.fill("/viec")
    await field.press("Enter")
    listed = phone.locator("article.theirs").filter(has_text="Trang 1/").last
    code = CODE.search(await listed.inner_text())[0]
    images = [
        {"name": f"hiện trường {n}.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(640, 400 + n))}
        for n in (1, 2)
    ]
    await phone.locator("input[type=file]").set_input_files(images)
    await field.fill(f"{code} 60% đã trình dự thảo lần 2, đang lấy ý kiến các phòng, ban")
    await field.press("Enter")
    await expect(phone.get_by_role("button", name="Gửi báo cáo").last).to_be_visible()
    paper = {"name": "dự thảo quy chế.pdf", "mimeType": "application/pdf", "buffer": pdf("Dự thảo")}
    await phone.locator("input[type=file]").set_input_files([paper, *images])
    await expect(phone.locator(".tray li")).to_have_count(3)
