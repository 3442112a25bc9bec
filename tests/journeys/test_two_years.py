"""The turn of the year: the office prepares 2027 while people work on 2026, and one plan takes the other's place."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.domain.people.people import Role
from bot.plans.reader import read_yaml
from bot.plans.schema import PlanFile
from bot.reminders.jobs import look_at_what_is_due
from bot.services.plan.load_plan import load
from bot.services.rows.export_plan import export
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.records import audit, plans
from tests import notices
from tests.evidence.made_files import pdf
from tests.faults.deeds import CULTURE, OFFICE, POLICE, TROUBLE, all_done, draft
from tests.journeys.conftest import SEEDS
from tests.services.communes import a_year_later
from tests.town import Town, press, say

SLUG = "binh-loc"
DECEMBER, JANUARY = "2026-12-15T08:00:00+07:00", "2027-01-04T08:00:00+07:00"
OVER = "Kế hoạch năm 2026 đã kết thúc"


def next_plan() -> PlanFile:
    """The plan of 2027, told apart from that of 2026 by every name in it."""
    file = a_year_later(read_yaml(SEEDS / f"{SLUG}.yaml"))
    rows = [row.model_copy(update={"name": f"Năm mới: {row.name}"}) for row in file.rows]
    return file.model_copy(update={"rows": tuple(rows)})


async def on(town: Town, instant: str) -> None:
    """Time passes, and the program does what is due."""
    town.clock.move_to(datetime.fromisoformat(instant))
    await look_at_what_is_due(town.app)
    await town.settle()


async def year_in_hand(town: Town) -> int:
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        assert place is not None
        plan = await plans.plan_of(conn, place.id)
        assert plan is not None and await audit.verify(conn, place.id) is None
        return plan.year


async def percent_of(town: Town, code: str, at: str | None = None) -> float:
    instant = None if at is None else datetime.fromisoformat(at)
    data = await export(town.app.desk, SLUG, instant, town.clock.now())
    return next(row["percent"] for row in data["rows"] if row["code"] == code)


def mornings(person: SimulatedPerson, day: str) -> list[str]:
    return [text for text in person.texts() if text.startswith(("Sáng ", "Chiều ")) and day in text.splitlines()[0]]


async def test_the_office_prepares_the_next_year_while_people_go_on_with_this_one(town: Town) -> None:
    town.clock.move_to(datetime.fromisoformat(DECEMBER))
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    binh = await town.join(SLUG, OFFICE, Role.OFFICE, name="Trần Thị Bình")
    tho = await town.join(SLUG, CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    await load(town.app.desk, next_plan(), now=town.clock.now())

    # The officer notices nothing: the list, a report, its appraisal, the reminders up to the last day.
    assert "Năm mới" not in await say(town, an, "/viec")
    await on(town, "2026-12-16T07:31:00+07:00")
    await say(town, an, "NV13 95% đã trình")
    assert "Đã ghi nhận" in await press(town, an, "Gửi báo cáo")
    assert await percent_of(town, "NV13") == 95
    await on(town, "2026-12-17T07:31:00+07:00")
    assert len(mornings(an, "17/12/2026")) == 1 and "Còn 14 ngày" in mornings(an, "17/12/2026")[0]
    an.send_document(pdf("Quy chế"), "quy che.pdf", "application/pdf", "NV07 100%")
    await town.settle()
    await press(town, an, "Gửi báo cáo")
    await say(town, tho, "/thamdinh")
    await press(town, tho, "NV07")
    assert "Đã chấp nhận NV07" in await press(town, tho, "Chấp nhận")
    await on(town, "2026-12-31T07:31:00+07:00")
    assert len(mornings(an, "31/12/2026")) == 1 and "Hôm nay là hạn" in mornings(an, "31/12/2026")[0]
    assert not [text for text in an.texts() if "Năm mới" in text]

    # The office opens the new one meanwhile, and cannot put it in use.
    status = await say(town, binh, "/khoitao")
    assert "năm 2027" in status and "đưa kế hoạch này vào theo dõi được từ ngày 01/01/2027" in status
    assert not [label for label in binh.buttons() if "Đưa kế hoạch vào theo dõi" in label]
    assert "Năm mới" in await say(town, binh, "/khoitao NV07")
    assert "Đã đặt mức ban đầu của NV07" in await press(town, binh, "10%")
    assert "Không tìm thấy mã" in await say(town, binh, "/khoitao NV07/2026")
    assert await percent_of(town, "NV07") == 100
    card = await say(town, an, "/nhiemvu NV07/2027")
    assert "NV07/2027" in card and "chưa được đưa vào theo dõi" in card and "Báo cáo" not in an.buttons()
    assert "Kế hoạch năm 2027 chưa được đưa vào theo dõi" in await say(town, an, "NV07/2027 20%")
    assert await draft(town, an) is None

    # From 1 January nobody is reminded of anything, until the office takes the step.
    await on(town, JANUARY)
    assert mornings(an, "04/01/2027") == [] and await year_in_hand(town) == 2026
    status = await say(town, binh, "/khoitao")
    assert "thì kế hoạch năm 2026 chỉ còn để xem" in status
    asked = await press(town, binh, "Đưa kế hoạch vào theo dõi")
    assert "không báo cáo, thẩm định được nữa" in asked
    assert "Kế hoạch năm 2027" in await press(town, binh, "Đưa vào theo dõi")
    assert await year_in_hand(town) == 2027
    await on(town, "2027-01-05T07:31:00+07:00")
    assert "Năm mới" in await say(town, an, "/viec")
    await say(town, an, "NV07 20%")
    await press(town, an, "Gửi báo cáo")
    assert [await percent_of(town, "NV07", at) for at in (None, JANUARY, DECEMBER)] == [20, 10, 0]
    assert await percent_of(town, "NV07", "2026-12-31T08:00:00+07:00") == 100
    await all_done(town)


async def test_last_year_s_buttons_and_dialogues_answer_once_the_new_plan_is_in_use(town: Town) -> None:
    town.clock.move_to(datetime.fromisoformat(DECEMBER))
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    binh = await town.join(SLUG, OFFICE, Role.OFFICE, name="Trần Thị Bình")
    tho = await town.join(SLUG, CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    await load(town.app.desk, next_plan(), now=town.clock.now())
    await on(town, "2026-12-31T07:31:00+07:00")
    await say(town, an, "/viec")
    await say(town, an, "/nhiemvu NV07")
    await say(town, an, "/do Công an phường")
    an.send_document(pdf("Quy chế"), "quy che.pdf", "application/pdf", "NV07 100%")
    await town.settle()
    await press(town, an, "Gửi báo cáo")
    await say(town, tho, "/thamdinh")
    await press(town, tho, "NV07")
    await say(town, binh, "/khoitao")
    await say(town, binh, "/dondoc NV03")
    await say(town, binh, "/do")
    old = [(who, b["callback_data"], m.id) for who in (an, tho, binh) for m in who.messages() for b in m.buttons]
    assert len(old) > 40

    # A report begun on the last evening is still open when the plan is over.
    town.clock.move_to(datetime.fromisoformat("2027-01-04T07:55:00+07:00"))
    await say(town, an, "NV24 50%")
    await say(town, binh, "/khoitao")
    assert "⏳ Kế hoạch đó còn 1 báo cáo chờ thẩm định" in await press(town, binh, "Đưa kế hoạch vào theo dõi")
    await press(town, binh, "Đưa vào theo dõi")
    assert OVER in await press(town, an, "Gửi báo cáo")
    assert await draft(town, an) is None

    for who, data, message_id in old:
        said = len(who.texts()) + len(who.toasts())
        shown = [m.text for m in who.messages()]
        who.press_stale(data, message_id)
        await town.settle()
        now_shown = {m.id: m.text for m in who.messages()}
        moved = len(who.texts()) + len(who.toasts()) > said or [*now_shown.values()] != shown
        assert who.unanswered() == [] and (moved or OVER in now_shown[message_id]), data
        if await draft(town, who) is not None:
            await say(town, who, "/huy")
    for who in (an, tho, binh):
        assert TROUBLE not in " ".join([*who.texts(), *who.toasts()])
    assert [word for word in an.toasts() if OVER in word]
    assert await percent_of(town, "NV07", "2026-12-31T20:00:00+07:00") == 100
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        assert place is not None and (await notices.states(conn, place.id))["queued"] == 0

    card = await say(town, an, "/nhiemvu nv7/2026")
    assert "NV07/2026" in card and OVER in card and "Năm mới" not in card
    assert not {"Báo cáo", "Mở lại"} & set(an.buttons()) and any("Minh chứng" in label for label in an.buttons())
    assert "Năm mới" in await say(town, an, "/nhiemvu NV07")
    assert OVER in await say(town, an, "/baocao NV07/2026")
    assert OVER in await say(town, binh, "/dondoc NV03/2026")
    assert "NV07" not in await say(town, tho, "/thamdinh")
    await all_done(town)


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_button_of_an_old_page_says_from_which_day_the_plan_can_be_used(town: Town, language: str) -> None:
    binh = await town.join(SLUG, OFFICE, Role.OFFICE, name="Trần Thị Bình", language=language)
    async with town.db.write() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        assert place is not None
        plan = await plans.plan_of(conn, place.id)
        assert plan is not None
    loaded = await load(town.app.desk, next_plan(), now=town.clock.now())
    await say(town, binh, "/khoitao")
    binh.press_stale(f"v1:s:ask_use:{loaded.plan.id}:0", binh.last().id)
    await town.settle()
    page = {"vi": "theo dõi được từ ngày 01/01/2027", "en": "this one can be put in use from 01/01/2027"}
    assert page[language] in binh.last().text
    binh.press_stale(f"v1:s:use:{loaded.plan.id}", binh.last().id)
    await town.settle()
    refusal = {
        "vi": "Anh/chị có thể đưa kế hoạch năm 2027 vào theo dõi từ ngày 01/01/2027.",
        "en": "The 2027 plan can be put in use from 01/01/2027.",
    }
    assert binh.unanswered() == [] and binh.toasts()[-1].endswith(refusal[language])
    binh.press_stale(f"v1:s:use:{plan.id}", binh.last().id)
    await town.settle()
    assert "2026" in binh.last().text and await year_in_hand(town) == 2026
