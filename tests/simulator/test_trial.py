"""The trial as a page sees it: the people, the first morning, talking, time, the tour, a new beginning."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people.people import Role
from bot.services.people.end_membership import end_membership
from bot.services.people.invite import Seat, invite, unit_named
from bot.simulator.trial.page_routes import PAGE
from bot.simulator.trial.trial import Trial
from bot.storage.engine.database import Connection
from bot.storage.outbox import looks
from bot.storage.records import events, people, plans
from tests import at_rest
from tests.simulator.callers import picture
from tests.simulator.trial_page import MONDAY, Page, page_of, trial_at

LAN, MINH, OFFICE, APPRAISER, COMMITTEE = 1001, 1002, 1005, 1006, 1007
Open = tuple[Trial, str]
pytestmark = pytest.mark.timeout(300)


def people_of(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [person for place in described["localities"] for person in place["people"]]


def at(described: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(described["now"])


async def moved(page: Page, **asked: str) -> dict[str, Any]:
    """The last event of a move that was asked for now."""
    page.forget()
    answer = await page.post("clock", **asked)
    assert answer.status_code == 202, answer.text
    return await page.hears("clock", lambda data: not data["moving"])


async def test_five_communes_with_people_of_every_role_stand_ready_on_monday(page: Page) -> None:
    seen = await page.get("trial")

    assert [place["slug"] for place in seen["localities"]] == [
        "binh-loc",
        "phuoc-binh",
        "ba-ngoi",
        "binh-thanh",
        "dong-phu",
    ]
    assert seen["localities"][0]["name"] == "phường Bình Lộc"
    for place in seen["localities"]:
        roles = [person["role"] for person in place["people"]]
        assert {role: roles.count(role) for role in set(roles)} == {
            "officer": 3,
            "head": 1,
            "office": 1,
            "appraiser": 1,
            "committee": 1,
            "team": 2,
        }
        assert len({person["unit"] for person in place["people"] if person["role"] == "officer"}) == 3
        (group,) = place["groups"]
        team = [person for person in place["people"] if person["role"] == "team"]
        assert group["members"] == [person["id"] for person in team]
        assert [chat["kind"] for chat in team[0]["chats"]] == ["private", "group"]
    lan = people_of(seen)[0]
    assert (lan["id"], lan["name"], lan["unit"]) == (LAN, "Nguyễn Thị Lan", "Phòng Văn hóa - Xã hội")
    assert lan["role_words"] == {"vi": "cán bộ", "en": "officer"}
    assert [stranger["role"] for stranger in seen["strangers"]] == [None] * 5
    assert MONDAY <= at(seen) < MONDAY + timedelta(minutes=5)
    assert (seen["moving"], seen["bot"]) == (False, {"name": "Tiến Độ", "alive": True})
    steps = seen["tour"]["steps"]
    assert [(step["key"], step["person"], step["code"]) for step in steps] == [
        ("report", LAN, "NV08"),
        ("ask", COMMITTEE, None),
        ("complete", LAN, "NV26"),
        ("appraise", APPRAISER, "NV06"),
        ("heard", LAN, None),
        ("morning", None, None),
        ("from_reminder", LAN, None),
        ("chase", OFFICE, "NV21"),
    ]
    assert not any(step["done"] for step in steps)


async def test_the_first_morning_is_one_like_any_other(page: Page) -> None:
    chats = [(person["id"], chat) for person in people_of(await page.get("trial")) for chat in person["chats"]]
    read = {
        (user, chat["id"]): (await page.get("chat", user=user, chat=chat["id"]))["messages"] for user, chat in chats
    }
    assert {(user, chat["id"]): chat["total"] for user, chat in chats} == {
        who: len(messages) for who, messages in read.items()
    }

    # Months of alerts were told in their time: nobody gets more than the message of one morning.
    assert max(len(messages) for messages in read.values()) == 1
    digests = {user: messages[0] for (user, chat), messages in read.items() if user == chat and messages}
    assert {message["at"][:16] for message in digests.values()} == {"2026-06-15T07:30"}
    assert "NV08" in digests[LAN]["text"] and digests[LAN]["text"].count("🔴 NV") == 1
    assert MINH not in digests
    boards = [user for user, message in digests.items() if "📊" in message["text"]]
    assert boards == [OFFICE, COMMITTEE, 2005, 2007, 3005, 3007, 4005, 4007, 5005, 5007]
    assert all(len(message["text"]) < 1200 for message in digests.values())
    menu = (await page.get("chat", user=OFFICE))["menu"]
    assert {"dondoc", "tinhtrang", "khoitao"} <= {line["command"] for line in menu}


async def test_every_commune_shows_every_colour_its_plan_can_have(open_trial: Open) -> None:
    bot = open_trial[0].world.keeper.application
    assert bot is not None
    colours: dict[str, set[str]] = {}
    async with bot.desk.db.read() as conn:
        for place in await plans.localities(conn):
            book = await bot.desk.books.of(conn, place.id)
            assert book.plan is not None and book.plan.in_use_on is not None
            assert (book.plan.in_use_on.year, book.plan.in_use_on.month) == (2026, 3)
            lit = [await at_rest.light(conn, a.id) for a, _ in await events.standings(conn, book.plan.id)]
            colours[place.slug] = {light.colour.value for light in lit if light.colour}
    everywhere = {"red", "amber", "green", "done"}
    # Only Ba Ngòi's plan has rows that wait for a schedule of the province.
    assert colours == dict.fromkeys(colours, everywhere) | {"ba-ngoi": everywhere | {"grey"}}


async def test_what_is_typed_is_answered_in_the_stream(page: Page) -> None:
    await page.say(LAN, "/viec")
    mine = await page.hears("message", lambda data: data["chat"] == LAN and data["message"]["mine"])
    answer = await page.answer(LAN, "NV08")
    assert mine["message"]["text"] == "/viec"
    query = await page.press(LAN, answer["inline"][0][0]["text"])
    toast = await page.hears("toast", lambda data: data["query"] == query)
    assert (toast["user"], toast["alert"]) == (LAN, False)


async def report(page: Page, code: str, percent: str, *, files: int = 1) -> None:
    """Lan sends a report with photos."""
    views = [("file", (f"{n}.jpg", picture(colour=f"#{n}04040"), "image/jpeg")) for n in range(files)]
    data = {"user": str(LAN), "caption": f"{code} {percent}"}
    assert (await page.http.post("/simulator/files", data=data, files=views)).status_code == 200
    await page.answer(LAN, f"{files} tệp", button="Gửi báo cáo")
    await page.press(LAN, "Gửi báo cáo")
    await page.answer(LAN, "Đã ghi nhận")


async def test_the_tour_notices_what_was_done(page: Page) -> None:
    await report(page, "NV08", "60%")
    await page.hears("tour", lambda data: data["key"] == "report")
    await page.say(COMMITTEE, "/do")
    await page.hears("tour", lambda data: data["key"] == "ask")
    page.forget()
    await report(page, "NV26", "100%", files=2)
    await page.hears("tour", lambda data: data["key"] == "complete")
    await page.say(APPRAISER, "/thamdinh")
    await page.answer(APPRAISER, "NV26")
    await page.press(APPRAISER, "NV26")
    await page.answer(APPRAISER, "NV26", button="Chấp nhận")
    await page.press(APPRAISER, "Chấp nhận")
    await page.hears("tour", lambda data: data["key"] == "appraise")
    await page.answer(LAN, "NV26")
    await page.hears("tour", lambda data: data["key"] == "heard")
    await moved(page, step="morning")
    await page.hears("tour", lambda data: data["key"] == "morning")
    await page.say(OFFICE, "/tinhtrang")
    await page.hears("tour", lambda data: data["key"] == "chase")

    steps = (await page.get("trial"))["tour"]["steps"]
    assert [step["key"] for step in steps if not step["done"]] == ["from_reminder"]


def done_steps(seen: dict[str, Any]) -> set[str]:
    return {step["key"] for step in seen["tour"]["steps"] if step["done"]}


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (LAN, "nhiệm vụ nào đang đỏ?"),
        (COMMITTEE, "việc gì đến hạn tuần này?"),
        (MINH, "/đỏ"),
        (LAN, "/red"),
        (COMMITTEE, "/do Công an phường"),
    ],
)
async def test_asking_is_done_whoever_asks_and_in_whatever_way(page: Page, who: int, said: str) -> None:
    await page.say(who, said)
    await page.hears("tour", lambda data: data["key"] == "ask")


async def test_asking_by_a_button_of_the_menu_is_done_too(page: Page) -> None:
    await page.say(LAN, "/start")
    menu = await page.answer(LAN, "Nguyễn Thị Lan")
    await page.press(LAN, next(one["text"] for row in menu["inline"] for one in row if "đỏ" in one["text"].lower()))
    await page.hears("tour", lambda data: data["key"] == "ask")


async def test_what_is_no_question_and_a_refused_command_are_no_step(page: Page) -> None:
    await page.say(COMMITTEE, "cảm ơn các anh chị")
    await page.answer(COMMITTEE)
    await page.say(LAN, "/tinhtrang")
    await page.answer(LAN)
    page.forget()
    await page.say(LAN, "/viec")
    await page.answer(LAN, "NV08")
    await page.hears("underneath")
    assert done_steps(await page.get("trial")) == set()


async def test_chasing_is_done_when_the_unit_was_chased_and_not_before(page: Page) -> None:
    await page.say(OFFICE, "/dondoc NV21")
    await page.answer(OFFICE, "NV21", button="📣 Gửi đôn đốc")
    await page.hears("underneath")
    assert done_steps(await page.get("trial")) == set()
    await page.press(OFFICE, "📣 Gửi đôn đốc")
    await page.hears("tour", lambda data: data["key"] == "chase")


async def test_looking_at_how_notices_go_by_the_button_of_the_menu_is_chasing_too(page: Page) -> None:
    await page.say(OFFICE, "/start")
    await page.answer(OFFICE, "Võ Thị Mai")
    await page.press(OFFICE, "Tình trạng")
    await page.hears("tour", lambda data: data["key"] == "chase")


async def test_a_report_from_the_card_behind_a_reminder_is_one_from_the_reminder(page: Page) -> None:
    page.forget()
    await page.press(LAN, "Chi tiết")
    await page.answer(LAN, "NV08", button="Báo cáo")
    await page.press(LAN, "Báo cáo")
    await page.say(LAN, "55")
    await page.answer(LAN, "55%", button="Gửi báo cáo")
    await page.press(LAN, "Gửi báo cáo")
    await page.hears("tour", lambda data: data["key"] == "from_reminder")


async def test_a_report_begun_under_a_reminder_ends_the_tour(page: Page) -> None:
    await page.press(LAN, "Báo cáo")
    await page.answer(LAN, "NV08")
    await page.say(LAN, "55")
    await page.answer(LAN, "55%", button="Gửi báo cáo")
    await page.press(LAN, "Gửi báo cáo")
    await page.hears("tour", lambda data: data["key"] == "from_reminder")


async def test_a_week_brings_five_mornings_and_not_one_late_one(page: Page) -> None:
    end = await moved(page, step="week")

    stops = [one.data["now"][:16] for one in page.heard if one.event == "clock"]
    assert [stop for stop in stops if stop.endswith("T07:30")] == [
        f"2026-06-{day}T07:30" for day in (16, 17, 18, 19, 22)
    ]
    assert datetime.fromisoformat(end["now"]) >= MONDAY + timedelta(weeks=1)
    told = [one.data["message"]["at"] for one in page.heard if one.event == "message" and one.data["chat"] == LAN]
    # Two weeks before its limits Lan is warned; the day on which nothing falls due brings nothing.
    assert told[0] == "2026-06-16T07:30:00+07:00"
    assert len(told) == len(set(told)) <= 5


async def test_the_clock_stays_while_something_is_due(
    open_trial: Open, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That messages do not reach somebody is known once one was sent; then the office's round is due at once."""
    left: dict[datetime, bool] = {}
    next_instant = looks.next_instant

    async def seen(conn: Connection, now: datetime) -> datetime | None:
        left[now] = await looks.something_due(conn, now)
        return await next_instant(conn, now)

    monkeypatch.setattr(looks, "next_instant", seen)
    open_trial[0].world.places[0].actors[0].person.chat.started = False
    await moved(page, step="week")
    assert len(left) > 5 and not any(left.values())
    told = [
        one.data["message"]["at"][:16]
        for one in page.heard
        if one.event == "message" and one.data["chat"] == OFFICE and "📵" in one.data["message"]["text"]
    ]
    assert told == ["2026-06-17T07:30"]


async def test_the_next_limit_is_gone_to_and_the_past_is_not(page: Page) -> None:
    first = await moved(page, step="deadline")
    assert first["now"].startswith("2026-06-19T08:00")
    back = await page.post("clock", to="2026-06-18T08:00")
    far = await page.post("clock", to="2036-06-18T08:00:00+07:00")
    odd = [await page.post("clock", **asked) for asked in ({}, {"step": "year"}, {"to": "mai"}, {"to": 7})]
    assert (back.status_code, far.status_code, [one.status_code for one in odd]) == (400, 400, [400] * 4)
    assert "chỉ đi tới" in back.json()["error"]
    second = await moved(page, step="day")
    assert second["now"].startswith("2026-06-20T08:00")


async def test_while_the_clock_moves_another_move_is_refused_and_a_reset_begins_anew(page: Page) -> None:
    run = (await page.get("trial"))["run"]
    await page.say(LAN, "/viec")
    await page.answer(LAN, "NV08")
    assert (await page.post("clock", to="2026-12-31T08:00")).status_code == 202
    await page.hears("clock", lambda data: data["moving"])
    assert (await page.get("trial"))["moving"] is True
    assert (await page.post("clock", step="day")).status_code == 409

    assert (await page.post("reset")).status_code == 202
    again = (await page.post("reset")).status_code
    anew = await page.hears("reset", lambda data: data["run"] != run)
    seen = await page.get("trial")
    assert (again, seen["run"], seen["moving"]) == (409, anew["run"], False)
    assert MONDAY <= at(seen) < MONDAY + timedelta(minutes=5)
    # What was said is gone with the world it was said in.
    assert len((await page.get("chat", user=LAN))["messages"]) == 1
    page.forget()
    await page.say(LAN, "/viec")
    await page.answer(LAN, "NV08")


async def test_a_bot_that_stops_is_started_again_and_goes_on_where_it_was(open_trial: Open, page: Page) -> None:
    await page.say(LAN, "/baocao NV08")
    await page.answer(LAN, "NV08")
    page.forget()
    open_trial[0].world.keeper.stop_bot()
    await page.hears("bot", lambda data: not data["alive"])
    await page.say(LAN, "65")
    await page.hears("bot", lambda data: data["alive"])
    await page.answer(LAN, "65%")
    assert (await page.get("trial"))["bot"]["alive"] is True


async def test_the_clock_waits_for_a_bot_that_is_down(open_trial: Open, page: Page) -> None:
    page.forget()
    assert (await page.post("clock", step="week")).status_code == 202
    await page.hears("clock", lambda data: data["moving"])
    open_trial[0].world.keeper.stop_bot()
    await page.hears("bot", lambda data: data["alive"])
    end = await page.hears("clock", lambda data: not data["moving"])
    assert end["now"] >= "2026-06-22T08:00"
    mornings = {one.data["now"][8:16] for one in page.heard if one.event == "clock"}
    assert {f"{day}T07:30" for day in (16, 17, 18, 19, 22)} <= mornings


async def test_two_pages_act_as_the_same_person(open_trial: Open, page: Page) -> None:
    async with page_of(open_trial[1]) as other:
        await page.say(LAN, "NV08 60%")
        await page.answer(LAN, "60%", button="Gửi báo cáo")
        await other.answer(LAN, "60%", button="Gửi báo cáo")
        queries = await asyncio.gather(page.press(LAN, "Gửi báo cáo"), other.press(LAN, "Gửi báo cáo"))
        for query in queries:
            await page.hears("toast", lambda data, query=query: data["query"] == query)
        await other.answer(LAN, "Đã ghi nhận")
    bot = open_trial[0].world.keeper.application
    assert bot is not None
    async with bot.desk.db.read() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place is not None
        book = await bot.desk.books.of(conn, place.id)
        assert book.plan is not None
        reported = [
            s.percent for a, s in await events.standings(conn, book.plan.id) if book.rows[a.row_id].code == "NV08"
        ]
        happened = (await events.events_of_plan(conn, book.plan.id)).values()
    sent = [event for one in happened for event in one if event.at > MONDAY]
    assert (reported, len(sent)) == ([60], 1)


async def test_what_happens_underneath_is_shown(page: Page) -> None:
    before = await page.get("underneath")
    assert {item["state"] for item in before["outbox"]} <= {"sent", "withdrawn", "queued"}
    assert before["outbox"][-1]["due"].startswith("2026-06-15T07:30")
    assert {flip["after"] for flip in before["flips"]} >= {"red", "green"}
    last = before["calls"][-1]["n"]
    await page.say(LAN, "/viec")
    await page.answer(LAN, "NV08")
    await page.hears("underneath")

    (call,) = (await page.get("underneath", since=last))["calls"]
    assert (call["method"], call["chat"], call["status"], call["n"]) == ("sendMessage", LAN, 200, last + 1)
    assert call["ms"] > 0 and len(call["params"]["text"]) <= 161
    assert max(len(part) for part in before.values()) <= 200


async def test_the_bot_refuses_a_file_that_is_too_large_and_a_program(page: Page) -> None:
    await page.say(LAN, "/baocao NV08")
    await page.answer(LAN, "NV08")
    me = {"user": str(LAN)}
    await page.http.post("/simulator/files", data=me, files={"file": ("phim.pdf", b"%PDF" + bytes(30_000_000))})
    await page.answer(LAN, "20 MB")
    page.forget()
    await page.http.post("/simulator/files", data=me, files={"file": ("cai-dat.exe", b"MZ\x90\x00")})
    assert "Đã nhận" not in (await page.answer(LAN))["text"]


async def test_someone_uninvited_reads_one_sentence(page: Page) -> None:
    await page.say(1010, "/start")
    assert "chưa được mời" in (await page.answer(1010))["text"]


STRANGER, ELSEWHERE = 1010, 2010


async def invited(trial: Trial, slug: str, unit: str, role: Role) -> str:
    """The code of an invitation, as the operator makes one."""
    async with trial.world.keeper.bot() as bot:
        async with bot.desk.db.read() as conn:
            place = await plans.locality_by_slug(conn, slug)
            assert place is not None
            book = await bot.desk.books.of(conn, place.id)
        unit_id, now = unit_named(book, unit).id, trial.world.clock.now()
        made = await invite(bot.desk, None, seat=Seat(place.id, unit_id, role), now=now, uses=1, days=7)
    return made.invitation.code


async def joined(page: Page, who: int, code: str, name: str) -> None:
    await page.say(who, f"/start {code}")
    await page.answer(who, "họ và tên")
    await page.say(who, name)
    await page.answer(who, name, button="✅ Đúng")
    await page.press(who, "Đúng")


async def test_who_joins_is_shown_as_joined_and_who_leaves_as_uninvited(open_trial: Open, page: Page) -> None:
    trial = open_trial[0]
    page.forget()
    await joined(page, STRANGER, await invited(trial, "binh-loc", "Công an phường", Role.OFFICER), "Đỗ Quang Vinh")
    heard = await page.hears("people")
    assert [(one["id"], one["role"], one["unit"]) for one in heard["people"]] == [
        (STRANGER, "officer", "Công an phường")
    ]
    assert heard["people"][0]["role_words"] == {"vi": "cán bộ", "en": "officer"}
    strangers = {one["id"]: one for one in (await page.get("trial"))["strangers"]}
    assert (strangers[STRANGER]["role"], strangers[STRANGER]["unit"]) == ("officer", "Công an phường")
    assert strangers[ELSEWHERE]["role"] is None

    async with trial.world.keeper.bot() as bot:
        async with bot.desk.db.read() as conn:
            (held,) = (await people.visitor(conn, STRANGER, STRANGER)).memberships
            office = await people.visitor(conn, OFFICE, OFFICE)
        page.forget()
        await end_membership(bot.desk, office, membership_id=held.id, now=trial.world.clock.now())
    await page.say(LAN, "/viec")
    heard = await page.hears("people")
    assert [(one["id"], one["role"], one["unit"]) for one in heard["people"]] == [(STRANGER, None, "")]
    assert heard["people"][0]["role_words"]["vi"] == "Chưa được mời"


async def test_who_joins_somewhere_else_is_shown_with_the_place_and_does_steps_of_the_tour(
    open_trial: Open, page: Page
) -> None:
    page.forget()
    code = await invited(open_trial[0], "binh-loc", "Văn phòng Đảng ủy", Role.OFFICE)
    await joined(page, ELSEWHERE, code, "Mai Anh Tuấn")
    heard = await page.hears("people")
    assert [(one["id"], one["unit"]) for one in heard["people"]] == [(ELSEWHERE, "Văn phòng Đảng ủy, phường Bình Lộc")]
    await page.say(ELSEWHERE, "/tinhtrang")
    await page.hears("tour", lambda data: data["key"] == "chase")


async def test_only_the_page_and_its_parts_are_served(page: Page) -> None:
    for wrong in ("../trial.py", "%2e%2e/trial.py", "%2e%2e%2ftrial.py", "khong-co.js", "", "/etc/passwd"):
        assert (await page.http.get(f"/page/{wrong}")).status_code == 404
    for part in ("", *(f"page/{path.name}" for path in PAGE.iterdir())):
        answer = await page.http.get(f"/{part}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert (await page.http.get("/")).headers["content-type"] == "text/html; charset=utf-8"


async def test_the_words_of_the_page_come_in_both_languages(page: Page) -> None:
    vietnamese, english = await page.get("words", language="vi"), await page.get("words", language="en")
    assert vietnamese.keys() == english.keys()
    assert all(key.startswith("page.") for key in english)
    assert await page.get("words", language="xx") == vietnamese


async def test_a_kept_past_is_the_past_lived_through(kept_pasts: Path, tmp_path: Path) -> None:
    async def shown(cache: Path) -> list[object]:
        async with trial_at(MONDAY, cache) as (_, url), page_of(url) as page:
            seen = await page.get("trial")
            chats = [await page.get("chat", user=person["id"]) for person in people_of(seen)]
            flips = (await page.get("underneath"))["flips"]
            return [*([message["text"] for message in chat["messages"]] for chat in chats), flips]

    assert await shown(tmp_path) == await shown(tmp_path) == await shown(kept_pasts)
    assert len(list(tmp_path.iterdir())) == 1


async def test_nothing_of_a_world_is_left_when_it_ends(kept_pasts: Path) -> None:
    async with trial_at(MONDAY, kept_pasts) as (trial, _):
        folder, place = trial.world._folder, trial.world.places[0]
        assert (folder / "tiendo.db").is_file() and place.having(Role.OFFICE).id == OFFICE
    assert not folder.exists()
