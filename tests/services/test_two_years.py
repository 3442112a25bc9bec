"""Next year's plan is loaded while this year's is in use: who works with which, until one takes the other's place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.errors import NotFound, TienDoError, TransitionRefused
from bot.domain.people.evidence import Evidence
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import UnitKind, UnitRole
from bot.services.appraising import appraise, reopen
from bot.services.core.board import Lead, leads
from bot.services.core.book import Book
from bot.services.plan import set_limit, set_opening
from bot.services.plan.load_plan import load
from bot.services.plan.open_plan import plan_status, put_in_use
from bot.services.plan.opening_by_workbook import make_workbook
from bot.services.plan.set_opening import Stated
from bot.services.reminding import mute, prepare_nudge
from bot.services.reminding.nudge import nudge
from bot.services.reporting.list_work import find_work, work_in
from bot.services.reporting.meet_milestone import meet
from bot.services.reporting.prepare_report import look
from bot.services.reporting.quick_report import read_message
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.reporting.withdraw_report import withdraw
from bot.services.rows.export_plan import export
from bot.services.rows.list_rows import my_work, red_rows
from bot.services.rows.search_rows import search
from bot.services.rows.show_row import find, show, show_files
from bot.services.units.assign_teams import add_teams, confirm_work, set_work, team_work
from bot.services.units.edit_groups import see_group, set_member
from bot.services.units.edit_units import add_alias, add_unit, end_unit, remove_alias, see_unit
from bot.services.units.follow_groups import Reasons
from bot.storage.engine.database import Database
from bot.storage.records import audit, events, files, plans
from tests.services.communes import Commune, a_commune, a_desk, a_year_later, key, plan_file

OFFICE, POLICE = "Phòng Văn hóa - Xã hội", "Công an phường"
GROUP = "Các cơ quan, đơn vị"
DECEMBER = datetime(2026, 12, 15, 1, 0, tzinfo=UTC)
LAST_NIGHT = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
NEXT = a_year_later(plan_file("ba-ngoi"))


@pytest_asyncio.fixture
async def commune(database: Database, tmp_path: Path) -> AsyncIterator[Commune]:
    """Ba Ngòi with its plan of 2026 in use and that of 2027 loaded, once on each engine."""
    made = await a_commune(a_desk(database, tmp_path), "ba-ngoi", in_use=True)
    await load(made.desk, NEXT, now=DECEMBER)
    yield made
    async with database.read() as conn:
        assert await audit.verify(conn, made.id) is None


async def of_year(commune: Commune, year: int) -> Book:
    async with commune.desk.db.read() as conn:
        return await commune.desk.books.of(conn, commune.id, year)


async def lead_of(commune: Commune, year: int, code: str, unit: str | None = None) -> Lead:
    """The lead assignment of a row (by a unit) in the plan of a year."""
    book = await of_year(commune, year)
    async with commune.desk.db.read() as conn:
        found = [each for each in await leads(conn, book, date(year, 12, 31)) if each.row.code == code]
    return next(each for each in found if unit in (None, book.unit_name(each.standing.unit_id)))


async def used(commune: Commune, now: datetime = JANUARY) -> int:
    """The id of the plan of 2027, now in use."""
    status = await plan_status(commune.desk, commune.office, now=now)
    return (await put_in_use(commune.desk, commune.office, plan_id=status.plan.id, now=now)).plan.id


async def refused(work: Awaitable[object]) -> TienDoError:
    with pytest.raises(TienDoError) as caught:
        await work
    return caught.value


async def sent(commune: Commune, who: Visitor, lead: Lead, percent: int, now: datetime, **more: Any) -> int:
    said = SaidProgress(Decimal(percent), **more)
    receipt = await report(commune.desk, who, assignment_id=lead.assignment.id, said=said, now=now, key=key())
    return receipt.number


async def a_file(commune: Commune, who: Visitor, now: datetime, sha256: str = "ab" * 32) -> int:
    """The id of a file the person has given."""
    assert who.person is not None
    async with commune.desk.db.write() as conn:
        await files.add_file(conn, sha256, 7, "application/pdf", now)
        given = Evidence(0, commune.id, who.person.id, sha256, "a.pdf", "application/pdf", 7, now, {})
        kept = await files.add_evidence(conn, given, key())
    return kept.id


# --- while the plan of 2026 is in hand


async def test_for_people_nothing_changes_when_the_next_plan_is_loaded(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, POLICE)
    async with commune.desk.db.read() as conn:
        work = await work_in(conn, await commune.desk.books.of(conn, commune.id), officer, DECEMBER)
    assert {each.lead.terms.year for each in work.subjects} == {2026}
    assert (await my_work(commune.desk, officer, now=DECEMBER)).year == 2026
    assert len((await red_rows(commune.desk, officer, now=DECEMBER)).entries) > 30
    found = await search(commune.desk, officer, words="công dân", now=DECEMBER)
    assert found.year == 2026 and found.entries
    assert await read_message(commune.desk, officer, "NV16 60%") is not None
    (subject,) = await find_work(commune.desk, officer, code="nv17", now=DECEMBER)
    assert subject.lead.terms.year == 2026
    await sent(commune, officer, subject.lead, 60, DECEMBER)
    assert (await lead_of(commune, 2026, "NV17")).standing.percent == 60
    assert (await lead_of(commune, 2027, "NV17")).standing.percent == 0


async def test_an_officer_does_nothing_yet_with_a_row_of_the_next_plan(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, POLICE)
    lead = await lead_of(commune, 2027, "NV17", POLICE)
    card = await show(commune.desk, officer, row_id=lead.row.id, now=DECEMBER)
    assert (card.code, card.year, card.in_use, card.is_over) == ("NV17/2027", 2027, False, False)
    assert not any(each.may_report for each in card.leads)
    ids = {"assignment_id": lead.assignment.id, "now": DECEMBER}
    for work in (
        look(commune.desk, officer, **ids),
        report(commune.desk, officer, said=SaidProgress(Decimal(5)), key=key(), **ids),
        find_work(commune.desk, officer, code="NV17/2027", now=DECEMBER),
        mute.see_mute(commune.desk, officer, row_id=lead.row.id),
        nudge(commune.desk, commune.office, key=key(), **ids),
        prepare_nudge.find_chases(commune.desk, commune.office, code="NV17/2027", now=DECEMBER),
    ):
        error = await refused(work)
        assert (error.key, error.figures) == ("plan_not_begun", {"year": 2027})


async def test_the_office_opens_the_next_plan_and_leaves_the_one_in_hand(commune: Commune) -> None:
    status = await plan_status(commune.desk, commune.office, now=DECEMBER)
    assert (status.plan.year, status.before.year if status.before else 0) == (2027, 2026)
    assert (status.usable_from, status.can_be_used) == (date(2027, 1, 1), False)
    assert {row.row.plan_id for row in status.rows} == {status.plan.id}
    for year, key_of_refusal in ((2027, None), (2026, "already_in_use")):
        lead = await lead_of(commune, year, "NV17")
        work = set_opening.set_opening(
            commune.desk, commune.office, row_id=lead.row.id, stated=Stated(Decimal(25)), now=DECEMBER, key=key()
        )
        if key_of_refusal is None:
            assert {each.standing.percent for each, _ in (await work).leads} == {25}
        else:
            assert (await refused(work)).key == key_of_refusal
    made = await make_workbook(
        commune.desk, commune.office, locality_id=commune.id, words=lambda _: ("", ""), now=DECEMBER
    )
    assert made.name.endswith("-2027.xlsx")
    undated = next(row.row for row in status.undated)
    limit = await set_limit.set_limit(
        commune.desk,
        commune.office,
        row_id=undated.id,
        due_on=date(2027, 6, 30),
        reason="Số 4",
        now=DECEMBER,
        key=key(),
    )
    assert {each.standing.due_on for each in limit.leads} == {date(2027, 6, 30)}


async def test_another_standing_office_begins_with_its_plan(database: Database, tmp_path: Path) -> None:
    commune = await a_commune(a_desk(database, tmp_path), "ba-ngoi", in_use=True)
    await load(commune.desk, NEXT.model_copy(update={"standing_office": POLICE}), now=DECEMBER)

    async def office(year: int | None) -> str:
        async with commune.desk.db.read() as conn:
            book = await commune.desk.books.of(conn, commune.id, year)
        return book.unit_name(book.locality.standing_office_id or 0)

    assert [await office(year) for year in (None, 2026, 2027)] == [OFFICE, OFFICE, POLICE]
    await used(commune)
    assert [await office(year) for year in (None, 2026, 2027)] == [POLICE, OFFICE, POLICE]


# --- from which day on


@pytest.mark.parametrize("now", [DECEMBER, LAST_NIGHT])
async def test_a_plan_takes_the_place_of_one_in_use_on_1_january_at_the_earliest(
    commune: Commune, now: datetime
) -> None:
    error = await refused(used(commune, now))
    assert (type(error), error.key) == (TransitionRefused, "plan_too_early")
    assert error.figures == {"year": 2027, "before": 2026, "first": 2027}
    assert (await of_year(commune, 2027)).plan.in_use_on is None  # type: ignore[union-attr]
    assert (await commune.book()).plan.year == 2026  # type: ignore[union-attr]
    await used(commune, NEW_YEAR)
    assert (await commune.book()).plan.in_use_on == date(2027, 1, 1)  # type: ignore[union-attr]


async def test_loading_in_use_is_refused_whole_and_for_an_older_plan_too(database: Database, tmp_path: Path) -> None:
    commune = await a_commune(a_desk(database, tmp_path), "ba-ngoi", in_use=True)
    assert (await refused(load(commune.desk, NEXT, now=DECEMBER, in_use=True))).key == "plan_too_early"
    assert len((await commune.book()).plans) == 1
    await load(commune.desk, NEXT, now=JANUARY, in_use=True)
    assert (await commune.book()).plan.year == 2027  # type: ignore[union-attr]
    head = NEXT.plan.model_copy(update={"year": 2025})
    older = NEXT.model_copy(update={"plan": head})
    assert (await refused(load(commune.desk, older, now=JANUARY, in_use=True))).key == "plan_over"


async def test_before_any_plan_is_in_use_the_newest_is_in_hand_and_may_be_used(
    database: Database, tmp_path: Path
) -> None:
    commune = await a_commune(a_desk(database, tmp_path), "ba-ngoi")
    await load(commune.desk, NEXT, now=DECEMBER)
    assert (await commune.book()).plan.year == 2027  # type: ignore[union-attr]
    status = await plan_status(commune.desk, commune.office, now=DECEMBER)
    assert (status.before, status.usable_from, status.can_be_used) == (None, None, True)
    await used(commune, DECEMBER)
    old = (await of_year(commune, 2026)).plan
    assert old is not None
    error = await refused(put_in_use(commune.desk, commune.office, plan_id=old.id, now=DECEMBER))
    assert (error.key, error.figures) == ("plan_over", {"year": 2026})


async def test_the_button_of_the_plan_in_hand_still_says_that_it_is_in_use(commune: Commune) -> None:
    plan = (await commune.book()).plan
    assert plan is not None
    again = await put_in_use(commune.desk, commune.office, plan_id=plan.id, now=DECEMBER)
    assert again.plan == plan
    assert await commune.audited("plan_in_use") == 0


# --- once the plan of 2027 is in use


async def test_last_year_can_be_read_and_not_be_changed(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, POLICE)
    judge = await commune.member(Role.APPRAISER, OFFICE, "Lê Thị Thơ")
    lead = await lead_of(commune, 2026, "NV17", POLICE)
    evidence = await a_file(commune, officer, DECEMBER)
    number = await sent(commune, officer, lead, 100, DECEMBER, files=[evidence])
    assert (await plan_status(commune.desk, commune.office, now=JANUARY)).waiting == 1
    await used(commune)

    card = await show(commune.desk, officer, row_id=lead.row.id, now=JANUARY)
    assert (card.code, card.year, card.is_over, card.files) == ("NV17/2026", 2026, True, 1)
    assert not any(each.may_report or each.may_reopen for each in card.leads)
    assert (await show_files(commune.desk, officer, row_id=lead.row.id, now=JANUARY)).files
    case = await appraise.case(commune.desk, judge, assignment_id=lead.assignment.id, report_id=number, now=JANUARY)
    assert (case.over, case.may_judge, case.decision) == (2026, False, None)
    assert (await appraise.queue(commune.desk, judge, now=JANUARY)).waiting == ()

    at = {"assignment_id": lead.assignment.id, "now": JANUARY}
    row = {"row_id": lead.row.id, "now": JANUARY}
    desk, office = commune.desk, commune.office
    for work in (
        look(desk, officer, **at),
        report(desk, officer, said=SaidProgress(Decimal(5)), key=key(), **at),
        withdraw(desk, officer, event_id=number, key=key(), **at),
        meet(desk, officer, milestone=0, key=key(), **at),
        find_work(desk, officer, code="NV17/2026", now=JANUARY),
        appraise.accept(desk, judge, report_id=number, key=key(), **at),
        appraise.give_back(desk, judge, report_id=number, reason="Thiếu", key=key(), **at),
        reopen.look(desk, office, **at),
        nudge(desk, office, key=key(), **at),
        prepare_nudge.find_chases(desk, office, code="NV17/2026", now=JANUARY),
        set_limit.look(desk, office, **row),
        set_limit.set_limit(desk, office, due_on=date(2027, 3, 1), reason="Số 1", key=key(), **row),
        set_opening.look(desk, office, **row),
        set_work(desk, office, row_id=lead.row.id, coordinates=True, now=JANUARY),
        mute.mute(desk, officer, row_id=lead.row.id, until=date(2027, 3, 1)),
    ):
        error = await refused(work)
        assert (error.key, error.figures) == ("plan_over", {"year": 2026}), work
    async with commune.desk.db.read() as conn:
        assert len(await events.events_of(conn, lead.assignment.id)) == 1


async def test_a_report_that_was_sent_in_time_is_answered_again_after_the_change(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, POLICE)
    lead = await lead_of(commune, 2026, "NV17", POLICE)
    again = key()
    for now in (DECEMBER, JANUARY):
        receipt = await report(
            commune.desk, officer, assignment_id=lead.assignment.id, said=SaidProgress(Decimal(40)), now=now, key=again
        )
        assert (receipt.recorded.after.percent, receipt.recorded.repeated) == (40, now == JANUARY)
        if now == DECEMBER:
            await used(commune)


async def test_a_code_means_the_plan_in_hand_and_with_a_year_that_of_the_year(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, POLICE)

    async def year_of(code: str) -> set[int]:
        rows = [match.row for match in await find(commune.desk, officer, code=code)]
        years = {(await of_year(commune, year)).plan.id: year for year in (2026, 2027)}  # type: ignore[union-attr]
        return {years[row.plan_id] for row in rows}

    assert [await year_of(code) for code in ("nv17", "NV17/2026", "nv 17/2027")] == [{2026}, {2026}, {2027}]
    await used(commune)
    assert [await year_of(code) for code in ("nv17", "NV17/2026", "nv 17/2027")] == [{2027}, {2026}, {2027}]
    with pytest.raises(NotFound):
        await find(commune.desk, officer, code="NV17/2025")
    (subject,) = await find_work(commune.desk, officer, code="NV17/2027", now=JANUARY)
    assert subject.lead.terms.year == 2027


async def test_the_export_of_an_instant_is_of_the_plan_in_hand_then(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, POLICE)
    await sent(commune, officer, await lead_of(commune, 2026, "NV17", POLICE), 60, DECEMBER)
    await used(commune)

    async def shown(at: datetime | None) -> tuple[str, float]:
        data = await export(commune.desk, "ba-ngoi", at, JANUARY)
        row = next(each for each in data["rows"] if each["code"] == "NV17")
        return data["locality"]["plan_issued_on"], row["percent"]

    assert await shown(None) == await shown(JANUARY) == ("2026-12-10", 0)
    assert await shown(NEW_YEAR) == await shown(DECEMBER) == ("2026-02-01", 60)
    assert await shown(datetime(2026, 7, 1, tzinfo=UTC)) == ("2026-02-01", 0)
    assert await shown(datetime(2026, 3, 1, tzinfo=UTC)) == ("2026-02-01", 0)


async def test_a_file_of_last_year_is_known_when_it_is_sent_again(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, POLICE)
    judge = await commune.member(Role.APPRAISER, OFFICE, "Lê Thị Thơ")
    first = await a_file(commune, officer, DECEMBER)
    await sent(commune, officer, await lead_of(commune, 2026, "NV17", POLICE), 100, DECEMBER, files=[first])
    await used(commune)
    second = await a_file(commune, officer, JANUARY)
    lead = await lead_of(commune, 2027, "NV17", POLICE)
    number = await sent(commune, officer, lead, 100, JANUARY, files=[second])
    case = await appraise.case(commune.desk, judge, assignment_id=lead.assignment.id, report_id=number, now=JANUARY)
    assert [(use.code, use.day) for given in case.files for use in given.used] == [("NV17/2026", date(2026, 12, 15))]


# --- the directory is one for both


async def leading(commune: Commune, year: int, code: str) -> set[str]:
    book = await of_year(commune, year)
    async with commune.desk.db.read() as conn:
        found = await leads(conn, book, date(year, 12, 31))
    return {book.unit_name(each.standing.unit_id) for each in found if each.row.code == code}


async def set_police(commune: Commune, *, member: bool) -> tuple[str, ...]:
    changed = await set_member(
        commune.desk,
        commune.office,
        group_id=await commune.group_id(GROUP),
        unit_id=(await commune.unit(POLICE)).id,
        member=member,
        reasons=Reasons("Ra", "Vào"),
        now=DECEMBER,
        key=key(),
    )
    return changed.followed.begun if member else changed.followed.ended


async def test_a_change_of_a_group_is_followed_by_the_plan_being_opened(commune: Commune) -> None:
    card = await see_group(commune.desk, commune.office, group_id=await commune.group_id(GROUP))
    assert {row.plan_id for row in card.rows} == {(await of_year(commune, 2027)).plan.id}  # type: ignore[union-attr]
    assert "NV03" in await set_police(commune, member=False)
    assert POLICE in await leading(commune, 2026, "NV03")
    assert POLICE not in await leading(commune, 2027, "NV03")
    assert "NV03" in await set_police(commune, member=True)
    assert POLICE in await leading(commune, 2027, "NV03")


async def test_rows_loaded_later_are_led_by_the_members_the_office_has_settled_on(
    database: Database, tmp_path: Path
) -> None:
    commune = await a_commune(a_desk(database, tmp_path), "ba-ngoi", in_use=True)
    await set_police(commune, member=False)
    await load(commune.desk, NEXT, now=DECEMBER)
    assert await leading(commune, 2027, "NV03") == await leading(commune, 2026, "NV03")
    assert POLICE not in await leading(commune, 2027, "NV03")


async def test_a_unit_of_either_plan_cannot_end_and_coordinates_neither_once_it_has(commune: Commune) -> None:
    async with commune.desk.db.write() as conn:
        for lead in (await lead_of(commune, 2026, "NV17", POLICE), await lead_of(commune, 2027, "NV17", POLICE)):
            for each in await events.standings(conn, lead.row.plan_id):
                if each[1].unit_id == lead.standing.unit_id and lead.terms.year == 2026:
                    await events.end_assignment(conn, each[0].id, DECEMBER)
        await plans.bump_version(conn, commune.id)
    police = (await commune.unit(POLICE)).id
    card = await see_unit(commune.desk, commune.office, unit_id=police, now=DECEMBER)
    assert card.open_codes and all(code.endswith("/2027") for code in card.open_codes)
    error = await refused(end_unit(commune.desk, commune.office, unit_id=police, now=DECEMBER))
    assert error.key == "unit_leads" and "NV17/2027" in str(error.figures["codes"])

    fresh = await add_unit(commune.desk, commune.office, name="Hội Khuyến học", kind=UnitKind.UNION, now=DECEMBER)
    async with commune.desk.db.write() as conn:
        for year in (2026, 2027):
            lead = await lead_of(commune, year, "NV16")
            standing = replace(lead.standing, unit_id=fresh.unit.id)
            await events.add_assignment(conn, lead.row, UnitRole.COORDINATE, standing)
    card = await see_unit(commune.desk, commune.office, unit_id=fresh.unit.id, now=DECEMBER)
    assert card.coordinates == 2
    await end_unit(commune.desk, commune.office, unit_id=fresh.unit.id, now=DECEMBER)
    async with commune.desk.db.read() as conn:
        for year in (2026, 2027):
            plan = (await of_year(commune, year)).plan
            assert plan is not None
            held = await events.assignments(conn, plan.id, role=UnitRole.COORDINATE)
            assert fresh.unit.id not in {each.unit_id for each in held}


async def test_a_spelling_of_either_plan_is_kept(database: Database, tmp_path: Path) -> None:
    file = plan_file("ba-ngoi")
    spelt = [row.model_copy(update={"lead": "CA phường"}) if row.code == "NV17" else row for row in NEXT.rows]
    units = [u.model_copy(update={"aliases": (*u.aliases, "CA phường")}) if u.name == POLICE else u for u in file.units]
    commune = await a_commune(a_desk(database, tmp_path), "ba-ngoi", in_use=True)
    police = (await commune.unit(POLICE)).id
    await add_alias(commune.desk, commune.office, unit_id=police, alias="CA phường", now=DECEMBER)
    await load(commune.desk, NEXT.model_copy(update={"rows": tuple(spelt), "units": tuple(units)}), now=DECEMBER)
    error = await refused(remove_alias(commune.desk, commune.office, unit_id=police, alias="CA phường", now=DECEMBER))
    assert (error.key, error.figures["code"]) == ("alias_in_plan", "NV17/2027")
    assert POLICE in await leading(commune, 2027, "NV17")


async def test_new_teams_coordinate_in_both_plans_and_are_settled_in_the_next(commune: Commune) -> None:
    name = "Tổ công nghệ số cộng đồng tổ dân phố 9"
    await add_teams(commune.desk, commune.office, names=[name], now=DECEMBER)
    team = (await commune.unit(name)).id
    held: dict[int, int] = {}
    for year in (2026, 2027):
        book = await of_year(commune, year)
        held[year] = sum(team in units for units in book.teams.values())
    assert held[2026] == held[2027] > 0
    work = await team_work(commune.desk, commune.office)
    assert {each.row.plan_id for each in work.rows} == {(await of_year(commune, 2027)).plan.id}  # type: ignore[union-attr]
    assert (await confirm_work(commune.desk, commune.office, now=DECEMBER)).proposed == 0


async def test_loading_last_year_s_plan_again_touches_its_own_rows_only(commune: Commune) -> None:
    file = plan_file("ba-ngoi")
    more = file.rows[-1].model_copy(update={"code": "NV99", "name": "Việc thêm", "lead": POLICE})
    await load(commune.desk, file.model_copy(update={"rows": (*file.rows, more)}), now=DECEMBER)
    assert await leading(commune, 2026, "NV99") == {POLICE}
    assert "NV99" not in (await of_year(commune, 2027)).by_code
