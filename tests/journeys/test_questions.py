"""Questions in plain words, as a committee member, an officer and a team's group ask them."""

from __future__ import annotations

from bot.domain.people import Role
from bot.simulator.people import Person
from tests.journeys.test_asking import exported, press, say
from tests.town import Town

COMMITTEE = "Ban Chỉ đạo 57 phường"


async def committee(town: Town) -> Person:
    return await town.join("binh-loc", COMMITTEE, Role.COMMITTEE, name="Trần Thị Bình")


async def test_what_is_red_is_counted_and_listed(town: Town) -> None:
    person = await committee(town)
    rows = await exported(town)
    red = [code for code, row in rows.items() if row["colour"] == "red" and row["kind"] == "task"]
    answer = await say(town, person, "nhiệm vụ nào đang đỏ?")
    assert answer.startswith(f"🔴 {len(red)} nhiệm vụ đỏ · phường Bình Lộc")
    shown = [button.split()[-1] for button in person.buttons() if "NV" in button]
    assert len(shown) == min(8, len(red))
    assert set(shown) <= set(red)
    if len(red) > 8:
        await press(town, person, "▶")
        assert person.last().text.startswith(f"🔴 {len(red)} nhiệm vụ đỏ")
