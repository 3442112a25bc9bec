"""Units, groups and community teams on the real plans, and the lead assignments that follow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.plan.plan import UnitKind, UnitRole
from bot.domain.work.events import Closing, HandOver
from bot.domain.work.lifecycle import State
from bot.services.core import ledger
from bot.services.plan.load_plan import load
from bot.services.plan.open_plan import plan_status
from bot.services.plan.set_opening import Stated, set_opening
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.units.assign_teams import ALL, add_teams, confirm_work, set_work, team_work
from bot.services.units.edit_groups import GroupChanged, confirm_group, see_group, set_member
from bot.services.units.edit_units import (
    add_alias,
    add_unit,
    end_unit,
    list_units,
    remove_alias,
    rename_unit,
    see_unit,
)
from bot.services.units.follow_groups import Reasons
from bot.storage.engine.database import Database
from bot.storage.records import events, plans
from tests import at_rest
from tests.services.communes import NOW, Commune, a_commune, a_desk, key, plan_file

OFFICE, POLICE = "Phòng Văn hóa - Xã hội", "Công an phường"
GROUP, SCHOOLS = "Các cơ quan, đơn vị", "Các trường học trên địa bàn"
REASONS = Reasons(left="Không còn thuộc nhóm", back="Trở lại nhóm")


@pytest_asyncio.fixture
async def commune(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Commune]:
    """Phước Bình, loaded and not in use: collective leads, a group of schools with one member, 28 teams."""
    yield await a_commune(a_desk(sqlite_database, tmp_path), "phuoc-binh")


async def member_set(commune: Commune, group: str, unit: str, *, member: bool) -> GroupChanged:
    return await set_member(
        commune.desk,
        commune.office,
        group_id=await commune.group_id(group),
        unit_id=(await commune.unit(unit)).id,
        member=member,
        reasons=REASONS,
        now=NOW,
        key=key(),
    )


async def a_school(commune: Commune, name: str = "Trường Tiểu học Phước Bình A") -> str:
    await add_unit(commune.desk, commune.office, name=name, kind=UnitKind.SCHOOL, now=NOW)
    return name


# --- units


async def test_the_directory_keeps_teams_apart(commune: Commune) -> None:
    units = await list_units(commune.desk, commune.office)
    assert len(units.teams) == 28
    assert all(unit.kind is not UnitKind.COMMUNITY_TEAM for unit in units.units)
    assert any(group.name == SCHOOLS for group in units.groups)


async def test_only_the_office_sees_and_changes_the_directory(commune: Commune) -> None:
    officer = await commune.member(Role.HEAD, POLICE)
    unit = await commune.unit(POLICE)
    row_id = await commune.row_id("NV01")
    group_id = await commune.group_id(GROUP)
    attempts = [
        list_units(commune.desk, officer),
        see_unit(commune.desk, officer, unit_id=unit.id, now=NOW),
        rename_unit(commune.desk, officer, unit_id=unit.id, name="Công an", now=NOW),
        add_alias(commune.desk, officer, unit_id=unit.id, alias="CA", now=NOW),
        remove_alias(commune.desk, officer, unit_id=unit.id, alias="CA", now=NOW),
        add_unit(commune.desk, officer, name="Đội", kind=UnitKind.OTHER, now=NOW),
        end_unit(commune.desk, officer, unit_id=unit.id, now=NOW),
        see_group(commune.desk, officer, group_id=group_id),
        confirm_group(commune.desk, officer, group_id=group_id, now=NOW),
        add_teams(commune.desk, officer, names=["Tổ 1"], now=NOW),
        team_work(commune.desk, officer),
        confirm_work(commune.desk, officer, now=NOW),
        set_work(commune.desk, officer, row_id=row_id, coordinates=True, now=NOW),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            await attempt


async def test_a_renamed_unit_is_still_found_by_what_the_plan_prints(commune: Commune) -> None:
    unit = await commune.unit(POLICE)
    before = await commune.leading("NV08")
    card = await rename_unit(commune.desk, commune.office, unit_id=unit.id, name=" Công an  Phước Bình. ", now=NOW)
    assert (card.unit.name, card.old_name, card.note) == ("Công an Phước Bình", POLICE, "unit_renamed")
    assert POLICE in card.unit.aliases
    assert await commune.leading("NV08") == before - {POLICE} | {"Công an Phước Bình"}
    report = await load(commune.desk, plan_file("phuoc-binh"), now=NOW)
    assert not report.added and not report.changed
    assert len([u for u in (await commune.book()).units.values() if "Công an" in u.name]) == 1
    again = await rename_unit(commune.desk, commune.office, unit_id=unit.id, name="Công an Phước Bình", now=NOW)
    assert again.note is None
    assert await commune.audited("unit_renamed") == 1


async def test_a_spelling_of_another_unit_or_group_is_refused_and_says_whose(commune: Commune) -> None:
    unit = await commune.unit(POLICE)
    for name, owner in (("phòng văn hóa và xã hội", OFFICE), ("PHÒNG VĂN HÓA - XÃ HỘI", OFFICE), (GROUP, GROUP)):
        for change in (
            add_alias(commune.desk, commune.office, unit_id=unit.id, alias=name, now=NOW),
            rename_unit(commune.desk, commune.office, unit_id=unit.id, name=name, now=NOW),
        ):
            with pytest.raises(BadInput) as refused:
                await change
            assert (refused.value.key, refused.value.figures["owner"]) == ("name_taken", owner)


async def test_a_spelling_comes_and_goes(commune: Commune) -> None:
    unit = await commune.unit(POLICE)
    card = await add_alias(commune.desk, commune.office, unit_id=unit.id, alias="Đội CA", now=NOW)
    assert "Đội CA" in card.unit.aliases
    assert (await add_alias(commune.desk, commune.office, unit_id=unit.id, alias="Đội CA", now=NOW)).note is None
    card = await remove_alias(commune.desk, commune.office, unit_id=unit.id, alias="đội ca", now=NOW)
    assert "Đội CA" not in card.unit.aliases
    assert (await remove_alias(commune.desk, commune.office, unit_id=unit.id, alias="Đội CA", now=NOW)).note is None


async def test_a_spelling_that_the_plan_uses_or_that_is_the_name_stays(commune: Commune) -> None:
    unit = await commune.unit(OFFICE)
    with pytest.raises(BadInput) as is_name:
        await remove_alias(commune.desk, commune.office, unit_id=unit.id, alias=OFFICE, now=NOW)
    assert is_name.value.key == "alias_is_name"
    await rename_unit(commune.desk, commune.office, unit_id=unit.id, name="Phòng Xã hội số", now=NOW)
    with pytest.raises(TransitionRefused) as refused:
        await remove_alias(commune.desk, commune.office, unit_id=unit.id, alias=OFFICE, now=NOW)
    assert refused.value.key == "alias_in_plan"
    assert str(refused.value.figures["code"]) in (await commune.book()).by_code


async def test_a_unit_renamed_past_recognition_is_not_added_again_by_loading(commune: Commune) -> None:
    unit, before = await commune.unit(POLICE), len((await commune.book()).units)
    await rename_unit(commune.desk, commune.office, unit_id=unit.id, name="Lực lượng trật tự", now=NOW)
    await remove_alias(commune.desk, commune.office, unit_id=unit.id, alias=POLICE, now=NOW)
    await load(commune.desk, plan_file("phuoc-binh"), now=NOW)
    units = (await commune.book()).units
    assert len(units) == before
    assert units[unit.id].name == "Lực lượng trật tự"


async def test_a_group_that_the_office_has_emptied_stays_empty_when_the_plan_is_loaded_again(commune: Commune) -> None:
    await member_set(commune, SCHOOLS, "Trường mẫu giáo Sao Mai", member=False)
    await load(commune.desk, plan_file("phuoc-binh"), now=NOW)
    card = await see_group(commune.desk, commune.office, group_id=await commune.group_id(SCHOOLS))
    assert card.members == ()


@pytest.mark.parametrize("name", ["", " . ", "x", "x" * 151])
async def test_what_is_no_name_is_refused(commune: Commune, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        await add_unit(commune.desk, commune.office, name=name, kind=UnitKind.OTHER, now=NOW)
    assert refused.value.key == "unit_name_invalid"


async def test_a_unit_that_leads_something_open_does_not_end_and_says_what(commune: Commune) -> None:
    unit = await commune.unit(POLICE)
    card = await see_unit(commune.desk, commune.office, unit_id=unit.id, now=NOW)
    with pytest.raises(TransitionRefused) as refused:
        await end_unit(commune.desk, commune.office, unit_id=unit.id, now=NOW)
    assert refused.value.key == "unit_leads"
    assert card.open_codes[0] in str(refused.value.figures["codes"])
    with pytest.raises(TransitionRefused) as office:
        await end_unit(commune.desk, commune.office, unit_id=(await commune.unit(OFFICE)).id, now=NOW)
    assert office.value.key == "unit_is_office"


async def test_a_unit_that_leads_nothing_ends_and_leaves_its_groups(commune: Commune) -> None:
    name = await a_school(commune)
    unit = await commune.unit(name)
    await member_set(commune, "Các Hội đoàn thể", name, member=True)
    visitor = await commune.member(Role.OFFICER, name)
    with pytest.raises(TransitionRefused) as refused:
        await end_unit(commune.desk, commune.office, unit_id=unit.id, now=NOW)
    assert refused.value.key == "unit_has_members"
    from bot.storage.records import people

    async with commune.desk.db.write() as conn:
        await people.end_membership(conn, visitor.memberships[0].id, NOW, None)
    await end_unit(commune.desk, commune.office, unit_id=unit.id, now=NOW)
    book = await commune.book()
    assert unit.id not in book.units
    assert all(unit.id not in {m.unit_id for m in group.members} for group in book.groups)
    with pytest.raises(NotFound):
        await see_unit(commune.desk, commune.office, unit_id=unit.id, now=NOW)
    with pytest.raises(BadInput) as taken:
        await add_alias(commune.desk, commune.office, unit_id=(await commune.unit(POLICE)).id, alias=name, now=NOW)
    assert taken.value.key == "name_of_ended"


async def test_a_unit_added_twice_is_there_once(commune: Commune) -> None:
    name = await a_school(commune)
    card = await add_unit(commune.desk, commune.office, name=name, kind=UnitKind.SCHOOL, now=NOW)
    assert card.note == "unit_known"
    assert await commune.audited("unit_added") == 1


# --- groups


async def test_confirming_a_group_takes_its_members_and_their_leads_as_they_are(commune: Commune) -> None:
    status = await plan_status(commune.desk, commune.office, now=NOW)
    proposed = {row.code for row in dict(status.doubts)["lead_proposed"]}
    card = await see_group(commune.desk, commune.office, group_id=await commune.group_id(GROUP))
    assert card.proposed == len(card.members) == 10
    for _ in range(2):
        changed = await confirm_group(commune.desk, commune.office, group_id=card.group.id, now=NOW)
        assert changed.card.proposed == 0
    assert await commune.audited("group_confirmed") == 1
    assert not any(lead.assignment.proposed for lead in await commune.leads("NV08"))
    assert any(lead.assignment.proposed for lead in await commune.leads("NV10"))
    after = await plan_status(commune.desk, commune.office, now=NOW)
    assert {row.code for row in dict(after.doubts)["lead_proposed"]} == proposed - {row.code for row in card.rows}


async def test_a_school_that_joins_the_group_leads_at_once(commune: Commune) -> None:
    name = await a_school(commune)
    assert await commune.leading("NV25") == {"Trường mẫu giáo Sao Mai"}
    for _ in range(2):
        changed = await member_set(commune, SCHOOLS, name, member=True)
    assert changed.followed.begun == ()
    assert await commune.leading("NV25") == {"Trường mẫu giáo Sao Mai", name}
    fresh = next(lead for lead in await commune.leads("NV25") if lead.standing.state is State.NOT_REPORTED)
    assert fresh.standing.due_on is not None
    assert await commune.audited("group_member_added") == 1
    async with commune.desk.db.read() as conn:
        for lead in await commune.leads("NV25"):
            light = await at_rest.light(conn, lead.assignment.id)
            assert light.colour is lead.verdict.colour


async def test_a_member_who_reported_nothing_stops_leading_without_a_trace(commune: Commune) -> None:
    await set_opening(
        commune.desk,
        commune.office,
        row_id=await commune.row_id("NV08"),
        stated=Stated(Decimal(20)),
        now=NOW,
        key=key(),
    )
    changed = await member_set(commune, GROUP, POLICE, member=False)
    assert "NV08" in changed.followed.ended
    assert changed.followed.closed == ()
    assert POLICE not in await commune.leading("NV08")


async def test_a_member_who_has_reported_is_closed_and_comes_back_where_it_was(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, POLICE)
    police = (await commune.unit(POLICE)).id
    lead = next(one for one in await commune.leads("NV08") if one.standing.unit_id == police)
    await report(
        commune.desk, officer, assignment_id=lead.assignment.id, said=SaidProgress(Decimal(30)), now=NOW, key=key()
    )
    changed = await member_set(commune, GROUP, POLICE, member=False)
    assert changed.followed.closed == ("NV08",)
    async with commune.desk.db.read() as conn:
        happened = await events.events_of(conn, lead.assignment.id)
    assert isinstance(happened[-1].body, Closing)
    assert happened[-1].body.reason == REASONS.left
    closed = next(one for one in await commune.leads("NV08") if one.assignment.id == lead.assignment.id)
    assert closed.standing.state is State.CLOSED
    back = await member_set(commune, GROUP, POLICE, member=True)
    assert "NV08" in back.followed.begun
    again = next(one for one in await commune.leads("NV08") if one.assignment.id == lead.assignment.id)
    assert (again.standing.state, again.standing.percent) == (State.IN_PROGRESS, 30)


async def test_completed_work_and_work_handed_on_stay_when_the_member_leaves(commune: Commune) -> None:
    police, trade = (await commune.unit(POLICE)).id, (await commune.unit("Phòng Kinh tế, Hạ tầng và Đô thị")).id
    done = next(one for one in await commune.leads("NV08") if one.standing.unit_id == police)
    handed = next(one for one in await commune.leads("NV11") if one.standing.unit_id == police)
    await set_opening(
        commune.desk,
        commune.office,
        row_id=done.row.id,
        stated=Stated(completed_on=date(2026, 3, 1), source="Số 7"),
        assignment_ids=[done.assignment.id],
        now=NOW,
        key=key(),
    )
    await member_set(commune, GROUP, "Phòng Kinh tế, Hạ tầng và Đô thị", member=False)
    async with commune.desk.db.write() as conn:
        book = await commune.desk.books.of(conn, commune.id)
        body = HandOver(trade, "Giao lại")
        await ledger.record(conn, book, handed.assignment.id, body, person_id=None, now=NOW, key=key())
    changed = await member_set(commune, GROUP, POLICE, member=False)
    assert not {"NV08", "NV11"} & {*changed.followed.ended, *changed.followed.closed}
    assert POLICE in await commune.leading("NV08")
    assert "Phòng Kinh tế, Hạ tầng và Đô thị" in await commune.leading("NV11")
    # The one who was handed the work is not given it a second time.
    back = await member_set(commune, GROUP, "Phòng Kinh tế, Hạ tầng và Đô thị", member=True)
    assert "NV11" not in back.followed.begun


async def test_an_empty_group_leaves_its_rows_to_the_standing_office(commune: Commune) -> None:
    changed = await member_set(commune, SCHOOLS, "Trường mẫu giáo Sao Mai", member=False)
    assert (changed.followed.begun, changed.followed.ended) == (("NV25",), ("NV25",))
    assert await commune.leading("NV25") == {OFFICE}
    status = await plan_status(commune.desk, commune.office, now=NOW)
    assert [row.code for row in dict(status.doubts)["group_empty"]] == ["NV25"]
    changed = await member_set(commune, SCHOOLS, "Trường mẫu giáo Sao Mai", member=True)
    assert await commune.leading("NV25") == {"Trường mẫu giáo Sao Mai"}
    status = await plan_status(commune.desk, commune.office, now=NOW)
    assert "group_empty" not in dict(status.doubts)


async def test_a_unit_printed_in_the_cell_itself_stays_whatever_the_group_becomes(commune: Commune) -> None:
    # A row that names a unit beside its group: the unit leads by its own right.
    async with commune.desk.db.write() as conn:
        book = await commune.desk.books.of(conn, commune.id)
        row = book.by_code["NV08"]
        await plans.save_row(conn, replace(row, lead_as_printed=f"{POLICE}; {row.lead_as_printed}"), folded="")
        await plans.bump_version(conn, commune.id)
    changed = await member_set(commune, GROUP, POLICE, member=False)
    assert "NV08" not in changed.followed.ended
    assert POLICE in await commune.leading("NV08")


async def test_the_office_of_another_locality_changes_no_group_here(commune: Commune) -> None:
    other = await a_commune(commune.desk, "dong-phu")
    with pytest.raises(NotFound):
        await confirm_group(commune.desk, other.office, group_id=await commune.group_id(GROUP), now=NOW)
    foreign = (await other.unit("Trung tâm Dịch vụ tổng hợp")).id
    with pytest.raises(NotFound):
        await set_member(
            commune.desk,
            commune.office,
            group_id=await commune.group_id(GROUP),
            unit_id=foreign,
            member=True,
            reasons=REASONS,
            now=NOW,
            key=key(),
        )


# --- teams


async def test_what_the_teams_coordinate_is_confirmed_for_all_of_them(commune: Commune) -> None:
    work = await team_work(commune.desk, commune.office)
    assert work.teams == 28 and work.team is None
    assert work.rows and all(row.proposed + row.confirmed == 28 for row in work.rows)
    for _ in range(2):
        work = await confirm_work(commune.desk, commune.office, now=NOW)
        assert work.proposed == 0
    assert await commune.audited("team_work_confirmed") == 1


async def test_a_row_is_given_to_all_teams_or_to_one_and_taken_again(commune: Commune) -> None:
    team = (await list_units(commune.desk, commune.office)).teams[3]
    free = (await team_work(commune.desk, commune.office)).others[0]
    for _ in range(2):
        one = await set_work(commune.desk, commune.office, row_id=free.id, team_id=team.id, coordinates=True, now=NOW)
    assert one.team == team and free.id in {row.row.id for row in one.rows}
    assert await commune.audited("team_work_given") == 1
    partly = await team_work(commune.desk, commune.office, team_id=ALL)
    assert next(row.confirmed for row in partly.rows if row.row.id == free.id) == 1
    assert free.id in {row.id for row in partly.others}
    whole = await set_work(commune.desk, commune.office, row_id=free.id, coordinates=True, now=NOW)
    assert next(row.confirmed for row in whole.rows if row.row.id == free.id) == 28
    gone = await set_work(commune.desk, commune.office, row_id=free.id, coordinates=False, now=NOW)
    assert free.id not in {row.row.id for row in gone.rows}
    card = await see_unit(commune.desk, commune.office, unit_id=team.id, now=NOW)
    assert card.coordinates == len(gone.rows)


async def test_new_teams_are_given_what_all_teams_share(commune: Commune) -> None:
    shared = len((await team_work(commune.desk, commune.office)).rows)
    names = ["Tổ công nghệ số cộng đồng khu phố 29", "Tổ công nghệ số cộng đồng khu phố 1", POLICE]
    added = await add_teams(commune.desk, commune.office, names=names, now=NOW)
    assert (added.added, added.known, added.taken) == ((names[0],), (names[1],), ((POLICE, POLICE),))
    book = await commune.book()
    assert book.plan is not None
    new = await commune.unit(names[0])
    assert new.kind is UnitKind.COMMUNITY_TEAM
    async with commune.desk.db.read() as conn:
        held = await events.assignments(conn, book.plan.id, role=UnitRole.COORDINATE)
    own = [each for each in held if each.unit_id == new.id]
    assert len(own) == shared and all(each.proposed for each in own)
    again = await add_teams(commune.desk, commune.office, names=names[:2], now=NOW)
    assert (again.added, len(again.known)) == ((), 2)


@pytest.mark.parametrize("names", [[], [f"Tổ {n}" for n in range(101)]])
async def test_too_few_or_too_many_teams_are_refused(commune: Commune, names: list[str]) -> None:
    with pytest.raises(BadInput) as refused:
        await add_teams(commune.desk, commune.office, names=names, now=NOW)
    assert refused.value.key == "teams_count"


async def test_a_unit_that_is_no_team_has_no_team_work(commune: Commune) -> None:
    with pytest.raises(NotFound):
        await team_work(commune.desk, commune.office, team_id=(await commune.unit(POLICE)).id)
