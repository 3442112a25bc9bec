"""A message that may have arrived, and what it spoke of has changed before it could be sent again."""

from __future__ import annotations

from datetime import date

import httpx
from telegram.error import TimedOut

from tests.reminders.hamlet import OFFICE, POLICE, Hamlet, Told, local

OFFICER_CHAT, HEAD_CHAT, OFFICE_CHAT = 1000, 1001, 1004


def lost() -> TimedOut:
    """An answer that never came, although the request went out."""
    error = TimedOut()
    error.__cause__ = httpx.ReadTimeout("")
    return error


async def told_and_not_noted(hamlet: Hamlet, at: str, *chats: int) -> None:
    """A digest reaches people, and the bot does not hear of it."""
    hamlet.clock.move_to(local(at))
    hamlet.mouth.after |= {chat: [lost()] for chat in chats}
    await hamlet.dispatcher.send_due()


async def test_whoever_may_have_heard_of_a_red_light_hears_that_it_is_out(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until("2026-06-11 07:00")
    await told_and_not_noted(hamlet, "2026-06-11 07:30", OFFICER_CHAT)
    await hamlet.report("NV01", 100)
    for _ in range(3):
        # Looked at before anyone knows, while it is queued again, and after.
        await hamlet.work()
        hamlet.clock.move_by(seconds=20)
    await hamlet.up_until("2026-06-12 10:00")
    assert Told(date(2026, 6, 12), "An", "no_longer_red", "NV01") in await hamlet.told()
    assert [("Quá hạn" in each.text, "không còn" in each.text.lower()) for each in hamlet.messages("An")[-2:]] == [
        (True, False),
        (False, True),
    ]


async def test_a_light_nobody_is_known_to_have_heard_of_is_news_when_it_is_red_again(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until("2026-06-11 07:00")
    await told_and_not_noted(hamlet, "2026-06-11 07:30", OFFICER_CHAT, HEAD_CHAT)
    report = await hamlet.report("NV01", 100)
    hamlet.clock.move_by(minutes=2)
    await hamlet.work()
    await hamlet.withdraw("NV01", report)
    await hamlet.up_until("2026-06-15 10:00")
    told = await hamlet.told(rules=["turned_red", "no_longer_red"])
    assert [(each.day.day, each.who, each.rule) for each in told] == [
        (12, "An", "turned_red"),
        (12, "Hải", "turned_red"),
    ]


async def test_what_stood_beside_a_red_row_is_not_repeated_without_it(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "12/6/2026", OFFICE)
    await hamlet.row("NV02", "30/6/2026", POLICE)
    await hamlet.use()
    await hamlet.up_until("2026-06-15 07:00")
    await told_and_not_noted(hamlet, "2026-06-15 07:30", OFFICE_CHAT)
    await hamlet.report("NV01", 100, "Văn phòng")
    await hamlet.up_until("2026-06-15 10:00")
    (sent,) = [each for each in hamlet.messages("Văn phòng") if each.at > local("2026-06-15 00:00")]
    assert "NV01" in sent.text
    assert (await hamlet.states("monday_board"))[-2:].count("unknown") == 1


async def test_it_is_repeated_with_another_that_is_red_still_and_news_goes_with_it(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "12/6/2026", OFFICE)
    await hamlet.row("NV02", "12/6/2026", OFFICE)
    await hamlet.use()
    await hamlet.up_until("2026-06-15 07:00")
    await told_and_not_noted(hamlet, "2026-06-15 07:30", OFFICE_CHAT)
    await hamlet.report("NV01", 100, "Văn phòng")
    hamlet.clock.move_by(minutes=2)
    await hamlet.work()
    first, second = [each for each in hamlet.messages("Văn phòng") if each.at > local("2026-06-15 00:00")]
    assert "nhắc lại" in second.text
    assert "NV01" in first.text
    assert "NV01" not in second.text
    assert "NV02" in second.text
