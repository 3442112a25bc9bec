"""The table of docs/rules/rights.md."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from bot.domain.people.people import (
    Membership,
    Role,
    is_office,
    is_party,
    may_appraise,
    may_decide_for_office,
    may_invite,
    may_read,
    may_report,
    may_see_evidence,
    own_units,
    reporting_units,
    roles_in,
)

HERE, ELSEWHERE = 1, 2
OFFICE_UNIT, SCHOOL, POLICE = 10, 11, 12
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
_IDS = count(1)


def member(person: int, role: Role, unit: int, locality: int = HERE, *, ended: bool = False) -> Membership:
    """One membership."""
    return Membership(next(_IDS), person, locality, unit, role, SINCE, SINCE if ended else None)


REPORTS = {Role.OFFICER: True, Role.HEAD: True, Role.OFFICE: True}
READS_FILES = {Role.APPRAISER: True, Role.COMMITTEE: True, Role.OFFICE: True}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_the_table_says_of_it(role: Role) -> None:
    held = [member(1, role, SCHOOL)]
    assert may_read(held, HERE)
    assert may_report(held, HERE, SCHOOL) is REPORTS.get(role, False)
    assert not may_report(held, HERE, POLICE)
    assert may_see_evidence(held, HERE, [SCHOOL]) is (role is not Role.TEAM)
    assert may_see_evidence(held, HERE, [POLICE]) is READS_FILES.get(role, False)
    assert is_office(held, HERE) is (role is Role.OFFICE)
    assert roles_in(held, HERE) == {role}


@pytest.mark.parametrize("role", list(Role))
def test_no_role_opens_anything_of_another_locality(role: Role) -> None:
    held = [member(1, role, SCHOOL)]
    assert not may_read(held, ELSEWHERE)
    assert not may_report(held, ELSEWHERE, SCHOOL)
    assert not may_see_evidence(held, ELSEWHERE, [SCHOOL])
    assert not may_invite(held, ELSEWHERE, SCHOOL, Role.OFFICER)
    assert not may_appraise(1, held, ELSEWHERE, reporter_id=9, unit_id=POLICE)
    assert not may_decide_for_office(1, held, ELSEWHERE, unit_id=POLICE, standing_office_id=OFFICE_UNIT)


@pytest.mark.parametrize("role", list(Role))
def test_an_ended_membership_opens_nothing(role: Role) -> None:
    held = [member(1, role, SCHOOL, ended=True)]
    assert not may_read(held, HERE)
    assert not may_report(held, HERE, SCHOOL)
    assert not may_appraise(1, held, HERE, reporter_id=9, unit_id=POLICE)


def test_a_person_reports_for_the_units_of_reporting_roles_only() -> None:
    held = [member(1, Role.OFFICER, SCHOOL), member(1, Role.APPRAISER, POLICE), member(1, Role.TEAM, 13)]
    assert reporting_units(held, HERE) == {SCHOOL}
    assert own_units(held, HERE) == {SCHOOL, POLICE, 13}


def test_the_office_invites_anyone_and_a_head_only_officers_of_the_own_unit() -> None:
    office, head = [member(1, Role.OFFICE, OFFICE_UNIT)], [member(2, Role.HEAD, SCHOOL)]
    assert all(may_invite(office, HERE, unit, role) for unit in (SCHOOL, POLICE) for role in Role)
    assert [role for role in Role if may_invite(head, HERE, SCHOOL, role)] == [Role.OFFICER]
    assert not may_invite(head, HERE, POLICE, Role.OFFICER)
    assert not may_invite([member(3, Role.OFFICER, SCHOOL)], HERE, SCHOOL, Role.OFFICER)


def test_no_one_appraises_an_own_report_or_one_of_the_own_unit() -> None:
    appraiser = member(1, Role.APPRAISER, POLICE)
    everyone = [appraiser, member(2, Role.APPRAISER, OFFICE_UNIT)]
    assert may_appraise(1, everyone, HERE, reporter_id=9, unit_id=SCHOOL)
    assert not may_appraise(1, everyone, HERE, reporter_id=1, unit_id=SCHOOL)
    assert not may_appraise(1, everyone, HERE, reporter_id=9, unit_id=POLICE)
    assert is_party([appraiser], HERE, reporter_id=1, unit_id=SCHOOL)
    assert not is_party([appraiser], HERE, reporter_id=None, unit_id=SCHOOL)


def test_a_second_membership_in_the_reporting_unit_makes_a_person_a_party() -> None:
    everyone = [member(1, Role.APPRAISER, POLICE), member(1, Role.OFFICER, SCHOOL)]
    assert not may_appraise(1, everyone, HERE, reporter_id=9, unit_id=SCHOOL)


def test_a_committee_member_appraises_only_where_no_other_appraiser_is_left() -> None:
    committee, own = member(5, Role.COMMITTEE, 14), member(6, Role.APPRAISER, SCHOOL)
    assert may_appraise(5, [committee, own], HERE, reporter_id=9, unit_id=SCHOOL)
    free = member(7, Role.APPRAISER, POLICE)
    assert not may_appraise(5, [committee, own, free], HERE, reporter_id=9, unit_id=SCHOOL)
    assert not may_appraise(5, [member(5, Role.COMMITTEE, SCHOOL), own], HERE, reporter_id=9, unit_id=SCHOOL)


def test_officers_heads_and_teams_never_appraise() -> None:
    for role in (Role.OFFICER, Role.HEAD, Role.TEAM):
        assert not may_appraise(1, [member(1, role, POLICE)], HERE, reporter_id=9, unit_id=SCHOOL)


def test_the_office_decides_limits_and_a_committee_member_those_of_the_office() -> None:
    everyone = [member(1, Role.OFFICE, OFFICE_UNIT), member(2, Role.COMMITTEE, 14), member(3, Role.HEAD, SCHOOL)]

    def deciders(unit: int) -> list[int]:
        return [
            who
            for who in (1, 2, 3)
            if may_decide_for_office(who, everyone, HERE, unit_id=unit, standing_office_id=OFFICE_UNIT)
        ]

    assert deciders(SCHOOL) == [1]
    assert deciders(OFFICE_UNIT) == [2]
