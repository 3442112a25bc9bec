"""Duties of whole units: when they are told, to whom, in which words; a unit that has met them hears no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.domain.plan.duties import OnceRule, PeriodRule, ReportingRules
from bot.domain.plan.periods import PeriodKind
from bot.domain.work.events import Closing, HandOver, Reopening
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.reminders.preview import plan_day
from bot.services.reminding.snooze import snooze
from bot.storage.engine import tables as t
from tests.reminders.hamlet import DIVISION, OFFICE, POLICE, Hamlet, a_hamlet, local

MONTH, QUARTER = PeriodRule(PeriodKind.MONTH), PeriodRule(PeriodKind.QUARTER)
PLAN = "Kế hoạch của đơn vị"
RULES = ReportingRules((MONTH, QUARTER), (QUARTER,), (OnceRule(PLAN, date(2026, 6, 20), "trước ngày 21/6"),))
OPENS, NEAR, NEARER, DUE, LATE = ("open", "1/6"), ("in_5", "25/6"), ("in_2", "26/6"), ("due", "30/6"), ("late", "1/7")


@pytest_asyncio.fixture
async def quarterly(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Hamlet]:
    """In use on Friday, 29 May: months of every row; quarters, and a plan by 20 June, of two units; the office."""
    async with a_hamlet(sqlite_url, tmp_path, "2026-05-29 16:00", reporting=RULES) as hamlet:
        await hamlet.row("NV01", "Năm 2026")
        await hamlet.row("NV02", "Năm 2026", DIVISION)
        await hamlet.use()
        yield hamlet


async def told(hamlet: Hamlet, ask: str, who: str | None = None) -> list[tuple[str, ...]]:
    """What was told of one ask, by day: (person,) step and day."""
    o = t.outbox.c
    names = {person_id: name for name, person_id in hamlet.people.items()}
    async with hamlet.db.read() as conn:
        sent = (await conn.execute(select(o.sent_at, o.person_id, o.rule, o.payload).where(o.state == "sent"))).all()
    found = []
    for instant, person_id, rule, payload in sorted(sent, key=lambda row: (row[0], names[row[1]])):
        day = instant.astimezone(DEFAULT_ZONE)
        step = (rule.removeprefix("period_"), f"{day.day}/{day.month}")
        if rule.startswith("period_") and payload["ask"] == ask and who in (None, names[person_id]):
            found.append(step if who else (names[person_id], *step))
    return found


async def test_a_quarter_opens_comes_near_is_due_and_late_for_units_that_owe_it(quarterly: Hamlet) -> None:
    await quarterly.up_until("2026-06-26 18:00")
    await quarterly.send("Bình", DIVISION, "summary", "2026-Q2")
    await quarterly.up_until("2026-07-20 18:00")
    assert await told(quarterly, "summary", "An") == [OPENS, NEAR, NEARER, DUE, LATE]
    assert await told(quarterly, "summary", "Bình") == [OPENS, NEAR, NEARER]
    assert {who for who, *_ in await told(quarterly, "summary")} == {"An", "Bình"}


async def test_the_office_hears_of_its_report_upward_and_no_other_member_of_that_unit(quarterly: Hamlet) -> None:
    await quarterly.join("Cán bộ", OFFICE, Role.OFFICER)
    await quarterly.join("Phó", OFFICE, Role.OFFICE)
    await quarterly.up_until("2026-06-25 18:00")
    await quarterly.send("Phó", OFFICE, "upward", "2026-Q2")
    await quarterly.up_until("2026-07-20 18:00")
    assert await told(quarterly, "upward") == [(who, *step) for step in (OPENS, NEAR) for who in ("Phó", "Văn phòng")]


async def test_a_one_off_duty_is_told_from_the_working_day_after_the_day_of_use(quarterly: Hamlet) -> None:
    await quarterly.up_until("2026-07-20 18:00")
    steps = [OPENS, ("in_5", "15/6"), ("in_2", "18/6"), ("due", "19/6"), ("late", "22/6")]
    assert await told(quarterly, "once", "An") == steps
    assert {who for who, *_ in await told(quarterly, "once")} == {"An", "Bình"}


async def test_what_is_met_between_queueing_and_sending_is_withdrawn(quarterly: Hamlet) -> None:
    quarterly.clock.move_to(local("2026-06-01 00:01"))
    await quarterly.work()
    await quarterly.send("An", POLICE, "summary", "2026-Q2")
    await quarterly.up_until("2026-06-01 10:00")
    assert await told(quarterly, "summary", "An") == []
    assert sorted(set(await quarterly.states("period_open"))) == ["sent", "withdrawn"]
    assert "quý II" not in quarterly.messages("An")[-1].text


async def test_month_and_quarter_are_one_line_and_the_other_day_another(quarterly: Hamlet) -> None:
    await quarterly.row("NV03", "Năm 2026", OFFICE)
    await quarterly.up_until("2026-06-01 10:00")
    lines = [line for line in quarterly.messages("An")[-1].text.split("\n") if "hạn" in line]
    assert lines == [
        f"<b>{PLAN}</b>: cần gửi, hạn 20/06",
        "<b>Mở kỳ báo cáo tháng 6/2026, quý II/2026</b>: 1 việc cần báo cáo, "
        "cần gửi báo cáo tổng hợp quý II/2026, hạn 30/06",
    ]
    (line,) = (line for line in quarterly.messages("Văn phòng")[-1].text.split("\n") if "quý II" in line)
    assert line.endswith("1 việc cần báo cáo, cần gửi báo cáo quý II/2026 lên cấp trên, hạn 30/06")
    await quarterly.report("NV01", 40, period="2026-06")
    await quarterly.up_until("2026-06-30 10:00")
    (line,) = (line for line in quarterly.messages("An")[-1].text.split("\n") if "hạn" in line)
    assert line == "<b>Báo cáo tổng hợp quý II/2026</b>: chưa gửi, hạn 30/06"
    await quarterly.up_until("2026-07-01 10:00")
    assert "<b>Báo cáo tổng hợp quý II/2026</b> đã quá hạn 30/06: chưa gửi, vẫn nhận đến hết 10/07" in (
        quarterly.messages("An")[-1].text
    )


async def test_put_off_to_the_day_of_a_later_step_it_is_told_once_by_that_step(quarterly: Hamlet) -> None:
    await quarterly.up_until("2026-06-25 10:00")
    o = t.outbox.c
    async with quarterly.db.read() as conn:
        where = (o.person_id == quarterly.people["An"], o.rule == "period_in_5", o.state == "sent")
        number = (await conn.execute(select(o.id).where(*where).order_by(o.id.desc()))).scalars().first()
    await snooze(quarterly.desk, await quarterly.visitor("An"), outbox_id=number or 0, now=quarterly.clock.now())
    await quarterly.up_until("2026-06-26 10:00")
    text = quarterly.messages("An")[-1].text
    assert text.count("Kỳ báo cáo") == 1 and "1 việc chưa có báo cáo kỳ, 1 báo cáo của đơn vị chưa gửi" in text


async def test_a_long_outage_ends_in_the_newest_step_of_each(quarterly: Hamlet) -> None:
    await quarterly.up_until("2026-06-01 10:00")
    quarterly.down_until("2026-06-29 09:00")
    await quarterly.up_until("2026-06-29 10:00")
    assert await told(quarterly, "summary", "An") == [OPENS, ("in_2", "29/6")]
    assert await told(quarterly, "once", "An") == [OPENS, ("late", "29/6")]
    assert len(quarterly.messages("An")) == 2


async def test_after_it_has_closed_nobody_is_told_of_it(quarterly: Hamlet) -> None:
    await quarterly.up_until("2026-06-01 10:00")
    quarterly.down_until("2026-07-13 07:00")
    await quarterly.up_until("2026-07-14 10:00")
    assert await told(quarterly, "summary", "An") == await told(quarterly, "once", "An") == [OPENS]


async def test_a_unit_owes_as_long_as_it_leads_something(quarterly: Hamlet) -> None:
    async with quarterly.db.read() as conn:
        book = await quarterly.desk.books.of(conn, quarterly.place)
    await quarterly.up_until("2026-06-02 10:00")
    report = await quarterly.report("NV01", 100)
    await quarterly.accept("NV01", report)
    await quarterly.record("NV02", Closing("Cấp trên rút"), "Văn phòng")
    await quarterly.up_until("2026-06-25 10:00")
    assert await told(quarterly, "summary", "An") == [OPENS, NEAR], "completed work is summed up too"
    assert await told(quarterly, "summary", "Bình") == [OPENS]
    await quarterly.record("NV02", Reopening("Làm tiếp", date(2026, 12, 31)), "Văn phòng")
    await quarterly.up_until("2026-06-26 10:00")
    assert await told(quarterly, "summary", "Bình") == [OPENS, NEARER]
    await quarterly.record("NV02", HandOver(book.locality.standing_office_id or 0, "Đúng chức năng"), "Văn phòng")
    await quarterly.up_until("2026-06-30 10:00")
    assert await told(quarterly, "summary", "Bình") == [OPENS, NEARER]


async def test_a_unit_that_comes_to_lead_something_on_the_morning_is_told_that_morning(quarterly: Hamlet) -> None:
    await quarterly.join("Phụ nữ", "Hội Phụ nữ", Role.OFFICER)
    await quarterly.up_until("2026-06-25 06:00")
    await quarterly.record("NV02", HandOver(quarterly.units["Hội Phụ nữ"], "Đúng chức năng"), "Văn phòng")
    await quarterly.up_until("2026-06-25 10:00")
    assert await told(quarterly, "summary", "Phụ nữ") == [NEAR]


async def test_the_preview_says_the_same_in_one_notice_a_rule(quarterly: Hamlet) -> None:
    await quarterly.up_until("2026-05-30 10:00")
    planned = [p for p in await plan_day(quarterly.desk, quarterly.place, date(2026, 6, 1)) if p.duties]
    names = {person_id: name for name, person_id in quarterly.people.items()}
    assert [(names[p.person or 0], p.unit, [d.ask.value for d in p.duties]) for p in planned] == [
        ("An", POLICE, ["progress", "once", "summary"]),
        ("Bình", DIVISION, ["progress", "once", "summary"]),
        ("Văn phòng", OFFICE, ["upward"]),
    ]
    await quarterly.up_until("2026-06-02 10:00")
    await quarterly.send("An", POLICE, "summary", "2026-Q2")
    planned = [p for p in await plan_day(quarterly.desk, quarterly.place, date(2026, 6, 30)) if p.duties]
    assert [[d.ask.value for d in p.duties] for p in planned] == [["progress"], ["progress", "summary"], ["upward"]]
