"""A difficulty is recorded once, by whom it is for to speak, while there is something to ask, on either engine."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people.difficulties import Category, DifficultyState, EntryKind, EscalationLevel
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import UnitRole
from bot.domain.work.events import Closing
from bot.domain.work.lifecycle import Terms, begin
from bot.services.core import ledger
from bot.services.core.desk import Desk
from bot.services.difficulties.discuss_difficulty import DifficultyMoved, Remark, say
from bot.services.difficulties.raise_difficulty import Trouble, list_raisable, look, raise_difficulty
from bot.services.difficulties.see_difficulties import (
    DifficultyCard,
    Tab,
    list_difficulties,
    list_of_row,
    see,
    show_files,
)
from bot.services.people.erase_person import erase_person
from bot.services.people.export_person import export_person
from bot.services.reporting.attach_evidence import drop_unattached, forget
from bot.services.reporting.report_progress import SaidProgress, report
from bot.services.rows.show_row import show
from bot.storage.engine.database import Database
from bot.storage.records import audit, difficulties, events, plans
from tests.conversations.talks import refusal_of
from tests.services.wards import a_desk, a_ward
from tests.services.works import NOW, Work, key, some_work

from .works import part_of

ANSWERED, FOLLOWED, SETTLED = EntryKind.ANSWERED, EntryKind.FOLLOWED, EntryKind.SETTLED


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A desk on a fresh database, once on each engine."""
    return a_desk(database, tmp_path / "data")


@pytest_asyncio.fixture
async def work(desk: Desk) -> Work:
    """A ward where the division and a community team coordinate NV01 of the police; an office is there."""
    work = await some_work(desk)
    async with desk.db.write() as conn:
        lead = await events.assignment(conn, work.by_code["NV01"])
        row = await plans.row(conn, lead.row_id) if lead else None
        assert row is not None
        for unit in (work.ward.division, work.ward.team):
            begun = begin(Terms(row.kind, row.limit, 2026), unit)
            await events.add_assignment(conn, row, UnitRole.COORDINATE, begun)
        await plans.bump_version(conn, work.ward.id)
    return work


async def raised(work: Work, who: Visitor | None = None, code: str = "NV01", **said: Any) -> DifficultyCard:
    settings: dict[str, Any] = {"category": Category.DATA, "to_unit_id": work.ward.division, "text": "Thiếu số liệu"}
    settings |= {"assignment_id": work.by_code[code], "now": NOW, "key": key()} | said
    trouble = part_of(Trouble, settings)
    return await raise_difficulty(work.desk, who or work.officer, trouble=trouble, **settings)


async def spoken(work: Work, who: Visitor, number: int, what: EntryKind, **said: Any) -> DifficultyCard:
    settings: dict[str, Any] = {"what": what, "text": "Đã rõ", "now": NOW, "key": key()} | said
    remark = part_of(Remark, settings)
    return await say(work.desk, who, difficulty_id=number, remark=remark, **settings)


async def stored(work: Work) -> list[Any]:
    async with work.desk.db.read() as conn:
        plan = await plans.plan_of(conn, work.ward.id)
        assert plan is not None and await audit.verify(conn, work.ward.id) is None
        return await difficulties.of_plan(conn, plan.id)


async def division(work: Work) -> Visitor:
    return await work.ward.member(Role.OFFICER, work.ward.division, "Lê Thị Bình")


async def test_it_is_recorded_with_words_and_files_that_nothing_else_takes(work: Work) -> None:
    await division(work)
    first, second = await work.photo(), await work.photo()
    card = await raised(work, text="  Thiếu số liệu <b>&\u202e ", files=(first.id, second.id))
    found = card.difficulty
    assert (found.text, found.files, found.level) == (
        "Thiếu số liệu <b>&\u202e",
        (first.id, second.id),
        EscalationLevel.UNIT,
    )
    assert (card.unit, card.asked, card.answer_by) == ("Công an phường", "Phòng Văn hóa - Xã hội", date(2026, 6, 22))
    assert await stored(work) == [found]
    assert await forget(work.desk, work.officer, (first.id,), now=NOW) == 0
    assert await drop_unattached(work.desk, older_than=NOW + timedelta(days=99)) == 0
    assert await refusal_of(raised(work, files=(first.id,))) == "file_not_usable"
    at, said = work.by_code["NV01"], SaidProgress(unchanged=True, files=(first.id,))
    again = report(work.desk, work.officer, assignment_id=at, said=said, now=NOW, key=key())
    assert await refusal_of(again) == "file_not_usable"


async def test_the_same_update_twice_is_one_difficulty_and_one_answer(work: Work) -> None:
    binh, photo = await division(work), await work.photo()
    first = await raised(work, key="update:1", files=(photo.id,))
    again = await raised(work, key="update:1", files=(photo.id,))
    assert first.difficulty == again.difficulty and len(await stored(work)) == 1
    number, mark = first.difficulty.id, first.difficulty.entries[-1].id
    one = await spoken(work, binh, number, ANSWERED, key="update:2", seen=mark)
    two = await spoken(work, binh, number, ANSWERED, key="update:2", seen=mark)
    assert one.difficulty == two.difficulty
    # Recorded, it stands whatever has become of it since.
    await spoken(work, work.officer, number, SETTLED, text=None)
    await spoken(work, binh, number, ANSWERED, key="update:2", seen=mark)
    assert [entry.kind for entry in (await stored(work))[0].entries] == ["raised", "answered", "settled"]


async def test_of_two_who_answer_at_once_on_one_card_one_is_told(work: Work) -> None:
    binh, other = await division(work), await work.ward.member(Role.HEAD, work.ward.division)
    number = (await raised(work)).difficulty.id
    mark = (await stored(work))[0].entries[-1].id
    both = await asyncio.gather(
        *(spoken(work, who, number, ANSWERED, seen=mark) for who in (binh, other)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in both) == ["DifficultyCard", "DifficultyMoved"]
    assert len((await stored(work))[0].entries) == 2


async def test_officer_head_and_the_office_for_itself_raise_and_nobody_else(work: Work) -> None:
    ward = work.ward
    await raised(work, await ward.member(Role.HEAD, ward.police))
    others = [(Role.OFFICER, ward.division), (Role.OFFICE, ward.office), (Role.APPRAISER, ward.police)]
    for role, unit in [*others, (Role.COMMITTEE, ward.police), (Role.TEAM, ward.team)]:
        with pytest.raises(NotAllowed):
            await raised(work, await ward.member(role, unit))
    stranger = await a_ward(work.desk, "dong-phu", "Đồng Phú", "xã")
    with pytest.raises(NotFound):
        await raised(work, await stranger.member(Role.OFFICER, stranger.police))
    assert len(await stored(work)) == 1


async def test_who_is_asked_answers_and_who_asked_follows_and_settles(work: Work) -> None:
    ward, binh = work.ward, await division(work)
    number = (await raised(work)).difficulty.id
    office, head = await ward.member(Role.OFFICE, ward.office), await ward.member(Role.COMMITTEE, ward.office)
    team, lan = await ward.member(Role.TEAM, ward.team), await ward.member(Role.APPRAISER, ward.office)
    may = {ANSWERED: (binh,), FOLLOWED: (work.officer,), SETTLED: (work.officer, office)}
    for what, those in may.items():
        for who in (work.officer, binh, office, head, team, lan):
            if who not in those:
                with pytest.raises(NotAllowed):
                    await spoken(work, who, number, what)
    assert len((await stored(work))[0].entries) == 1
    card = await spoken(work, office, number, SETTLED, text=None)
    assert card.difficulty.state is DifficultyState.SETTLED
    for what, those in may.items():
        assert await refusal_of(spoken(work, those[0], number, what)) == "difficulty_settled"
    shown = await see(work.desk, binh, difficulty_id=number, now=NOW)
    assert not (shown.may_answer or shown.may_follow or shown.may_settle)
    stranger = await a_ward(work.desk, "dong-phu", "Đồng Phú", "xã")
    with pytest.raises(NotFound):
        await see(work.desk, await stranger.member(Role.OFFICE, stranger.office), difficulty_id=number, now=NOW)


async def test_it_needs_words_of_a_length_and_a_unit_that_coordinates(work: Work) -> None:
    binh = await division(work)
    for words in ("", "  \n "):
        assert await refusal_of(raised(work, text=words)) == "difficulty_empty"
    assert await refusal_of(raised(work, text="x" * 2001)) == "note_too_long"
    for unit in (work.ward.team, work.ward.police, work.ward.office, 10_000):
        assert await refusal_of(raised(work, to_unit_id=unit)) == "difficulty_no_such_unit"
    assert await refusal_of(raised(work, code="NV07")) == "difficulty_no_such_unit"
    other = await work.photo(binh)
    assert await refusal_of(raised(work, files=(other.id,))) == "file_not_usable"
    assert await stored(work) == []
    number = (await raised(work)).difficulty.id
    assert await refusal_of(spoken(work, binh, number, ANSWERED, text=" ")) == "difficulty_empty"
    assert await refusal_of(spoken(work, binh, number, ANSWERED, text="x" * 2001)) == "note_too_long"
    with pytest.raises(DifficultyMoved):
        await spoken(work, binh, number, ANSWERED, seen=0)
    assert len((await stored(work))[0].entries) == 1


async def test_who_is_asked_first_depends_on_who_is_there(work: Work) -> None:
    ward = work.ward
    assert (await raised(work)).difficulty.level is EscalationLevel.OFFICE, (
        "nobody is anywhere: the office finds somebody"
    )
    await ward.member(Role.COMMITTEE, ward.office)
    assert (await raised(work)).difficulty.level is EscalationLevel.COMMITTEE
    await ward.member(Role.OFFICE, ward.office)
    assert (await raised(work)).difficulty.level is EscalationLevel.OFFICE
    await ward.member(Role.TEAM, ward.division)
    assert (await raised(work)).difficulty.level is EscalationLevel.OFFICE, "a volunteer does not answer for a unit"
    await division(work)
    assert (await raised(work)).difficulty.level is EscalationLevel.UNIT
    assert (await raised(work, to_unit_id=None)).difficulty.level is EscalationLevel.OFFICE
    raising = await look(work.desk, work.officer, assignment_id=work.by_code["NV01"], now=NOW)
    assert [unit.id for unit in raising.units] == [ward.division], "no community team is asked"
    assert raising.levels == {None: EscalationLevel.OFFICE, ward.division: EscalationLevel.UNIT}


async def test_a_task_that_is_done_or_a_plan_that_sleeps_takes_none(work: Work) -> None:
    number = (await raised(work)).difficulty.id
    async with work.desk.db.write() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        body = Closing("Cấp trên rút")
        await ledger.record(conn, book, work.by_code["NV01"], body, person_id=None, now=NOW, key=key())
    assert await refusal_of(raised(work)) == "difficulty_task_done"
    assert "NV01" not in [each.lead.row.code for each in await list_raisable(work.desk, work.officer, now=NOW)]
    # What was raised before can still be spoken of.
    await spoken(work, work.officer, number, SETTLED, text="Đã xong")
    year_over = datetime(2027, 1, 5, 3, tzinfo=UTC)
    assert await refusal_of(raised(work, code="NV07", to_unit_id=None, now=year_over)) == "difficulty_not_in_use"
    async with work.desk.db.write() as conn:
        plan = await plans.plan_of(conn, work.ward.id)
        assert plan is not None
        await plans.set_in_use(conn, plan.id, None)
        await plans.bump_version(conn, work.ward.id)
    assert await refusal_of(raised(work, code="NV07", to_unit_id=None)) == "difficulty_not_in_use"


async def test_files_are_for_both_units_and_those_who_read_all(work: Work) -> None:
    ward, binh, photo = work.ward, await division(work), await work.photo()
    number = (await raised(work, files=(photo.id,))).difficulty.id
    theirs = await work.photo(binh)
    await spoken(work, binh, number, ANSWERED, files=(theirs.id,))
    readers = [work.officer, binh]
    readers += [await ward.member(role, ward.office) for role in (Role.APPRAISER, Role.COMMITTEE, Role.OFFICE)]
    for who in readers:
        read = await show_files(work.desk, who, difficulty_id=number)
        assert [each.evidence.id for each in read.files] == [photo.id, theirs.id]
        assert (await see(work.desk, who, difficulty_id=number, now=NOW)).files == 2
    for role, unit in ((Role.TEAM, ward.team), (Role.OFFICER, ward.office)):
        who = await ward.member(role, unit)
        with pytest.raises(NotAllowed):
            await show_files(work.desk, who, difficulty_id=number)
        assert (await see(work.desk, who, difficulty_id=number, now=NOW)).files == 0


async def test_lists_hold_what_is_of_the_person(work: Work) -> None:
    ward, binh = work.ward, await division(work)
    colleague, office = await ward.member(Role.HEAD, ward.police), await ward.member(Role.OFFICE, ward.office)
    one = (await raised(work)).difficulty
    two = (await raised(work, colleague, code="NV07", to_unit_id=None)).difficulty

    async def of(who: Visitor, tab: Tab | None = None) -> tuple[Tab, list[int]]:
        found = await list_difficulties(work.desk, who, tab=tab)
        return found.tab, [each.difficulty.id for each in found.entries]

    assert await of(work.officer) == (Tab.UNIT, [two.id, one.id])
    assert await of(work.officer, Tab.MINE) == (Tab.MINE, [one.id])
    assert await of(work.officer, Tab.TO_ME) == (Tab.TO_ME, [])
    assert await of(binh) == (Tab.TO_ME, [one.id])
    assert await of(office) == (Tab.TO_ME, [two.id])
    assert await of(office, Tab.ALL) == (Tab.ALL, [two.id, one.id])
    # A list that is not the person's shows one that is.
    assert (await of(binh, Tab.ALL))[0] is Tab.TO_ME
    await spoken(work, office, two.id, ANSWERED)
    assert await of(office, Tab.ALL) == (Tab.ALL, [one.id, two.id])
    await spoken(work, office, two.id, SETTLED)
    assert await of(office) == (Tab.ALL, [one.id, two.id])
    with pytest.raises(NotAllowed):
        await list_difficulties(work.desk, await ward.member(Role.TEAM, ward.team))
    card = await show(work.desk, work.officer, row_id=one.row_id, now=NOW)
    assert (card.difficulties, card.difficulties_in_all) == ((one,), 1)
    of_row = await list_of_row(work.desk, await ward.member(Role.TEAM, ward.team), row_id=two.row_id)
    assert [each.difficulty.id for each in of_row.entries] == [two.id] and not of_row.may_raise


async def test_export_hands_it_out_and_erasing_leaves_it_to_the_unit_without_a_name(work: Work) -> None:
    binh, photo = await division(work), await work.photo()
    number = (await raised(work, files=(photo.id,))).difficulty.id
    await spoken(work, binh, number, ANSWERED, text="Đã gửi số liệu")
    kept = await export_person(work.desk, telegram_id=binh.telegram_id, now=NOW)
    assert (kept["difficulties"], [each["text"] for each in kept["difficulty_entries"]]) == ([], ["Đã gửi số liệu"])
    kept = await export_person(work.desk, telegram_id=work.officer.telegram_id, now=NOW)
    assert [each["id"] for each in kept["difficulties"]] == [number]
    assert [each["text"] for each in kept["difficulty_entries"]] == ["Thiếu số liệu"]
    assert [each["difficulty_entry_id"] for each in kept["evidence"]] == [(await stored(work))[0].entries[0].id]
    before = await stored(work)
    await erase_person(work.desk, telegram_id=work.officer.telegram_id, now=NOW)
    assert await stored(work) == before
    card = await see(work.desk, binh, difficulty_id=number, now=NOW)
    assert "Nguyễn Văn An" not in card.names.values() and card.unit == "Công an phường"
    head = await work.ward.member(Role.HEAD, work.ward.police)
    assert len((await show_files(work.desk, head, difficulty_id=number)).files) == 1
