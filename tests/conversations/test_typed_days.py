"""A day is read in the same way wherever one is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.conversations.appraising import appraise
from bot.conversations.core.dialogue import Step
from bot.conversations.core.scene import Scene, Typed
from bot.conversations.periods import period_reopen
from bot.conversations.plan import days_off, limit, setup
from bot.conversations.requests import decide, extend, new_task
from bot.domain.errors import BadInput
from bot.domain.people.people import Role
from bot.domain.people.requests import RequestKind, Wish
from bot.domain.people.visitor import Visitor
from bot.domain.plan.calendar import DayKind
from bot.domain.plan.duties import Ask, Duty
from bot.domain.plan.periods import PeriodKind
from bot.i18n import translator
from bot.language.time.days import read_day
from bot.services.appraising.reopen import ReopenableAssignment
from bot.services.core.board import Lead
from bot.services.periods import close_period
from bot.services.requests import ask_office
from bot.storage.engine.database import Database
from tests.services.communes import Commune, a_commune, a_desk, key
from tests.services.wards import a_desk as ward_desk
from tests.services.works import NOW, Work, some_work

TODAY = date(2026, 6, 15)
FORMS = {
    "30.6": date(2026, 6, 30),
    "ngày mai": date(2026, 6, 16),
    "cuối tháng 7": date(2026, 7, 31),
    "thứ sáu tuần sau": date(2026, 6, 26),
    "5/7 nhé": date(2026, 7, 5),
}
each_form = pytest.mark.parametrize("typed", FORMS)


@pytest_asyncio.fixture
async def work(sqlite_database: Database, tmp_path: Path) -> Work:
    """A ward with work."""
    return await some_work(ward_desk(sqlite_database, tmp_path / "data"))


@pytest_asyncio.fixture
async def commune(sqlite_database: Database, tmp_path: Path) -> Commune:
    """Ba Ngòi, loaded and not in use."""
    return await a_commune(a_desk(sqlite_database, tmp_path), "ba-ngoi")


def scene(place: Work | Commune, visitor: Visitor) -> Scene:
    return Scene(place.desk, visitor, translator("vi"), NOW, key())


def problem_of(step: Step[Any]) -> str | None:
    return step.problem.key if step.problem is not None else None


def due_in_may(found: Any) -> Any:
    """The same lead, due before today, so that every day ahead is a later one."""
    return replace(found, standing=replace(found.standing, due_on=date(2026, 6, 14)))


def led_by_office(lead: Lead, commune: Commune) -> bool:
    return lead.standing.unit_id == commune.office.memberships[0].unit_id


@each_form
async def test_for_a_row_without_a_limit(commune: Commune, typed: str) -> None:
    code = next(each.row.code for each in await commune.leads() if each.is_open and not led_by_office(each, commune))
    at = scene(commune, commune.office)
    draft = await limit.begin(at, await commune.row_id(code))
    step = limit.advance(draft, Typed(typed), await limit.gather(at, draft))
    assert step.draft is not None and step.draft.due_on == FORMS[typed]


@each_form
async def test_for_the_limit_of_a_new_task(work: Work, typed: str) -> None:
    office = await work.ward.member(Role.OFFICE, work.ward.office, "Đỗ Thị Hà")
    at = scene(work, office)
    draft = (await new_task.begin(at, work.ward.id)).model_copy(update={"name": "Lập danh sách", "unit_id": 1})
    step = new_task.advance(draft, Typed(typed), await new_task.gather(at, draft))
    assert step.draft is not None and step.draft.limit == f"{FORMS[typed]:%d/%m/%Y}"


@each_form
async def test_for_a_day_off(commune: Commune, typed: str) -> None:
    at = scene(commune, commune.office)
    draft = await days_off.begin(at, commune.id, DayKind.OFF)
    facts = await days_off.gather(at, draft)
    step = days_off.advance(draft, Typed(typed), facts)
    if FORMS[typed].weekday() > 4:
        assert problem_of(step) == "day_is_off"
    else:
        assert step.draft is not None and step.draft.day == FORMS[typed]
        named = days_off.advance(draft, Typed(f"{typed}: Ngày hội"), facts)
        assert named.command == days_off.AddDayOff(FORMS[typed], "Ngày hội")


@each_form
async def test_for_the_day_on_which_work_was_completed_before_the_plan_was_in_use(commune: Commune, typed: str) -> None:
    code = next(each.row.code for each in await commune.leads() if each.is_open and each.row.target is None)
    at = scene(commune, commune.office)
    draft = (await setup.begin(at, await commune.row_id(code))).model_copy(update={"stage": "day"})
    facts = await setup.gather(at, draft)
    assert problem_of(setup.advance(draft, Typed(typed), facts)) == "day_in_future"
    later = replace(facts, today=date(2026, 12, 31))
    step = setup.advance(draft, Typed("cuối tháng 7"), later)
    assert step.draft is not None and step.draft.completed_on == date(2026, 7, 31)


@each_form
async def test_for_a_limit_that_is_asked_for(work: Work, typed: str) -> None:
    at = scene(work, work.officer)
    draft = extend.begin(at, work.ward.id).model_copy(update={"assignment_id": work.by_code["NV01"]})
    found = (await extend.gather(at, draft)).subject
    assert found is not None
    facts = extend.ExtensionFacts(subject=replace(found, lead=due_in_may(found.lead)))
    step = extend.advance(draft, Typed(typed), facts)
    assert step.draft is not None and step.draft.due_on == FORMS[typed]


@each_form
async def test_for_another_day_than_the_one_asked_for(work: Work, typed: str) -> None:
    office = await work.ward.member(Role.OFFICE, work.ward.office, "Đỗ Thị Hà")
    asked = await ask_office.ask(
        work.desk,
        work.officer,
        kind=RequestKind.EXTENSION,
        assignment_id=work.by_code["NV01"],
        reason="Chờ kinh phí",
        wish=Wish(due_on=date(2026, 9, 30)),
        now=NOW,
        key=key(),
    )
    at = scene(work, office)
    draft = decide.DecideDraft(token="t", request_id=asked.case.request.id, what="date")
    facts = await decide.gather(at, draft)
    step = decide.advance(draft, Typed(typed), replace(facts, lead=due_in_may(facts.lead)))
    assert step.command == decide.Grant(FORMS[typed])


@each_form
async def test_for_the_limit_of_work_that_is_opened_again(work: Work, typed: str) -> None:
    asked = await ask_office.look(work.desk, work.officer, assignment_id=work.by_code["NV01"], now=NOW)
    draft = appraise.ReopenDraft(token="t", assignment_id=1, reason="Làm lại")
    step = appraise.advance_reopen(
        draft, Typed(typed), ReopenableAssignment(asked.lead, asked.unit, asked.locality_id, TODAY, True, None)
    )
    assert step.command == appraise.OpenAgain("Làm lại", FORMS[typed])


@each_form
def test_for_how_long_a_period_is_opened_again(typed: str) -> None:
    duty = Duty(PeriodKind.MONTH, "2026-05", date(2026, 5, 1), date(2026, 5, 29), date(2026, 6, 8), Ask.PROGRESS)
    facts = close_period.ReopenablePeriod(duty, TODAY, (), date(2026, 12, 31))
    draft = period_reopen.PeriodReopenDraft(token="t", locality_id=1, ask="progress", period="2026-05")
    step = period_reopen.advance(draft, Typed(typed), facts)
    assert step.draft is not None and step.draft.until == FORMS[typed]


READERS: dict[str, Callable[[str], date | None]] = {
    "limit": lambda text: read_day(text, 2026, TODAY, spans=True),
    "day": lambda text: read_day(text, 2026, TODAY),
    "cell": lambda text: read_day(text, 2026),
}


@pytest.mark.parametrize(
    ("typed", "as_limit", "as_day", "in_a_cell"),
    [
        ("15/3/2026", "2026-03-15", "2026-03-15", "2026-03-15"),
        ("30.6 nhé ạ", "2026-06-30", "2026-06-30", None),
        ("tháng 9", "2026-09-30", None, None),
        ("trước 15/7", "2026-07-14", None, None),
        ("đầu tháng 7", "2026-07-10", None, None),
        ("30/4 - 1/5", "2026-05-01", None, None),
        ("cuối năm", "2026-12-31", "2026-12-31", None),
        ("ngày mai", "2026-06-16", "2026-06-16", None),
        ("29/2 nhé", None, None, None),
        ("15", None, None, None),
        ("sau quý II", None, None, None),
        ("ngày mai " * 40, None, None, None),
        ("", None, None, None),
    ],
)
def test_a_span_is_a_limit_by_its_last_day_and_no_day_else(
    typed: str, as_limit: str | None, as_day: str | None, in_a_cell: str | None
) -> None:
    found = {where: read(typed) for where, read in READERS.items()}
    wanted = {"limit": as_limit, "day": as_day, "cell": in_a_cell}
    assert {where: day and f"{day}" for where, day in found.items()} == wanted


def test_a_day_without_a_year_is_one_of_the_plan_and_tomorrow_is_tomorrow() -> None:
    before = date(2025, 12, 20)
    assert read_day("cuối tháng 7", 2026, before) == date(2026, 7, 31)
    assert read_day("5/7 nhé", 2026, before) == date(2026, 7, 5)
    assert read_day("ngày mai", 2026, before) == date(2025, 12, 21)
    assert read_day("cuối tháng 7/2027", 2026, before) == date(2027, 7, 31)


@pytest.mark.parametrize("typed", ["thứ sáu 25/12 nghỉ bù", "30/4 - 1/5 nghỉ lễ", "Mai táng liệt sĩ", "tháng 7 hội"])
def test_which_of_two_days_off_is_meant_is_not_guessed(typed: str) -> None:
    assert days_off.read_day_and_name(typed, TODAY) == (None, "")


def test_a_name_of_a_day_off_may_begin_with_a_number() -> None:
    assert days_off.read_day_and_name("19/8 81 năm Cách mạng", TODAY) == (date(2026, 8, 19), "81 năm Cách mạng")
    assert days_off.read_day_and_name("cuối tháng 7 nghỉ bù", TODAY) == (date(2026, 7, 31), "nghỉ bù")


def test_an_absurd_year_is_no_limit_of_work_opened_again() -> None:
    with pytest.raises(BadInput, match="day_unreadable"):
        appraise._typed(
            appraise.ReopenDraft(token="t", assignment_id=1, reason="Làm lại"),
            "1/1/2999",
            ReopenableAssignment(None, "", 1, TODAY, True, None),  # type: ignore[arg-type]
        )
