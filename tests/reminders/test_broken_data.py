"""Data that cannot be what they are keep their own locality silent at most, never the others."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text

from bot.domain.people.people import Role
from bot.reminders import deliver
from bot.reminders.preview import plan_day
from bot.storage.engine import tables as t
from bot.storage.records import people
from bot.views.parts.view import View
from tests.reminders.hamlet import DIVISION, Hamlet


async def neighbour(hamlet: Hamlet) -> None:
    """A second locality, whose only row nobody can judge."""
    here, plan, units, ids = hamlet.place, hamlet.plan, dict(hamlet.units), dict(hamlet.ids)
    await hamlet.settle("ban")
    await hamlet.row("NV99", "30/6/2026", DIVISION)
    await hamlet.use()
    async with hamlet.db.write() as conn:
        await conn.execute(text("UPDATE assignments SET percent = 'sNaN' WHERE id = :id"), {"id": hamlet.ids["NV99"]})
    hamlet.place, hamlet.plan, hamlet.units, hamlet.ids = here, plan, units, ids


async def test_a_locality_that_cannot_be_read_does_not_silence_the_others(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await neighbour(hamlet)
    await hamlet.up_until("2026-06-17 10:00")
    assert [(each.day.day, each.who) for each in await hamlet.told(rules=["due_in_14"])] == [(16, "An")]
    assert {each.who for each in await hamlet.told(rules=["monday_board"])} == {"Chỉ đạo", "Văn phòng"}


async def test_a_message_that_cannot_be_written_is_kept_until_it_can(
    hamlet: Hamlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until("2026-06-16 07:00")

    def broken(*_: object) -> View:
        raise ValueError

    with monkeypatch.context() as fault:
        fault.setattr(deliver, "digest_view", broken)
        await hamlet.up_until("2026-06-16 08:00")
    assert await hamlet.states("due_in_14") == ["queued"]
    await hamlet.up_until("2026-06-16 08:30")
    assert [each.who for each in await hamlet.told(rules=["due_in_14"])] == ["An"]


async def test_once_mended_it_is_told_again(hamlet: Hamlet) -> None:
    await neighbour(hamlet)
    await hamlet.up_until("2026-06-15 18:00")
    async with hamlet.db.write() as conn:
        bad = (
            await conn.execute(text("SELECT id, locality_id, unit_id FROM assignments WHERE percent = 'sNaN'"))
        ).one()
        await conn.execute(text("UPDATE assignments SET percent = '60' WHERE id = :id"), {"id": bad.id})
        person = await people.add_person(conn, 1007, "Dung", "vi", hamlet.clock.now())
        await people.add_membership(conn, person.id, bad.locality_id, bad.unit_id, Role.OFFICER, hamlet.clock.now())
    hamlet.people["Dung"] = person.id
    await hamlet.up_until("2026-06-16 10:00")
    assert [(each.day.day, each.who) for each in await hamlet.told(rules=["due_in_14"])] == [(16, "Dung")]


GARBAGE = (
    ("due_in_14", "?"),
    ("due_in_14", "2026-02-30:14"),
    ("turned_red", "?"),
    ("no_longer_red", "1~2~3"),
    ("period_due", "7:month:2026-06:of_tomorrow"),
    ("accepted", "x"),
    ("returned", ""),
    ("difficulty", "12a"),
    ("change", "renamed:7"),
    ("monday_board", "next"),
    ("of_tomorrow", "2026-06-16"),
)


async def test_a_notice_nobody_can_read_is_told_to_nobody_and_holds_up_no_other(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until("2026-06-12 18:00")
    async with hamlet.db.write() as conn:
        for number, (rule, occasion) in enumerate(GARBAGE):
            for urgent in (False, True):
                notice = {
                    "key": f"garbage:{number}:{urgent}",
                    "locality_id": hamlet.place,
                    "assignment_id": hamlet.ids["NV01"],
                    "person_id": hamlet.people["An"],
                    "rule": rule,
                    "occasion": occasion,
                    "payload": {},
                    "urgent": urgent,
                    "not_before": hamlet.clock.now(),
                    "due_at": hamlet.clock.now(),
                    "created_at": hamlet.clock.now(),
                    "state": "queued",
                }
                await conn.execute(t.outbox.insert().values(notice))
    foretold = await plan_day(hamlet.desk, None, date(2026, 6, 16))
    assert [(each.rule, each.code) for each in foretold if each.person == hamlet.people["An"]] == [
        ("due_in_14", "NV01")
    ]
    await hamlet.up_until("2026-06-16 10:00")
    assert [each.who for each in await hamlet.told(rules=["due_in_14"])] == ["An"]
    await hamlet.up_until("2026-07-02 10:00")
    assert [each.who for each in await hamlet.told(rules=["turned_red"], who=["An"])] == ["An"]
    async with hamlet.db.read() as conn:
        garbage = t.outbox.c.key.startswith("garbage:")
        states = set(await conn.scalars(select(t.outbox.c.state).where(garbage)))
    assert states == {"withdrawn"}
