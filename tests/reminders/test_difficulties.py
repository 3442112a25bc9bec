"""Difficulties and time: five working days, each level told once, whatever stands still, fails or runs twice."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.domain.people.difficulties import Category, Difficulty, EntryKind
from bot.domain.people.people import Role
from bot.domain.work.events import Closing, Reopening
from bot.domain.work.ladder import Rule
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.reminders import tick as ticking
from bot.reminders.preview import plan_day
from bot.services.difficulties.discuss_difficulty import Remark, say
from bot.services.difficulties.raise_difficulty import Trouble, raise_difficulty
from bot.services.reminding import escalate_difficulties
from bot.services.units.edit_units import end_unit
from bot.storage.engine import tables as t
from bot.storage.outbox import looks
from bot.storage.records import audit, difficulties
from tests.reminders.hamlet import DIVISION, EMPTY, OFFICE, Hamlet, a_hamlet, local
from tests.reminders.test_processes import another

NOON = "2026-06-01 12:00"


async def one_row(hamlet: Hamlet, *, to: str = DIVISION, codes: tuple[str, ...] = ("NV01",)) -> None:
    for code in codes:
        await hamlet.row(code, "Quý IV/2026", teams=(to,))
    await hamlet.use()
    hamlet.clock.move_to(local(NOON))


async def raised(
    hamlet: Hamlet, code: str = "NV01", to: str | None = DIVISION, words: str = "Thiếu máy", who: str = "An"
) -> int:
    card = await raise_difficulty(
        hamlet.desk,
        await hamlet.visitor(who),
        assignment_id=hamlet.ids[code],
        trouble=Trouble(Category.FUNDS, None if to is None else hamlet.units[to], words),
        now=hamlet.clock.now(),
        key=f"{code} {words} {hamlet.clock.now()}",
    )
    return card.difficulty.id


async def said(hamlet: Hamlet, number: int, what: EntryKind, who: str, words: str = "Đã rõ") -> None:
    visitor, now = await hamlet.visitor(who), hamlet.clock.now()
    await say(
        hamlet.desk, visitor, difficulty_id=number, remark=Remark(what, words), now=now, key=f"{who} {words} {now}"
    )


async def found(hamlet: Hamlet, number: int = 1) -> Difficulty:
    async with hamlet.db.read() as conn:
        assert await audit.verify(conn, hamlet.place) is None
        one = await difficulties.difficulty(conn, number)
    assert one is not None
    return one


def heard(hamlet: Hamlet, name: str) -> list[str]:
    """The days and hours at which a person was told of a difficulty."""
    return [f"{each.at.astimezone(DEFAULT_ZONE):%m-%d %H:%M}" for each in hamlet.messages(name) if "VM" in each.text]


async def test_each_level_is_told_on_the_sixth_working_morning_and_foretold(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    await raised(hamlet)
    foretold = {}
    for day in range(1, 20):
        on = date(2026, 6, day)
        foretold[day] = [
            each.person for each in await plan_day(hamlet.desk, hamlet.place, on) if each.rule is Rule.DIFFICULTY
        ]
    office, committee = hamlet.people["Văn phòng"], hamlet.people["Chỉ đạo"]
    assert {day: who for day, who in foretold.items() if who and day > 1} == {9: [office], 17: [committee]}
    await hamlet.up_until("2026-06-30 10:00")
    assert heard(hamlet, "Bình") == ["06-01 12:00"]
    assert heard(hamlet, "Văn phòng") == ["06-09 07:00"]
    assert heard(hamlet, "Chỉ đạo") == ["06-17 07:00"]
    assert (await found(hamlet)).level == "committee"
    assert await hamlet.states("difficulty") == ["sent"] * 3


async def test_a_day_off_declared_meanwhile_gives_a_day_more(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    await raised(hamlet)
    await hamlet.up_until("2026-06-02 10:00")
    await hamlet.day_off(date(2026, 6, 4))
    await hamlet.up_until("2026-06-09 12:00")
    assert heard(hamlet, "Văn phòng") == []
    await hamlet.up_until("2026-06-10 12:00")
    assert heard(hamlet, "Văn phòng") == ["06-10 07:00"]


async def test_an_answer_ends_the_waiting_and_a_further_question_begins_it_anew(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    number = await raised(hamlet)
    await hamlet.up_until("2026-06-05 10:00")
    await said(hamlet, number, EntryKind.ANSWERED, "Bình")
    await hamlet.up_until("2026-06-15 10:00")
    assert heard(hamlet, "Văn phòng") == [] and heard(hamlet, "An") == ["06-05 10:00"]
    await said(hamlet, number, EntryKind.FOLLOWED, "An", "Bao giờ có?")
    await hamlet.up_until("2026-06-22 17:00")
    assert heard(hamlet, "Văn phòng") == []
    await hamlet.up_until("2026-06-23 10:00")
    assert heard(hamlet, "Văn phòng") == ["06-23 07:00"]
    assert heard(hamlet, "Bình") == ["06-01 12:00", "06-15 10:00"]


async def test_after_months_of_silence_of_ours_one_notice_goes_out(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    await raised(hamlet)
    await hamlet.work()
    hamlet.down_until("2026-09-14 10:00")
    await hamlet.work()
    assert heard(hamlet, "Văn phòng") == ["09-14 10:00"] and heard(hamlet, "Chỉ đạo") == []
    await hamlet.up_until("2026-09-22 10:00")
    assert heard(hamlet, "Chỉ đạo") == ["09-22 07:00"]


async def test_two_processes_ask_the_next_level_once(database_url: str, tmp_path: Path) -> None:
    async with a_hamlet(database_url, tmp_path, "2026-06-01 10:00") as hamlet:
        codes = tuple(f"NV{number:02d}" for number in range(12))
        await one_row(hamlet, codes=codes)
        for code in codes:
            await raised(hamlet, code)
        other = await another(hamlet, database_url, tmp_path)
        try:
            hamlet.clock.move_to(local("2026-06-09 08:00"))
            now = hamlet.clock.now()
            await asyncio.gather(*(ticking.tick(each.desk, now, batch=3) for each in (hamlet, other, hamlet, other)))
            async with hamlet.db.read() as conn:
                assert not await looks.something_due(conn, now)
                every = await difficulties.of_plan(conn, hamlet.plan)
                assert await audit.verify(conn, hamlet.place) is None
        finally:
            await other.db.close()
        assert [[entry.kind.value for entry in each.entries] for each in every] == [["raised", "escalated"]] * 12
        assert len(await hamlet.states("difficulty")) == 24


async def test_an_answer_and_the_tick_at_once_end_in_one_of_two_orders(database_url: str, tmp_path: Path) -> None:
    async with a_hamlet(database_url, tmp_path, "2026-06-01 10:00") as hamlet:
        await one_row(hamlet)
        number = await raised(hamlet)
        other = await another(hamlet, database_url, tmp_path)
        try:
            hamlet.clock.move_to(local("2026-06-09 00:30"))
            await asyncio.gather(
                ticking.tick(other.desk, hamlet.clock.now()), said(hamlet, number, EntryKind.ANSWERED, "Bình")
            )
            hamlet.clock.move_to(local("2026-06-09 09:00"))
            await hamlet.work()
        finally:
            await other.db.close()
        kinds = [entry.kind.value for entry in (await found(hamlet, number)).entries]
        assert kinds in (["raised", "answered"], ["raised", "escalated", "answered"])
        assert heard(hamlet, "Văn phòng") == []


async def test_nobody_is_chased_for_a_closed_task_until_it_is_opened_again(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    await raised(hamlet)
    await hamlet.record("NV01", Closing("Cấp trên rút"), "Văn phòng")
    await hamlet.up_until("2026-06-15 10:00")
    assert heard(hamlet, "Văn phòng") == [] and heard(hamlet, "Bình") == []
    assert (await hamlet.states("difficulty")) == ["withdrawn"]
    await hamlet.record("NV01", Reopening("Làm tiếp"), "Văn phòng")
    await hamlet.up_until("2026-06-16 10:00")
    assert heard(hamlet, "Văn phòng") == ["06-16 07:00"]


async def test_a_unit_that_ends_passes_on_what_was_put_to_it(hamlet: Hamlet) -> None:
    await hamlet.join("Lan", EMPTY, Role.OFFICER)
    await one_row(hamlet, to=EMPTY)
    number = await raised(hamlet, to=EMPTY)
    async with hamlet.db.write() as conn:
        own = t.memberships.c.person_id == hamlet.people["Lan"]
        await conn.execute(update(t.memberships).where(own).values(ended_at=hamlet.clock.now()))
    office, now = await hamlet.visitor("Văn phòng"), hamlet.clock.now()
    async with hamlet.db.write() as conn:
        held = update(t.assignments).where(t.assignments.c.unit_id == hamlet.units[EMPTY])
        await conn.execute(held.values(ended_at=now))
    await end_unit(hamlet.desk, office, unit_id=hamlet.units[EMPTY], now=now)
    await hamlet.up_until("2026-06-01 13:00")
    assert heard(hamlet, "Văn phòng") == ["06-01 12:00"]
    assert (await found(hamlet, number)).level == "office"


async def test_past_five_messages_a_day_the_rest_is_in_the_digest_by_its_number(hamlet: Hamlet) -> None:
    codes = tuple(f"NV{number:02d}" for number in range(1, 8))
    await one_row(hamlet, codes=codes)
    for code in codes:
        await raised(hamlet, code, words=f"Vướng ở {code}")
    await hamlet.work()
    assert len(heard(hamlet, "Bình")) == 5
    await said(hamlet, 6, EntryKind.ANSWERED, "Bình")
    await hamlet.up_until("2026-06-02 08:00")
    digest = hamlet.messages("Bình")[-1].text
    assert "vướng mắc VM7 chờ trả lời" in digest and "VM6" not in digest and "1 việc có vướng mắc" in digest
    assert (await hamlet.states("difficulty")).count("withdrawn") == 1
    await hamlet.up_until("2026-06-05 08:00")
    assert len(heard(hamlet, "Bình")) == 6


async def test_what_is_said_after_the_year_is_over_wakes_nobody(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    hamlet.down_until("2026-12-31 16:00")
    number = await raised(hamlet)
    await hamlet.work()
    await hamlet.up_until("2027-01-20 10:00")
    assert heard(hamlet, "Văn phòng") == [] and len(heard(hamlet, "Bình")) == 1
    await said(hamlet, number, EntryKind.ANSWERED, "Bình")
    await hamlet.up_until("2027-01-21 10:00")
    assert heard(hamlet, "An") == []


async def test_of_the_office_s_own_rows_a_unit_s_silence_goes_to_the_committee(hamlet: Hamlet) -> None:
    await hamlet.row("NV09", "Quý IV/2026", OFFICE, teams=(DIVISION,))
    await hamlet.use()
    hamlet.clock.move_to(local(NOON))
    await raised(hamlet, "NV09", who="Văn phòng")
    await hamlet.up_until("2026-06-09 10:00")
    assert heard(hamlet, "Bình") == ["06-01 12:00"]
    assert heard(hamlet, "Chỉ đạo") == ["06-09 07:00"] and heard(hamlet, "Văn phòng") == []


async def test_one_that_cannot_be_read_does_not_hold_up_the_others(
    hamlet: Hamlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_row(hamlet, codes=("NV01", "NV02"))
    await raised(hamlet, "NV01")
    await raised(hamlet, "NV02")
    real = escalate_difficulties.escalates_on

    def broken(each: Difficulty, calendar: object) -> date | None:
        if each.id == 1:
            raise LookupError
        return real(each, calendar)  # type: ignore[arg-type]

    monkeypatch.setattr(escalate_difficulties, "escalates_on", broken)
    hamlet.clock.move_to(local("2026-06-09 08:00"))
    await hamlet.work()
    assert [(await found(hamlet, number)).level for number in (1, 2)] == ["unit", "office"]
    monkeypatch.undo()
    hamlet.clock.move_to(local("2026-06-09 09:30"))
    await hamlet.work()
    assert (await found(hamlet, 1)).level == "office"
