"""How the main states look: no serious fault of accessibility, and a picture of each for a person to look at."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from PIL import Image, ImageDraw, ImageOps
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.desk import CODE, Desk, Phone
from tests.evidence.made_files import pdf

SERIOUS = {"serious", "critical"}
WINDOWS = {
    "desktop-light": {"width": 1366, "height": 720, "color_scheme": "light"},
    "desktop-dark": {"width": 1366, "height": 720, "color_scheme": "dark"},
    "narrow-light": {"width": 360, "height": 640, "color_scheme": "light"},
    "narrow-dark": {"width": 360, "height": 640, "color_scheme": "dark"},
    "projector": {"width": 1920, "height": 1080, "color_scheme": "light"},
}
REPORTERS = {
    "desktop-light": (0, "head", 0),
    "desktop-dark": (1, "head", 0),
    "narrow-light": (4, "head", 0),
    "narrow-dark": (2, "officer", 2),
    "projector": (1, "officer", 1),
}
"""Who reports in which window: locality, role and place, so that nobody meets a report begun by another test."""


async def faults(page: Page) -> list[str]:
    """What Axe finds serious: the rule, and where."""
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {[node['target'] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


class Album:
    """Pictures of one window; each state is checked where it is taken, unless a later one shows all of it too."""

    def __init__(self, desk: Desk, folder: Path, window: str) -> None:
        self._desk = desk
        self._name = str(folder / window)

    async def take(self, state: str, *, check: bool = True) -> None:
        await self._desk.page.screenshot(path=f"{self._name}-{state}.png")
        assert not check or await faults(self._desk.page) == [], state


@pytest.mark.parametrize("window", WINDOWS)
async def test_every_state_looks_well_and_is_accessible(visit: Visit, demo: Demo, pictures: Path, window: str) -> None:
    desk = await visit(**WINDOWS[window])
    page = desk.page
    narrow = window.startswith("narrow")
    album = Album(desk, pictures, window)
    locality, role, place = REPORTERS[window]
    if window == "projector":
        await page.get_by_role("button", name="Chữ to").click()
    await album.take("1-start", check=False)
    if narrow:
        await page.get_by_role("button", name="Người tham gia").click()
        await album.take("2-people")
    phone = await desk.open(demo.people(locality, role)[place])
    await report_with_everything(phone)
    await album.take("3-report", check=False)
    await phone.field.fill("/")
    await expect(phone.node.get_by_role("listbox")).to_be_visible()
    await album.take("4-commands")
    await phone.field.fill("")
    if narrow:
        await page.get_by_role("button", name="Công cụ").click()
        await album.take("5-tools", check=False)
    await page.get_by_role("button", name="Bên dưới").click()
    await expect(page.locator("#underneath-table")).not_to_be_empty()
    await album.take("6-underneath")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Làm lại từ đầu").click()
    await album.take("7-question", check=narrow)
    await page.keyboard.press("Escape")
    await phone.press("Hủy")


def scene(number: int) -> bytes:
    """A house under the sky, as a photo."""
    image = Image.linear_gradient("L").resize((800, 600))
    photo = ImageOps.colorize(image, "#7fb4d8", "#f4ead2")
    pen = ImageDraw.Draw(photo)
    pen.rectangle((0, 430, 800, 600), fill="#7f9a58")
    pen.rectangle((180 * number, 230, 180 * number + 340, 470), fill="#e9dcc3")
    pen.polygon([(180 * number - 30, 230), (180 * number + 170, 120), (180 * number + 370, 230)], fill="#a4452f")
    for window in range(3):
        pen.rectangle((180 * number + 40 + 100 * window, 280, 180 * number + 90 + 100 * window, 360), fill="#4d6a7d")
    out = io.BytesIO()
    photo.save(out, "JPEG")
    return out.getvalue()


async def report_with_everything(phone: Phone) -> None:
    """A report with photos and a document on its way: every part of a chat is in sight."""
    code = CODE.search(await phone.ask("/viec"))[0]
    images = [{"name": f"hiện trường {n}.jpg", "mimeType": "image/jpeg", "buffer": scene(n)} for n in (1, 2)]
    await phone.attach(*images)
    said = f"{code} 95% đã trình dự thảo lần 2, đang lấy ý kiến các phòng, ban"
    await phone.say(said)
    await expect(await phone.answer_to(said)).to_contain_text("Gửi báo cáo")
    paper = {"name": "dự thảo quy chế.pdf", "mimeType": "application/pdf", "buffer": pdf("Dự thảo")}
    await phone.attach(paper, *images)
