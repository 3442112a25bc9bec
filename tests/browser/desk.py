"""A person in front of the page: opens phones, types, presses, looks."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Locator, Page, TimeoutError, expect

CODE = re.compile(r"\bNV\d{2}\b")


class Phone:
    """One of the phones on the page, found by whose it is."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        heading = page.get_by_role("heading", name=name, exact=True, level=2)
        self.node = page.locator(".phone").filter(has=heading)
        self.field = self.node.locator("textarea")
        self.log = self.node.get_by_role("log")
        self.messages = self.log.get_by_role("article")
        self.last = self.messages.last
        self.buttons = self.last.locator(".inline button")

    async def say(self, text: str) -> None:
        """Type and send."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def ask(self, text: str) -> str:
        """What is answered to it."""
        await self.say(text)
        return await (await self.answer_to(text)).inner_text()

    async def answer_to(self, text: str) -> Locator:
        """The first message of the bot below the newest that says this; it is waited for."""
        asked = self.log.locator("article.mine").filter(has=self.page.locator(".text", has_text=text)).last
        answer = asked.locator("xpath=following-sibling::article[contains(@class, 'theirs')]").first
        await expect(answer).to_be_visible()
        return answer

    async def press(self, label: str) -> None:
        """Press the newest inline button with this label, or part of it."""
        wanted = self.log.locator(".inline button").filter(has_text=label).last
        try:
            await wanted.click()
        except TimeoutError as never:
            raise AssertionError(f"no button {label!r} under {await self.last.inner_text()!r}") from never

    async def attach(self, *files: dict[str, Any]) -> None:
        """Choose files with the paper clip."""
        await self.node.locator("input[type=file]").set_input_files(list(files))
        await expect(self.node.locator(".tray li")).to_have_count(len(files))

    async def reads(self, text: str | re.Pattern[str]) -> Locator:
        """The newest message of the bot that says this; it is waited for."""
        found = self.log.locator("article.theirs").filter(has_text=text).last
        await expect(found).to_be_visible()
        return found


class Desk:
    """The page in a browser window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.top = page.locator("#top")
        self.people = page.locator("#people-list")

    async def sit(self, url: str) -> None:
        """The page is there and can be used."""
        await self.page.goto(url)
        await expect(self.page.locator(".phone textarea").first).to_be_visible()

    def row(self, name: str) -> Locator:
        """The row of a person or group in the list."""
        return self.people.locator("li").filter(has=self.page.locator("b", has_text=re.compile(f"^{re.escape(name)}$")))

    async def open(self, one: dict[str, Any], *, beside: bool = False) -> Phone:
        """Someone's phone, opened from the list; people of different localities may share a name."""
        row = self.page.locator(f'[data-row="{one["id"]}:{one["id"]}"]')
        fold = self.people.locator("details").filter(has=row)
        if await fold.get_attribute("open") is None:
            await fold.locator("summary").click()
        await row.locator("button").nth(1 if beside else 0).click()
        phone = Phone(self.page, one["name"])
        await expect(phone.field).to_be_focused()
        return phone

    async def alone(self, one: dict[str, Any]) -> Phone:
        """Someone's phone, and no other beside it."""
        phones = self.page.locator(".phone")
        while await phones.count() > 1:
            await phones.last.get_by_role("button", name="Đóng điện thoại này").click()
        return await self.open(one)

    async def moved(self, step: str) -> None:
        """The clock was moved by one of its buttons and has arrived."""
        before = await self.page.locator("#clock-day").inner_text()
        await self.top.get_by_role("button", name=step).click()
        await expect(self.page.locator("#clock-day")).not_to_have_text(before)
        await expect(self.page.locator("#clock")).to_have_attribute("aria-busy", "false", timeout=60_000)
