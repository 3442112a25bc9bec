"""Appraising and reopening on a real database: rights, once and only once, who is told and when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.work.lifecycle import State
from bot.i18n import translator
from bot.reminders.letter import read_single
from bot.services.appraising import appraise
from bot.services.appraising.reopen import look, reopen
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.core.telling import awake_from
from bot.services.reporting.report_progress import SaidProgress, report
from bot.storage.engine.database import Connection, Database
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import events, people, plans
from bot.storage.records.files import FileStore
from bot.views.parts.view import View
from tests import notices
from tests.services.wards import a_ward
from tests.services.works import NOW, Work, key, some_work

SOON = NOW + timedelta(days=1)


@pytest_asyncio.fixture
async def work(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Work]:
    """A ward with an officer of the police."""
    yield await some_work(Desk(db=sqlite_database, files=FileStore(tmp_path / "files"), books=Books()))


async def completed(work: Work, code: str = "NV07", who: Visitor | None = None) -> dict[str, int]:
    """The ids of a complete report."""
    photo = await work.photo(who)
    sent = await report(
        work.desk,
        who or work.officer,
        assignment_id=work.by_code[code],
        said=SaidProgress(Decimal(100), files=(photo.id,)),
        now=NOW,
        key=key(),
    )
    return {"assignment_id": work.by_code[code], "report_id": sent.number}


async def told_of(work: Work) -> list[OutboxItem]:
    async with work.desk.db.read() as conn:
        return await notices.waiting(conn)


async def test_the_same_press_twice_is_one_appraisal_and_the_same_answer(work: Work) -> None:
    judge = await work.ward.member(Role.APPRAISER, work.ward.division)
    ids = await completed(work)
    first = await appraise.accept(work.desk, judge, **ids, now=SOON, key="update:a")
    again = await appraise.accept(work.desk, judge, **ids, now=SOON, key="update:a")
    assert again.recorded.repeated and again.recorded.event == first.recorded.event
    assert len(await told_of(work)) == 1
    with pytest.raises(TransitionRefused, match="not_awaiting"):
        await appraise.accept(work.desk, judge, **ids, now=SOON, key="update:b")


async def test_a_return_tells_the_reporter_and_the_heads_and_an_acceptance_the_reporter(work: Work) -> None:
    judge = await work.ward.member(Role.APPRAISER, work.ward.division)
    head = await work.ward.member(Role.HEAD, work.ward.police)
    await work.ward.member(Role.HEAD, work.ward.division)
    ids = await completed(work)
    back = await appraise.give_back(work.desk, judge, **ids, reason=" ảnh mờ ", now=SOON, key=key())
    assert back.lead.standing.state is State.RETURNED and back.reason == "ảnh mờ"
    told = await told_of(work)
    assert work.officer.person and head.person
    assert {n.person_id for n in told} == {work.officer.person.id, head.person.id}
    assert {n.rule for n in told} == {"returned"} and all(n.urgent for n in told)
    async with work.desk.db.read() as conn:
        shown = await shown_of(work, conn, told[0])
    assert shown and "ảnh mờ" in shown.text
    ids = await completed(work)
    async with work.desk.db.read() as conn:
        assert await shown_of(work, conn, told[0]) is None, "no longer true"
    await appraise.accept(work.desk, judge, **ids, now=SOON, key=key())
    accepted = [n for n in await told_of(work) if n.rule == "accepted"]
    assert [n.person_id for n in accepted] == [work.officer.person.id]
    async with work.desk.db.read() as conn:
        assert await shown_of(work, conn, accepted[0], "en")


async def shown_of(work: Work, conn: Connection, item: OutboxItem, language: str = "vi") -> View | None:
    """What the recipient of a notice reads when it is sent."""
    person = await people.person(conn, item.person_id or 0)
    return await read_single(work.desk, conn, item, person, translator(language), SOON)


async def test_work_of_a_unit_whose_reporter_has_left_is_told_to_its_officers(work: Work) -> None:
    judge = await work.ward.member(Role.APPRAISER, work.ward.division)
    other = await work.ward.member(Role.OFFICER, work.ward.police)
    ids = await completed(work)
    async with work.desk.db.write() as conn:
        await people.end_membership(conn, work.officer.memberships[0].id, NOW, None)
    await appraise.give_back(work.desk, judge, **ids, reason="thiếu số liệu", now=SOON, key=key())
    (told,) = await told_of(work)
    assert other.person and told.person_id == other.person.id
    async with work.desk.db.write() as conn:
        await people.end_membership(conn, other.memberships[0].id, NOW, None)
    async with work.desk.db.read() as conn:
        assert await shown_of(work, conn, told) is None


async def test_nobody_is_told_before_the_plan_is_in_use(work: Work) -> None:
    judge = await work.ward.member(Role.APPRAISER, work.ward.division)
    async with work.desk.db.write() as conn:
        plan = await plans.plan_of(conn, work.ward.id)
        assert plan
        await plans.set_in_use(conn, plan.id, None)
        await plans.bump_version(conn, work.ward.id)
    ids = await completed(work)
    assert (await appraise.accept(work.desk, judge, **ids, now=SOON, key=key())).told == 0
    assert await told_of(work) == []


async def test_rights_of_judging(work: Work) -> None:
    ids = await completed(work)
    own_unit = await work.ward.member(Role.APPRAISER, work.ward.police)
    officer = await work.ward.member(Role.OFFICER, work.ward.division)
    committee = await work.ward.member(Role.COMMITTEE, work.ward.office)
    office = await work.ward.member(Role.OFFICE, work.ward.office)
    elsewhere = await (await a_ward(work.desk, "ba-ngoi", "Ba Ngòi")).member(Role.OFFICE, work.ward.office)
    for who, problem in (
        (own_unit, "own_report"),
        (work.officer, "own_report"),
        (officer, "no_right"),
        (committee, "no_right"),
        (elsewhere, "not_found"),
        (await work.ward.stranger(), "not_invited"),
    ):
        with pytest.raises((NotAllowed, NotFound), match=problem):
            await appraise.accept(work.desk, who, **ids, now=SOON, key=key())
    queue = await appraise.queue(work.desk, own_unit, now=SOON)
    assert (len(queue.waiting), queue.own, queue.others) == (0, 1, 0)
    assert len((await appraise.queue(work.desk, office, now=SOON)).waiting) == 1
    assert (await appraise.queue(work.desk, committee, now=SOON)).others == 1
    with pytest.raises(NotAllowed):
        await appraise.queue(work.desk, officer, now=SOON)


async def test_what_is_no_complete_report_is_not_found(work: Work) -> None:
    judge = await work.ward.member(Role.APPRAISER, work.ward.division)
    ids = await completed(work)
    half = await report(
        work.desk, work.officer, assignment_id=work.by_code["NV01"], said=SaidProgress(Decimal(50)), now=NOW, key=key()
    )
    for assignment_id, report_id in (
        (work.by_code["NV01"], half.number),
        (work.by_code["NV01"], ids["report_id"]),
        (999, 999),
    ):
        with pytest.raises(NotFound):
            await appraise.case(work.desk, judge, assignment_id=assignment_id, report_id=report_id, now=SOON)
    for reason, problem in (("  ", "reason_needed"), ("x" * 1001, "reason_too_long")):
        with pytest.raises(BadInput, match=problem):
            await appraise.give_back(work.desk, judge, **ids, reason=reason, now=SOON, key=key())


async def test_a_reason_is_kept_in_one_line_without_signs_that_hide(work: Work) -> None:
    judge = await work.ward.member(Role.APPRAISER, work.ward.division)
    ids = await completed(work)
    hidden = "Dòng 1\n<b>dòng 2</b>\u202e\x07\u200f =1+1"
    back = await appraise.give_back(work.desk, judge, **ids, reason=hidden, now=SOON, key=key())
    assert back.reason == "Dòng 1 <b>dòng 2</b> =1+1"
    again = await completed(work)
    await appraise.accept(work.desk, judge, **again, now=SOON, key=key())
    office = await work.ward.member(Role.OFFICE, work.ward.office)
    at = {"assignment_id": again["assignment_id"]}
    with pytest.raises(BadInput, match="reason_needed"):
        await reopen(work.desk, office, **at, reason="\u202e\u200f\x00", now=SOON, key=key())
    done = await reopen(work.desk, office, **at, reason=hidden, now=SOON, key=key())
    assert done.reason == "Dòng 1 <b>dòng 2</b> =1+1"


def test_a_reason_is_cleaned_in_one_place_alone() -> None:
    bot = Path(__file__).parents[2] / "bot"
    found = [path.name for path in bot.rglob("*.py") if "def clean_reason" in path.read_text()]
    assert found == ["reasons.py"]


async def test_reopening_needs_the_office_a_reason_and_a_limit_that_is_to_come(work: Work) -> None:
    office = await work.ward.member(Role.OFFICE, work.ward.office)
    committee = await work.ward.member(Role.COMMITTEE, work.ward.office)
    ids = await completed(work)
    await appraise.accept(work.desk, office, **ids, now=SOON, key=key())
    at = {"assignment_id": ids["assignment_id"]}
    later = datetime(2026, 8, 3, 2, tzinfo=UTC)
    for who in (work.officer, committee):
        with pytest.raises(NotAllowed):
            await reopen(work.desk, who, **at, reason="sai", due_on=None, now=later, key=key())
    assert (await look(work.desk, office, **at, now=later)).needs_limit
    for due_on in (None, date(2026, 8, 2)):
        with pytest.raises(BadInput, match="new_limit_needed"):
            await reopen(work.desk, office, **at, reason="sai", due_on=due_on, now=later, key=key())
    done = await reopen(work.desk, office, **at, reason="sai", due_on=date(2026, 8, 3), now=later, key="update:r")
    assert (done.lead.standing.state, done.lead.standing.due_on) == (State.IN_PROGRESS, date(2026, 8, 3))
    again = await reopen(work.desk, office, **at, reason="sai", due_on=date(2026, 8, 3), now=later, key="update:r")
    assert again.recorded.repeated
    assert (await look(work.desk, office, **at, now=later)).refusal == "not_completed"
    with pytest.raises(TransitionRefused):
        await reopen(work.desk, office, **at, reason="sai", now=later, key=key())


async def test_rows_of_the_office_itself_are_reopened_by_the_committee(work: Work) -> None:
    office = await work.ward.member(Role.OFFICE, work.ward.office)
    committee = await work.ward.member(Role.COMMITTEE, work.ward.division)
    ids = await completed(work)
    await appraise.accept(work.desk, office, **ids, now=SOON, key=key())
    async with work.desk.db.write() as conn:
        await plans.set_standing_office(conn, work.ward.id, work.ward.police)
        await plans.bump_version(conn, work.ward.id)
    with pytest.raises(NotAllowed):
        await look(work.desk, office, assignment_id=ids["assignment_id"], now=SOON)
    done = await reopen(
        work.desk, committee, assignment_id=ids["assignment_id"], reason="sai số liệu", now=SOON, key=key()
    )
    assert done.lead.standing.state is State.IN_PROGRESS
    async with work.desk.db.read() as conn:
        assert len(await events.events_of(conn, ids["assignment_id"])) == 3


@pytest.mark.parametrize(
    ("said", "from_when"),
    [
        ("2026-06-15T06:00:00+07:00", "2026-06-15T06:00:00+07:00"),
        ("2026-06-15T20:59:59+07:00", "2026-06-15T20:59:59+07:00"),
        ("2026-06-15T21:00:00+07:00", "2026-06-16T06:00:00+07:00"),
        ("2026-06-15T05:59:59+07:00", "2026-06-15T06:00:00+07:00"),
        ("2026-12-31T23:30:00+07:00", "2027-01-01T06:00:00+07:00"),
    ],
)
def test_people_are_told_between_six_and_nine(said: str, from_when: str) -> None:
    assert awake_from(datetime.fromisoformat(said).astimezone(UTC)) == datetime.fromisoformat(from_when)
