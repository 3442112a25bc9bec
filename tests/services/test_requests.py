"""What units ask and the office decides, on both engines: once an update, one decision, by whom it is for to decide."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.people.requests import NewTask, Request, RequestKind, RequestState, Wish
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Row
from bot.domain.work.events import Extension, HandOver
from bot.domain.work.lifecycle import Standing, State
from bot.services.core.desk import Desk
from bot.services.people.erase_person import erase_person
from bot.services.people.export_person import export_person
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.requests import add_task, ask_office, change_work, decide_request, see_request
from bot.services.requests.add_task import Printed
from bot.services.requests.ask_office import SubmittedRequest
from bot.services.requests.note_done import note_done
from bot.services.requests.see_request import RequestCase
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.records import audit, events, plans
from tests import at_rest, notices
from tests.services.wards import a_desk, a_ward
from tests.services.works import MILESTONES, NOW, Work, key, some_work

from .works import part_of

PRINTED = Printed("Bổ sung", "Nhiệm vụ bổ sung trong năm")
LATER = date(2026, 9, 30)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A desk on a fresh database, once on each engine."""
    return a_desk(database, tmp_path / "data")


@pytest_asyncio.fixture
async def work(desk: Desk) -> Work:
    """A ward with work, whose police asks."""
    return await some_work(desk)


@pytest_asyncio.fixture
async def office(work: Work) -> Visitor:
    """Someone of the standing office."""
    return await work.ward.member(Role.OFFICE, work.ward.office, "Đỗ Thị Hà")


async def ask(work: Work, who: Visitor | None = None, code: str = "NV01", **said: object) -> SubmittedRequest:
    settings: dict[str, object] = {
        "kind": RequestKind.EXTENSION,
        "assignment_id": work.by_code[code],
        "reason": "Chờ kinh phí",
        "wish": Wish(due_on=LATER),
        "now": NOW,
        "key": key(),
    }
    return await ask_office.ask(work.desk, who or work.officer, **(settings | said))  # type: ignore[arg-type]


async def grant(work: Work, who: Visitor, number: int, **said: object) -> RequestCase:
    settings: dict[str, object] = {"request_id": number, "printed": PRINTED, "now": NOW, "key": key()}
    return await decide_request.grant(work.desk, who, **(settings | said))  # type: ignore[arg-type]


async def refuse(work: Work, who: Visitor, number: int, **said: object) -> RequestCase:
    settings: dict[str, object] = {"request_id": number, "answer": "Không cần", "now": NOW, "key": key()}
    return await decide_request.refuse(work.desk, who, **(settings | said))  # type: ignore[arg-type]


async def hand_over(
    work: Work, who: Visitor, unit_id: int, code: str = "NV01", **said: object
) -> change_work.WorkChanged:
    settings: dict[str, object] = {"unit_id": unit_id, "reason": "Phân công lại", "now": NOW, "key": key()}
    ids = {"assignment_id": work.by_code[code]}
    return await change_work.hand_over(work.desk, who, **ids, **(settings | said))  # type: ignore[arg-type]


async def add(work: Work, who: Visitor, name: str = "Mở lớp tập huấn", **said: Any) -> SubmittedRequest:
    task = NewTask(name, work.ward.police, "30/9/2026", "Kế hoạch")
    settings: dict[str, Any] = {"locality_id": work.ward.id, "printed": PRINTED, "now": NOW, "key": key()}
    settings |= {"task": task, "reason": "Công văn 12"} | said
    wanted = part_of(add_task.WantedTask, settings)
    return await add_task.add_task(work.desk, who, wanted=wanted, **settings)


async def standing(work: Work, code: str = "NV01") -> Standing:
    async with work.desk.db.read() as conn:
        assert await audit.verify(conn, work.ward.id) is None
        found = await events.standing(conn, work.by_code[code])
        assert found is not None
        return found[1]


async def bodies(work: Work, code: str = "NV01") -> list[object]:
    async with work.desk.db.read() as conn:
        return [event.body for event in await events.events_of(conn, work.by_code[code])]


async def stored(work: Work) -> list[Request]:
    async with work.desk.db.read() as conn:
        plan = await plans.plan_of(conn, work.ward.id)
        assert plan is not None
        return await at_rest.requests_of(conn, plan.id)


async def rows(work: Work) -> list[Row]:
    async with work.desk.db.read() as conn:
        return list((await work.desk.books.of(conn, work.ward.id)).rows.values())


async def queued(work: Work) -> Counter[str]:
    async with work.desk.db.read() as conn:
        return await notices.states(conn, work.ward.id)


async def test_asking_and_granting_take_effect_once_an_update(work: Work, office: Visitor) -> None:
    asking, deciding = key(), key()
    first, again = await ask(work, key=asking), await ask(work, key=asking)
    assert first.case.request == again.case.request and (first.told, again.told) == (1, 1)
    done = await grant(work, office, first.case.request.id, key=deciding)
    repeated = await grant(work, office, first.case.request.id, key=deciding)
    assert done.request == repeated.request
    assert (done.request.state, done.request.granted_on, done.decider) == (RequestState.GRANTED, LATER, "Đỗ Thị Hà")
    assert await bodies(work) == [Extension(LATER, "Chờ kinh phí")]
    assert (await standing(work)).due_on == LATER
    assert await queued(work) == {"queued": 2}


async def agreed(work: Work, office: Visitor, **said: object) -> int:
    """A proposal in words that was agreed to."""
    number = (await ask(work, kind=RequestKind.OTHER, wish=Wish(), **said)).case.request.id
    await grant(work, office, number)
    return number


async def done(work: Work, who: Visitor, number: int, **said: object) -> RequestCase:
    settings: dict[str, object] = {"request_id": number, "now": NOW, "key": key()}
    return await note_done(work.desk, who, **(settings | said))  # type: ignore[arg-type]


async def test_what_was_agreed_to_is_noted_as_carried_out_once_by_the_office_or_who_decides(
    work: Work, office: Visitor
) -> None:
    waiting = (await ask(work, kind=RequestKind.OTHER, wish=Wish())).case.request
    assert (await done(work, office, waiting.id)).request == waiting, "nobody has agreed to it yet"
    await grant(work, office, waiting.id)
    for who in (work.officer, await work.ward.member(Role.COMMITTEE, work.ward.office)):
        with pytest.raises(NotAllowed):
            await done(work, who, waiting.id)
    elsewhere = await a_ward(work.desk, "phuoc-binh", "Phước Bình")
    with pytest.raises(NotFound):
        await done(work, await elsewhere.member(Role.OFFICE, elsewhere.office), waiting.id)
    assert [each.request.id for each in (await see_request.queue(work.desk, office, now=NOW)).to_do] == [waiting.id]
    assert (await see_request.queue(work.desk, work.officer, now=NOW)).to_do == ()
    marking, other = key(), await work.ward.member(Role.OFFICE, work.ward.office, "Trần Thị Bình")
    both = await asyncio.gather(done(work, office, waiting.id, key=marking), done(work, other, waiting.id))
    again = await done(work, office, waiting.id, key=marking)
    (kept,) = [each for each in await stored(work) if each.id == waiting.id]
    assert {each.request.done_by for each in (*both, again)} == {kept.done_by} and not kept.is_to_be_done
    assert (await see_request.queue(work.desk, office, now=NOW)).to_do == ()
    async with work.desk.db.read() as conn:
        actions = list(await conn.scalars(select(t.audit.c.action).where(t.audit.c.action == "request_done")))
        assert await audit.verify(conn, work.ward.id) is None
    assert len(actions) == 1


async def test_only_what_stands_in_words_has_to_be_carried_out_by_people(work: Work, office: Visitor) -> None:
    number = (await ask(work)).case.request.id
    assert not (await grant(work, office, number)).request.is_to_be_done
    assert (await see_request.queue(work.desk, office, now=NOW)).to_do == ()
    assert (await done(work, office, number)).request.done_at is None
    kept = await export_person(work.desk, telegram_id=office.telegram_id, now=NOW)
    assert kept is not None and kept["requests_done"] == []
    await done(work, office, await agreed(work, office))
    kept = await export_person(work.desk, telegram_id=office.telegram_id, now=NOW)
    assert kept is not None and len(kept["requests_done"]) == 1


async def test_of_two_who_decide_at_once_one_wins(work: Work, office: Visitor) -> None:
    other = await work.ward.member(Role.OFFICE, work.ward.office, "Trần Thị Bình")
    number = (await ask(work)).case.request.id
    both = await asyncio.gather(grant(work, office, number), refuse(work, other, number))
    settled = (await stored(work))[0]
    assert {each.request.state for each in both} == {settled.state}
    assert {each.request.decided_by for each in both} == {settled.decided_by}
    granted = settled.state is RequestState.GRANTED
    assert len(await bodies(work)) == int(granted)
    assert (await standing(work)).due_on == (LATER if granted else date(2026, 6, 30))
    assert (await queued(work))["queued"] == 3


async def test_two_grants_at_once_set_one_limit(work: Work, office: Visitor) -> None:
    other = await work.ward.member(Role.OFFICE, work.ward.office, "Trần Thị Bình")
    number = (await ask(work)).case.request.id
    early, late = date(2026, 8, 31), date(2026, 10, 31)
    both = await asyncio.gather(grant(work, office, number, due_on=early), grant(work, other, number, due_on=late))
    chosen = both[0].request.granted_on
    assert chosen in (early, late) and both[1].request.granted_on == chosen
    assert await bodies(work) == [Extension(chosen, "Chờ kinh phí")]


async def test_a_grant_and_a_hand_over_at_once_leave_one_of_two_orders(work: Work, office: Visitor) -> None:
    other = await work.ward.member(Role.OFFICE, work.ward.office, "Trần Thị Bình")
    number = (await ask(work)).case.request.id
    granted, _ = await asyncio.gather(grant(work, office, number), hand_over(work, other, work.ward.division))
    now = await standing(work)
    assert now.unit_id == work.ward.division
    if granted.request.state is RequestState.GRANTED:
        assert now.due_on == LATER and len(await bodies(work)) == 2
    else:
        assert granted.request.state is RequestState.LAPSED and now.due_on == date(2026, 6, 30)


async def test_two_hand_overs_and_a_report_at_once_all_stand_in_some_order(work: Work, office: Visitor) -> None:
    other = await work.ward.member(Role.OFFICE, work.ward.office, "Trần Thị Bình")
    said = report(
        work.desk, work.officer, assignment_id=work.by_code["NV01"], said=SaidProgress(Decimal(40)), now=NOW, key=key()
    )
    done = await asyncio.gather(
        hand_over(work, office, work.ward.division),
        hand_over(work, other, work.ward.office),
        said,
        ask(work),
        return_exceptions=True,
    )
    # Whoever comes after the work has gone is refused by name; nothing else goes wrong.
    assert all(isinstance(each, NotAllowed) for each in done if isinstance(each, BaseException))
    kinds = [type(body).__name__ for body in await bodies(work)]
    assert kinds.count("HandOver") == 2
    assert kinds.count("Report") == sum(type(each).__name__ == "Receipt" for each in done)
    assert all(not each.is_open for each in await stored(work))


async def test_who_decides_and_who_does_not(work: Work, office: Visitor) -> None:
    ward = work.ward
    number = (await ask(work)).case.request.id
    others = [
        work.officer,
        await ward.member(Role.HEAD, ward.police),
        await ward.member(Role.APPRAISER, ward.division),
        await ward.member(Role.COMMITTEE, ward.office),
        await ward.member(Role.TEAM, ward.team),
    ]
    for who in others:
        with pytest.raises(NotAllowed):
            await grant(work, who, number)
        with pytest.raises(NotAllowed):
            await refuse(work, who, number)
    foreign = await a_ward(work.desk, "dong-phu", "Đồng Phú", "xã")
    with pytest.raises(NotFound):
        await grant(work, await foreign.member(Role.OFFICE, foreign.office), number)
    assert (await stored(work))[0].is_open and await bodies(work) == []
    with pytest.raises(NotAllowed):
        await ask(work, code="NV02")


async def test_the_office_s_own_ask_goes_to_the_committee_and_nobody_decides_the_own_one(work: Work) -> None:
    ward = work.ward
    office = await ward.member(Role.OFFICE, ward.office)
    await hand_over(work, office, ward.office)
    other = await ward.member(Role.OFFICE, ward.office)
    number = (await ask(work, office)).case.request.id
    for who in (office, other):
        with pytest.raises(NotAllowed):
            await grant(work, who, number)
    committee = await ward.member(Role.COMMITTEE, ward.office)
    assert (await grant(work, committee, number)).request.state is RequestState.GRANTED


async def test_what_the_request_speaks_of_has_moved_on(work: Work, office: Visitor) -> None:
    number = (await ask(work)).case.request.id
    await hand_over(work, office, work.ward.division)
    assert (await grant(work, office, number)).request.state is RequestState.LAPSED
    division = await work.ward.member(Role.OFFICER, work.ward.division)
    assert (await ask(work, division)).case.request.is_open
    with pytest.raises(NotAllowed):
        await ask(work)

    waiting = (await ask(work, code="NV07")).case.request.id
    photo = await work.photo()
    await report(
        work.desk,
        work.officer,
        assignment_id=work.by_code["NV07"],
        said=SaidProgress(Decimal(100), files=(photo.id,)),
        now=NOW,
        key=key(),
    )
    with pytest.raises(TransitionRefused) as hindered:
        await grant(work, office, waiting)
    assert hindered.value.key == "request_awaiting"
    with pytest.raises(TransitionRefused):
        await ask(work, code="NV07", kind=RequestKind.CLOSING, wish=Wish())
    assert next(each for each in await stored(work) if each.id == waiting).is_open


async def test_a_wish_that_has_passed_meanwhile_is_not_granted_but_another_day_is(work: Work, office: Visitor) -> None:
    number = (await ask(work)).case.request.id
    october = datetime(2026, 10, 5, 3, tzinfo=UTC)
    with pytest.raises(BadInput) as passed:
        await grant(work, office, number, now=october)
    assert passed.value.key == "limit_in_past"
    assert (await stored(work))[0].is_open and await bodies(work) == []
    done = await grant(work, office, number, now=october, due_on=date(2026, 11, 30))
    assert done.request.granted_on == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 6, 14), "limit_in_past"),
        (date(2025, 9, 30), "limit_in_past"),
        (date(2026, 6, 30), "limit_not_later"),
        (date(2026, 6, 20), "limit_not_later"),
        (date(2027, 1, 1), "limit_after_year"),
        (date(9999, 12, 31), "limit_after_year"),
    ],
)
async def test_days_that_cannot_be_asked_for(work: Work, day: date, said: str) -> None:
    with pytest.raises(BadInput) as wrong:
        await ask(work, wish=Wish(due_on=day))
    assert wrong.value.key == said
    assert await stored(work) == []


async def test_a_day_before_the_work_begins_is_no_limit(work: Work) -> None:
    with pytest.raises(BadInput) as wrong:
        await ask(
            work, await work.ward.member(Role.OFFICER, work.ward.division), code="NV02", wish=Wish(due_on=NOW.date())
        )
    assert wrong.value.key == "due_before_start"


async def test_reasons_are_kept_in_one_line_without_signs_that_hide(work: Work) -> None:
    for empty in ("", "  \n", "\u202e\u200f\x00"):
        with pytest.raises(BadInput):
            await ask(work, reason=empty)
    with pytest.raises(BadInput):
        await ask(work, reason="x" * 1001)
    kept = await ask(work, reason="Dòng 1\n<b>dòng 2</b>\u202e\x07 =1+1 " + "y" * 650)
    assert kept.case.request.reason.startswith("Dòng 1 <b>dòng 2</b> =1+1 yyy")


async def test_one_ask_of_a_kind_at_a_time_and_it_can_be_taken_back(work: Work, office: Visitor) -> None:
    number = (await ask(work)).case.request.id
    with pytest.raises(TransitionRefused) as twice:
        await ask(work)
    assert twice.value.key == "asked_already"
    division = await work.ward.member(Role.OFFICER, work.ward.division)
    with pytest.raises(NotFound):
        await ask_office.withdraw(work.desk, division, request_id=number, now=NOW, key=key())
    head = await work.ward.member(Role.HEAD, work.ward.police)
    taken = await ask_office.withdraw(work.desk, head, request_id=number, now=NOW, key=key())
    assert taken.request.state is RequestState.WITHDRAWN
    assert (await grant(work, office, number)).request.state is RequestState.WITHDRAWN
    assert (await ask(work)).case.request.is_open


async def test_work_is_handed_on_once_an_update_to_a_unit_that_can_lead_it(work: Work, office: Visitor) -> None:
    ward, again = work.ward, key()
    first = await hand_over(work, office, ward.division, key=again)
    repeated = await hand_over(work, office, ward.division, key=again)
    assert first.leads[0].standing == repeated.leads[0].standing and first.before == ("Công an phường",)
    assert await bodies(work) == [HandOver(ward.division, "Phân công lại")]
    assert (await standing(work)).unit_id == ward.division
    for unit_id, problem in ((ward.division, BadInput), (ward.team, NotFound), (999_999, NotFound)):
        with pytest.raises(problem):
            await hand_over(work, office, unit_id)
    with pytest.raises(NotAllowed):
        await hand_over(work, work.officer, ward.police)
    foreign = await a_ward(work.desk, "dong-phu", "Đồng Phú", "xã")
    with pytest.raises(NotFound):
        await hand_over(work, office, foreign.police)


async def test_a_row_is_closed_once_and_what_is_asked_is_over(work: Work, office: Visitor) -> None:
    number = (await ask(work)).case.request.id
    row_id = (await see_request.see(work.desk, office, request_id=number, now=NOW)).request.row_id or 0
    closing = key()
    for _ in range(2):
        done = await change_work.close_row(work.desk, office, row_id=row_id, reason="Tỉnh rút", now=NOW, key=closing)
        assert done.leads[0].standing.state is State.CLOSED
    assert len(await bodies(work)) == 1
    assert (await stored(work))[0].state is RequestState.LAPSED
    with pytest.raises(TransitionRefused):
        await change_work.close_row(work.desk, office, row_id=row_id, reason="Tỉnh rút", now=NOW, key=key())
    with pytest.raises(NotAllowed):
        await change_work.close_row(work.desk, work.officer, row_id=row_id, reason="Tỉnh rút", now=NOW, key=key())


async def test_two_tasks_added_at_once_have_two_codes(work: Work, office: Visitor) -> None:
    other = await work.ward.member(Role.OFFICE, work.ward.office)
    again = key()
    await asyncio.gather(add(work, office, "Một", key=again), add(work, other, "Hai"))
    await add(work, office, "Một", key=again)
    added = [row for row in await rows(work) if row.added_at is not None]
    assert sorted(row.code for row in added) == ["NV08", "NV09"]
    assert sorted(row.name for row in added) == ["Hai", "Một"]
    assert all(row.limit.starts_on == NOW.date() and row.limit.due_on == date(2026, 9, 30) for row in added)


async def test_a_code_is_not_given_twice_even_where_its_row_was_taken_out(work: Work, office: Visitor) -> None:
    first = (await add(work, office)).case
    assert first.row is not None
    async with work.desk.db.write() as conn:
        await at_rest.remove_row(conn, first.row.id, NOW)
        await plans.bump_version(conn, work.ward.id)
    assert (await add(work, office)).case.code == "NV09"


async def test_what_cannot_be_a_task(work: Work, office: Visitor) -> None:
    police = work.ward.police
    wrong = (
        NewTask("", police, "30/9/2026"),
        NewTask("x" * 601, police, "30/9/2026"),
        NewTask("Việc", police, ""),
        NewTask("Việc", police, "khi nào rảnh"),
        NewTask("Việc", police, "30/3/2026"),
        NewTask("Việc", police, "31/3/2027"),
        NewTask("Việc", police, "30/2/2026"),
        # A task that is amber from its first day on, for a milestone it never could have met.
        NewTask("Việc", police, MILESTONES),
    )
    for task in wrong:
        with pytest.raises(BadInput):
            await add(work, office, task=task)
    for unit_id in (work.ward.team, 999_999):
        with pytest.raises(NotFound):
            await add(work, office, task=NewTask("Việc", unit_id, "30/9/2026"))
    with pytest.raises(NotAllowed):
        await add(work, await work.ward.member(Role.TEAM, work.ward.team))
    assert [row.code for row in await rows(work) if row.added_at] == [] and await stored(work) == []
    standing_task = await add(work, office, task=NewTask("Việc", police, "Thường xuyên"))
    assert standing_task.case.row is not None and standing_task.case.row.limit.due_on is None


async def test_a_unit_proposes_and_the_office_puts_it_in_the_plan_once(work: Work, office: Visitor) -> None:
    proposed = await add(work, work.officer)
    assert proposed.case.request.is_open and proposed.case.row is None and proposed.told == 1
    other = await work.ward.member(Role.OFFICE, work.ward.office)
    number = proposed.case.request.id
    both = await asyncio.gather(grant(work, office, number), grant(work, other, number))
    assert {each.code for each in both} == {"NV08"}
    assert [row.code for row in await rows(work) if row.added_at] == ["NV08"]
    refused = (await add(work, work.officer, "Việc khác")).case.request.id
    assert (await refuse(work, office, refused)).request.answer == "Không cần"
    assert [row.code for row in await rows(work) if row.added_at] == ["NV08"]


async def test_a_proposed_task_whose_limit_or_unit_is_gone_is_not_put_in_the_plan(work: Work, office: Visitor) -> None:
    late = (await add(work, work.officer, "Mở lớp")).case.request.id
    task = NewTask("Tập huấn", work.ward.division, "30/11/2026")
    gone = (await add(work, work.officer, task=task)).case.request.id
    moved = (await ask(work, kind=RequestKind.HAND_OVER, wish=Wish(unit_id=work.ward.division))).case.request.id
    async with work.desk.db.write() as conn:
        await plans.end_unit(conn, work.ward.division, NOW)
        await plans.bump_version(conn, work.ward.id)
    october = datetime(2026, 10, 5, 3, tzinfo=UTC)
    said = {late: "request_limit_passed", gone: "request_unit_gone", moved: "request_unit_gone"}
    for number, key_of in said.items():
        with pytest.raises(TransitionRefused) as hindered:
            await grant(work, office, number, now=october)
        assert hindered.value.key == key_of
    assert all(each.is_open for each in await stored(work))
    assert (await refuse(work, office, late, now=october)).request.state is RequestState.REFUSED


async def test_a_hand_over_asked_for_is_carried_out_and_its_reason_is_the_unit_s(work: Work, office: Visitor) -> None:
    wish = Wish(unit_id=work.ward.division)
    number = (await ask(work, kind=RequestKind.HAND_OVER, wish=wish, reason="Không đúng chức năng")).case.request.id
    await grant(work, office, number)
    assert await bodies(work) == [HandOver(work.ward.division, "Không đúng chức năng")]
    with pytest.raises(BadInput):
        await ask(work, code="NV07", kind=RequestKind.HAND_OVER, wish=Wish(unit_id=work.ward.police))


async def test_export_hands_out_what_was_asked_and_decided_and_erasing_leaves_the_record(
    work: Work, office: Visitor
) -> None:
    number = (await ask(work)).case.request.id
    await grant(work, office, number)
    for who in (work.officer, office):
        kept = await export_person(work.desk, telegram_id=who.telegram_id, now=NOW)
        assert [(each["id"], each["reason"]) for each in kept["requests"]] == [(number, "Chờ kinh phí")]
        await erase_person(work.desk, telegram_id=who.telegram_id, now=NOW)
    head = await work.ward.member(Role.HEAD, work.ward.police)
    left = await see_request.see(work.desk, head, request_id=number, now=NOW)
    assert (left.asker, left.decider, left.request.granted_on) == ("", "", LATER)
