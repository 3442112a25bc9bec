"""Mornings with more to tell than a screen holds, over the real transport; its buttons a week later; odd names."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import update

from bot.storage.engine import tables as t
from bot.storage.records import plans
from tests.journeys.test_reminders import POLICE, RED_MORNING, digests, morning
from tests.town import Town, office, officer, press, say

FIRST_MORNING = "2026-06-16T07:31:00+07:00"
"""The plans were put in use the day before: whatever is red is told now."""


async def test_what_a_long_morning_leaves_out_opens_a_week_later_as_it_stands_then(town: Town) -> None:
    binh = await office(town)
    await morning(town, FIRST_MORNING)
    message = binh.last()
    shown = len(re.findall(r"^🔴\S* (?:NV|CT)\d+", message.text, re.MULTILINE))
    more = re.search(r"… và (\d+) việc khác", message.text)
    assert shown == 12 and more is not None
    first = message.text.splitlines()[0]
    assert f"{shown + int(more[1])} việc có cảnh báo đỏ mới" in first
    assert re.search(r"phường Bình Lộc: 🔴 (\d+) việc đỏ", first)[1] in await say(town, binh, "/do")
    label = f"Xem cả {more[1]} việc còn lại"
    town.clock.move_to(datetime.fromisoformat("2026-06-24T10:00:00+07:00"))
    before = len(binh.messages())
    await press(town, binh, label, message)
    assert len(binh.messages()) == before + 1
    assert "Văn phòng Đảng ủy" in binh.last().text and "▶" in binh.buttons()
    # The message of the morning stays, and its pages turn in their own.
    assert digests(binh) == [message.text]
    await press(town, binh, "▶")
    assert len(binh.messages()) == before + 1


async def test_the_lists_behind_the_monday_board_leave_the_message_of_the_morning_as_it_is(town: Town) -> None:
    binh = await office(town)
    await morning(town, "2026-06-22T07:31:00+07:00")
    message = binh.last()
    assert "Bảng tiến độ phường Bình Lộc" in message.text
    for label in ("Đến hạn trong tuần", next(label for label in binh.buttons(message) if "đỏ" in label)):
        await press(town, binh, label, message)
    assert digests(binh) == [message.text]
    assert len(binh.messages()) == 3


async def test_names_of_600_signs_with_signs_of_html_arrive_whole_and_unbroken(town: Town) -> None:
    an, binh = await officer(town), await office(town)
    odd = '<b>Triển khai</b> & "sao lưu" _ * ` ' * 18
    async with town.db.write() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place is not None
        await conn.execute(update(t.rows).where(t.rows.c.locality_id == place.id).values(name=odd))
        units = await plans.units(conn, place.id)
        await plans.rename_unit(conn, next(u.id for u in units if u.name == POLICE), odd[:600])
        await plans.bump_version(conn, place.id)
    await morning(town, RED_MORNING)
    assert "<b>Triển khai</b> &" in digests(an)[-1]
    assert len(digests(binh)) >= 1
    await say(town, binh, "/dondoc NV07")
    await press(town, binh, "Gửi đôn đốc")
    assert "đôn đốc" in an.last().text and "<b>Triển khai</b> &" in an.last().text
    await say(town, binh, "/tinhtrang")
    assert "Không gửi được" not in binh.last().text
