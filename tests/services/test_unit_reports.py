"""A report of a whole unit is recorded once, by whom it is for to send, while it is taken, with what it must hold."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Ask, OnceRule, PeriodRule, ReportingRules, UnitReport
from bot.domain.plan.periods import PeriodKind
from bot.domain.work.events import Closing
from bot.services.core import ledger
from bot.services.core.desk import Desk
from bot.services.people.erase_person import erase_person
from bot.services.people.export_person import export_person
from bot.services.reporting.attach_evidence import drop_unattached, forget
from bot.services.reporting.prepare_unit_report import UnitReportTarget, look
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.reporting.send_unit_report import SaidOfUnit, UnitReceipt, UnitReportMoved, send, show_files
from bot.services.reporting.unit_duties import units_asked
from bot.storage.engine.database import Database
from bot.storage.records import audit, files, plans, unit_reports
from tests.conversations.talks import refusal_of
from tests.services.wards import a_desk, a_ward
from tests.services.works import NOW, Work, key, some_work

from .works import part_of

MONTH, QUARTER = PeriodRule(PeriodKind.MONTH), PeriodRule(PeriodKind.QUARTER)
RULES = ReportingRules((MONTH, QUARTER), (QUARTER,), (OnceRule("Kế hoạch của đơn vị", date(2026, 6, 20), "20/6"),))
LATE, CLOSED = (datetime(2026, month, day, 3, tzinfo=UTC) for month, day in ((7, 2), (7, 11)))


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A desk on a fresh database, once on each engine."""
    return a_desk(database, tmp_path / "data")


@pytest_asyncio.fixture
async def work(desk: Desk) -> Work:
    """The work of a ward whose units report months and quarters, and a plan of their own by 20 June."""
    work = await some_work(desk)
    async with desk.db.write() as conn:
        await plans.set_settings(conn, work.ward.id, reporting=RULES)
        await plans.bump_version(conn, work.ward.id)
    return work


def summary(work: Work, unit_id: int | None = None) -> UnitReportTarget:
    return UnitReportTarget(work.ward.id, unit_id or work.ward.police, "summary", "2026-Q2")


def once(work: Work) -> UnitReportTarget:
    return UnitReportTarget(work.ward.id, work.ward.police, "once", "2026-06-20")


def upward(work: Work) -> UnitReportTarget:
    return UnitReportTarget(work.ward.id, work.ward.office, "upward", "2026-Q2")


async def sent(
    work: Work, who: Visitor | None = None, target: UnitReportTarget | None = None, **said: Any
) -> UnitReceipt:
    settings: dict[str, Any] = {"note": "Đã làm", "now": NOW, "key": key()} | said
    of_unit = part_of(SaidOfUnit, settings)
    return await send(work.desk, who or work.officer, target=target or summary(work), said=of_unit, **settings)


async def stored(work: Work, target: UnitReportTarget | None = None) -> tuple[UnitReport, ...]:
    asked = target or summary(work)
    async with work.desk.db.read() as conn:
        plan = await plans.plan_of(conn, work.ward.id)
        assert plan is not None and await audit.verify(conn, work.ward.id) is None
        return await unit_reports.of_duty(conn, plan.id, asked.unit_id, Ask(asked.ask), asked.period)


async def test_it_is_recorded_with_words_and_files_that_stay_with_it(work: Work) -> None:
    first, second = await work.photo(), await work.photo()
    given = await sent(work, note="  Đã cấp 900 tài khoản ", files=(first.id, second.id))
    assert (given.report.note, given.report.late, given.files) == ("Đã cấp 900 tài khoản", False, 2)
    assert await stored(work) == (given.report,)
    # Nothing else takes them, and nothing wipes them.
    assert await forget(work.desk, work.officer, (first.id,), now=NOW) == 0
    assert await drop_unattached(work.desk, older_than=NOW + timedelta(days=99)) == 0
    again = report(
        work.desk,
        work.officer,
        assignment_id=work.by_code["NV01"],
        said=SaidProgress(files=(first.id,)),
        now=NOW,
        key=key(),
    )
    assert await refusal_of(again) == "percent_unreadable"
    refused = sent(work, files=(first.id,))
    assert await refusal_of(refused) == "file_not_usable"
    read = await show_files(work.desk, work.officer, report_id=given.report.id)
    assert [each.evidence.id for each in read.files] == [first.id, second.id]


async def test_it_is_met_then_for_that_unit_ask_and_period(work: Work) -> None:
    await sent(work, nothing_new=True, note=None)
    async with work.desk.db.read() as conn:
        plan = await plans.plan_of(conn, work.ward.id)
        assert plan is not None
        assert await unit_reports.met(conn, plan.id) == {(work.ward.police, "summary", "2026-Q2")}
        assert await unit_reports.met(conn, plan.id + 1) == frozenset()


async def test_the_same_update_twice_is_one_report_also_once_it_has_closed(work: Work) -> None:
    photo = await work.photo()
    first = await sent(work, key="update:1", files=(photo.id,), seen=0)
    again = await sent(work, key="update:1", files=(photo.id,), seen=0, now=CLOSED)
    assert (again.report, again.files) == (first.report, 1)
    assert len(await stored(work)) == 1


async def test_a_second_report_stands_beside_the_first_where_its_sender_has_seen_that(work: Work) -> None:
    first = await sent(work, seen=0)
    with pytest.raises(UnitReportMoved):
        await sent(work, seen=0)
    second = await sent(work, note="Thêm", seen=first.report.id, now=LATE)
    assert [(each.note, each.late) for each in await stored(work)] == [("Đã làm", False), ("Thêm", True)]
    assert second.before.sent == (first.report,)


async def test_of_two_who_send_at_once_on_one_card_one_is_told(work: Work) -> None:
    other = await work.ward.member(Role.HEAD, work.ward.police)
    both = await asyncio.gather(*(sent(work, who, seen=0) for who in (work.officer, other)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in both) == ["UnitReceipt", "UnitReportMoved"]
    assert len(await stored(work)) == 1


async def test_officer_and_head_send_for_their_unit_and_nobody_else(work: Work) -> None:
    ward = work.ward
    await sent(work, await ward.member(Role.HEAD, ward.police))
    others = [(Role.OFFICER, ward.division), (Role.OFFICE, ward.office), (Role.APPRAISER, ward.police)]
    others += [(Role.COMMITTEE, ward.police), (Role.TEAM, ward.team)]
    for role, unit in others:
        with pytest.raises(NotAllowed):
            await sent(work, await ward.member(role, unit))
    stranger = await a_ward(work.desk, "dong-phu", "Đồng Phú", "xã")
    with pytest.raises(NotFound):
        await sent(work, await stranger.member(Role.OFFICER, stranger.police))
    assert len(await stored(work)) == 1


async def test_the_office_alone_reports_upward_and_sums_up_nothing_for_itself(work: Work) -> None:
    ward = work.ward
    office, officer = await ward.member(Role.OFFICE, ward.office), await ward.member(Role.OFFICER, ward.office)
    given = await sent(work, office, upward(work), nothing_new=True)
    assert (given.report.unit_id, given.report.ask, given.report.nothing_new) == (ward.office, Ask.UPWARD, False)
    with pytest.raises(NotAllowed):
        await sent(work, officer, upward(work))
    assert await refusal_of(sent(work, office, upward(work), note=None, nothing_new=True)) == "unit_report_empty"
    assert await refusal_of(sent(work, office, summary(work, ward.office))) == "unit_report_not_asked"


async def test_a_one_off_duty_needs_a_file(work: Work) -> None:
    for said in ({}, {"nothing_new": True}):
        assert await refusal_of(sent(work, target=once(work), **said)) == "unit_report_file_needed"
    photo = await work.photo()
    given = await sent(work, target=once(work), note=None, files=(photo.id,))
    assert (given.report.period, given.report.note, given.files) == ("2026-06-20", None, 1)


async def test_a_report_that_says_nothing_is_none(work: Work) -> None:
    with pytest.raises(BadInput):
        await sent(work, note="  ")
    assert await refusal_of(sent(work, note="x" * 2001)) == "note_too_long"
    assert await stored(work) == ()


async def test_a_file_of_another_person_is_not_carried(work: Work) -> None:
    other = await work.ward.member(Role.OFFICER, work.ward.police)
    photo = await work.photo(other)
    assert await refusal_of(sent(work, files=(photo.id,))) == "file_not_usable"
    assert await stored(work) == ()


async def test_it_is_taken_from_its_opening_until_it_closes(work: Work) -> None:
    third = UnitReportTarget(work.ward.id, work.ward.police, "summary", "2026-Q3")
    assert await refusal_of(sent(work, target=third)) == "unit_report_not_open"
    assert (await sent(work, now=LATE)).report.late
    with pytest.raises(TransitionRefused):
        await sent(work, now=CLOSED)
    assert (
        await refusal_of(sent(work, target=UnitReportTarget(work.ward.id, work.ward.police, "summary", "2026-H1")))
        == "not_found"
    )
    assert await refusal_of(sent(work, target=UnitReportTarget(work.ward.id, work.ward.police, "x", ""))) == "not_found"
    # The first quarter opened on the day of use.
    first = await look(work.desk, work.officer, target=UnitReportTarget(*_of(work), "summary", "2026-Q1"), now=NOW)
    assert first.refusal is not None and first.refusal.key == "unit_report_closed"


def _of(work: Work) -> tuple[int, int]:
    return work.ward.id, work.ward.police


async def test_a_unit_whose_every_row_is_closed_is_asked_no_more(work: Work) -> None:
    division = await work.ward.member(Role.OFFICER, work.ward.division)
    async with work.desk.db.write() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        body = Closing("Cấp trên rút")
        await ledger.record(conn, book, work.by_code["NV02"], body, person_id=None, now=NOW, key=key())
    assert await refusal_of(sent(work, division, summary(work, work.ward.division))) == "unit_report_not_asked"


async def test_a_unit_whose_work_begins_after_the_due_day_has_nothing_to_sum_up_but_owes_its_plan(work: Work) -> None:
    from bot.services.core.board import leads

    async with work.desk.db.read() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        found = await leads(conn, book, date(2026, 6, 15))
    asked = {(duty.ask.value, duty.period): set(units_asked(duty, found, book)) for duty in book.unit_duties}
    police, division, office = work.ward.police, work.ward.division, work.ward.office
    assert asked["summary", "2026-Q2"] == {police}, "NV02 begins with the third quarter"
    assert asked["summary", "2026-Q3"] == asked["once", "2026-06-20"] == {police, division}
    assert asked["upward", "2026-Q2"] == {office}


async def test_who_reads_evidence_may_read_it(work: Work) -> None:
    given = await sent(work)
    ward = work.ward
    for role in (Role.APPRAISER, Role.COMMITTEE, Role.OFFICE):
        assert (
            await show_files(work.desk, await ward.member(role, ward.office), report_id=given.report.id)
        ).files == ()
    for role, unit in ((Role.OFFICER, ward.division), (Role.TEAM, ward.team)):
        with pytest.raises(NotAllowed):
            await show_files(work.desk, await ward.member(role, unit), report_id=given.report.id)
    other = await a_ward(work.desk, "dong-phu", "Đồng Phú", "xã")
    with pytest.raises(NotFound):
        await show_files(work.desk, await other.member(Role.OFFICE, other.office), report_id=given.report.id)


async def test_export_hands_it_out_and_erasing_leaves_it_to_the_unit_without_a_name(work: Work) -> None:
    photo = await work.photo()
    given = await sent(work, note="Số liệu của quý", files=(photo.id,))
    kept = await export_person(work.desk, telegram_id=work.officer.telegram_id, now=NOW)
    assert [(each["note"], each["period"]) for each in kept["unit_reports"]] == [("Số liệu của quý", "2026-Q2")]
    assert [each["unit_report_id"] for each in kept["evidence"]] == [given.report.id]
    await erase_person(work.desk, telegram_id=work.officer.telegram_id, now=NOW)
    assert await stored(work) == (given.report,)
    async with work.desk.db.read() as conn:
        carried = await files.evidence_of_unit_report(conn, given.report.id)
    assert [each.id for each in carried] == [photo.id]
    head = await work.ward.member(Role.HEAD, work.ward.police)
    assert (await show_files(work.desk, head, report_id=given.report.id)).report.note == "Số liệu của quý"
