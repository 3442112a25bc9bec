"""Down for a minute, a day, a month: on return each still-true notice once, the stale ones not at all."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.reminders.hamlet import DIVISION, EMPTY, Hamlet, a_hamlet, local

LADDER = ("due_in_14", "due_in_7", "due_in_3", "due_in_1", "due_today", "turned_red", "overdue_3", "overdue_7")


async def in_june(hamlet: Hamlet) -> None:
    """Work of the police due on 30/06, reported far enough never to be behind."""
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)


async def ladder(hamlet: Hamlet) -> list[tuple[int, int, str, str]]:
    return [(each.day.month, each.day.day, each.who, each.rule) for each in await hamlet.told(rules=LADDER)]


@pytest.mark.parametrize(
    ("down", "up", "minute"),
    [
        ("2026-06-16 07:29", "2026-06-16 07:31", "07:31"),  # a minute, over the digest
        ("2026-06-15 12:00", "2026-06-16 12:00", "12:00"),  # a day: in the afternoon, late
        ("2026-06-15 23:00", "2026-06-16 06:00", "07:30"),  # a night: in time
    ],
)
async def test_a_short_outage_delays_a_digest_and_loses_nothing(
    hamlet: Hamlet, down: str, up: str, minute: str
) -> None:
    await in_june(hamlet)
    await hamlet.up_until(down)
    hamlet.down_until(up)
    await hamlet.work()
    await hamlet.up_until("2026-06-30 18:00")
    told = await ladder(hamlet)
    assert [each for each in told if each[1] < 20] == [(6, 16, "An", "due_in_14")]
    first = next(sent for sent in hamlet.messages("An") if sent.at > local("2026-06-16 00:00"))
    assert first.at == local(f"2026-06-16 {minute}")
    assert ("muộn" in first.text) is (minute == "12:00")
    assert len(told) == 5


async def test_up_again_after_17_it_comes_with_the_next_digest_and_says_that_it_is_late(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.up_until("2026-06-15 23:00")
    hamlet.down_until("2026-06-16 17:30")
    await hamlet.work()
    assert hamlet.messages("An")[-1:] == [] or hamlet.messages("An")[-1].at < local("2026-06-16 00:00")
    await hamlet.up_until("2026-06-17 08:00")
    assert await ladder(hamlet) == [(6, 17, "An", "due_in_14")]
    assert "muộn" in hamlet.messages("An")[-1].text


async def test_thirty_days_over_a_limit_end_in_one_digest_with_the_newest_step(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.row("NV02", "31/7/2026", DIVISION)
    await hamlet.up_until("2026-06-15 18:00")
    hamlet.down_until("2026-07-15 09:00")
    await hamlet.work()
    told = await ladder(hamlet)
    assert (7, 15, "An", "turned_red") in told
    assert (7, 15, "Hải", "turned_red") in told
    # Of warnings and escalations only what is newest, and what is still true.
    assert [each for each in told if each[2] == "An"] == [(7, 15, "An", "turned_red")]
    assert not [each for each in told if each[3] == "overdue_3"]
    weekly = await hamlet.told(rules=["overdue_weekly"])
    assert [(each.day, each.who) for each in weekly] == [(date(2026, 7, 15), "Chỉ đạo")]
    assert len([sent for sent in hamlet.messages("An") if sent.at > local("2026-06-16 00:00")]) == 1


async def test_of_missed_warnings_only_the_newest_is_told_and_none_that_is_over(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.row("NV02", "20/6/2026")
    await hamlet.up_until("2026-06-12 18:00")
    hamlet.down_until("2026-06-25 06:00")
    await hamlet.work()
    await hamlet.up_until("2026-06-25 10:00")
    warned = [each for each in await hamlet.told(rules=LADDER[:5]) if each.day > date(2026, 6, 12)]
    assert [(each.day.day, each.rule, each.code) for each in warned] == [(25, "due_in_7", "NV01")]


async def test_over_the_end_of_a_month_the_newest_step_of_the_period_is_told(monthly: Hamlet) -> None:
    await monthly.row("NV01", "Năm 2026")
    await monthly.use()
    await monthly.up_until("2026-06-24 18:00")
    monthly.down_until("2026-07-02 06:00")
    await monthly.work()
    await monthly.up_until("2026-07-02 10:00")
    periods = [each for each in await monthly.told(who=["An"]) if each.rule.startswith("period") and each.day.day == 2]
    # June is late, July has opened.
    assert [each.rule for each in periods] == ["period_late", "period_open"]


async def test_a_period_whose_last_day_was_missed_is_told_once_as_late(monthly: Hamlet) -> None:
    await monthly.row("NV01", "Năm 2026")
    await monthly.use()
    await monthly.up_until("2026-06-30 06:30")
    # Queued for half past seven, and down over it.
    monthly.down_until("2026-07-01 06:00")
    await monthly.work()
    await monthly.up_until("2026-07-01 10:00")
    text = monthly.messages("An")[-1].text
    assert text.count("tháng 6/2026") == 1
    assert "đã quá hạn 30/06" in text and "Mở kỳ báo cáo tháng 7/2026" in text


async def test_a_board_whose_week_is_over_is_not_told_beside_that_of_this_week(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý III/2026", EMPTY)
    await hamlet.use()
    await hamlet.up_until("2026-06-08 06:30")
    # Monday's board is queued for half past seven, and down over it.
    hamlet.down_until("2026-06-22 09:00")
    await hamlet.work()
    boards = [each for each in await hamlet.told(who=["Văn phòng"]) if each.rule in ("monday_board", "unit_empty")]
    assert [(each.day.day, each.rule) for each in boards] == [(22, "monday_board"), (22, "unit_empty")]
    text = hamlet.messages("Văn phòng")[-1].text
    assert text.count("Bảng tiến độ phường") == 1 and "22/06–28/06/2026" in text


async def test_a_board_missed_on_its_monday_is_told_later_in_its_week(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý III/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-08 06:30")
    hamlet.down_until("2026-06-11 09:00")
    await hamlet.work()
    assert [each.day.day for each in await hamlet.told(rules=["monday_board"], who=["Chỉ đạo"])] == [11]
    assert "đến muộn" in hamlet.messages("Chỉ đạo")[-1].text


async def test_over_tet_everything_is_told_on_the_first_working_day(hamlet: Hamlet) -> None:
    hamlet.clock.move_to(local("2026-02-10 10:00"))
    async with hamlet.db.read() as conn:
        calendar = (await hamlet.desk.books.of(conn, hamlet.place)).calendar
    back = calendar.working_on_or_after(date(2026, 2, 17))
    assert back > date(2026, 2, 17)
    await hamlet.row("NV01", "17/2/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until("2026-02-11 18:00")
    hamlet.down_until(f"{back} 05:00")
    await hamlet.work()
    await hamlet.up_until(f"{back} 10:00")
    told = await ladder(hamlet)
    assert [(2, back.day, who, "turned_red") for who in ("An", "Hải")] == [
        each for each in told if each[3] == "turned_red"
    ]
    assert not any(not calendar.is_working(each.day) for each in await hamlet.told())


async def test_what_a_person_did_while_nothing_looked_is_judged_with_what_was_missed(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.up_until("2026-06-22 18:00")
    hamlet.down_until("2026-06-24 08:00")
    # The update that waited is handled before the first tick.
    await hamlet.report("NV01", 65)
    await hamlet.work()
    assert [each[3] for each in await ladder(hamlet)][-1] == "due_in_7"
    assert hamlet.messages("An")[-1].at == local("2026-06-24 08:00")


async def test_looking_more_often_than_something_falls_due_tells_nothing_more(sqlite_path: Path) -> None:
    """`Hamlet.up_until` goes from due instant to due instant; a ticker that comes by all day long tells the same."""
    heard, until = [], "2026-06-16 18:00"
    for minutes in (0, 30):
        copied = sqlite_path.with_name(f"{minutes}.db")
        shutil.copyfile(sqlite_path, copied)
        url = f"sqlite+aiosqlite:///{copied}"
        async with a_hamlet(url, sqlite_path.parent, "2026-05-29 10:00", month_reports=True) as hamlet:
            await in_june(hamlet)
            await hamlet.row("NV02", "10/6/2026", DIVISION)
            while minutes and hamlet.clock.now() < local(until):
                hamlet.clock.move_by(minutes=minutes)
                await hamlet.work()
            await hamlet.up_until(until)
            heard.append([(sent.at, sent.chat_id, sent.text) for sent in hamlet.mouth.sent])
    assert heard[0] == heard[1] and len(heard[0]) > 10
