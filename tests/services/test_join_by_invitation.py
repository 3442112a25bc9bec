"""Invitations and joining on both engines."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.errors import BadInput, NotAllowed, NotFound
from bot.domain.people.people import Role
from bot.services.core.desk import current_locality_id
from bot.services.people.end_membership import end_membership
from bot.services.people.invite import (
    ALPHABET,
    Invited,
    Seat,
    invite,
    invite_choices,
    new_code,
    open_invitations,
    revoke_invitation,
    unit_named,
)
from bot.services.people.join import consider_invitation, join, read_invitation_code, read_name, see_offer
from bot.storage.engine.database import Database
from bot.storage.records import audit, people
from bot.storage.records.plans import bump_version, end_unit

from .wards import NOW, Ward, a_desk, a_ward


@pytest_asyncio.fixture
async def ward(database: Database, tmp_path: Path) -> Ward:
    return await a_ward(a_desk(database, tmp_path), "binh-loc", "Bình Lộc")


async def invited(ward: Ward, role: Role = Role.OFFICER, unit: int | None = None, **how: int) -> Invited:
    unit_id = ward.police if unit is None else unit
    return await invite(ward.desk, None, seat=Seat(ward.id, unit_id, role), now=NOW, **how)


def test_codes_hold_only_signs_that_look_like_no_other() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(set(code) <= set(ALPHABET) and len(code) == 8 and read_invitation_code(code) == code for code in codes)
    assert not set(ALPHABET) & set("01OIL")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("abcd2345", "ABCD2345"),
        ("  ABCD-2345 ", "ABCD2345"),
        ("ABCD 2345", "ABCD2345"),
        ("chuyende", None),
        ("CHUYENDE", None),
        ("NV07 60%", None),
        ("nv23 them", None),
        ("nv22dang", None),
        ("2345 2345", None),
        ("ABCD10OI", None),
        ("22/6/2026", None),
        ("mã ABCD2345", None),
    ],
)
def test_only_a_message_that_is_nothing_but_a_code_reads_as_one(typed: str, read: str | None) -> None:
    assert read_invitation_code(typed) == read


def test_a_code_misread_from_paper_is_still_known_as_an_attempt() -> None:
    assert read_invitation_code("abcd 10oi", misread=True) == "ABCD10OI"
    assert read_invitation_code("xin chào", misread=True) is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn An"),
        ("  nguyễn   văn an ", "Nguyễn Văn An"),
        ("TRẦN THỊ BÌNH", "Trần Thị Bình"),
        ("Nguye\u0302\u0303n Va\u0306n An", "Nguyễn Văn An"),
        ("h'hen niê", "H'Hen Niê"),
        ("Trần <b>& Bình", "Trần <b>& Bình"),
        ("Lê \u202eVăn\u200b Tám", "Lê Văn Tám"),
    ],
)
def test_a_name_is_kept_as_people_write_names(typed: str, name: str) -> None:
    assert read_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("An", "name_too_short"),
        ("", "name_too_short"),
        ("🙂 🙂", "name_too_short"),
        ("Nguyễn Văn 2", "name_digits"),
        ("Nguyễn " + "a" * 60, "name_too_long"),
    ],
)
def test_what_is_no_full_name_is_refused(typed: str, key: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_name(typed)
    assert refused.value.key == key


async def test_an_invitation_makes_a_member_and_is_used_only_then(ward: Ward) -> None:
    made = await invited(ward)
    stranger = await ward.stranger()
    offer = await consider_invitation(ward.desk, stranger, words=made.invitation.code.lower(), now=NOW)
    assert (offer.unit.id, offer.role, offer.contact) == (ward.police, Role.OFFICER, "Văn phòng Đảng ủy")
    async with ward.desk.db.read() as conn:
        untouched = await people.invitation(conn, offer.code)
    assert untouched is not None
    assert untouched.used == 0
    joined = await join(ward.desk, stranger, code=offer.code, full_name="lê thị hoa", language="en", now=NOW)
    assert (joined.person.full_name, joined.person.language) == ("Lê Thị Hoa", "en")
    visitor = await ward.visitor(stranger.telegram_id)
    assert [(m.unit_id, m.role) for m in visitor.memberships] == [(ward.police, Role.OFFICER)]
    assert current_locality_id(visitor) == ward.id
    async with ward.desk.db.read() as conn:
        assert await audit.verify(conn, ward.id) is None


async def test_a_join_that_comes_again_gives_the_same_answer_and_one_membership(ward: Ward) -> None:
    code = (await invited(ward)).invitation.code
    stranger = await ward.stranger()
    first = await join(ward.desk, stranger, code=code, full_name="Lê Thị Hoa", language="vi", now=NOW)
    again = await ward.visitor(stranger.telegram_id)
    second = await join(ward.desk, again, code=code, full_name="Lê Thị Hoa", language="vi", now=NOW)
    assert second.repeated
    assert second.membership == first.membership
    async with ward.desk.db.read() as conn:
        kept = await people.invitation(conn, code)
    assert kept is not None
    assert kept.used == 1


async def test_of_two_people_with_one_use_left_one_wins(ward: Ward) -> None:
    code = (await invited(ward)).invitation.code
    strangers = [await ward.stranger() for _ in range(2)]
    results = await asyncio.gather(
        *(join(ward.desk, s, code=code, full_name="Lê Thị Hoa", language="vi", now=NOW) for s in strangers),
        return_exceptions=True,
    )
    lost = [result for result in results if isinstance(result, NotAllowed)]
    assert [error.key for error in lost] == ["invitation_used"]
    async with ward.desk.db.read() as conn:
        assert len(await people.memberships_in(conn, ward.id)) == 1
        known = [await people.person_by_telegram(conn, s.telegram_id) for s in strangers]
    assert known.count(None) == 1


async def test_expired_used_and_revoked_invitations_say_so(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office)
    old, full, revoked = [(await invited(ward)).invitation.code for _ in range(3)]
    await join(ward.desk, await ward.stranger(), code=full, full_name="Lê Thị Hoa", language="vi", now=NOW)
    await revoke_invitation(ward.desk, office, code=revoked, now=NOW)
    await revoke_invitation(ward.desk, office, code=revoked, now=NOW)
    late = NOW + timedelta(days=7)
    for code, now, key in (
        (old, late, "invitation_expired"),
        (full, NOW, "invitation_used"),
        (revoked, NOW, "invitation_revoked"),
    ):
        with pytest.raises(NotAllowed) as refused:
            await consider_invitation(ward.desk, await ward.stranger(), words=code, now=now)
        assert refused.value.key == key
        with pytest.raises(NotAllowed) as refused:
            await join(ward.desk, await ward.stranger(), code=code, full_name="Lê Thị Hoa", language="vi", now=now)
        assert refused.value.key == key


async def test_an_invitation_into_a_unit_that_is_gone_counts_as_revoked(ward: Ward) -> None:
    code = (await invited(ward)).invitation.code
    async with ward.desk.db.write() as conn:
        await end_unit(conn, ward.police, NOW)
        await bump_version(conn, ward.id)
    with pytest.raises(NotAllowed) as refused:
        await consider_invitation(ward.desk, await ward.stranger(), words=code, now=NOW)
    assert refused.value.key == "invitation_revoked"


async def test_a_code_nobody_made_cannot_be_joined_with(ward: Ward) -> None:
    stranger = await ward.stranger()
    with pytest.raises(NotFound):
        await join(ward.desk, stranger, code="ABCD2345", full_name="Lê Thị Hoa", language="vi", now=NOW)
    with pytest.raises(NotFound):
        await see_offer(ward.desk, stranger, code="ABCD2345", now=NOW)


async def test_after_five_wrong_codes_even_a_right_one_waits_an_hour(ward: Ward) -> None:
    code = (await invited(ward)).invitation.code
    stranger = await ward.stranger()
    for attempt in range(7):
        with pytest.raises((BadInput, NotAllowed)) as refused:
            await consider_invitation(ward.desk, stranger, words=f"SAI{attempt}", now=NOW)
        assert refused.value.key == ("invitation_unknown" if attempt < 5 else "too_many_attempts")
    with pytest.raises(NotAllowed):
        await consider_invitation(ward.desk, stranger, words=code, now=NOW + timedelta(minutes=59))
    offer = await consider_invitation(ward.desk, stranger, words=code, now=NOW + timedelta(minutes=61))
    assert offer.code == code


async def test_a_member_gets_the_second_role_at_once_under_the_same_name(ward: Ward) -> None:
    other = await a_ward(ward.desk, "dong-phu", "Đồng Phú", "xã")
    member = await ward.member(Role.OFFICER, ward.police, "Trần Văn Bảy")
    code = (await invited(other, Role.APPRAISER, other.division)).invitation.code
    joined = await join(ward.desk, member, code=code, full_name=None, language="vi", now=NOW)
    assert joined.person.full_name == "Trần Văn Bảy"
    assert joined.elsewhere
    visitor = await ward.visitor(member.telegram_id)
    assert {m.locality_id for m in visitor.memberships} == {ward.id, other.id}
    assert current_locality_id(visitor) == ward.id


async def test_a_role_one_has_already_costs_no_use(ward: Ward) -> None:
    member = await ward.member(Role.OFFICER, ward.police)
    code = (await invited(ward)).invitation.code
    joined = await join(ward.desk, member, code=code, full_name=None, language="vi", now=NOW)
    assert joined.held_already
    async with ward.desk.db.read() as conn:
        kept = await people.invitation(conn, code)
    assert kept is not None
    assert kept.used == 0


async def test_who_was_taken_out_does_not_come_back_through_the_old_link(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office)
    code = (await invited(ward, uses=5)).invitation.code
    stranger = await ward.stranger()
    joined = await join(ward.desk, stranger, code=code, full_name="Lê Thị Hoa", language="vi", now=NOW)
    ended = await end_membership(ward.desk, office, membership_id=joined.membership.id, now=NOW)
    assert ended.has_left
    with pytest.raises(NotAllowed) as refused:
        await consider_invitation(ward.desk, await ward.visitor(stranger.telegram_id), words=code, now=NOW)
    assert refused.value.key == "invitation_used"
    fresh = (await invited(ward)).invitation.code
    offer = await consider_invitation(ward.desk, await ward.visitor(stranger.telegram_id), words=fresh, now=NOW)
    assert offer.known_name == "Lê Thị Hoa"


async def test_the_office_invites_anyone_and_a_head_only_officers_of_the_own_unit(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office)
    head = await ward.member(Role.HEAD, ward.police)
    officer = await ward.member(Role.OFFICER, ward.police)
    everything = await invite_choices(ward.desk, office)
    assert len(everything.units) == 4
    assert everything.roles[ward.team] == (Role.TEAM,)
    assert Role.OFFICE in everything.roles[ward.office]
    assert Role.OFFICE not in everything.roles[ward.police]
    own = await invite_choices(ward.desk, head)
    assert [(unit.id, own.roles[unit.id]) for unit in own.units] == [(ward.police, (Role.OFFICER,))]
    for visitor, unit, role in (
        (head, ward.division, Role.OFFICER),
        (head, ward.police, Role.HEAD),
        (officer, ward.police, Role.OFFICER),
    ):
        with pytest.raises(NotAllowed):
            await invite(ward.desk, visitor, seat=Seat(ward.id, unit, role), now=NOW)
    with pytest.raises(NotAllowed):
        await invite_choices(ward.desk, officer)


async def test_no_one_invites_into_another_locality(ward: Ward) -> None:
    other = await a_ward(ward.desk, "dong-phu", "Đồng Phú", "xã")
    office = await ward.member(Role.OFFICE, ward.office)
    with pytest.raises(NotAllowed):
        await invite(ward.desk, office, seat=Seat(other.id, other.police, Role.OFFICER), now=NOW)
    with pytest.raises(NotFound):
        await invite(ward.desk, office, seat=Seat(ward.id, other.police, Role.OFFICER), now=NOW)
    foreign = (await invited(other)).invitation.code
    with pytest.raises(NotFound):
        await revoke_invitation(ward.desk, office, code=foreign, now=NOW)


async def test_a_request_that_comes_again_makes_no_second_invitation(ward: Ward) -> None:
    office = await ward.member(Role.OFFICE, ward.office)
    code = new_code()
    for _ in range(2):
        made = await invite(ward.desk, office, seat=Seat(ward.id, ward.police, Role.HEAD), now=NOW, code=code)
        assert made.invitation.code == code
        assert made.link == f"https://t.me/tiendo_bot?start={code}"
    assert len(await open_invitations(ward.desk, office, now=NOW)) == 1
    assert await open_invitations(ward.desk, await ward.member(Role.HEAD, ward.police), now=NOW) == ()


async def test_a_unit_is_found_by_any_spelling(ward: Ward) -> None:
    async with ward.desk.db.read() as conn:
        book = await ward.desk.books.of(conn, ward.id)
    assert unit_named(book, "phong van hoa xa hoi").id == ward.division
    with pytest.raises(NotFound):
        unit_named(book, "Phòng Không Có")


@pytest.mark.parametrize(("how", "key"), [({"uses": 0}, "invite_uses"), ({"days": 10_000}, "invite_days")])
async def test_uses_and_days_have_bounds(ward: Ward, how: dict[str, int], key: str) -> None:
    with pytest.raises(BadInput) as refused:
        await invited(ward, **how)
    assert refused.value.key == key
