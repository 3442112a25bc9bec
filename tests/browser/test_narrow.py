"""360 pixels wide, with the keyboard alone."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.desk import Phone


async def tab_to(page: Page, wanted: str, *, back: bool = False) -> None:
    """Press Tab until what has this name is focused, as someone does who looks at the ring."""
    for _ in range(60):
        await page.keyboard.press("Shift+Tab" if back else "Tab")
        name = await page.evaluate(
            "(() => { const at = document.activeElement; return at.ariaLabel || at.innerText || ''; })()"
        )
        if wanted in name:
            return
    raise AssertionError(f"Tab does not lead to {wanted!r}")


async def test_everything_can_be_done_at_360_px_with_the_keyboard_alone(visit: Visit, demo: Demo) -> None:
    desk = await visit(360, 640)
    page = desk.page
    one = demo.people(0, "head")[0]
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await expect(page.locator(".phone:visible")).to_have_count(1)

    await tab_to(page, "Người tham gia")
    await page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Người tham gia")
    await expect(sheet).to_be_visible()
    await tab_to(page, one["name"])
    await page.keyboard.press("Enter")
    await expect(sheet).to_be_hidden()
    phone = Phone(page, one["name"])
    await expect(phone.field).to_be_focused()

    await page.keyboard.type("/viec")
    await page.keyboard.press("Enter")
    await phone.reads("Trang 1/")
    await tab_to(page, "▶", back=True)
    await page.keyboard.press("Enter")
    await phone.reads("Trang 2/")
    # The message changed under the focus, and the focus is still where it was: on the keyboard below it.
    assert await page.evaluate("document.activeElement.closest('.inline') !== null")

    await tab_to(page, "Soạn tin")
    await page.keyboard.type("/")
    await page.keyboard.press("ArrowUp")
    chosen = phone.node.get_by_role("option", selected=True)
    await expect(chosen).to_be_visible()
    await page.keyboard.press("Tab")
    assert (await phone.field.input_value()).startswith("/")
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.press("Delete")

    await tab_to(page, "Thời gian của bản dùng thử", back=True)
    await page.keyboard.press("Enter")
    await tab_to(page, "Chọn ngày")
    await page.keyboard.press("Enter")
    chosen_day = page.get_by_role("dialog", name="Chọn ngày")
    await expect(chosen_day.locator("output")).to_have_text(re.compile(r"^08:00 Thứ \w+, \d\d/\d\d/2026$"))
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Chọn ngày")).to_be_focused()

    await tab_to(page, "Công cụ", back=True)
    await page.keyboard.press("Enter")
    await tab_to(page, "Bên dưới")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("tab", name="Lời gọi Bot API")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Bên dưới")).to_be_focused()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
