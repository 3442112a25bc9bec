"""Looking after memberships, settings, export and erasure, on both engines."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.errors import BadInput, NotAllowed, NotFound
from bot.domain.people.dialogue import Dialogue
from bot.domain.people.people import Role
from bot.services.people.change_membership import change_membership
from bot.services.people.change_settings import choose_language, choose_locality, see_settings
from bot.services.people.end_membership import end_membership
from bot.services.people.erase_person import erase_person
from bot.services.people.export_person import export_person
from bot.services.people.list_people import list_people, see_person
from bot.services.people.open_menu import open_menu
from bot.storage.engine.database import Database
from bot.storage.outbox import dialogues
from bot.storage.records import audit, people

from .wards import NOW, Ward, a_desk, a_ward


@pytest_asyncio.fixture
async def ward(database: Database, tmp_path: Path) -> Ward:
    return await a_ward(a_desk(database, tmp_path), "binh-loc", "Bình Lộc")


async def test_the_office_sees_everyone_and_a_head_the_own_unit(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office, "Trần Thị Bình")
    head = await ward.member(Role.HEAD, ward.police, "Lê Văn Cường")
    officer = await ward.member(Role.OFFICER, ward.police, "Nguyễn Văn An")
    team = await ward.member(Role.TEAM, ward.team, "Phạm Thị Dung")
    everyone = await list_people(ward.desk, office)
    assert [m.person.full_name for m in everyone.members] == [
        "Trần Thị Bình",
        "Lê Văn Cường",
        "Nguyễn Văn An",
        "Phạm Thị Dung",
    ]
    assert everyone.people == 4
    own = await list_people(ward.desk, head)
    assert {m.person.full_name for m in own.members} == {"Lê Văn Cường", "Nguyễn Văn An"}
    with pytest.raises(NotAllowed):
        await list_people(ward.desk, officer)
    with pytest.raises(NotFound):
        await see_person(ward.desk, head, membership_id=team.memberships[0].id)
    page = await see_person(ward.desk, head, membership_id=officer.memberships[0].id)
    assert (page.may_end, page.may_change) == (True, False)
    page = await see_person(ward.desk, head, membership_id=head.memberships[0].id)
    assert (page.may_end, page.may_change) == (False, False)


async def test_who_leaves_loses_every_right_and_the_open_dialogue(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office)
    officer = await ward.member(Role.OFFICER, ward.police)
    async with ward.desk.db.write() as conn:
        await dialogues.save(conn, Dialogue(officer.chat_id, officer.telegram_id, "report", {}, NOW))
    held = officer.memberships[0].id
    for _ in range(2):
        ended = await end_membership(ward.desk, office, membership_id=held, now=NOW)
        assert ended.has_left
    left = await ward.visitor(officer.telegram_id)
    assert left.memberships == ()
    assert left.dialogue is None
    with pytest.raises(NotAllowed) as refused:
        await open_menu(ward.desk, left)
    assert refused.value.key == "not_invited"
    async with ward.desk.db.read() as conn:
        assert await audit.verify(conn, ward.id) is None


async def test_only_the_office_and_the_own_head_end_a_membership(ward: Ward) -> None:
    other = await a_ward(ward.desk, "dong-phu", "Đồng Phú", "xã")
    officer = await ward.member(Role.OFFICER, ward.police)
    held = officer.memberships[0].id
    for stranger in (
        await ward.member(Role.HEAD, ward.division),
        await ward.member(Role.COMMITTEE, ward.office),
        await other.member(Role.OFFICE, other.office),
        officer,
    ):
        with pytest.raises(NotFound):
            await end_membership(ward.desk, stranger, membership_id=held, now=NOW)
    head = await ward.member(Role.HEAD, ward.police)
    assert (await end_membership(ward.desk, head, membership_id=held, now=NOW)).unit == "Công an phường"


async def test_the_last_member_of_the_office_stays(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office)
    held = office.memberships[0].id
    with pytest.raises(NotAllowed) as refused:
        await end_membership(ward.desk, office, membership_id=held, now=NOW)
    assert refused.value.key == "last_office"
    with pytest.raises(NotAllowed):
        await change_membership(ward.desk, office, membership_id=held, role=Role.OFFICER, now=NOW)
    assert len((await ward.visitor(office.telegram_id)).memberships) == 1
    second = await ward.member(Role.OFFICE, ward.office)
    await end_membership(ward.desk, second, membership_id=held, now=NOW)
    assert (await ward.visitor(office.telegram_id)).memberships == ()


async def test_two_office_members_who_remove_each_other_at_once_leave_one(ward: Ward) -> None:
    pair = [await ward.member(Role.OFFICE, ward.office) for _ in range(2)]
    ends = [end_membership(ward.desk, pair[n], membership_id=pair[1 - n].memberships[0].id, now=NOW) for n in range(2)]
    results = await asyncio.gather(*ends, return_exceptions=True)
    assert sum(isinstance(result, NotAllowed) for result in results) == 1
    async with ward.desk.db.read() as conn:
        assert len(await people.memberships_in(conn, ward.id)) == 1


async def test_another_unit_ends_one_membership_and_begins_another(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office)
    officer = await ward.member(Role.OFFICER, ward.police)
    held = officer.memberships[0].id
    changed = [
        await change_membership(ward.desk, office, membership_id=held, unit_id=ward.division, now=NOW) for _ in range(2)
    ]
    assert changed[0].after == changed[1].after
    moved = await ward.visitor(officer.telegram_id)
    assert [(m.unit_id, m.role) for m in moved.memberships] == [(ward.division, Role.OFFICER)]
    with pytest.raises(NotFound) as refused:
        await change_membership(ward.desk, office, membership_id=held, role=Role.HEAD, now=NOW)
    assert refused.value.key == "membership_over"
    risen = await change_membership(ward.desk, office, membership_id=moved.memberships[0].id, role=Role.HEAD, now=NOW)
    assert risen.after.role is Role.HEAD


async def test_roles_fit_the_kind_of_unit_and_heads_change_nobody(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office)
    head = await ward.member(Role.HEAD, ward.police)
    officer = await ward.member(Role.OFFICER, ward.police)
    held = officer.memberships[0].id
    with pytest.raises(BadInput):
        await change_membership(ward.desk, office, membership_id=held, unit_id=ward.team, now=NOW)
    with pytest.raises(NotAllowed):
        await change_membership(ward.desk, head, membership_id=held, unit_id=ward.division, now=NOW)
    with pytest.raises(NotAllowed):
        await change_membership(ward.desk, head, membership_id=held, role=Role.HEAD, now=NOW)


async def test_language_and_locality_are_chosen_among_those_one_has(ward: Ward) -> None:
    other = await a_ward(ward.desk, "dong-phu", "Đồng Phú", "xã")
    member = await ward.member(Role.OFFICER, ward.police)
    with pytest.raises(NotFound):
        await choose_locality(ward.desk, member, locality_id=other.id)
    async with ward.desk.db.write() as conn:
        assert member.person is not None
        await people.add_membership(conn, member.person.id, other.id, other.police, Role.OFFICER, NOW)
    member = await ward.visitor(member.telegram_id)
    assert (await open_menu(ward.desk, member)).locality.slug == "binh-loc"
    await choose_locality(ward.desk, member, locality_id=other.id)
    await choose_language(ward.desk, member, language="en")
    member = await ward.visitor(member.telegram_id)
    assert (await open_menu(ward.desk, member)).locality.slug == "dong-phu"
    assert see_settings(member).language == "en"
    with pytest.raises(BadInput):
        await choose_language(ward.desk, member, language="fr")
    with pytest.raises(NotAllowed):
        see_settings(await ward.stranger())


async def test_a_person_is_handed_out_whole_and_erased_for_good(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office, "Trần Thị Bình")
    kept = await export_person(ward.desk, telegram_id=office.telegram_id, now=NOW)
    assert "Trần Thị Bình" in json.dumps(kept, ensure_ascii=False)
    erased = await erase_person(ward.desk, telegram_id=office.telegram_id, now=NOW)
    assert [place.slug for place in erased.left_without_office] == ["binh-loc"]
    assert (await ward.visitor(office.telegram_id)).person is None
    for gone in (export_person, erase_person):
        with pytest.raises(NotFound):
            await gone(ward.desk, telegram_id=office.telegram_id, now=NOW)
    async with ward.desk.db.read() as conn:
        assert await audit.verify(conn, ward.id) is None
