"""The guided tour, taken as it points: whoever only does what it offers reaches its end."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.desk import Desk

STEPS = 8


FINISHED = "Anh/chị đã đi hết tám bước"


QUIET = """() => new Promise((quiet) => {
  let timer = setTimeout(quiet, 500);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(quiet, 500); })
    .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})"""
"""The server looks three times a second whether a step was done."""
SEEN = """() => [document.querySelector("#tour").innerText, ...document.querySelectorAll("[data-guided]")]
  .map((one) => one.outerHTML ?? one).join()"""


async def guided(desk: Desk) -> None:
    """Do what the tour offers, and press what it then points at; something else is offered or pointed at then."""
    assistance = desk.page.locator("#tour-help")
    await expect(assistance).to_be_visible()
    before = await desk.page.evaluate(SEEN)
    offered = await assistance.inner_text()
    await assistance.click()
    if offered == "Chỉ chỗ cần bấm":
        await desk.page.keyboard.press("Enter")
    await desk.page.wait_for_function(f"before => ({SEEN})() !== before", arg=before)
    await desk.page.evaluate(QUIET)


async def test_whoever_follows_the_tour_does_all_eight_steps(visit: Visit, demo: Demo) -> None:
    desk = await visit()
    title = desk.page.locator("#tour-title")
    for _ in range(5 * STEPS):
        # What others did in this demo counts too, and the decision is heard without anyone doing anything.
        if await title.inner_text() != FINISHED:
            await guided(desk)
    await expect(title).to_have_text(FINISHED)
    await expect(desk.page.locator("[data-guided]")).to_have_count(0)
    await desk.page.get_by_role("button", name="xem tám bước").click()
    await expect(desk.page.locator("#tour-steps").get_by_text("đã xong")).to_have_count(STEPS)


async def test_the_tour_can_be_closed_and_opened_again(visit: Visit) -> None:
    desk = await visit()
    tour = desk.page.locator("#tour")
    await desk.page.get_by_role("button", name="Đóng hướng dẫn").click()
    await expect(tour).to_be_hidden()
    await expect(desk.page.locator("[data-guided]")).to_have_count(0)
    await desk.page.reload()
    await expect(desk.page.locator(".phone textarea").first).to_be_visible()
    await expect(tour).to_be_hidden()
    await desk.page.get_by_role("button", name="Hướng dẫn").click()
    await expect(tour).to_be_visible()
