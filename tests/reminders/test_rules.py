"""Every rule of "What is sent": on which day, to whom, once."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.people.people import Role
from bot.domain.work.alerts import Colour
from bot.domain.work.events import HandOver, MilestoneMet
from bot.services.people.choose_digest_hour import set_digest_minute
from bot.storage.outbox import looks
from bot.storage.records import people
from tests.reminders.hamlet import DIVISION, EMPTY, OFFICE, POLICE, TEAM, Hamlet, Told, local

WARNINGS = ("due_in_14", "due_in_7", "due_in_3", "due_in_1", "due_today")


async def test_a_limit_is_warned_of_on_the_working_day_before_to_officers_and_teams(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.use()
    await hamlet.up_until("2026-06-30 18:00")
    june = ((16, "due_in_14"), (23, "due_in_7"), (26, "due_in_3"), (29, "due_in_1"), (30, "due_today"))
    wanted = [Told(date(2026, 6, d), who, rule, "NV01") for d, rule in june for who in ("An", "Tổ viên")]
    assert await hamlet.told(rules=WARNINGS) == sorted(wanted)


async def test_two_steps_moved_onto_one_day_are_one_and_the_nearest(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "28/6/2026")  # a Sunday: due_in_1 and due_today fall on Friday
    await hamlet.use()
    await hamlet.up_until("2026-06-28 18:00")
    told = await hamlet.told(rules=WARNINGS, who=["An"])
    assert [(each.day.day, each.rule) for each in told if each.day.day > 22] == [(25, "due_in_3"), (26, "due_today")]


async def test_a_milestone_not_met_is_warned_of_and_one_that_is_met_is_not(hamlet: Hamlet) -> None:
    printed = "Quý I/2026 hoàn thành xây dựng Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026"
    hamlet.clock.move_to(local("2026-03-10 10:00"))
    await hamlet.row("NV01", printed)
    await hamlet.row("NV02", printed)
    await hamlet.use()
    await hamlet.record("NV02", MilestoneMet(0))
    await hamlet.up_until("2026-04-01 18:00")
    told = await hamlet.told(rules=WARNINGS)
    assert {each.code for each in told} == {"NV01"}
    assert [(each.day.day, each.rule) for each in told] == [
        (17, "due_in_14"),
        (24, "due_in_7"),
        (27, "due_in_3"),
        (30, "due_in_1"),
        (31, "due_today"),
    ]
    assert any("Quý I" in sent.text for sent in hamlet.messages("An"))


async def test_behind_the_roadmap_is_told_on_the_first_working_day_to_unit_head_and_team(hamlet: Hamlet) -> None:
    hamlet.clock.move_to(local("2026-04-01 10:00"))
    await hamlet.row("NV01", "Quý II/2026", teams=[TEAM])
    await hamlet.use()
    await hamlet.up_until("2026-04-20 18:00")
    monday = date(2026, 4, 13)  # red from Saturday 11/04
    assert await hamlet.told(rules=["turned_red"]) == [
        Told(monday, who, "turned_red", "NV01") for who in ("An", "Hải", "Tổ viên")
    ]
    async with hamlet.db.read() as conn:
        flips = await looks.flips_since(conn, hamlet.place, date(2026, 4, 2))
    assert [(flip.day, flip.before, flip.after, flip.name) for flip in flips] == [
        (date(2026, 4, 11), Colour.GREEN, Colour.RED, "turn_red")
    ]


async def test_overdue_climbs_from_the_unit_to_the_office_to_the_committee(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-07-02 18:00")
    told = await hamlet.told(rules=["turned_red", "overdue_3", "overdue_7", "overdue_weekly"])
    assert [(each.day, each.who, each.rule) for each in told] == [
        (date(2026, 6, 2), "An", "turned_red"),  # behind its roadmap as the plan was put in use
        (date(2026, 6, 2), "Hải", "turned_red"),
        (date(2026, 6, 11), "An", "turned_red"),
        (date(2026, 6, 11), "Hải", "turned_red"),
        (date(2026, 6, 15), "Văn phòng", "overdue_3"),  # the third day is a Saturday
        (date(2026, 6, 17), "Chỉ đạo", "overdue_7"),
        (date(2026, 6, 24), "Chỉ đạo", "overdue_weekly"),
        (date(2026, 7, 1), "Chỉ đạo", "overdue_weekly"),
    ]


async def test_whoever_was_alerted_hears_in_the_next_digest_that_it_is_over(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-11 10:00")
    await hamlet.join("Mới", POLICE, Role.OFFICER)
    report = await hamlet.report("NV01", 100)
    await hamlet.up_until("2026-06-15 18:00")
    ended = [Told(date(2026, 6, 12), who, "no_longer_red", "NV01") for who in ("An", "Hải")]
    assert await hamlet.told(rules=["no_longer_red"]) == ended
    await hamlet.accept("NV01", report)
    await hamlet.up_until("2026-06-20 18:00")
    assert await hamlet.told(rules=["no_longer_red"]) == ended


async def test_an_end_that_was_withdrawn_because_it_was_red_again_is_told_later(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-11 10:00")
    report = await hamlet.report("NV01", 100)
    await hamlet.work()
    await hamlet.give_back("NV01", report)
    await hamlet.up_until("2026-06-16 10:00")
    assert await hamlet.told(rules=["no_longer_red"]) == []
    assert set(await hamlet.states("no_longer_red")) == {"withdrawn"}
    await hamlet.report("NV01", 100)
    await hamlet.up_until("2026-06-17 10:00")
    assert [each.who for each in await hamlet.told(rules=["no_longer_red"])] == ["An", "Hải"]


async def test_reports_that_wait_are_told_to_appraisers_then_to_the_office(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý III/2026")
    await hamlet.use()
    await hamlet.report("NV01", 100)  # Monday 01/06
    await hamlet.up_until("2026-06-20 10:00")
    assert [(each.day, each.who) for each in await hamlet.told(rules=["appraisal_waiting"])] == [
        (date(2026, 6, 4), "Thẩm định"),  # Tuesday, Wednesday, Thursday: more than two
        (date(2026, 6, 9), "Văn phòng"),
    ]


async def test_nobody_judges_the_own_unit_so_another_is_told(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý III/2026", DIVISION)
    await hamlet.use()
    await hamlet.report("NV01", 100, "Bình")
    await hamlet.up_until("2026-06-05 10:00")
    # The appraiser belongs to the division itself.
    assert [each.who for each in await hamlet.told(rules=["appraisal_waiting"])] == ["Văn phòng"]


async def test_a_period_opens_comes_near_is_due_and_late_for_units_that_owe(monthly: Hamlet) -> None:
    await monthly.row("NV01", "Năm 2026")
    await monthly.row("NV02", "Năm 2026", DIVISION)
    await monthly.use()
    await monthly.up_until("2026-06-20 10:00")
    await monthly.report("NV02", 40, "Bình", period="2026-06")
    await monthly.up_until("2026-07-15 18:00")
    rules = [f"period_{step}" for step in ("open", "in_5", "in_2", "due", "late")]
    june = [each for each in await monthly.told(rules=rules) if each.day < date(2026, 7, 2)]
    assert [(each.day, each.who, each.rule) for each in june] == [
        (date(2026, 6, 1), "An", "period_open"),
        (date(2026, 6, 1), "Bình", "period_open"),
        (date(2026, 6, 25), "An", "period_in_5"),
        (date(2026, 6, 26), "An", "period_in_2"),
        (date(2026, 6, 30), "An", "period_due"),
        (date(2026, 7, 1), "An", "period_late"),
        (date(2026, 7, 1), "An", "period_open"),
        (date(2026, 7, 1), "Bình", "period_open"),
    ]


async def test_a_member_who_cannot_be_reached_is_told_to_the_office_once(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý III/2026")
    await hamlet.use()
    async with hamlet.db.write() as conn:
        await people.set_reachable(conn, hamlet.people["An"], False, hamlet.clock.now())
    await hamlet.up_until("2026-06-09 10:00")
    assert await hamlet.told(rules=["unreachable"]) == [Told(date(2026, 6, 2), "Văn phòng", "unreachable")]
    assert "An" in hamlet.messages("Văn phòng")[0].text


async def test_one_who_is_back_before_the_digest_is_not_mentioned(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý III/2026")
    await hamlet.use()
    for reachable in (False, True):
        async with hamlet.db.write() as conn:
            await people.set_reachable(conn, hamlet.people["An"], reachable, hamlet.clock.now())
        await hamlet.work()
    await hamlet.up_until("2026-06-05 10:00")
    assert await hamlet.told(rules=["unreachable"]) == []
    assert await hamlet.states("unreachable") == ["withdrawn"]


async def test_units_nobody_has_joined_are_named_once_a_week(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý III/2026", EMPTY)
    await hamlet.use()
    await hamlet.up_until("2026-06-19 10:00")
    assert [(each.day, each.who) for each in await hamlet.told(rules=["unit_empty"])] == [
        (date(2026, 6, 8), "Văn phòng"),
        (date(2026, 6, 15), "Văn phòng"),
    ]
    assert EMPTY in hamlet.messages("Văn phòng")[0].text


async def test_the_monday_board_comes_on_the_first_working_day_of_the_week(hamlet: Hamlet) -> None:
    hamlet.clock.move_to(local("2026-04-20 10:00"))
    await hamlet.row("NV01", "Quý III/2026")
    await hamlet.use()
    await hamlet.up_until("2026-05-05 18:00")
    # Monday 27/04 is a day off in exchange for Hùng Kings, or a working day: the calendar says which.
    async with hamlet.db.read() as conn:
        calendar = (await hamlet.desk.books.of(conn, hamlet.place)).calendar
    mondays = [date(2026, 4, 27), date(2026, 5, 4)]
    wanted = [(calendar.working_on_or_after(day), who) for day in mondays for who in ("Chỉ đạo", "Văn phòng")]
    assert [(each.day, each.who) for each in await hamlet.told(rules=["monday_board"])] == wanted


async def test_a_unit_without_officer_tells_its_head_and_one_without_anybody_nobody(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026", OFFICE)
    await hamlet.row("NV02", "30/6/2026", EMPTY)
    await hamlet.join("Chủ tịch hội", EMPTY, Role.HEAD)
    await hamlet.row("NV03", "30/6/2026", TEAM)
    await hamlet.use()
    await hamlet.up_until("2026-06-16 10:00")
    told = {(each.who, each.code) for each in await hamlet.told(rules=WARNINGS)}
    assert told == {("Văn phòng", "NV01"), ("Chủ tịch hội", "NV02")}


async def test_a_person_with_several_memberships_gets_one_message_with_each_thing_once(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.row("NV02", "30/6/2026", DIVISION)
    await hamlet.join("An", TEAM, Role.TEAM)
    await hamlet.join("An", DIVISION, Role.OFFICER)
    await hamlet.use()
    await hamlet.up_until("2026-06-16 18:00")
    assert [each.code for each in await hamlet.told(rules=["due_in_14"], who=["An"])] == ["NV01", "NV02"]
    on_16 = [sent for sent in hamlet.messages("An") if sent.at > local("2026-06-16 00:00")]
    assert len(on_16) == 1
    assert on_16[0].at == local("2026-06-16 07:30")
    assert on_16[0].text.count("<b>NV01</b>") == 1


async def test_the_unit_it_was_handed_to_is_warned_and_the_old_one_is_not(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-16 01:00")
    await hamlet.record("NV01", HandOver(hamlet.units[DIVISION], "Chuyển"), "Văn phòng")
    await hamlet.up_until("2026-06-16 10:00")
    assert [each.who for each in await hamlet.told(rules=["due_in_14"])] == ["Bình"]


async def test_nothing_before_the_plan_is_in_use_nor_after_its_year(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.row("NV02", "Thường xuyên")
    await hamlet.up_until("2026-07-05 10:00")
    assert await hamlet.told() == []
    hamlet.clock.move_to(local("2026-12-29 18:00"))
    await hamlet.use()
    await hamlet.up_until("2027-01-20 10:00")
    assert {each.day for each in await hamlet.told()} <= {date(2026, 12, 30), date(2026, 12, 31)}
    async with hamlet.db.read() as conn:
        assert not await looks.something_due(conn, hamlet.clock.now() + timedelta(days=400))


async def test_what_is_red_when_the_plan_is_put_in_use_turns_red_that_day_and_is_told_once(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "01/2026")
    await hamlet.row("NV02", "trước 01/2026")
    await hamlet.use()
    async with hamlet.db.read() as conn:
        flips = await looks.flips_since(conn, hamlet.place, date(2026, 6, 1))
    assert [(flip.day, flip.after) for flip in flips] == [(date(2026, 6, 1), Colour.RED)] * 2
    await hamlet.up_until("2026-06-20 10:00")
    told = await hamlet.told(rules=["turned_red"], who=["An"])
    assert [(each.day, each.code) for each in told] == [(date(2026, 6, 2), "NV01"), (date(2026, 6, 2), "NV02")]
    # No step whose day was before is made up for.
    assert await hamlet.told(rules=["overdue_3", "overdue_7"]) == []


async def test_a_report_that_leaves_it_red_does_not_turn_it_red_again(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý II/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-03 10:00")
    await hamlet.report("NV01", 5)
    await hamlet.up_until("2026-06-06 10:00")
    assert [each.day for each in await hamlet.told(rules=["turned_red"], who=["An"])] == [date(2026, 6, 2)]


async def test_a_flap_within_a_day_tells_once(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until("2026-06-11 07:00")
    report = await hamlet.report("NV01", 100)
    hamlet.clock.move_to(local("2026-06-11 07:10"))
    await hamlet.work()
    await hamlet.up_until("2026-06-11 07:10")
    hamlet.clock.move_to(local("2026-06-11 07:14"))
    await hamlet.withdraw("NV01", report)
    await hamlet.up_until("2026-06-19 10:00")
    assert [(each.day.day, each.who) for each in await hamlet.told(rules=["turned_red"], who=["An"])] == [(11, "An")]


async def test_red_at_midnight_green_at_the_digest_red_after_it_is_told_once_the_next_day(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    hamlet.clock.move_to(local("2026-06-11 00:01"))
    await hamlet.work()
    hamlet.clock.move_to(local("2026-06-11 07:29"))
    report = await hamlet.report("NV01", 100)
    hamlet.clock.move_to(local("2026-06-11 07:30"))
    await hamlet.work()
    assert set(await hamlet.states("turned_red")) == {"withdrawn"}
    hamlet.clock.move_to(local("2026-06-11 07:40"))
    await hamlet.withdraw("NV01", report)
    await hamlet.up_until("2026-06-19 10:00")
    told = await hamlet.told(rules=["turned_red", "no_longer_red"], who=["An"])
    assert [(each.day.day, each.rule) for each in told] == [(12, "turned_red")]


async def test_of_a_light_that_is_red_again_those_are_told_who_have_not_heard_of_it(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await set_digest_minute(hamlet.desk, await hamlet.visitor("Hải"), minute=16 * 60, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-11 15:55")
    report = await hamlet.report("NV01", 100)
    await hamlet.up_until("2026-06-11 16:05")
    await hamlet.withdraw("NV01", report)
    await hamlet.up_until("2026-06-19 10:00")
    told = await hamlet.told(rules=["turned_red", "no_longer_red"])
    assert [(each.day.day, each.who, each.rule) for each in told] == [
        (11, "An", "turned_red"),
        (12, "Hải", "turned_red"),
    ]


async def test_an_extended_task_warns_anew(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-23 18:00")
    await hamlet.extend("NV01", date(2026, 7, 9))
    await hamlet.up_until("2026-07-02 18:00")
    told = [each for each in await hamlet.told(rules=WARNINGS) if each.day > date(2026, 6, 20)]
    assert [(each.day, each.rule) for each in told] == [
        (date(2026, 6, 23), "due_in_7"),
        (date(2026, 6, 25), "due_in_14"),
        (date(2026, 7, 2), "due_in_7"),
    ]


async def test_the_29th_of_february_and_the_31st_have_their_warnings(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "31/7/2026")
    await hamlet.row("NV02", "02/2026")
    await hamlet.use()
    await hamlet.up_until("2026-08-01 10:00")
    told = await hamlet.told(rules=["due_today"], who=["An"])
    assert [(each.day, each.code) for each in told] == [(date(2026, 7, 31), "NV01")]
