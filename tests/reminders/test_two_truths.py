"""What a person did is told beyond the fifth message of a day as it would be told alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.domain.people.difficulties import EntryKind
from bot.services.appraising.appraise import accept, give_back
from bot.storage.engine import tables as t
from bot.storage.records import events
from tests.reminders.hamlet import Hamlet, local
from tests.reminders.test_difficulties import raised, said
from tests.reminders.test_singles import chase, limit_set

CODES = tuple(f"NV{n:02d}" for n in range(1, 9))


async def eight_rows(hamlet: Hamlet) -> None:
    for code in CODES:
        await hamlet.row(code, "Quý IV/2026")
    await hamlet.use()


@pytest.mark.parametrize("judge", [give_back, accept])
async def test_every_judgement_of_a_day_after_new_year_is_told(
    hamlet: Hamlet, judge: Callable[..., Awaitable[object]]
) -> None:
    await eight_rows(hamlet)
    hamlet.clock.move_to(local("2026-12-30 15:00"))
    sent = {code: await hamlet.report(code, 100) for code in CODES}
    appraiser = await hamlet.visitor("Thẩm định")
    hamlet.down_until("2027-01-04 18:00")
    await hamlet.work()
    hamlet.mouth.sent.clear()
    for minute, code in enumerate(CODES, 10):
        hamlet.clock.move_to(local(f"2027-01-05 09:{minute}"))
        about = {"assignment_id": hamlet.ids[code], "report_id": sent[code], "now": hamlet.clock.now(), "key": code}
        await judge(hamlet.desk, appraiser, **about, **({"reason": "Thiếu dấu"} if judge is give_back else {}))
        await hamlet.work()
    await hamlet.up_until("2027-01-06 09:00")
    texts = [each.text for each in hamlet.messages("An")]
    assert len(texts) == 6
    assert [code for code in CODES if any(code in text for text in texts)] == list(CODES)
    rule = "returned" if judge is give_back else "accepted"
    assert set(await hamlet.states(rule)) == {"sent"}


async def ended(hamlet: Hamlet, code: str) -> None:
    async with hamlet.db.write() as conn:
        await events.end_assignment(conn, hamlet.ids[code], hamlet.clock.now())


async def chased(hamlet: Hamlet, code: str) -> None:
    await chase(hamlet, code)


async def limited(hamlet: Hamlet, code: str) -> None:
    await limit_set(hamlet, await hamlet.visitor("Văn phòng"), code, hamlet.clock.now().date().replace(month=11))


async def answered(hamlet: Hamlet, code: str) -> None:
    await said(hamlet, await raised(hamlet, code, to=None), EntryKind.ANSWERED, "Văn phòng", f"Đã rõ {code}")


@pytest.mark.parametrize(
    ("does", "rule", "state"),
    [(chased, "nudge", "withdrawn"), (limited, "change", "withdrawn"), (answered, "difficulty", "sent")],
)
@pytest.mark.parametrize("told_before", [0, 5])
async def test_of_work_that_was_taken_from_the_unit_alone_and_beyond_the_fifth_the_same_is_told(
    hamlet: Hamlet, does: Callable[[Hamlet, str], Awaitable[None]], rule: str, state: str, told_before: int
) -> None:
    await eight_rows(hamlet)
    hamlet.clock.move_to(local("2026-06-02 09:00"))
    office = await hamlet.visitor("Văn phòng")
    for code in CODES[1 : 1 + told_before]:
        await limit_set(hamlet, office, code, hamlet.clock.now().date().replace(month=12))
        await hamlet.work()
    await does(hamlet, CODES[0])
    if told_before:
        # It waits for the message of the morning.
        await hamlet.work()
    await ended(hamlet, CODES[0])
    await hamlet.up_until("2026-06-03 09:00")
    o = t.outbox.c
    about = (o.rule == rule, o.assignment_id == hamlet.ids[CODES[0]], o.person_id == hamlet.people["An"])
    async with hamlet.db.read() as conn:
        assert set(await conn.scalars(select(o.state).where(*about))) == {state}
