"""Data that cannot be what they are keep their own locality silent at most, never the others."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.domain.people.people import Role
from bot.reminders import deliver
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
