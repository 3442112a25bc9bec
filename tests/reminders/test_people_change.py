"""People join, move and leave between midnight and their digest: who is there then is told, nobody else."""

from __future__ import annotations

import pytest

from bot.domain.people.people import Role
from bot.services.people.change_membership import change_membership
from bot.services.people.end_membership import end_membership
from bot.services.people.erase_person import erase_person
from bot.services.people.invite import Seat, invite
from bot.services.people.join import join
from bot.storage.records import people
from tests.reminders.hamlet import DIVISION, POLICE, Hamlet, local


async def on_the_morning(hamlet: Hamlet, at: str = "06:30") -> None:
    """NV01 of the police is due in 14 days, and everything was looked at after midnight."""
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until(f"2026-06-16 {at}")


async def membership_of(hamlet: Hamlet, name: str) -> int:
    async with hamlet.db.read() as conn:
        held = await people.memberships_in(conn, hamlet.place)
    return next(m.id for m in held if m.person_id == hamlet.people[name])


async def leaves(hamlet: Hamlet, name: str) -> None:
    office, held = await hamlet.visitor("Văn phòng"), await membership_of(hamlet, name)
    await end_membership(hamlet.desk, office, membership_id=held, now=hamlet.clock.now())


async def told(hamlet: Hamlet) -> list[tuple[int, str]]:
    return [(each.day.day, each.who) for each in await hamlet.told(rules=["due_in_14"])]


async def test_who_joins_by_invitation_before_the_digest_is_told_with_the_others(hamlet: Hamlet) -> None:
    await on_the_morning(hamlet)
    office, now = await hamlet.visitor("Văn phòng"), hamlet.clock.now()
    police = hamlet.units[POLICE]
    made = await invite(hamlet.desk, office, seat=Seat(hamlet.place, police, Role.OFFICER), uses=1, days=7, now=now)
    async with hamlet.db.read() as conn:
        stranger = await people.visitor(conn, 1007, 1007)
    joined = await join(
        hamlet.desk, stranger, code=made.invitation.code, full_name="Lê Văn Sớm", language="vi", now=now
    )
    hamlet.people["Sớm"] = joined.person.id
    await hamlet.up_until("2026-06-17 10:00")
    assert await told(hamlet) == [(16, "An"), (16, "Sớm")]


async def test_who_moves_to_another_unit_before_the_digest_is_told_of_its_work_and_no_more_of_the_old(
    hamlet: Hamlet,
) -> None:
    await hamlet.row("NV02", "30/6/2026", DIVISION)
    await on_the_morning(hamlet)
    office, held = await hamlet.visitor("Văn phòng"), await membership_of(hamlet, "Bình")
    now, police = hamlet.clock.now(), hamlet.units[POLICE]
    await change_membership(hamlet.desk, office, membership_id=held, now=now, unit_id=police)
    await hamlet.up_until("2026-06-17 10:00")
    codes = [each.code for each in await hamlet.told(rules=["due_in_14"], who=["Bình"])]
    assert codes == ["NV01"]


async def test_where_the_only_officer_leaves_before_the_digest_the_head_is_told(hamlet: Hamlet) -> None:
    await on_the_morning(hamlet)
    await leaves(hamlet, "An")
    await hamlet.up_until("2026-06-17 10:00")
    assert await told(hamlet) == [(16, "Hải")]


async def test_where_the_only_officer_is_erased_before_the_digest_the_head_is_told(hamlet: Hamlet) -> None:
    await on_the_morning(hamlet)
    before = len(hamlet.messages("An"))
    await erase_person(hamlet.desk, telegram_id=1000, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-17 10:00")
    assert await told(hamlet) == [(16, "Hải")]
    assert len(hamlet.messages("An")) == before


@pytest.mark.parametrize(("back_at", "days"), [("07:00", [16]), ("09:00", [])])
async def test_who_leaves_and_comes_back_is_told_once_and_not_of_a_digest_that_was_missed(
    hamlet: Hamlet, back_at: str, days: list[int]
) -> None:
    await on_the_morning(hamlet, "06:00")
    await leaves(hamlet, "An")
    await hamlet.up_until(f"2026-06-16 {back_at}")
    await hamlet.join("An", POLICE, Role.OFFICER)
    await hamlet.up_until("2026-06-17 10:00")
    assert [day for day, who in await told(hamlet) if who == "An"] == days
    await hamlet.up_until("2026-06-23 10:00")
    assert [each.who for each in await hamlet.told(rules=["due_in_7"])] == ["An"]


async def test_who_left_and_came_back_hears_that_the_red_light_they_were_told_of_is_out(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-11 10:00")
    await leaves(hamlet, "An")
    await hamlet.up_until("2026-06-11 12:00")
    await hamlet.join("An", POLICE, Role.OFFICER)
    await hamlet.report("NV01", 100, "Hải")
    await hamlet.up_until("2026-06-12 10:00")
    assert [each.who for each in await hamlet.told(rules=["no_longer_red"])] == ["An", "Hải"]


async def test_who_only_sits_on_the_committee_hears_of_escalations_and_the_board_with_nothing_to_report(
    hamlet: Hamlet,
) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-17 10:00")
    assert {each.rule for each in await hamlet.told(who=["Chỉ đạo"])} == {"monday_board", "overdue_7"}
    last = hamlet.messages("Chỉ đạo")[-1]
    assert last.at == local("2026-06-17 07:30")
    labels = [button.label for row in last.view.buttons for button in row]
    assert not [label for label in labels if "Báo cáo" in label] and "Chi tiết" in labels
