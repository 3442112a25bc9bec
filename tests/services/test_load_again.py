"""A file that comes again: what it may change, and what it may not because somebody has said something under a code."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text

from bot.domain.errors import BadInput, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.people.requests import NewTask
from bot.domain.plan.plan import UnitRole
from bot.domain.work.events import Opening
from bot.plans.schema import PlanFile
from bot.services.plan.load_plan import LoadReport, load
from bot.services.plan.plan_differences import Difference, FileRefused, Part
from bot.services.plan.set_limit import set_limit
from bot.services.plan.set_opening import Stated, set_opening
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.requests.add_task import Printed, WantedTask, add_task
from bot.services.rows.export_plan import export
from bot.services.units.assign_teams import set_work
from bot.services.units.edit_groups import set_member
from bot.services.units.edit_units import end_unit, rename_unit
from bot.services.units.follow_groups import Reasons
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.records import audit, events, plans
from tests.services.communes import Commune, a_desk, key, member
from tests.services.files import (
    FRONT,
    GROUP,
    OFFICE,
    POLICE,
    SCHOOLS,
    TEAMS,
    small_plan,
    task,
    with_head,
    with_rows,
    without,
)

NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
LATER = NOW + timedelta(days=1)


@pytest_asyncio.fixture
async def commune(database: Database, tmp_path: Path) -> AsyncIterator[Commune]:
    """Hòa Bình with its plan loaded and not in use, once on each engine."""
    yield await settled(database, tmp_path)


@pytest_asyncio.fixture
async def in_use(database: Database, tmp_path: Path) -> AsyncIterator[Commune]:
    """The same in use, with a report on NV02."""
    place = await settled(database, tmp_path, in_use=True)
    officer = await place.member(Role.OFFICER, POLICE)
    (lead,) = await place.leads("NV02")
    await report(
        place.desk,
        officer,
        assignment_id=lead.assignment.id,
        said=SaidProgress(Decimal(60), note="a"),
        now=NOW,
        key=key(),
    )
    yield place


async def settled(database: Database, folder: Path, *, in_use: bool = False) -> Commune:
    desk = a_desk(database, folder)
    loaded = await load(desk, small_plan(), now=NOW - timedelta(days=30), in_use=in_use)
    async with desk.db.read() as conn:
        unit = (await plans.locality(conn, loaded.locality_id)).standing_office_id
    assert unit is not None
    return Commune(desk, loaded.locality_id, await member(desk, loaded.locality_id, Role.OFFICE, unit, "Đỗ Thị Hà"))


async def everything(commune: Commune) -> dict[str, list[Any]]:
    """All that the database holds."""
    async with commune.desk.db.read() as conn:
        return {
            table.name: sorted(map(repr, (await conn.execute(select(table))).all()))
            for table in t.metadata.sorted_tables
        }


async def past(commune: Commune) -> list[Any]:
    """What the export says of instants before."""
    instants = [NOW - timedelta(days=days) for days in (29, 10, 1, 0)] + [NOW + timedelta(hours=1)]
    return [await export(commune.desk, "hoa-binh", at, NOW + timedelta(hours=2)) for at in instants]


async def again(commune: Commune, file: PlanFile, **options: Any) -> LoadReport:
    return await load(commune.desk, file, now=LATER, **options)


async def refused(commune: Commune, file: PlanFile, key: str) -> FileRefused:
    """The refusal, after which nothing at all has changed; in a preview it is the same."""
    before = await everything(commune)
    for preview in (True, False):
        with pytest.raises(FileRefused) as caught:
            await again(commune, file, preview=preview)
        assert caught.value.key == key, caught.value.figures
        assert await everything(commune) == before
    return caught.value


async def opened(commune: Commune, code: str, percent: int = 40) -> None:
    await set_opening(
        commune.desk,
        commune.office,
        row_id=await commune.row_id(code),
        stated=Stated(Decimal(percent)) if code.startswith("NV") else Stated(value=Decimal(percent)),
        now=NOW,
        key=key(),
    )


# --- another document


@pytest.mark.parametrize(
    "head",
    [
        {"number": "10/KH-UBND"},
        {"issued_on": date(2026, 1, 16), "issued_on_as_printed": "16/01/2026"},
    ],
)
async def test_another_plan_of_the_same_year_is_refused_naming_both(commune: Commune, head: dict[str, Any]) -> None:
    error = await refused(commune, with_head(small_plan(), **head), "other_plan_of_year")
    shown = {str(error.figures[name]) for name in ("old_number", "old_day", "number", "day")}
    assert {"09/KH-UBND", "15/01/2026", str(list(head.values())[-1])} <= shown


@pytest.mark.parametrize("spelled", ["Số: 9/KH-UBND", "09 / KH–UBND"])
async def test_a_number_written_otherwise_is_the_same(commune: Commune, spelled: str) -> None:
    done = await again(commune, with_head(small_plan(), number=spelled))
    assert (done.plan.number, done.changed, done.differences) == ("09/KH-UBND", (), ())


BLANK = {"number": "/KH-UBND", "issued_on": date(2026, 1, 1), "issued_on_as_printed": "ngày  tháng 01 năm 2026"}


async def test_a_blank_head_equals_any_and_takes_nothing_away(commune: Commune) -> None:
    before = (await commune.book()).plan
    done = await again(commune, with_head(small_plan(), **BLANK))
    assert done.plan == before
    assert (done.changed, done.differences) == ((), ())


async def test_what_was_blank_is_filled_in_while_the_plan_is_opened(database: Database, tmp_path: Path) -> None:
    desk = a_desk(database, tmp_path)
    first = await load(desk, with_head(small_plan(), **BLANK), now=NOW)
    done = await load(desk, small_plan(), now=LATER)
    assert done.locality_id == first.locality_id
    assert (done.plan.number, done.plan.issued_on) == ("09/KH-UBND", date(2026, 1, 15))
    assert Difference("", Part.NUMBER, "/KH-UBND", "09/KH-UBND") in done.differences
    with pytest.raises(FileRefused):
        await load(desk, with_head(small_plan(), number="8/KH-UBND"), now=LATER)


async def test_of_a_plan_in_use_the_number_is_filled_in_and_its_day_stays(database: Database, tmp_path: Path) -> None:
    desk = a_desk(database, tmp_path)
    await load(desk, with_head(small_plan(), **BLANK), now=NOW, in_use=True)
    before = await export(desk, "hoa-binh", NOW, LATER)
    done = await load(desk, small_plan(), now=LATER)
    assert (done.plan.number, done.plan.issued_on, done.changed) == ("09/KH-UBND", date(2026, 1, 1), ())
    assert await export(desk, "hoa-binh", NOW, LATER) == before


async def test_the_plan_of_next_year_is_another(commune: Commune) -> None:
    done = await again(commune, with_head(small_plan(), number="1/KH-UBND", year=2027))
    assert (done.plan.year, len(done.added)) == (2027, 9)


# --- before the plan is in use


async def test_loading_twice_changes_nothing(commune: Commune) -> None:
    before = await commune.leads()
    done = await again(commune, small_plan())
    assert (done.added, done.changed, len(done.unchanged)) == ((), (), 9)
    assert await commune.leads() == before


async def test_a_dropped_row_moves_nothing_that_was_said_to_another_row(commune: Commune) -> None:
    await opened(commune, "NV05")
    error = await refused(commune, without(small_plan(), "NV01"), "code_of_other_text")
    assert error.figures["code"] == "NV05"
    assert (error.figures["old"], error.figures["new"]) == ("Lắp camera", "Kết nối Internet")


async def test_without_a_history_rows_that_come_under_other_codes_are_given_to_their_own_units(
    commune: Commune,
) -> None:
    done = await again(commune, without(small_plan(), "NV01"))
    assert done.absent == ("NV07",)
    rows = {row.code: row for row in without(small_plan(), "NV01").rows}
    assert (rows["NV01"].name, rows["NV04"].name) == ("Rà soát dữ liệu dân cư", "Lắp camera")
    led = {code: await commune.leading(code) for code in rows}
    assert (led["NV01"], led["NV02"], led["NV03"]) == ({POLICE}, set(SCHOOLS), {POLICE, FRONT})
    assert (led["NV04"], led["NV05"], led["NV06"]) == ({POLICE}, {OFFICE}, {POLICE})
    async with commune.desk.db.read() as conn:
        book = await commune.desk.books.of(conn, commune.id)
        others = {
            (row.code, each.role, book.unit_name(each.unit_id))
            for row in book.rows.values()
            for each in await events.assignments_of_row(conn, row.id)
            if each.role is not UnitRole.LEAD and row.code != "NV07"
        }
    assert others == {
        ("CT01", UnitRole.TRACK, OFFICE),
        ("CT02", UnitRole.TRACK, FRONT),
        ("NV01", UnitRole.COORDINATE, FRONT),
        *(("NV02", UnitRole.COORDINATE, team) for team in TEAMS),
        ("NV04", UnitRole.TRACK, OFFICE),
        ("NV06", UnitRole.COORDINATE, OFFICE),
        ("NV06", UnitRole.COORDINATE, FRONT),
    }


async def test_an_assignment_of_other_work_is_not_spoken_of_under_its_old_number(commune: Commune) -> None:
    """A card that lies open names the assignment by its number."""
    (before,) = await commune.leads("NV02")
    await again(commune, with_rows(small_plan(), {"NV02": {"name": "Cấp chữ ký số"}}))
    (after,) = await commune.leads("NV02")
    assert before.assignment.unit_id == after.assignment.unit_id
    assert before.assignment.id != after.assignment.id


async def test_the_same_work_with_another_lead_goes_to_it_and_the_others_keep_theirs(commune: Commune) -> None:
    before = {lead.standing.unit_id: lead.assignment.id for lead in await commune.leads("NV04")}
    done = await again(commune, with_rows(small_plan(), {"NV04": {"lead": f"{OFFICE}; {FRONT}"}}))
    assert done.changed == ("NV04",)
    assert done.differences == (Difference("NV04", Part.LEAD, f"{POLICE}; {FRONT}", f"{OFFICE}; {FRONT}"),)
    assert await commune.leading("NV04") == {OFFICE, FRONT}
    front = (await commune.unit(FRONT)).id
    after = {lead.standing.unit_id: lead.assignment.id for lead in await commune.leads("NV04")}
    assert after[front] == before[front]


async def test_what_the_office_chose_for_a_row_stays_while_it_is_the_same_work(commune: Commune) -> None:
    row_id = await commune.row_id("NV03")
    await set_work(commune.desk, commune.office, row_id=row_id, coordinates=False, now=NOW)
    await set_member(
        commune.desk,
        commune.office,
        group_id=await commune.group_id(GROUP),
        unit_id=(await commune.unit(FRONT)).id,
        member=True,
        reasons=Reasons("Ra", "Vào"),
        now=NOW,
        key=key(),
    )
    file = with_rows(small_plan(), {"NV03": {"coordinating": POLICE, "deadline": "Quý IV/2026"}})
    assert (await again(commune, file)).changed == ("NV03",)
    assert await commune.leading("NV03") == {*SCHOOLS, FRONT}
    async with commune.desk.db.read() as conn:
        held = await events.assignments_of_row(conn, row_id)
    coordinating = [each.unit_id for each in held if each.role is UnitRole.COORDINATE]
    assert coordinating == [(await commune.unit(POLICE)).id]


@pytest.mark.parametrize(
    ("code", "change", "refusal"),
    [
        ("NV02", {"name": "Rà soát dữ liệu đất đai"}, "code_of_other_text"),
        ("NV05", {"parent": "Hạ tầng khác"}, "code_of_other_text"),
        ("NV01", {"output": "Nghị quyết"}, "code_of_other_text"),
        ("NV06", {"kpi": "90%"}, "code_of_other_text"),
        ("CT01", {"target": {"printed": "≥ 90%", "unit": "%", "comparator": "at_least", "values": [90]}}, None),
        ("NV02", {"lead": FRONT}, "lead_by_file"),
        ("CT02", {"tracker": POLICE}, "lead_by_file"),
    ],
)
async def test_a_row_with_an_opening_stays_the_work_it_was(
    commune: Commune, code: str, change: dict[str, Any], refusal: str | None
) -> None:
    await opened(commune, code)
    await refused(commune, with_rows(small_plan(), {code: change}), refusal or "code_of_other_text")


async def test_a_row_with_an_opening_still_takes_what_is_no_other_work(commune: Commune) -> None:
    await opened(commune, "NV02")
    change = {"deadline": "Quý III/2026", "note": "mới", "group": "III", "reference": "III · 1", "coordinating": OFFICE}
    done = await again(commune, with_rows(small_plan(), {"NV02": change}))
    assert done.changed == ("NV02",)
    (lead,) = await commune.leads("NV02")
    assert (lead.standing.percent, lead.standing.due_on) == (40, date(2026, 9, 30))


async def test_the_same_words_written_otherwise_are_no_other_text(commune: Commune) -> None:
    await opened(commune, "NV02")
    for name in ("RÀ SOÁT  dữ liệu\ndân cư", unicodedata.normalize("NFD", "Rà soát dữ liệu dân cư")):
        file = small_plan()
        rows = tuple(row.model_copy(update={"name": name}) if row.code == "NV02" else row for row in file.rows)
        done = await again(commune, file.model_copy(update={"rows": rows}))
        assert done.differences == ()


# --- in use


@pytest.mark.parametrize(
    ("changes", "refusal", "old", "new"),
    [
        ({"NV01": {"deadline": "30/6/2026"}}, "limit_by_file", "31/3/2026", "30/6/2026"),
        ({"NV07": {"deadline": "30/6/2026"}}, "limit_by_file", "Theo lộ trình của Tỉnh", "30/6/2026"),
        ({"NV02": {"lead": FRONT}}, "lead_by_file", POLICE, FRONT),
        ({"CT01": {"doer": FRONT}}, "lead_by_file", POLICE, FRONT),
        ({"NV03": {"name": "Tập huấn"}}, "code_of_other_text", "Tập huấn kỹ năng số", "Tập huấn"),
        ({"NV05": {"note": "xem phụ lục 2"}}, "code_of_other_text", "xem phụ lục", "xem phụ lục 2"),
        ({"NV07": {"coordinating": None}}, "code_of_other_text", FRONT, "–"),
        (
            {"CT02": {"target": {"printed": "≥ 60%", "unit": "%", "comparator": "at_least", "values": [60]}}},
            "code_of_other_text",
            "≥ 50%",
            "≥ 60%",
        ),
    ],
)
async def test_a_plan_in_use_takes_no_other_text_limit_or_lead(
    in_use: Commune, changes: dict[str, dict[str, Any]], refusal: str, old: str, new: str
) -> None:
    error = await refused(in_use, with_rows(small_plan(), changes), refusal)
    assert [error.figures["code"]] == list(changes)
    assert old in str(error.figures["old"]) and new in str(error.figures["new"])


async def test_a_limit_before_the_day_of_issue_is_shown_without_a_span(in_use: Commune) -> None:
    changed = with_rows(small_plan(), {"NV01": {"deadline": "trước 01/2026"}})
    error = await refused(in_use, changed, "limit_by_file")
    assert error.figures["new"] == "trước 01/2026 (31/12/2025)"


async def test_a_row_dropped_from_a_plan_in_use_moves_nothing(in_use: Commune) -> None:
    error = await refused(in_use, without(small_plan(), "NV01"), "code_of_other_text")
    assert (error.figures["code"], error.figures["new"]) == ("NV01", "Rà soát dữ liệu dân cư")
    assert {each.code for each in error.differences} == {f"NV0{n}" for n in range(1, 7)}
    # Left out at the end it moves nothing, and stays.
    before = await past(in_use)
    assert (await again(in_use, without(small_plan(), "NV07"))).absent == ("NV07",)
    assert await past(in_use) == before


@pytest.mark.parametrize("head", [{"title": "Kế hoạch khác"}, {"issuer": "Đảng ủy xã"}])
async def test_the_head_of_a_plan_in_use_stays(in_use: Commune, head: dict[str, str]) -> None:
    error = await refused(in_use, with_head(small_plan(), **head), "head_by_file")
    assert error.figures["new"] in head.values()


async def test_another_standing_office_is_not_taken_while_in_use(in_use: Commune) -> None:
    file = small_plan().model_copy(update={"standing_office": FRONT})
    error = await refused(in_use, file, "head_by_file")
    assert (error.figures["old"], error.figures["new"]) == (OFFICE, FRONT)


async def test_order_and_spelling_change_nothing_of_a_plan_in_use(in_use: Commune) -> None:
    before = await past(in_use)
    file = small_plan()
    shuffled = file.model_copy(update={"rows": tuple(reversed(file.rows))})
    louder = with_rows(shuffled, {"NV02": {"name": "RÀ SOÁT DỮ LIỆU DÂN CƯ", "deadline": "quý II/2026"}})
    done = await again(in_use, louder)
    assert (done.added, done.changed, len(done.unchanged)) == ((), (), 9)
    assert await past(in_use) == before


async def test_what_the_office_did_in_chat_is_no_reason_to_refuse_the_file(in_use: Commune) -> None:
    row_id = await in_use.row_id("NV01")
    await set_limit(
        in_use.desk,
        await in_use.member(Role.COMMITTEE, POLICE),
        row_id=row_id,
        due_on=date(2026, 8, 1),
        reason="Công văn 1",
        now=NOW,
        key=key(),
    )
    unit = await in_use.unit(OFFICE)
    await rename_unit(in_use.desk, in_use.office, unit_id=unit.id, name="Văn phòng cấp ủy", now=NOW)
    before = await past(in_use)
    assert (await again(in_use, small_plan())).changed == ()
    assert await past(in_use) == before
    assert (await in_use.leads("NV01"))[0].standing.due_on == date(2026, 8, 1)


async def test_a_new_row_of_a_plan_in_use_stands_from_that_day(in_use: Commune) -> None:
    before = await past(in_use)
    file = small_plan()
    more = type(file.rows[0]).model_validate(task("NV08", "Phủ sóng 5G", FRONT, "30/9/2026"))
    longer = file.model_copy(update={"rows": (*file.rows, more)})
    assert (await again(in_use, longer)).added == ("NV08",)
    assert await past(in_use) == before
    assert await in_use.leading("NV08") == {FRONT}
    shown = (await export(in_use.desk, "hoa-binh", None, LATER))["rows"][-1]
    assert (shown["code"], shown["starts_on"], shown["due_on"]) == ("NV08", "2026-06-16", "2026-09-30")
    # It comes again without it, with it, and never as another.
    after = await export(in_use.desk, "hoa-binh", LATER, LATER)
    for same in (longer, file):
        done = await again(in_use, same)
        assert (done.added, done.changed, done.absent) == ((), (), ())
    for change, refusal in (
        ({"name": "Phủ sóng 4G"}, "code_of_added_task"),
        ({"deadline": "31/10/2026"}, "limit_by_file"),
        ({"lead": POLICE}, "lead_by_file"),
    ):
        await refused(in_use, with_rows(longer, {"NV08": change}), refusal)
    assert await export(in_use.desk, "hoa-binh", LATER, LATER) == after


async def test_a_task_the_office_has_added_is_left_alone_and_no_other_takes_its_code(in_use: Commune) -> None:
    wanted = NewTask("Phủ sóng 5G", (await in_use.unit(FRONT)).id, "30/9/2026")
    await add_task(
        in_use.desk,
        in_use.office,
        locality_id=in_use.id,
        wanted=WantedTask(wanted, "Công văn 1"),
        printed=Printed("Bổ sung", "Nhiệm vụ bổ sung"),
        now=NOW,
        key=key(),
    )
    before = await export(in_use.desk, "hoa-binh", LATER, LATER)
    file = small_plan()

    def longer(name: str) -> PlanFile:
        more = type(file.rows[0]).model_validate(task("NV08", name, FRONT, "30/09/2026", group="II"))
        return file.model_copy(update={"rows": (*file.rows, more)})

    for same in (file, longer("phủ sóng  5G")):
        done = await again(in_use, same)
        assert (done.added, done.changed, done.absent, done.differences) == ((), (), (), ())
    error = await refused(in_use, longer("Lắp wifi"), "code_of_added_task")
    assert (error.figures["old"], error.figures["new"]) == ("Phủ sóng 5G", "Lắp wifi")
    assert await export(in_use.desk, "hoa-binh", LATER, LATER) == before


async def test_a_plan_whose_year_is_over_takes_no_new_row(in_use: Commune) -> None:
    file = small_plan()
    more = type(file.rows[0]).model_validate(task("NV08", "Phủ sóng 5G", FRONT, "30/9/2026"))
    before = await everything(in_use)
    with pytest.raises(TransitionRefused):
        await load(
            in_use.desk, file.model_copy(update={"rows": (*file.rows, more)}), now=datetime(2027, 1, 2, tzinfo=UTC)
        )
    assert await everything(in_use) == before


async def test_a_long_text_is_shown_where_it_parts(in_use: Commune) -> None:
    words = "một hai ba bốn năm sáu bảy tám chín mười " * 12
    file = with_rows(small_plan(), {"NV06": {"name": words + "a"}})
    error = await refused(in_use, file, "code_of_other_text")
    assert error.figures["old"] == "Kết nối Internet"
    assert len(str(error.figures["new"])) <= 161


# --- units


def renamed(file: PlanFile, unit: str, **changes: Any) -> PlanFile:
    """The file with one unit otherwise, in its cells too."""
    units = tuple(each.model_copy(update=changes) if each.name == unit else each for each in file.units)
    rows = {
        row.code: {cell: text.replace(unit, changes["name"])}
        for row in file.rows
        for cell in ("lead", "doer", "tracker", "coordinating")
        if (text := getattr(row, cell)) and unit in text
    }
    return with_rows(file.model_copy(update={"units": units}), rows)


async def test_a_unit_that_only_accents_tell_from_another_is_not_taken_for_it(commune: Commune) -> None:
    following = with_head(small_plan(), year=2027, number="1/KH-UBND")
    other = "Công ạn xã"
    before = await everything(commune)
    with pytest.raises(BadInput) as caught:
        await again(commune, renamed(following, POLICE, name=other))
    assert (caught.value.key, caught.value.figures) == ("unit_other_accents", {"name": other, "known": POLICE})
    assert await everything(commune) == before
    for spelled in (
        renamed(following, POLICE, name="CONG AN XA"),
        renamed(following, POLICE, name=other, aliases=(POLICE,)),
    ):
        await again(commune, spelled)
        assert [unit.name for unit in (await commune.book()).units.values() if "Công" in unit.name] == [POLICE]


async def test_a_unit_that_had_ended_runs_again_where_next_years_plan_gives_it_something(commune: Commune) -> None:
    file = small_plan()
    extra = type(file.units[0])(name="Hội Nông dân", kind="union")
    with_extra = file.model_copy(update={"units": (*file.units, extra)})
    await again(commune, with_extra)
    unit = await commune.unit("Hội Nông dân")
    await end_unit(commune.desk, commune.office, unit_id=unit.id, now=NOW)
    await again(commune, with_extra)
    assert unit.id not in (await commune.book()).units
    following = with_rows(with_head(with_extra, year=2027, number="1/KH-UBND"), {"NV07": {"lead": "Hội Nông dân"}})
    await again(commune, following)
    book = await commune.book()
    assert book.units[unit.id].name == "Hội Nông dân"
    assert await commune.leading("NV07") == {"Hội Nông dân"}


# --- at the same time


async def test_an_opening_that_is_being_set_is_waited_for_and_seen(
    postgresql_database: Database, tmp_path: Path
) -> None:
    commune = await settled(postgresql_database, tmp_path)
    (lead,) = await commune.leads("NV02")
    async with commune.desk.db.write() as opening:
        # What an opening does, held still between its two steps.
        await events.standing(opening, lead.assignment.id, for_update=True)
        changed = with_rows(small_plan(), {"NV02": {"name": "Việc khác"}})
        loading = asyncio.ensure_future(again(commune, changed))
        async with asyncio.timeout(30), commune.desk.db.read() as looking:
            while not await looking.scalar(_WAITING):
                await asyncio.sleep(0)
        body = Opening(Decimal(30))
        await events.insert_event(opening, lead.assignment.id, commune.id, NOW, None, body, key())
        await audit.append(opening, commune.id, NOW, None, "opening", {"assignment": lead.assignment.id})
    with pytest.raises(FileRefused):
        await loading
