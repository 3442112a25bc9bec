"""What a person did: told at once while it is true, in its hours, and late only with a word about it."""

from __future__ import annotations

from datetime import date

import pytest
from telegram.error import NetworkError

from bot.domain.errors import TransitionRefused
from bot.domain.people.visitor import Visitor
from bot.domain.work.events import Reopening
from bot.services.appraising.appraise import accept, give_back
from bot.services.people.change_membership import change_membership
from bot.services.plan.set_limit import set_limit
from bot.services.reminding.nudge import nudge
from bot.services.reminding.prepare_nudge import find_chases
from bot.storage.records import events, people
from tests.reminders.hamlet import DIVISION, Hamlet, local
from tests.reminders.test_delivery import lost, singles
from tests.reminders.test_people_change import membership_of


async def one_row(hamlet: Hamlet, printed: str = "Quý III/2026") -> None:
    await hamlet.row("NV01", printed)
    await hamlet.use()


async def returned(hamlet: Hamlet, why: str, at: str) -> None:
    """A complete report comes back."""
    hamlet.clock.move_to(local(at))
    report, judge = await hamlet.report("NV01", 100), await hamlet.visitor("Thẩm định")
    about, now = hamlet.ids["NV01"], hamlet.clock.now()
    await give_back(hamlet.desk, judge, assignment_id=about, report_id=report, reason=why, now=now, key=why)


async def chase(hamlet: Hamlet, code: str = "NV01") -> None:
    office, now = await hamlet.visitor("Văn phòng"), hamlet.clock.now()
    await nudge(hamlet.desk, office, assignment_id=hamlet.ids[code], now=now, key=f"{code} {now}")


async def test_of_two_returns_in_one_night_the_newest_alone_is_told_with_its_reason(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    await returned(hamlet, "Thiếu dấu", "2026-06-01 21:30")
    await hamlet.work()
    await returned(hamlet, "Thiếu chữ ký", "2026-06-01 22:30")
    await hamlet.up_until("2026-06-02 10:00")
    (sent,) = hamlet.messages("An")
    assert sent.at == local("2026-06-02 06:00")
    assert "Thiếu chữ ký" in sent.text and "Thiếu dấu" not in sent.text
    assert (await hamlet.states("returned"))[:2] == ["withdrawn", "withdrawn"]


async def test_what_was_accepted_opened_and_accepted_again_in_one_night_is_told_once(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    judge, about = await hamlet.visitor("Thẩm định"), hamlet.ids["NV01"]
    for hour in (21, 22):
        hamlet.clock.move_to(local(f"2026-06-01 {hour}:30"))
        report, now = await hamlet.report("NV01", 100), hamlet.clock.now()
        await accept(hamlet.desk, judge, assignment_id=about, report_id=report, now=now, key=f"{hour}")
        if hour == 21:
            await hamlet.record("NV01", Reopening("Bổ sung"), "Văn phòng")
    await hamlet.up_until("2026-06-02 10:00")
    assert len(hamlet.messages("An")) == 1


async def test_a_return_answered_by_a_report_before_the_morning_is_not_sent(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    await returned(hamlet, "Thiếu dấu", "2026-06-01 21:30")
    await hamlet.report("NV01", 100)
    await hamlet.up_until("2026-06-02 10:00")
    assert hamlet.messages("An") == []


async def test_a_return_that_an_outage_held_up_says_that_it_is_late_and_since_when(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    await returned(hamlet, "Thiếu dấu", "2026-06-01 10:00")
    hamlet.down_until("2026-06-03 09:00")
    await hamlet.work()
    (sent,) = hamlet.messages("An")
    assert "đến muộn" in sent.text and "10:00 01/06/2026" in sent.text
    assert "Thiếu dấu" in sent.text


async def test_a_return_of_the_night_is_not_late_in_the_morning(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    await returned(hamlet, "Thiếu dấu", "2026-06-01 23:00")
    await hamlet.up_until("2026-06-02 10:00")
    assert "muộn" not in hamlet.messages("An")[0].text


async def test_a_storm_of_errors_delays_a_return_and_loses_nothing(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    hamlet.mouth.before[1000] = [NetworkError("Bad Gateway") for _ in range(7)]
    await returned(hamlet, "Thiếu dấu", "2026-06-01 10:00")
    for _ in range(60):
        hamlet.clock.move_by(minutes=1)
        await hamlet.work()
    (sent,) = hamlet.messages("An")
    assert "nhắc lại" not in sent.text
    assert hamlet.mouth.before[1000] == []


async def test_what_is_true_but_reaches_nobody_failed_and_is_not_called_untrue(hamlet: Hamlet) -> None:
    await singles(hamlet, 1)
    async with hamlet.db.write() as conn:
        await people.set_reachable(conn, hamlet.people["An"], False, hamlet.clock.now())
    await hamlet.work()
    assert await hamlet.states("returned") == ["failed"]


async def test_a_chase_folded_into_the_digest_is_not_told_to_who_has_left_the_unit(hamlet: Hamlet) -> None:
    await singles(hamlet, 6)
    await hamlet.work()
    await chase(hamlet, "TL1")
    await hamlet.work()
    held, office = await membership_of(hamlet, "An"), await hamlet.visitor("Văn phòng")
    now, unit = hamlet.clock.now(), hamlet.units[DIVISION]
    await change_membership(hamlet.desk, office, membership_id=held, now=now, unit_id=unit)
    await hamlet.up_until("2026-06-02 10:00")
    assert [each.who for each in await hamlet.told(rules=["nudge"])] == ["Hải"]


async def test_before_the_plan_is_in_use_nobody_can_be_chased(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý III/2026")
    with pytest.raises(TransitionRefused, match="chase_before_use"):
        await chase(hamlet)
    with pytest.raises(TransitionRefused, match="chase_before_use"):
        office = await hamlet.visitor("Văn phòng")
        await find_chases(hamlet.desk, office, code="NV01", now=hamlet.clock.now())
    await hamlet.work()
    assert hamlet.mouth.sent == []


async def test_a_chase_of_the_last_evening_of_the_year_is_not_sent_in_the_next(hamlet: Hamlet) -> None:
    await one_row(hamlet)
    hamlet.clock.move_to(local("2026-12-31 18:00"))
    await chase(hamlet)
    await hamlet.up_until("2027-01-05 10:00")
    assert set(await hamlet.states("nudge")) == {"withdrawn"}
    with pytest.raises(TransitionRefused, match="chase_after_year"):
        await chase(hamlet)


@pytest.mark.parametrize(("percent", "states"), [(5, ["sent", "sent"]), (60, ["unknown", "sent"])])
async def test_a_chase_of_a_red_row_whose_answer_was_lost_comes_again_marked_and_no_other(
    hamlet: Hamlet, percent: int, states: list[str]
) -> None:
    await one_row(hamlet, "30/6/2026")
    await hamlet.report("NV01", percent)
    await hamlet.work()
    hamlet.mouth.after[1000] = [lost()]
    await chase(hamlet)
    await hamlet.work()
    hamlet.clock.move_by(seconds=31)
    await hamlet.work()
    assert await hamlet.states("nudge") == states
    assert ["nhắc lại" in sent.text for sent in hamlet.messages("An")] == [False, True][: len(hamlet.messages("An"))]


async def test_more_than_five_changes_of_a_day_fold_into_the_next_message_of_the_morning_while_true(
    hamlet: Hamlet,
) -> None:
    codes = [f"NV{n:02d}" for n in range(1, 9)]
    for code in codes:
        await hamlet.row(code, "Quý III/2026")
    await hamlet.use()
    office = await hamlet.visitor("Văn phòng")
    hamlet.clock.move_to(local("2026-06-02 09:00"))
    for code in codes:
        await limit_set(hamlet, office, code, date(2026, 10, 15))
        await hamlet.work()
    assert len(hamlet.messages("An")) == 5
    assert (await hamlet.states("change")).count("queued") >= 3
    # One of those that wait becomes untrue: another limit, told in its turn.
    await limit_set(hamlet, office, "NV08", date(2026, 11, 15))
    await hamlet.up_until("2026-06-03 08:00")
    *_, morning = hamlet.messages("An")
    assert "Vừa thay đổi hoặc có đề nghị" in morning.text
    assert all(code in morning.text for code in ("NV06", "NV07", "NV08"))
    assert "15/11" in morning.text and len(hamlet.messages("An")) == 6
    assert "withdrawn" in await hamlet.states("change")


async def limit_set(hamlet: Hamlet, office: Visitor, code: str, day: date) -> None:
    now = hamlet.clock.now()
    async with hamlet.desk.db.read() as conn:
        found = await events.standing(conn, hamlet.ids[code])
    assert found is not None
    said = f"Công văn {code} {day}"
    await set_limit(hamlet.desk, office, row_id=found[0].row_id, due_on=day, reason=said, now=now, key=said)
