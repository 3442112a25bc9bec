"""The machine's clock is wrong: the real bot against a Telegram that says what time it is, or does not.

Time passes as it does; only what the machine shows is set. What is worked out by a wrong clock where nobody says so,
and how it is put right, is in tests/reminders/test_wrong_clock.py.
"""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from bot.domain.work.events import Event, Report
from bot.reminders.jobs import keep_house, look_at_what_is_due
from bot.services.core.board import leads_known
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables as t
from bot.storage.records import events
from bot.transport.sending.request import DatedRequest
from tests.faults.deeds import photo
from tests.journeys.test_reminders import digests, morning, place
from tests.town import Town, office, officer, press, say
from tests.wrong_clock import WRONG

MONTH = WRONG["a month ahead"]
SAID = {
    "a month ahead": "nhanh 30 ngày",
    "29 hours ahead": "nhanh 29 giờ",
    "4.5 hours ahead": "nhanh 4 giờ",
    "an hour back": "chậm 1 giờ",
}
EVENING = "2026-06-29T22:00:00+07:00"
"""Before the morning on which four tasks of the police fall due."""


async def look(town: Town) -> None:
    await look_at_what_is_due(town.app)
    await town.settle()


async def set_machine(town: Town, ahead: timedelta, *, restart: bool) -> None:
    """The machine's clock is set, while the bot runs or before it starts again."""
    town.machine.ahead = ahead
    if restart:
        await town.restart()


async def reports(town: Town, person: SimulatedPerson, words: str = "NV07 40%") -> Event:
    """The event of a report that is typed and sent."""
    await say(town, person, words)
    assert "Đã ghi nhận" in await press(town, person, "Gửi báo cáo")
    return (await happened(town))[-1]


async def happened(town: Town, code: str = "NV07") -> tuple[Event, ...]:
    async with town.db.read() as conn:
        book = await town.app.desk.books.of(conn, await place(town))
        (lead, *_) = await events.assignments_of_row(conn, book.by_code[code].id)
        return await events.events_of(conn, lead.id)


async def sent(town: Town) -> int:
    o = t.outbox.c
    async with town.db.read() as conn:
        return int(await conn.scalar(select(func.count()).where(o.state == "sent", o.urgent.is_(False))) or 0)


@pytest.mark.parametrize("restart", [False, True], ids=["running", "at start"])
@pytest.mark.parametrize("name", WRONG)
async def test_nothing_is_sent_by_a_wrong_clock_and_what_people_do_is_dated_by_telegrams(
    town: Town, name: str, restart: bool
) -> None:
    an, binh = await officer(town), await office(town)
    await morning(town, EVENING)
    before = await sent(town)
    await set_machine(town, WRONG[name], restart=restart)
    for _ in range(3):
        town.clock.move_by(seconds=30)
        await look(town)
    assert await sent(town) == before and digests(an) == []
    event = await reports(town, an)
    assert abs(event.at - town.clock.now()) < timedelta(minutes=1)
    status = await say(town, binh, "/tinhtrang")
    assert SAID[name] in status and "Tạm dừng gửi tin nhắc" in status
    assert "chưa tới" not in status

    # Right again: the morning comes as ever, once and without a mark.
    await set_machine(town, timedelta(), restart=restart)
    assert "đồng hồ" not in (await say(town, binh, "/tinhtrang")).lower()
    await morning(town, "2026-06-30T07:31:00+07:00")
    (told,) = digests(an)
    assert told.startswith("Sáng thứ Ba 30/06/2026") and "nhắc lại" not in told
    await morning(town, "2026-06-30T12:00:00+07:00")
    assert len(digests(an)) == 1


async def test_set_wrong_over_the_hour_of_the_message_it_comes_late_and_says_so(town: Town) -> None:
    an = await officer(town)
    await morning(town, EVENING)
    town.machine.ahead = MONTH
    await morning(town, "2026-06-30T08:30:00+07:00")
    assert digests(an) == []
    town.machine.ahead = timedelta()
    await look(town)
    (told,) = digests(an)
    assert "muộn" in told.lower() and "07:30" in told


@pytest.mark.parametrize("ahead", [MONTH, -MONTH], ids=["ahead", "behind"])
async def test_what_a_person_did_is_told_at_once_also_by_a_clock_in_doubt(town: Town, ahead: timedelta) -> None:
    an, binh = await officer(town), await office(town)
    await look(town)
    town.machine.ahead = ahead
    await say(town, binh, "/dondoc NV07")
    await press(town, binh, "Gửi đôn đốc")
    assert any("NV07" in text and "đề nghị" in text.lower() for text in an.texts())


async def test_nothing_is_thrown_away_by_a_wrong_clock(town: Town) -> None:
    an = await officer(town)
    an.send_photo(photo())
    await town.settle()
    town.machine.ahead = timedelta(days=400)
    await keep_house(town.app)
    async with town.db.read() as conn:
        kept = await conn.scalar(select(func.count()).select_from(t.evidence))
        words = await conn.scalar(select(func.count()).where(t.inbox.c.payload.is_not(None)))
    assert kept and words


@pytest.mark.parametrize("date", [None, "", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_answers_with_no_date_or_none_that_can_be_read_do_not_hold_the_message_up(
    town: Town, date: str | None
) -> None:
    town.server.faults.date = lambda: date
    await town.restart()
    an = await officer(town)
    await morning(town, "2026-06-30T07:31:00+07:00")
    assert len(digests(an)) == 1


async def test_a_single_wrong_date_among_right_ones_holds_nothing_up(town: Town) -> None:
    an = await officer(town)
    await morning(town, "2026-06-30T07:00:00+07:00")
    said = town.server.faults.date
    town.server.faults.date = lambda: "Mon, 15 Jun 2020 08:00:00 GMT"
    await town.app.bot.get_me()
    town.server.faults.date = said
    await morning(town, "2026-06-30T07:31:00+07:00")
    assert len(digests(an)) == 1


async def test_a_relay_whose_clock_is_wrong_holds_everything_back_until_a_message_refutes_it(town: Town) -> None:
    an, binh = await officer(town), await office(town)
    await morning(town, "2026-06-30T07:00:00+07:00")
    town.server.faults.date = lambda: "Mon, 29 Jun 2026 12:00:00 GMT"
    await town.app.bot.get_me()
    await town.app.bot.get_me()
    await morning(town, "2026-06-30T07:31:00+07:00")
    assert digests(an) == []
    # Telegram itself has dated this one.
    assert "đồng hồ" not in (await say(town, binh, "/tinhtrang")).lower()
    await look(town)
    assert len(digests(an)) == 1


async def test_where_nobody_polls_telegram_is_asked_for_the_time_before_anything_is_sent(town: Town) -> None:
    an = await officer(town)
    await morning(town, "2026-06-30T07:00:00+07:00")
    town.app.settings = town.app.settings.model_copy(update={"webhook_url": "https://xa.vn/bot"})
    await look(town)
    asked = len(town.server.faults.calls_of("getMe"))
    await look(town)
    assert len(town.server.faults.calls_of("getMe")) == asked
    town.machine.ahead = MONTH
    await morning(town, "2026-06-30T07:31:00+07:00")
    assert len(town.server.faults.calls_of("getMe")) == asked + 1 and digests(an) == []
    # It is not asked in vain for ever: an outage of Telegram's is none of the clock.
    town.machine.ahead = timedelta()
    town.server.faults.server_error("getMe", times=9)
    await morning(town, "2026-06-30T07:41:00+07:00")
    assert len(digests(an)) == 1


async def test_a_page_of_a_proxy_and_what_a_cache_has_kept_say_nothing_of_the_time(town: Town) -> None:
    clock, said = town.app.clock, "Mon, 15 Jun 2020 08:00:00 GMT"
    request = DatedRequest(httpx_kwargs={"trust_env": False})
    request.clock = clock
    for headers in ({"content-type": "text/html"}, {"content-type": "application/json", "age": "30"}):
        asked = httpx.Request("GET", "http://127.0.0.1/", extensions={"tiendo_asked_at": clock.monotonic()})
        answer = httpx.Response(200, headers={**headers, "date": said}, request=asked)
        await request._is_answered(answer)
        await request._is_answered(answer)
    assert clock.doubt is None
    await request.shutdown()


async def test_where_nobody_says_so_a_start_under_a_wrong_clock_is_made_good_and_the_office_sets_the_dates_right(
    town: Town,
) -> None:
    an, binh = await officer(town), await office(town)
    await morning(town, "2026-07-30T22:00:00+07:00")
    town.server.faults.date = lambda: None
    await set_machine(town, MONTH, restart=True)
    true = town.clock.now()
    await look(town)
    wrong = await reports(town, an)
    assert wrong.at - true >= MONTH
    assert isinstance(wrong.body, Report) and wrong.body.period == "2026-08"

    town.clock.move_by(minutes=1)
    await set_machine(town, timedelta(), restart=True)
    await look(town)
    status = await say(town, binh, "/tinhtrang")
    assert "1 việc mang ngày giờ chưa tới" in status and "NV07 · báo cáo · Nguyễn Văn An · " in status
    # A true report after it is not hidden.
    later = await reports(town, an, "NV07 60%")
    assert await known_percent(town) == 60
    assert "60%" in await say(town, an, "NV07")
    asked = await press(town, binh, "Sửa ngày giờ")
    assert "29/08/2026 → 22:00 30/07/2026" in asked
    done = await press(town, binh, "Ghi lại ngày giờ")
    assert "Đã ghi lại ngày giờ của 1 việc" in done
    first, second = (await happened(town))[-2:]
    assert abs(first.at - true) < timedelta(minutes=2) and second.id == later.id
    assert isinstance(first.body, Report) and first.body.period == "2026-07"
    assert "chưa tới" not in await say(town, binh, "/tinhtrang")
    await audited(town, wrong, first)
    # Pressed once more it changes nothing.
    await press(town, binh, "Sửa ngày giờ", next(m for m in binh.messages() if "Sửa ngày giờ" in binh.buttons(m)))
    assert "Không có việc nào mang ngày giờ chưa tới" in binh.last().text


async def known_percent(town: Town) -> int:
    """What a report of the period made now would show."""
    async with town.db.read() as conn:
        book = await town.app.desk.books.of(conn, await place(town))
        found = await leads_known(conn, book, town.clock.now())
    (lead,) = (each for each in found if each.row.code == "NV07")
    return int(lead.standing.percent)


async def audited(town: Town, before: Event, after: Event) -> None:
    a = t.audit.c
    async with town.db.read() as conn:
        where = (a.locality_id == await place(town), a.action == "dated_anew")
        (subject,) = list(await conn.scalars(select(a.subject).where(*where)))
    assert subject == {"kind": "report", "id": before.id, "was": f"{before.at}", "at": f"{after.at}"}
