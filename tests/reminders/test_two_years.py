"""Next year's plan is loaded on 15 December: everything due of this year's is told until 31 December, then the next."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.errors import TienDoError
from bot.domain.people.people import Role
from bot.plans.schema import GroupPart, LocalityPart, PlanFile, PlanPart, ReportingPart, RowPart, UnitPart
from bot.reminders.preview import plan_day
from bot.services.appraising import appraise
from bot.services.plan.load_plan import load
from bot.services.plan.open_plan import plan_status, put_in_use
from bot.services.reminding.nudge import nudge
from bot.services.reminding.snooze import snooze
from bot.storage.outbox import outbox
from bot.storage.records import files
from bot.views.parts.actions import Action
from tests.reminders.hamlet import OFFICE, POLICE, TEAM, UNITS, Hamlet, Told, a_hamlet

ROWS = (("NV01", "15/01/2027"), ("NV02", "Thường xuyên"), ("NV03", "Quý I/2027"))
"""Those of 2027 have the codes of 2026: what is told of one must not be taken for the other."""
NEXT = PlanFile(
    locality=LocalityPart(slug="thon", name="Bình Lộc", kind="phường", province="Đồng Nai"),
    plan=PlanPart(
        number="02",
        title="Kế hoạch",
        issuer="Đảng ủy",
        year=2027,
        issued_on=date(2026, 12, 10),
        issued_on_as_printed="10/12/2026",
    ),
    standing_office=OFFICE,
    reporting=ReportingPart(units=()),
    units=tuple(UnitPart(name=name, kind=kind.value) for name, kind in UNITS),
    groups=(GroupPart(name="Các cơ quan", members=(POLICE,)),),
    rows=tuple(
        RowPart(code=code, kind="task", reference=code, name=f"Việc mới {code}", lead=POLICE, deadline=limit)
        for code, limit in ROWS
    ),
)


async def in_december(hamlet: Hamlet) -> None:
    """The plan of 2026 in use, on Tuesday 15/12/2026 at 10:00."""
    for code, limit in (("NV01", "31/12/2026"), ("NV02", "20/12/2026"), ("NV03", "Quý IV/2026")):
        await hamlet.row(code, limit, teams=[TEAM] if code == "NV01" else [])
    await hamlet.use()
    for code, percent in (("NV01", 60), ("NV02", 60), ("NV03", 90)):
        await hamlet.report(code, percent)
    await hamlet.up_until("2026-12-15 10:00")


@pytest_asyncio.fixture
async def december(database_url: str, tmp_path: Path) -> AsyncIterator[Hamlet]:
    """The same with the plan of 2027 loaded; once on each engine."""
    async with a_hamlet(database_url, tmp_path, "2026-12-14 10:00", month_reports=True) as hamlet:
        await in_december(hamlet)
        await load(hamlet.desk, NEXT, now=hamlet.clock.now())
        yield hamlet


async def used(hamlet: Hamlet) -> None:
    office = await hamlet.visitor("Văn phòng")
    status = await plan_status(hamlet.desk, office, now=hamlet.clock.now())
    await put_in_use(hamlet.desk, office, plan_id=status.plan.id, now=hamlet.clock.now())


def on(day: int, rule: str, code: str | None = None, who: str = "An") -> Told:
    return Told(date(2026, 12, day), who, rule, code)


async def test_warnings_and_red_lights_of_the_plan_in_hand_go_on_until_its_last_day(december: Hamlet) -> None:
    await december.up_until("2027-01-08 18:00")
    warned = [each for each in await december.told(who=["An"]) if each.code == "NV01"]
    assert warned == [
        on(17, "due_in_14", "NV01"),
        on(24, "due_in_7", "NV01"),
        on(28, "due_in_3", "NV01"),
        on(30, "due_in_1", "NV01"),
        on(31, "due_today", "NV01"),
    ]
    assert await december.told(who=["Tổ viên"], rules=["due_in_7", "due_today"]) == [
        on(24, "due_in_7", "NV01", "Tổ viên"),
        on(31, "due_today", "NV01", "Tổ viên"),
    ]
    late = [each for each in await december.told() if each.code == "NV02" and each.day > date(2026, 12, 18)]
    assert late == [
        on(21, "turned_red", "NV02"),
        on(21, "turned_red", "NV02", "Hải"),
        on(23, "overdue_3", "NV02", "Văn phòng"),
        on(28, "overdue_7", "NV02", "Chỉ đạo"),
    ]
    boards = [each.day.day for each in await december.told(rules=["monday_board"], who=["Chỉ đạo"])]
    assert boards == [21, 28]
    assert max(each.day for each in await december.told()) == date(2026, 12, 31)
    assert not [sent for sent in december.mouth.sent if "Việc mới" in sent.text]


async def test_periods_of_the_plan_in_hand_are_asked_for_until_its_last_day(database_url: str, tmp_path: Path) -> None:
    async with a_hamlet(database_url, tmp_path, "2026-11-30 10:00", month_reports=True) as hamlet:
        await hamlet.row("NV01", "31/12/2026")
        await hamlet.use()
        await hamlet.up_until("2026-12-15 10:00")
        await load(hamlet.desk, NEXT, now=hamlet.clock.now())
        await hamlet.up_until("2027-01-08 18:00")
        periods = ["period_open", "period_in_5", "period_in_2", "period_due", "period_late"]
        assert await hamlet.told(rules=periods) == [
            on(1, "period_open"),
            on(25, "period_in_5"),
            on(29, "period_in_2"),
            on(31, "period_due"),
        ]


@pytest.mark.parametrize("is_down", [False, True])
async def test_the_same_is_told_whether_or_not_the_next_plan_was_loaded(
    sqlite_path: Path, tmp_path: Path, *, is_down: bool
) -> None:
    told: list[list[Told]] = []
    for loads in (False, True):
        copy = Path(shutil.copyfile(sqlite_path, tmp_path / f"{loads}.db"))
        async with a_hamlet(f"sqlite+aiosqlite:///{copy}", tmp_path, "2026-12-14 10:00", month_reports=True) as hamlet:
            await in_december(hamlet)
            if loads:
                await load(hamlet.desk, NEXT, now=hamlet.clock.now())
            if is_down:
                hamlet.down_until("2026-12-24 09:00")
            await hamlet.up_until("2027-01-05 18:00")
            told.append(await hamlet.told())
    assert told[0] == told[1] != []


async def test_once_the_next_plan_is_in_use_its_rows_are_told_and_no_others(december: Hamlet) -> None:
    await december.up_until("2027-01-04 10:00")
    before = len(december.mouth.sent)
    await used(december)
    await december.up_until("2027-01-20 18:00")
    new = [sent.text for sent in december.mouth.sent[before:]]
    assert new and not [text for text in new if "Việc NV" in text]
    told = [each for each in await december.told(who=["An"]) if each.day.year == 2027]
    assert [each for each in told if each.rule.startswith(("due", "turned"))] == [
        Told(date(2027, 1, 5), "An", "turned_red", "NV01"),
        Told(date(2027, 1, 8), "An", "due_in_7", "NV01"),
        Told(date(2027, 1, 11), "An", "turned_red", "NV03"),
        Told(date(2027, 1, 12), "An", "due_in_3", "NV01"),
        Told(date(2027, 1, 14), "An", "due_in_1", "NV01"),
        Told(date(2027, 1, 15), "An", "due_today", "NV01"),
        Told(date(2027, 1, 18), "An", "turned_red", "NV01"),
    ]


async def test_what_waits_to_be_told_of_the_old_plan_is_withdrawn_and_its_buttons_say_so(december: Hamlet) -> None:
    await december.up_until("2026-12-31 18:00")
    reminded = december.messages("An")[-1]
    async with december.db.write() as conn:
        await files.add_file(conn, "ab" * 32, 7, "application/pdf", december.clock.now())
    number = await december.report("NV01", 100)
    december.down_until("2027-01-03 22:30")
    judge = await december.visitor("Thẩm định")
    at = {"assignment_id": december.ids["NV01"], "now": december.clock.now()}
    await appraise.accept(december.desk, judge, report_id=number, key="k", **at)
    assert await december.states("accepted") == ["queued"]
    december.down_until("2027-01-04 05:30")
    await used(december)
    await december.up_until("2027-01-04 18:00")
    assert await december.states("accepted") == ["withdrawn"]
    assert not set(await december.states()) & {"queued", "claimed", "unknown"}

    async def refused(work: Awaitable[object]) -> str:
        with pytest.raises(TienDoError) as caught:
            await work
        return caught.value.key

    now = december.clock.now()
    item = next(
        press.args[0]
        for row in reminded.view.buttons
        for b in row
        if (press := b.press) and press.action is Action.SNOOZE
    )
    async with december.db.read() as conn:
        assert (await outbox.item(conn, int(item))) is not None
    again = snooze(december.desk, await december.visitor("An"), outbox_id=int(item), now=now)
    chase = nudge(
        december.desk, await december.visitor("Văn phòng"), assignment_id=december.ids["NV03"], now=now, key="n"
    )
    assert [await refused(work) for work in (again, chase)] == ["plan_over", "plan_over"]


async def test_a_day_is_foreseen_with_the_plan_that_is_in_hand_then(december: Hamlet) -> None:
    async def told(day: date) -> set[str]:
        found = await plan_day(december.desk, december.place, day)
        return {each.rule.value for each in found if (each.code, each.role) == ("NV01", Role.OFFICER)}

    for _ in range(2):
        assert await told(date(2026, 12, 30)) == {"due_in_1"}
        assert await told(date(2027, 1, 14)) == {"due_in_1"}
        assert await told(date(2027, 1, 18)) == {"turned_red"}
        assert await plan_day(december.desk, december.place, date(2028, 1, 14)) == ()
        await december.up_until("2027-01-04 10:00")
        await used(december)
