"""Claimed, folded, sent, noted: the dispatcher's promises."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.domain.people.people import Role
from bot.reminders.deliver import LEASE
from bot.reminders.dispatcher import READ_AT_ONCE
from bot.services.core.hours import digest_at
from bot.services.units.bind_team_chat import bind_team_chat, unbind_team_chat
from bot.storage.engine import tables as t
from bot.storage.outbox import deliveries, outbox, team_chats
from bot.storage.outbox.outbox import Notice
from bot.storage.outbox.team_chats import TeamChat
from bot.storage.records import people
from bot.views.parts.view import View
from tests.reminders.hamlet import DIVISION, POLICE, TEAM, Hamlet, local

GROUP = -500


def lost() -> NetworkError:
    """An answer that never came, although the request went out."""
    error = TimedOut()
    error.__cause__ = httpx.ReadTimeout("")
    return error


async def two_rows(hamlet: Hamlet, **reported: int) -> None:
    for code in ("NV01", "NV02"):
        await hamlet.row(code, "30/6/2026")
    await hamlet.use()
    for code in ("NV01", "NV02"):
        await hamlet.report(code, reported.get(code, 60))


async def bind(hamlet: Hamlet, unit: str = TEAM, chat_id: int = GROUP) -> None:
    async with hamlet.db.write() as conn:
        chat = TeamChat(hamlet.place, hamlet.units[unit], chat_id, hamlet.people["Tổ viên"], hamlet.clock.now())
        await team_chats.bind(conn, chat)


async def singles(hamlet: Hamlet, number: int, rule: str = "returned") -> None:
    """Returned reports, each of its own assignment."""
    for nth in range(number):
        code = f"TL{nth + 1}"
        await hamlet.row(code, "Quý III/2026")
        if nth == 0:
            await hamlet.use()
        report = await hamlet.report(code, 100)
        await hamlet.give_back(code, report)
        async with hamlet.db.write() as conn:
            row = await conn.execute(select(t.events.c.id).order_by(t.events.c.id.desc()).limit(1))
            event = row.scalar_one()
            notice = Notice(
                f"{rule}:{event}",
                hamlet.place,
                rule,
                str(event),
                hamlet.clock.now(),
                hamlet.people["An"],
                None,
                hamlet.ids[code],
                event,
                urgent=True,
            )
            await outbox.queue_all(conn, [notice], hamlet.clock.now())


async def test_all_that_is_due_for_one_is_one_message_whose_id_every_notice_carries(hamlet: Hamlet) -> None:
    await two_rows(hamlet)
    await hamlet.up_until("2026-06-16 10:00")
    (sent,) = hamlet.messages("An")
    async with hamlet.db.read() as conn:
        ids = (await conn.execute(select(t.outbox.c.message_id).where(t.outbox.c.rule == "due_in_14"))).scalars().all()
    assert ids == [sent.id, sent.id]
    assert sent.at == local("2026-06-16 07:30")


async def test_nothing_to_say_is_no_message(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "31/12/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until("2026-06-05 18:00")
    assert hamlet.mouth.sent == []


async def test_it_goes_at_the_hour_the_person_has_chosen(hamlet: Hamlet) -> None:
    from bot.services.people.choose_digest_hour import set_digest_minute

    await two_rows(hamlet)
    await hamlet.up_until("2026-06-16 06:30")
    await set_digest_minute(hamlet.desk, await hamlet.visitor("An"), minute=16 * 60, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-23 18:00")
    assert [sent.at for sent in hamlet.messages("An")] == [local("2026-06-16 16:00"), local("2026-06-23 16:00")]
    assert all("muộn" not in sent.text for sent in hamlet.messages("An"))


async def test_a_lost_answer_leaves_a_plain_digest_unknown_and_it_is_counted(hamlet: Hamlet) -> None:
    await two_rows(hamlet)
    hamlet.mouth.after[1000] = [lost()]
    await hamlet.up_until("2026-06-17 18:00")
    assert len(hamlet.messages("An")) == 1
    assert await hamlet.states("due_in_14") == ["unknown", "unknown"]
    async with hamlet.db.read() as conn:
        counts = await deliveries.status(conn, hamlet.place, hamlet.clock.now())
    assert (counts.unknown, counts.again, counts.oldest_unsent) == (2, 0, None)


async def test_a_lost_answer_to_a_digest_with_a_red_row_is_sent_again_marked(hamlet: Hamlet) -> None:
    await two_rows(hamlet, NV01=5)
    await hamlet.up_until("2026-06-16 06:00")
    before = len(hamlet.messages("An"))
    hamlet.mouth.after[1000] = [lost()]
    await hamlet.up_until("2026-06-16 10:00")
    first, second = hamlet.messages("An")[before:]
    assert "nhắc lại" not in first.text.lower()
    assert "nhắc lại" in second.text.lower()
    async with hamlet.db.read() as conn:
        assert (await deliveries.status(conn, hamlet.place, hamlet.clock.now())).again == 2


async def test_a_claim_left_behind_follows_the_same_policy_and_not_before_its_time(hamlet: Hamlet) -> None:
    await two_rows(hamlet)
    await hamlet.up_until("2026-06-16 07:00")
    hamlet.clock.move_to(local("2026-06-16 07:30"))
    async with hamlet.db.write() as conn:
        who = deliveries.DeliveryAddress(hamlet.people["An"])
        assert len(await deliveries.claim_digest(conn, who, hamlet.clock.now(), "dead:1")) == 2
        # While somebody sends, nobody else takes what came meanwhile.
        assert await deliveries.claim_digest(conn, who, hamlet.clock.now(), "other:1") == ()
    hamlet.clock.move_by(seconds=LEASE.total_seconds() - 1)
    await hamlet.work()
    assert await hamlet.states("due_in_14") == ["sending", "sending"]
    hamlet.clock.move_by(seconds=2)
    await hamlet.work()
    assert await hamlet.states("due_in_14") == ["unknown", "unknown"]
    assert hamlet.messages("An") == []


@pytest.mark.parametrize("fault", [NetworkError("Bad Gateway"), NetworkError("httpx.ConnectError")])
async def test_an_outage_backs_off_and_goes_on_without_marking(hamlet: Hamlet, fault: NetworkError) -> None:
    await two_rows(hamlet)
    hamlet.mouth.before[1000] = [fault, fault]
    await hamlet.up_until("2026-06-16 10:00")
    (sent,) = hamlet.messages("An")
    assert "nhắc lại" not in sent.text.lower()
    assert await hamlet.states("due_in_14") == ["sent", "sent"]


async def test_retry_after_is_kept_to_the_letter_and_others_do_not_wait(
    hamlet: Hamlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    await two_rows(hamlet)
    await hamlet.row("NV03", "30/6/2026", DIVISION)
    await hamlet.up_until("2026-06-16 07:00")
    hamlet.mouth.before[1000] = [RetryAfter(timedelta(seconds=40))]
    hamlet.mouth.sent.clear()
    for second, sent in ((0, 0), (39, 0), (40, 1)):
        hamlet.clock.move_to(local("2026-06-16 07:30") + timedelta(seconds=second))
        await hamlet.work()
        assert (len(hamlet.messages("An")), len(hamlet.messages("Bình"))) == (sent, 1), second


async def test_one_who_blocked_the_bot_is_not_tried_again_and_the_office_hears_of_it(hamlet: Hamlet) -> None:
    await two_rows(hamlet)
    hamlet.mouth.gone.add(1000)
    await hamlet.up_until("2026-06-24 10:00")
    assert set(await hamlet.states("due_in_14")) == {"failed"}
    assert set(await hamlet.states("due_in_7")) == {"failed"}
    assert [each.day.day for each in await hamlet.told(rules=["unreachable"])] == [17]
    async with hamlet.db.read() as conn:
        person = await people.person(conn, hamlet.people["An"])
    assert person is not None
    assert not person.reachable


async def test_a_message_telegram_refuses_ends_as_failed(hamlet: Hamlet) -> None:
    await two_rows(hamlet)
    hamlet.mouth.before[1000] = [BadRequest("Can't parse entities")]
    await hamlet.up_until("2026-06-16 10:00")
    assert await hamlet.states("due_in_14") == ["failed", "failed"]


async def test_a_team_with_a_group_is_told_there_and_its_members_are_not(hamlet: Hamlet) -> None:
    await bind(hamlet)
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.use()
    await hamlet.up_until("2026-06-16 10:00")
    assert [each.who for each in await hamlet.told(rules=["due_in_14"])] == ["An", "nhóm"]
    assert hamlet.messages("Tổ viên") == []
    in_group = [sent for sent in hamlet.mouth.sent if sent.chat_id == GROUP]
    assert in_group
    assert all(not sent.view.buttons and not sent.view.attachments for sent in in_group)
    assert not any(name in sent.text for sent in in_group for name in ("An", "Hải"))


async def test_a_group_bound_before_the_digest_takes_over_from_its_members(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.use()
    await hamlet.up_until("2026-06-16 06:30")
    member, team = await hamlet.visitor("Tổ viên"), hamlet.units[TEAM]
    await bind_team_chat(hamlet.desk, member, unit_id=team, chat_id=GROUP, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-16 10:00")
    assert {each.who for each in await hamlet.told(rules=["due_in_14"])} == {"An", "nhóm"}
    await unbind_team_chat(hamlet.desk, member, chat_id=GROUP, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-23 10:00")
    assert {each.who for each in await hamlet.told(rules=["due_in_7"])} == {"An", "Tổ viên"}


async def test_a_team_that_takes_another_group_before_the_digest_is_told_there(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.use()
    member, team = await hamlet.visitor("Tổ viên"), hamlet.units[TEAM]
    await bind_team_chat(hamlet.desk, member, unit_id=team, chat_id=GROUP, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-16 06:30")
    await bind_team_chat(hamlet.desk, member, unit_id=team, chat_id=GROUP - 1, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-17 10:00")
    on_16 = [sent.chat_id for sent in hamlet.mouth.sent if sent.chat_id < 0 and sent.at > local("2026-06-16 06:30")]
    assert on_16 == [GROUP - 1]
    assert hamlet.messages("Tổ viên") == []


async def test_a_group_unbound_and_bound_again_before_the_digest_is_told_once(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.use()
    member, team = await hamlet.visitor("Tổ viên"), hamlet.units[TEAM]
    await bind_team_chat(hamlet.desk, member, unit_id=team, chat_id=GROUP, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-16 06:00")
    await unbind_team_chat(hamlet.desk, member, chat_id=GROUP, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-16 06:30")
    await bind_team_chat(hamlet.desk, member, unit_id=team, chat_id=GROUP, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-17 10:00")
    assert [(each.day.day, each.who) for each in await hamlet.told(rules=["due_in_14"], who=["nhóm", "Tổ viên"])] == [
        (16, "nhóm")
    ]


async def test_a_group_that_is_gone_leaves_its_news_to_its_members(hamlet: Hamlet) -> None:
    await bind(hamlet)
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.use()
    await hamlet.report("NV01", 60)
    hamlet.mouth.before[GROUP] = [BadRequest("Chat not found")]
    await hamlet.up_until("2026-06-23 10:00")
    told = await hamlet.told(who=["Tổ viên", "nhóm"])
    assert [(each.day.day, each.who, each.rule) for each in told] == [
        (16, "Tổ viên", "due_in_14"),
        (23, "Tổ viên", "due_in_7"),
    ]


async def test_a_group_that_became_a_supergroup_is_followed_for_good(hamlet: Hamlet) -> None:
    await bind(hamlet)
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.use()
    await hamlet.up_until("2026-06-16 06:30")
    await hamlet.mouth.on_moved(GROUP, -100500)
    await hamlet.up_until("2026-06-23 10:00")
    groups = [sent.chat_id for sent in hamlet.mouth.sent if sent.chat_id < 0 and sent.at > local("2026-06-16 06:30")]
    assert set(groups) == {-100500}
    assert [each.rule for each in await hamlet.told(who=["nhóm"]) if each.rule.startswith("due")] == [
        "due_in_14",
        "due_in_7",
    ]


async def test_a_group_that_was_told_of_a_red_light_hears_of_its_end_under_its_new_number(hamlet: Hamlet) -> None:
    await bind(hamlet)
    await hamlet.row("NV01", "10/6/2026", teams=[TEAM])
    await hamlet.use()
    await hamlet.up_until("2026-06-11 10:00")
    await hamlet.mouth.on_moved(GROUP, -100500)
    await hamlet.report("NV01", 100)
    await hamlet.up_until("2026-06-12 10:00")
    assert "nhóm" in {each.who for each in await hamlet.told(rules=["no_longer_red"])}
    assert "Không còn đỏ" in [sent.text for sent in hamlet.mouth.sent if sent.chat_id == -100500][-1]


@pytest.mark.parametrize(
    "said", ["TOPIC_CLOSED", "CHAT_WRITE_FORBIDDEN", "CHAT_RESTRICTED", "group chat was deactivated"]
)
async def test_a_group_in_which_the_bot_may_not_write_leaves_its_news_to_its_members(hamlet: Hamlet, said: str) -> None:
    await bind(hamlet)
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.use()
    await hamlet.report("NV01", 60)
    hamlet.mouth.before[GROUP] = [BadRequest(said)]
    await hamlet.up_until("2026-06-16 10:00")
    assert [each.rule for each in await hamlet.told(who=["Tổ viên"])] == ["due_in_14"]


async def test_a_clock_set_back_an_hour_between_claim_and_answer_sends_nothing_twice(hamlet: Hamlet) -> None:
    await two_rows(hamlet)
    await hamlet.up_until("2026-06-16 07:00")
    send = hamlet.mouth.send

    async def slow(chat_id: int, view: View) -> int | None:
        hamlet.clock.move_to(local("2026-06-16 06:30"))
        return await send(chat_id, view)

    hamlet.mouth.send = slow  # type: ignore[method-assign]
    hamlet.clock.move_to(local("2026-06-16 07:30"))
    while await hamlet.dispatcher.send_due():
        pass
    hamlet.mouth.send = send  # type: ignore[method-assign]
    await hamlet.up_until("2026-06-17 10:00")
    assert len(hamlet.messages("An")) == 1
    assert await hamlet.states("due_in_14") == ["sent", "sent"]


async def test_a_lost_answer_and_a_clock_set_back_bring_a_red_row_again_at_its_hour(hamlet: Hamlet) -> None:
    await two_rows(hamlet, NV01=5)
    await hamlet.up_until("2026-06-16 07:00")
    before = len(hamlet.messages("An"))
    hamlet.mouth.after[1000] = [lost()]
    hamlet.clock.move_to(local("2026-06-16 07:30"))
    while await hamlet.dispatcher.send_due():
        pass
    hamlet.clock.move_to(local("2026-06-16 06:31"))
    await hamlet.work()
    assert len(hamlet.messages("An")) == before + 1
    hamlet.clock.move_to(local("2026-06-16 07:31"))
    await hamlet.work()
    await hamlet.up_until("2026-06-17 10:00")
    again = hamlet.messages("An")[before + 1 :]
    assert [sent.at for sent in again] == [local("2026-06-16 07:31")]
    assert "nhắc lại" in again[0].text and "muộn" not in again[0].text


async def test_five_single_messages_a_day_and_the_rest_in_the_next_digest(hamlet: Hamlet) -> None:
    await singles(hamlet, 7)
    await hamlet.work()
    assert len(hamlet.messages("An")) == 5
    await hamlet.up_until("2026-06-02 10:00")
    assert [each.day.day for each in await hamlet.told(rules=["returned"])] == [1] * 5 + [2] * 2
    assert len(hamlet.messages("An")) == 6
    assert all(f"<b>TL{n}</b>" in hamlet.messages("An")[-1].text for n in (6, 7))


async def test_what_goes_at_once_waits_for_the_morning_even_after_an_outage(hamlet: Hamlet) -> None:
    hamlet.clock.move_to(local("2026-06-01 20:59"))
    await singles(hamlet, 1)
    hamlet.down_until("2026-06-01 23:00")
    await hamlet.work()
    assert hamlet.messages("An") == []
    hamlet.down_until("2026-06-02 06:00")
    await hamlet.work()
    assert len(hamlet.messages("An")) == 1


async def test_what_goes_at_once_overtakes_the_digests(hamlet: Hamlet) -> None:
    await singles(hamlet, 1)
    await two_rows_more(hamlet)
    hamlet.clock.move_to(local("2026-06-16 07:30"))
    async with hamlet.db.write() as conn:
        await conn.execute(update(t.outbox).where(t.outbox.c.rule == "returned").values(not_before=hamlet.clock.now()))
    await hamlet.work()
    assert "TL1" in hamlet.mouth.sent[0].text


async def two_rows_more(hamlet: Hamlet) -> None:
    for number in range(6):
        await hamlet.join(f"Cán bộ {number}", DIVISION, Role.OFFICER)
    await hamlet.row("NV09", "30/6/2026", DIVISION)


async def test_a_digest_waits_until_everything_due_has_been_looked_at(hamlet: Hamlet) -> None:
    await two_rows(hamlet)
    await hamlet.up_until("2026-06-16 01:00")
    # Something queued in the night, and a step that is only found in the morning after an outage.
    hamlet.down_until("2026-06-23 08:00")
    while await hamlet.dispatcher.send_due():
        pass
    assert len(hamlet.messages("An")) == 1
    assert {each.rule for each in await hamlet.told(who=["An"])} >= {"due_in_7"}


async def test_a_slow_recipient_delays_nobody(hamlet: Hamlet) -> None:
    await two_rows(hamlet)
    await hamlet.row("NV03", "30/6/2026", DIVISION)
    await hamlet.up_until("2026-06-16 07:00")
    hamlet.clock.move_to(local("2026-06-16 07:30"))
    held, send = asyncio.Event(), hamlet.mouth.send

    async def slow(chat_id: int, view: object) -> int | None:
        if chat_id == 1000:
            await held.wait()
        return await send(chat_id, view)  # type: ignore[arg-type]

    hamlet.mouth.send = slow  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        working = group.create_task(hamlet.work())
        while not hamlet.messages("Bình"):
            await asyncio.sleep(0)
        assert hamlet.messages("An") == []
        held.set()
    assert working.done()
    assert len(hamlet.messages("An")) == 1


async def test_one_whose_digest_is_in_other_hands_hides_nobody_who_comes_after(hamlet: Hamlet) -> None:
    for number in range(READ_AT_ONCE + 5):
        await hamlet.row(f"NV{number}", "30/6/2026")
    await hamlet.row("KH1", "30/6/2026", DIVISION)
    await hamlet.use()
    await hamlet.up_until("2026-06-16 01:00")
    hamlet.clock.move_to(local("2026-06-16 07:30"))
    async with hamlet.db.write() as conn:
        o = t.outbox.c
        own = select(o.id).where(o.person_id == hamlet.people["An"], o.rule == "due_in_14").limit(1)
        held = {"state": "sending", "claimed_at": hamlet.clock.now(), "claim": "dead:1"}
        await conn.execute(update(t.outbox).where(o.id == own.scalar_subquery()).values(**held))
    await hamlet.work()
    assert hamlet.messages("Bình")[-1].at == local("2026-06-16 07:30")


async def test_sending_the_same_day_twice_sends_nothing_more(hamlet: Hamlet, tmp_path: Path) -> None:
    await two_rows(hamlet)
    await hamlet.up_until("2026-06-16 10:00")
    sent = len(hamlet.mouth.sent)
    async with hamlet.db.write() as conn:
        a = t.assignments
        day_start = digest_at(date(2026, 6, 16), 0)
        values = {"next_reminder_at": day_start, "reminded_until": date(2026, 6, 15)}
        await conn.execute(update(a).where(a.c.role == "lead").values(**values))
    await hamlet.work()
    assert len(hamlet.mouth.sent) == sent
    assert POLICE in hamlet.units
