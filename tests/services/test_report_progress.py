"""A report is recorded once, on the standing its sender saw, with the files that are the sender's to give."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.work.events import Appraisal, MilestoneMet, Report
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import Share
from bot.services.core import ledger
from bot.services.core.desk import Desk
from bot.services.reporting import attach_evidence, report_progress
from bot.services.reporting.list_work import Work as OwnWork
from bot.services.reporting.list_work import find_work, work_in
from bot.services.reporting.meet_milestone import meet
from bot.services.reporting.prepare_report import look
from bot.services.reporting.report_progress import Moved, Receipt, SaidProgress, mark_of, report
from bot.services.reporting.withdraw_report import withdraw
from bot.storage.engine.database import Database
from bot.storage.records import audit, events, files
from tests.services.wards import a_desk
from tests.services.works import NOW, Work, key, some_work

from .works import part_of


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A desk on a fresh database, once on each engine."""
    return a_desk(database, tmp_path / "data")


@pytest_asyncio.fixture
async def work(desk: Desk) -> Work:
    """The work of a ward."""
    return await some_work(desk)


async def send(work: Work, code: str, percent: str | None = None, **said: Any) -> Receipt:
    """A report of a row by its code."""
    who = said.pop("who", work.officer)
    settings: dict[str, Any] = {"now": NOW, "key": key()}
    if percent is not None:
        settings["percent"] = Decimal(percent)
    settings |= said
    progress = part_of(SaidProgress, settings)
    return await report(work.desk, who, assignment_id=work.by_code[code], said=progress, **settings)


async def judge(work: Work, code: str, *, accepted: bool, now: datetime = NOW) -> None:
    """The complete report of a row is judged."""
    async with work.desk.db.write() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        found = await events.standing(conn, work.by_code[code])
        assert found is not None
        body = Appraisal(found[1].report_id or 0, accepted, None if accepted else "ảnh mờ")
        await ledger.record(conn, book, work.by_code[code], body, person_id=None, now=now, key=key())


async def events_of(work: Work, code: str) -> list[object]:
    """The bodies of a row's events, from the database."""
    async with work.desk.db.read() as conn:
        return [event.body for event in await events.events_of(conn, work.by_code[code])]


async def test_a_report_is_an_event_with_note_and_receipt(work: Work) -> None:
    receipt = await send(work, "NV01", "40", note="  đã trình dự thảo ")
    assert receipt.recorded.before.percent == 0
    assert receipt.recorded.after.state is State.IN_PROGRESS
    assert receipt.withdraw_until == NOW + timedelta(minutes=15)
    [body] = await events_of(work, "NV01")
    assert isinstance(body, Report) and body.percent == 40 and body.note == "đã trình dự thảo"
    async with work.desk.db.read() as conn:
        assert await audit.verify(conn, work.ward.id) is None
        found = await events.standing(conn, work.by_code["NV01"])
    assert found is not None and found[1].percent == 40 and found[1].report_id == receipt.number


async def test_the_same_update_twice_is_one_report_with_the_same_receipt(work: Work) -> None:
    seen = (await look(work.desk, work.officer, assignment_id=work.by_code["NV01"], now=NOW)).mark
    said = {"key": "update:same", "seen": seen}
    first = await send(work, "NV01", "40", **said)
    again = await send(work, "NV01", "40", **said, now=NOW + timedelta(minutes=3))
    assert first.number == again.number
    assert first.recorded.after.percent == again.recorded.after.percent
    assert first.withdraw_until == again.withdraw_until
    assert len(await events_of(work, "NV01")) == 1


async def test_a_complete_report_needs_a_file(work: Work) -> None:
    with pytest.raises(BadInput, match="evidence_needed"):
        await send(work, "NV01", "100")
    assert await events_of(work, "NV01") == []
    photo = await work.photo()
    receipt = await send(work, "NV01", "100", files=(photo.id,))
    assert receipt.recorded.after.state is State.AWAITING
    async with work.desk.db.read() as conn:
        [kept] = await files.evidence(conn, [photo.id])
    assert (kept.assignment_id, kept.event_id) == (work.by_code["NV01"], receipt.number)


async def test_files_of_earlier_reports_may_be_chosen_again_but_not_those_of_other_work(work: Work) -> None:
    photo = await work.photo()
    earlier = await send(work, "NV01", "40", files=(photo.id,))
    with pytest.raises(BadInput, match="file_not_usable"):
        await send(work, "NV07", "100", files=(photo.id,))
    await send(work, "NV01", "100", files=(photo.id,))
    async with work.desk.db.read() as conn:
        [kept] = await files.evidence(conn, [photo.id])
    assert kept.event_id == earlier.number


async def test_a_file_of_another_person_cannot_be_taken(work: Work) -> None:
    colleague = await work.ward.member(Role.OFFICER, work.ward.police, "Trần Thị Bình")
    photo = await work.photo(colleague)
    with pytest.raises(BadInput, match="file_not_usable"):
        await send(work, "NV01", "100", files=(photo.id,))
    with pytest.raises(BadInput, match="file_not_usable"):
        await send(work, "NV01", "100", files=(photo.id + 1000,))


async def test_a_lower_percent_asks_for_its_reason_but_not_after_a_return(work: Work) -> None:
    await send(work, "NV01", "40")
    with pytest.raises(BadInput, match="reason_needed"):
        await send(work, "NV01", "30", reason="  ")
    await send(work, "NV01", "30", reason="tỉnh đổi yêu cầu")
    photo = await work.photo()
    await send(work, "NV01", "100", files=(photo.id,))
    await judge(work, "NV01", accepted=False)
    receipt = await send(work, "NV01", "10")
    assert receipt.recorded.after.state is State.RETURNED


@pytest.mark.parametrize("percent", ["150", "-1", "100.5", "NaN"])
async def test_a_percent_outside_its_bounds_is_refused(work: Work, percent: str) -> None:
    with pytest.raises(BadInput, match="percent_out_of_range"):
        await send(work, "NV01", percent)


async def test_an_indicator_keeps_value_share_and_the_percent_they_make(work: Work) -> None:
    receipt = await send(work, "CT01", share=Share(Decimal(7650), Decimal(9000)), files=((await work.photo()).id,))
    assert receipt.body.value == 85 and receipt.body.percent == 100
    assert receipt.body.share == Share(Decimal(7650), Decimal(9000))
    receipt = await send(work, "CT02", value=Decimal(20))
    assert receipt.body.percent == 50
    receipt = await send(work, "CT03", value=Decimal(3))
    assert receipt.body.percent == 75
    with pytest.raises(BadInput, match="value_unreadable"):
        await send(work, "CT02", "40")
    with pytest.raises(BadInput, match="percent_unreadable"):
        await send(work, "NV01", value=Decimal(4))
    with pytest.raises(BadInput, match="value_no_share"):
        await send(work, "CT04", share=Share(Decimal(1), Decimal(2)))


async def test_unchanged_repeats_percent_value_and_share(work: Work) -> None:
    await send(work, "CT01", share=Share(Decimal(45), Decimal(90)))
    receipt = await send(work, "CT01", unchanged=True)
    assert receipt.body.unchanged and receipt.body.value == 50
    assert receipt.body.share == Share(Decimal(45), Decimal(90))


async def test_a_report_serves_the_month_and_is_told_when_late(work: Work) -> None:
    async with work.desk.db.write() as conn:
        from bot.domain.plan.duties import PeriodRule, ReportingRules
        from bot.domain.plan.periods import PeriodKind
        from bot.storage.records import plans

        rules = ReportingRules(units=(PeriodRule(PeriodKind.MONTH),))
        await plans.set_settings(conn, work.ward.id, reporting=rules)
        await plans.bump_version(conn, work.ward.id)
    june = await send(work, "NV01", "40")
    assert june.duty is not None and june.duty.period == "2026-06" and not june.body.late
    late = await send(work, "NV07", "40", now=NOW.replace(month=7, day=3))
    assert late.duty is not None and late.duty.period == "2026-06" and late.body.late
    then = await send(work, "NV07", "50", now=NOW.replace(month=7, day=3, hour=2))
    assert then.duty is not None and then.duty.period == "2026-07" and not then.body.late


async def test_work_of_another_unit_and_of_another_locality_is_refused(work: Work) -> None:
    with pytest.raises(NotAllowed, match="not_lead"):
        await send(work, "NV02", "40")
    elsewhere = await some_work(work.desk, "dong-phu", "Đồng Phú")
    with pytest.raises(NotFound, match="not_found"):
        await send(elsewhere, "NV01", "40", who=work.officer)
    with pytest.raises(NotFound, match="not_found"):
        await report(work.desk, work.officer, assignment_id=99999, said=SaidProgress(Decimal(1)), now=NOW, key=key())
    with pytest.raises(NotAllowed, match="not_invited"):
        await send(work, "NV01", "40", who=await work.ward.stranger())
    reader = await work.ward.member(Role.COMMITTEE, work.ward.police)
    with pytest.raises(NotAllowed, match="not_lead"):
        await send(work, "NV01", "40", who=reader)


async def test_a_row_taken_from_the_unit_is_not_found_any_more(work: Work) -> None:
    async with work.desk.db.write() as conn:
        await events.end_assignment(conn, work.by_code["NV01"], NOW)
    with pytest.raises(NotFound, match="not_found"):
        await send(work, "NV01", "40")
    with pytest.raises(NotFound, match="not_found"):
        await look(work.desk, work.officer, assignment_id=work.by_code["NV01"], now=NOW)


async def test_of_two_officers_at_once_the_second_is_asked_again(work: Work) -> None:
    colleague = await work.ward.member(Role.HEAD, work.ward.police, "Trần Thị Bình")
    seen = (await look(work.desk, work.officer, assignment_id=work.by_code["NV01"], now=NOW)).mark
    await send(work, "NV01", "60", who=colleague, seen=seen)
    with pytest.raises(Moved):
        await send(work, "NV01", "50", seen=seen)
    assert len(await events_of(work, "NV01")) == 1
    fresh = await look(work.desk, work.officer, assignment_id=work.by_code["NV01"], now=NOW)
    assert fresh.subject.lead.standing.percent == 60 and fresh.mark != seen
    await send(work, "NV01", "70", seen=fresh.mark)


async def test_a_note_has_its_limit(work: Work) -> None:
    await send(work, "NV01", "10", note="n" * 2000)
    with pytest.raises(BadInput, match="note_too_long"):
        await send(work, "NV01", "20", note="n" * 2001)


async def test_what_awaits_or_is_done_takes_no_report(work: Work) -> None:
    photo = await work.photo()
    await send(work, "NV01", "100", files=(photo.id,))
    with pytest.raises(TransitionRefused, match="awaiting"):
        await send(work, "NV01", "50", reason="nhầm")
    await judge(work, "NV01", accepted=True)
    with pytest.raises(TransitionRefused, match="completed"):
        await send(work, "NV01", "50", reason="nhầm")


async def test_a_report_may_be_withdrawn_for_fifteen_minutes_by_its_sender(work: Work) -> None:
    first = await send(work, "NV01", "40")
    second = await send(work, "NV01", "60")
    colleague = await work.ward.member(Role.OFFICER, work.ward.police, "Trần Thị Bình")
    at = {"assignment_id": work.by_code["NV01"], "event_id": second.number}
    with pytest.raises(NotAllowed, match="not_own_report"):
        await withdraw(work.desk, colleague, **at, now=NOW, key=key())
    given = await withdraw(work.desk, work.officer, **at, now=NOW + timedelta(minutes=15), key="update:w")
    assert given.after.lead.standing.percent == 40 and given.report_id == second.number
    again = await withdraw(work.desk, work.officer, **at, now=NOW + timedelta(minutes=16), key="update:w")
    assert again.recorded.repeated and again.after.lead.standing.percent == 40
    with pytest.raises(TransitionRefused, match="withdrawn_already"):
        await withdraw(work.desk, work.officer, **at, now=NOW, key=key())
    late = {"assignment_id": work.by_code["NV01"], "event_id": first.number}
    with pytest.raises(TransitionRefused, match="too_late_to_withdraw"):
        await withdraw(work.desk, work.officer, **late, now=NOW + timedelta(minutes=15, seconds=1), key=key())
    with pytest.raises(NotFound):
        await withdraw(work.desk, work.officer, assignment_id=work.by_code["NV07"], event_id=1, now=NOW, key=key())


async def test_a_milestone_is_met_once_with_note_and_file(work: Work) -> None:
    photo = await work.photo()
    at = {"assignment_id": work.by_code["NV03"], "milestone": 0, "note": "Đề án đã ban hành", "files": (photo.id,)}
    given = await meet(work.desk, work.officer, **at, now=NOW, key="update:m")
    assert given.milestone.due_on == date(2026, 3, 31)
    again = await meet(work.desk, work.officer, **at, now=NOW, key="update:m")
    assert again.recorded.event.id == given.recorded.event.id
    assert await events_of(work, "NV03") == [MilestoneMet(0, "Đề án đã ban hành", (photo.id,))]
    with pytest.raises(TransitionRefused, match="milestone_met"):
        await meet(work.desk, work.officer, **(at | {"files": ()}), now=NOW, key=key())
    with pytest.raises(BadInput, match="no_such_milestone"):
        await meet(work.desk, work.officer, **(at | {"milestone": 7, "files": ()}), now=NOW, key=key())


async def own_work(work: Work, who: Visitor) -> OwnWork:
    async with work.desk.db.read() as conn:
        return await work_in(conn, await work.desk.books.of(conn, work.ward.id), who, NOW)


async def test_the_list_holds_own_open_work_most_urgent_first(work: Work) -> None:
    photo = await work.photo()
    await send(work, "NV07", "100", files=(photo.id,))
    found = await own_work(work, work.officer)
    codes = [subject.lead.row.code for subject in found.subjects]
    assert "NV02" not in codes and "NV07" not in codes and found.awaiting == 1
    assert codes[0] == "NV01"
    with pytest.raises(NotAllowed, match="no_reporting_unit"):
        await own_work(work, await work.ward.member(Role.TEAM, work.ward.team))


@pytest.mark.parametrize("code", ["NV01", "nv1", "NV001", "NV01/2026"])
async def test_a_code_is_found_in_any_spelling(work: Work, code: str) -> None:
    [subject] = await find_work(work.desk, work.officer, code=code, now=NOW)
    assert subject.assignment_id == work.by_code["NV01"]


async def test_a_code_is_told_apart_by_who_leads_it(work: Work) -> None:
    with pytest.raises(NotAllowed) as refused:
        await find_work(work.desk, work.officer, code="NV02", now=NOW)
    assert refused.value.figures["units"] == "Phòng Văn hóa - Xã hội"
    for unknown in ("NV99", "NV01/2025", "xyz"):
        with pytest.raises(NotFound, match="no_such_code"):
            await find_work(work.desk, work.officer, code=unknown, now=NOW)


async def test_a_code_that_fits_two_localities_gives_both(work: Work) -> None:
    both = await in_two_places(work)
    found = await find_work(work.desk, both, code="NV01", now=NOW)
    assert [subject.locality for subject in found] == ["phường Bình Lộc", "phường Đồng Phú"]


async def in_two_places(work: Work) -> Visitor:
    """The officer, now also one of another ward's police."""
    from bot.storage.records import people

    elsewhere = await some_work(work.desk, "dong-phu", "Đồng Phú")
    person = work.officer.person
    assert person is not None
    async with work.desk.db.write() as conn:
        await people.add_membership(conn, person.id, elsewhere.ward.id, elsewhere.ward.police, Role.OFFICER, NOW)
    return await work.ward.visitor(person.telegram_id)


async def test_a_file_sent_before_its_task_was_named_goes_to_the_tasks_locality(work: Work) -> None:
    both = await in_two_places(work)
    photo = await work.photo(both)
    found = await find_work(work.desk, both, code="NV01", now=NOW)
    receipt = await report(
        work.desk,
        both,
        assignment_id=found[1].assignment_id,
        said=SaidProgress(Decimal(100), files=(photo.id,)),
        now=NOW,
        key=key(),
    )
    async with work.desk.db.read() as conn:
        [kept] = await files.evidence(conn, receipt.body.files)
        assert await files.evidence(conn, [photo.id]) == ()
    assert kept.locality_id == found[1].locality_id and kept.sha256 == photo.sha256


async def test_the_same_content_used_before_is_told_with_task_and_day(work: Work) -> None:
    from tests.services.works import a_photo

    content = a_photo()
    first = await work.give(content, "a.png")
    await send(work, "NV01", "40", files=(first.id,))
    second = await work.give(content, "b.png")
    prospect = await look(work.desk, work.officer, assignment_id=work.by_code["NV07"], file_ids=(second.id,), now=NOW)
    assert prospect.files[0].used == (attach_evidence.Use("NV01", date(2026, 6, 15)),)


def test_a_mark_changes_with_whatever_the_card_shows() -> None:
    from bot.domain.work.lifecycle import Standing

    marks = {
        mark_of(Standing(1, None)),
        mark_of(Standing(2, None)),
        mark_of(Standing(1, None, percent=Decimal("12.50"))),
        mark_of(Standing(1, None, report_id=4)),
        mark_of(Standing(1, None, state=State.RETURNED)),
    }
    assert len(marks) == 5
    assert report_progress.clean("  ") is None
