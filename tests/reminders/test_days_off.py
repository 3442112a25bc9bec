"""The office changes the calendar while warnings are on their way: each is told once, on a day that is worked."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.plan.calendar import DayKind
from bot.services.plan.edit_days_off import add_day, take_back_day
from tests.reminders.hamlet import Hamlet


async def off(hamlet: Hamlet, day: int) -> None:
    """The standing office enters a day off in June."""
    office, now = await hamlet.visitor("Văn phòng"), hamlet.clock.now()
    await add_day(
        hamlet.desk, office, locality_id=hamlet.place, day=date(2026, 6, day), kind=DayKind.OFF, name="Lễ", now=now
    )


async def in_june(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)


async def warned(hamlet: Hamlet) -> list[tuple[int, str]]:
    return [(each.day.day, each.rule) for each in await hamlet.told(who=["An"]) if each.rule.startswith("due")]


@pytest.mark.parametrize(
    ("entered", "told_on"),
    [
        ("2026-06-19 10:00", 22),  # in time: the warning of the 23rd moves to the day before
        ("2026-06-22 06:30", 22),
        ("2026-06-23 06:30", 24),  # on the day itself, before its message
    ],
)
async def test_a_warning_whose_day_becomes_a_day_off_is_told_once_whenever_that_is_known(
    hamlet: Hamlet, entered: str, told_on: int
) -> None:
    await in_june(hamlet)
    await hamlet.up_until(entered)
    await off(hamlet, 23)
    await hamlet.up_until("2026-06-25 18:00")
    assert await warned(hamlet) == [(16, "due_in_14"), (told_on, "due_in_7")]
    assert "muộn" not in hamlet.messages("An")[-1].text


async def test_a_step_moved_onto_a_day_whose_message_has_gone_is_left_to_the_next_step(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.up_until("2026-06-22 15:00")
    await off(hamlet, 23)
    await hamlet.up_until("2026-06-26 10:00")
    assert await warned(hamlet) == [(16, "due_in_14"), (26, "due_in_3")]


async def test_a_day_off_entered_when_its_message_has_gone_tells_nothing_again(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.up_until("2026-06-23 10:00")
    await off(hamlet, 23)
    await hamlet.up_until("2026-06-25 18:00")
    assert await warned(hamlet) == [(16, "due_in_14"), (23, "due_in_7")]


async def test_a_day_off_taken_back_on_its_morning_is_worked_as_ever(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await off(hamlet, 26)
    await hamlet.up_until("2026-06-26 06:30")
    office, now = await hamlet.visitor("Văn phòng"), hamlet.clock.now()
    await take_back_day(hamlet.desk, office, locality_id=hamlet.place, day=date(2026, 6, 26), now=now)
    await hamlet.row("NV02", "Quý III/2026")
    await hamlet.up_until("2026-06-26 10:00")
    # What the day off had moved to the 25th was told then, and is not told again.
    assert await warned(hamlet) == [(16, "due_in_14"), (23, "due_in_7"), (25, "due_in_3")]
    await hamlet.up_until("2026-06-30 10:00")
    assert (await warned(hamlet))[3:] == [(29, "due_in_1"), (30, "due_today")]
