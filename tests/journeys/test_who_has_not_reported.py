"""Who has not reported, asked in plain words: one truth with `/kybaocao`, and nobody accused before a period opens."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.people.people import Role
from bot.domain.plan.plan import UnitRole
from bot.domain.work.events import Closing
from bot.plans.reader import read_yaml
from bot.services.core import ledger
from bot.services.plan.load_plan import load
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.records import events, plans
from tests.town import POLICE, Town, press, say, town_on

SEEDS = Path(__file__).parents[2] / "seeds"
CULTURE = "Phòng Văn hóa - Xã hội"
MARCH = datetime.fromisoformat("2026-03-10T08:00:00+07:00")


@asynccontextmanager
async def in_use(folder: Path, *slugs: str, at: datetime = MARCH) -> AsyncIterator[Town]:
    """A running bot whose localities have been in use since an instant."""
    async with town_on(folder, at=at) as town:
        for slug in slugs:
            await load(town.app.desk, read_yaml(SEEDS / f"{slug}.yaml"), now=town.clock.now(), in_use=True)
        yield town


@pytest_asyncio.fixture
async def town(sqlite_path: Path) -> AsyncIterator[Town]:
    """Ba Ngòi, which reports by quarter, and Bình Lộc, which reports by month, in use since March."""
    async with in_use(sqlite_path.parent, "ba-ngoi", "binh-loc") as town:
        yield town


def move(town: Town, day: str, clock: str = "09:00") -> None:
    town.clock.move_to(datetime.fromisoformat(f"{day}T{clock}:00+07:00"))


async def boss(town: Town, slug: str = "ba-ngoi", role: Role = Role.COMMITTEE) -> SimulatedPerson:
    return await town.join(slug, CULTURE, role, name="Trần Thị Bình")


def named(answer: str) -> set[str]:
    """The units an answer names as owing, in `/kybaocao` as in the answer to a question."""
    return set(re.findall(r"^(?:•|❌) (.+?)(?: ·|:|$)", answer, re.MULTILINE))


async def test_a_period_that_has_not_opened_accuses_nobody_and_says_when_it_opens(town: Town) -> None:
    person = await boss(town)
    move(town, "2026-06-29")
    answer = await say(town, person, "ai chưa báo cáo quý III?")
    assert answer.startswith(
        "Kỳ báo cáo quý III/2026 chưa mở (mở ngày 01/09). Kỳ gần nhất là quý II: còn 7 đơn vị chưa báo cáo đủ."
    )
    assert answer.endswith("\n📍 Phường Ba Ngòi") and " · phường" not in answer
    assert named(answer) == set() and person.buttons()[0] == "Xem quý II"
    shown = await press(town, person, "Xem quý II")
    assert shown.startswith("📝 7 đơn vị chưa báo cáo quý II/2026 · hạn 19/06/2026 · phường Ba Ngòi")


@pytest.mark.parametrize("asked", ["đơn vị nào chưa báo cáo kỳ này?", "ai chưa báo cáo?", "ai chưa báo cáo tháng 5"])
@pytest.mark.parametrize("day", ["2026-06-29", "2026-07-20"])
async def test_this_period_is_the_one_that_the_office_sees(town: Town, asked: str, day: str) -> None:
    person = await boss(town)
    move(town, day)
    answer, shown = await say(town, person, asked), await say(town, person, "/kybaocao")
    assert "quý II/2026" in answer and "quý II/2026" in shown
    assert len(named(answer)) == 7 and named(answer) == named(shown)
    assert ("ℹ️ Tháng 5 thuộc kỳ báo cáo quý II/2026." in answer) == ("tháng 5" in asked)


async def test_whether_anybody_reported_is_not_answered_with_who_did_not(town: Town) -> None:
    person = await boss(town)
    move(town, "2026-06-29")
    answer = await say(town, person, "hôm qua có ai gửi báo cáo không?")
    assert "chưa hiểu câu này" in answer and named(answer) == set()
    assert person.buttons() == ["Đơn vị chưa báo cáo quý II/2026", "Việc đỏ", "Việc · đến hạn tuần này"]


async def test_a_dead_end_names_the_nearest_periods_and_never_the_question_just_asked(town: Town) -> None:
    person = await boss(town)
    move(town, "2026-07-20")
    answer = await say(town, person, "ai chưa báo cáo 9 tháng?")
    assert answer.startswith("Phường Ba Ngòi không yêu cầu đơn vị báo cáo 9 tháng đầu năm 2026. Kỳ gần nhất là quý II")
    assert person.buttons() == ["Xem quý II", "Xem 6 tháng đầu năm"]
    assert "6 tháng đầu năm 2026" in await press(town, person, "Xem 6 tháng đầu năm")
    answer = await say(town, person, "ai chưa báo cáo quý I")
    assert "mở trước ngày đưa kế hoạch vào theo dõi (10/03/2026)" in answer and named(answer) == set()
    assert "Xem quý I" not in person.buttons()


async def test_longer_periods_and_what_is_sent_once_are_answered(town: Town) -> None:
    person = await boss(town)
    move(town, "2026-06-03")
    half = await say(town, person, "ai chưa báo cáo 6 tháng đầu năm?")
    assert re.match(r"📝 \d đơn vị chưa gửi báo cáo tổng hợp 6 tháng đầu năm 2026 · hạn 04/06/2026", half)
    assert named(half) == named(await say(town, person, "/kybaocao 6 tháng đầu năm")) != set()
    current = await say(town, person, "ai chưa báo cáo?")
    assert "chưa gửi báo cáo tổng hợp 6 tháng đầu năm 2026 (hạn 04/06/2026)" in current, "it is waited for as well"
    assert named(await press(town, person, "Xem 6 tháng đầu năm")) == named(half)
    for year in ("năm 2026", "cả năm"):
        assert "báo cáo năm 2026 chưa mở" in await say(town, person, f"ai chưa báo cáo {year}?")


async def test_the_units_own_plans_are_asked_for_by_their_name(town: Town) -> None:
    person = await boss(town, "binh-loc")
    move(town, "2026-03-20")
    plan = await say(town, person, "đơn vị nào chưa nộp kế hoạch?")
    assert "chưa gửi kế hoạch thực hiện của cơ quan, đơn vị · hạn 04/04/2026" in plan and len(named(plan)) > 5
    other = await boss(town)
    assert "chưa hiểu" in await say(town, other, "ai chưa nộp kế hoạch"), "Ba Ngòi was put in use after that day"


async def test_a_unit_asked_for_by_name_is_answered_alone(town: Town) -> None:
    an, person = await town.join("ba-ngoi", POLICE, Role.OFFICER, name="Nguyễn Văn An"), await boss(town)
    move(town, "2026-06-10")
    answer = await say(town, person, "Công an nộp báo cáo tháng 5 chưa")
    assert answer.startswith("📝 Công an phường chưa báo cáo quý II/2026: còn 12 việc (CT12, NV03,")
    assert "7 đơn vị" in (await say(town, person, "còn tất cả đơn vị chưa báo cáo?"))
    await say(town, an, "/kybaocao")
    await press(town, an, "Giữ nguyên tất cả còn lại")
    await press(town, an, "Gửi báo cáo")
    answer = await say(town, person, "Công an nộp báo cáo quý II chưa")
    assert answer == "✅ Công an phường đã báo cáo quý II/2026 đầy đủ, đúng hạn."
    assert "📝 6 đơn vị" in await say(town, person, "ai chưa báo cáo?")


async def test_where_all_rows_are_closed_nobody_is_praised_or_accused(town: Town) -> None:
    person = await boss(town)
    move(town, "2026-05-20")
    async with town.db.write() as conn:
        place = await plans.locality_by_slug(conn, "ba-ngoi")
        assert place is not None
        book = await town.app.desk.books.of(conn, place.id)
        assert book.plan is not None
        for each in await events.assignments(conn, book.plan.id, role=UnitRole.LEAD):
            body = Closing("Kế hoạch dừng")
            await ledger.record(
                conn, book, each.id, body, person_id=None, now=town.clock.now(), key=f"test:close:{each.id}"
            )
    move(town, "2026-06-10")
    assert (
        await say(town, person, "ai chưa báo cáo?") == "Không có đơn vị nào phải báo cáo quý II/2026 · phường Ba Ngòi."
    )
    assert "không có đơn vị nào phải báo cáo" in (await say(town, person, "/kybaocao")).lower()


async def test_a_plan_in_use_for_one_day_accuses_nobody(sqlite_path: Path) -> None:
    late = datetime.fromisoformat("2026-06-29T08:00:00+07:00")
    async with in_use(sqlite_path.parent, "ba-ngoi", at=late) as town:
        person = await boss(town)
        assert (await say(town, person, "ai chưa báo cáo?")).startswith(
            "Kỳ báo cáo quý III/2026 chưa mở (mở ngày 01/09)."
        )
        assert person.buttons() == []
        answer = await say(town, person, "ai chưa báo cáo quý II?")
        assert "không đơn vị nào phải báo cáo kỳ đó. Kỳ gần nhất là quý III, mở ngày 01/09." in answer
        assert person.buttons() == [] and "Chưa mở" in await say(town, person, "/kybaocao")


async def test_the_last_and_the_first_day_of_the_year(town: Town) -> None:
    person = await boss(town, "binh-loc")
    move(town, "2026-12-31", "23:30")
    december = await say(town, person, "ai chưa báo cáo tháng này?")
    assert "chưa báo cáo tháng 12/2026 · hạn 31/12/2026" in december
    move(town, "2027-01-01", "00:10")
    answer = await say(town, person, "ai chưa báo cáo tháng này?")
    assert answer.startswith("Phường Bình Lộc đang theo dõi kế hoạch năm 2026 nên không có kỳ báo cáo tháng 1/2027.")
    assert "Kỳ gần nhất là tháng 12/2026" in answer and named(answer) == set()
    for asked in ("ai chưa báo cáo tháng trước?", "ai chưa báo cáo kỳ này?"):
        assert named(await say(town, person, asked)) == named(december) == named(await say(town, person, "/kybaocao"))


async def test_one_person_of_two_localities_is_told_of_which_one(town: Town) -> None:
    person = await boss(town)
    await town.join_also(person, "binh-loc", CULTURE, Role.COMMITTEE, name="Trần Thị Bình")
    move(town, "2026-06-29")
    await say(town, person, "/caidat")
    await press(town, person, next(label for label in person.buttons() if "Bình Lộc" in label))
    answer = await say(town, person, "ai chưa báo cáo tháng 5?")
    assert "tháng 5/2026" in answer and "phường Bình Lộc" in answer
    await say(town, person, "/caidat")
    await press(town, person, next(label for label in person.buttons() if "Ba Ngòi" in label))
    answer = await say(town, person, "ai chưa báo cáo tháng 5?")
    assert "quý II/2026" in answer and "phường Ba Ngòi" in answer
    ahead = await say(town, person, "ai chưa báo cáo quý III")
    assert ahead.endswith("\n📍 Phường Ba Ngòi")


async def test_a_forged_period_is_no_question(town: Town) -> None:
    person = await boss(town)
    move(town, "2026-06-29")
    await say(town, person, "ai chưa báo cáo quý III?")
    data = next(b["callback_data"] for b in person.last().buttons if b["text"] == "Xem quý II")
    for forged in ("2026-Q9", "", "<b>", "2026-Q4-upward"):
        person.press_stale(data.replace("2026-Q2", forged), person.last().id)
        await town.settle()
    assert "Nút này không còn dùng được" in person.last().text and any("hỏi lại" in each for each in person.toasts())
