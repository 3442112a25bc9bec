"""People, their memberships, and who may do what (docs/rules/rights.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a membership makes of a person."""

    OFFICER = "officer"
    HEAD = "head"
    TEAM = "team"
    APPRAISER = "appraiser"
    COMMITTEE = "committee"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Person:
    """One human being, known by the transport's id. ``full_name`` is the one given at joining."""

    id: int
    telegram_id: int
    full_name: str
    language: str
    current_locality_id: int | None = None
    reachable: bool = True
    digest_minute: int = 450
    """The minute of the day at which the digest goes out (450: 07:30)."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's role in one unit of one locality."""

    id: int
    person_id: int
    locality_id: int
    unit_id: int
    role: Role
    since: datetime
    ended_at: datetime | None = None


class Ability(StrEnum):
    """What some roles may do in a locality and others not; what every member may do needs none."""

    REPORT = "report"
    """Report the work of the own unit."""
    TAKE_PART = "take_part"
    """Periods, difficulties and requests: what units and the committee ask of each other and answer."""
    INVITE = "invite"
    RUN = "run"
    """What the standing office alone does: units, the plan, days off, chasing."""
    DECIDE = "decide"
    """Limits, hand-overs and closings, each of the rows that `may_decide_for_office` names."""
    OVERSEE = "oversee"
    """The figures of all units: periods, ranking, documents."""
    READ_ALL = "read_all"
    """Every file, every difficulty."""
    SEE_WAITING = "see_waiting"
    """The complete reports that wait to be judged."""
    JUDGE = "judge"
    """Judge reports; where nobody is left who may, see `may_appraise`."""
    CONNECT = "connect"
    """Bind a group chat to the own team."""


_UNITS = frozenset({Role.OFFICER, Role.HEAD, Role.OFFICE})
_ABOVE = frozenset({Role.COMMITTEE, Role.OFFICE})
CAN: Mapping[Ability, frozenset[Role]] = {
    Ability.REPORT: _UNITS,
    Ability.TAKE_PART: _UNITS | {Role.COMMITTEE},
    Ability.INVITE: frozenset({Role.HEAD, Role.OFFICE}),
    Ability.RUN: frozenset({Role.OFFICE}),
    Ability.DECIDE: _ABOVE,
    Ability.OVERSEE: _ABOVE,
    Ability.READ_ALL: _ABOVE | {Role.APPRAISER},
    Ability.SEE_WAITING: _ABOVE | {Role.APPRAISER},
    Ability.JUDGE: frozenset({Role.APPRAISER, Role.OFFICE}),
    Ability.CONNECT: frozenset({Role.TEAM}),
}
"""Who may do what: the menu, the routes and the services all read it here (docs/rules/rights.md)."""


def of_locality(memberships: Iterable[Membership], locality_id: int) -> tuple[Membership, ...]:
    """The running memberships of one locality."""
    return tuple(m for m in memberships if m.locality_id == locality_id and m.ended_at is None)


def roles_in(memberships: Iterable[Membership], locality_id: int) -> frozenset[Role]:
    """The roles held in one locality."""
    return frozenset(m.role for m in of_locality(memberships, locality_id))


def can(memberships: Iterable[Membership], locality_id: int, ability: Ability) -> bool:
    """Whether the person has this ability in the locality."""
    return not roles_in(memberships, locality_id).isdisjoint(CAN[ability])


def reporting_units(memberships: Iterable[Membership], locality_id: int) -> frozenset[int]:
    """The units for whose work the person reports: as officer or head of it, as the office for its own rows."""
    return frozenset(m.unit_id for m in of_locality(memberships, locality_id) if m.role in CAN[Ability.REPORT])


def own_units(memberships: Iterable[Membership], locality_id: int) -> frozenset[int]:
    """Every unit the person belongs to, in whatever role."""
    return frozenset(m.unit_id for m in of_locality(memberships, locality_id))


def may_read(memberships: Iterable[Membership], locality_id: int) -> bool:
    """Whether tasks and colours of the locality are open to the person."""
    return bool(of_locality(memberships, locality_id))


def may_see_evidence(memberships: Iterable[Membership], locality_id: int, unit_ids: Collection[int]) -> bool:
    """Whether the files of work led by ``unit_ids`` are open to the person: own unit, or those who read all."""
    if can(memberships, locality_id, Ability.READ_ALL):
        return True
    return bool(reporting_units(memberships, locality_id) & set(unit_ids))


def may_report(memberships: Iterable[Membership], locality_id: int, unit_id: int) -> bool:
    """Whether the person reports the work of this unit."""
    return unit_id in reporting_units(memberships, locality_id)


def is_office(memberships: Iterable[Membership], locality_id: int) -> bool:
    """Whether the person acts for the standing office."""
    return can(memberships, locality_id, Ability.RUN)


def may_invite(memberships: Iterable[Membership], locality_id: int, unit_id: int, role: Role) -> bool:
    """Whether the person may invite into a unit: the office anyone, a head officers of the own unit."""
    running = of_locality(memberships, locality_id)
    if any(m.role is Role.OFFICE for m in running):
        return True
    return role is Role.OFFICER and any(m.role is Role.HEAD and m.unit_id == unit_id for m in running)


def is_party(memberships: Iterable[Membership], locality_id: int, *, reporter_id: int | None, unit_id: int) -> bool:
    """Whether a report is the person's own or of the own unit; nobody judges that."""
    running = of_locality(memberships, locality_id)
    return any(m.person_id == reporter_id or m.unit_id == unit_id for m in running)


def may_appraise(
    person_id: int, everyone: Iterable[Membership], locality_id: int, *, reporter_id: int | None, unit_id: int
) -> bool:
    """Whether this person may judge a report of ``unit_id`` sent by ``reporter_id``.

    ``everyone`` are all running memberships of the locality: where no appraiser and no office member is left who is
    not a party, a committee member may (docs/rules/life-cycle.md#who-appraises).
    """
    by_person: dict[int, list[Membership]] = {}
    for membership in of_locality(everyone, locality_id):
        by_person.setdefault(membership.person_id, []).append(membership)
    free = {
        who: {m.role for m in held}
        for who, held in by_person.items()
        if not is_party(held, locality_id, reporter_id=reporter_id, unit_id=unit_id)
    }
    roles = free.get(person_id, set())
    judges = CAN[Ability.JUDGE]
    if roles & judges:
        return True
    return Role.COMMITTEE in roles and not any(held & judges for held in free.values())


def may_decide_for_office(
    person_id: int, everyone: Iterable[Membership], locality_id: int, *, unit_id: int, standing_office_id: int | None
) -> bool:
    """Whether the person decides limits, hand-overs and closings of a row led by ``unit_id``.

    The standing office decides; for its own rows a committee member does.
    """
    held = [m for m in of_locality(everyone, locality_id) if m.person_id == person_id]
    wanted = Role.COMMITTEE if unit_id == standing_office_id else Role.OFFICE
    return any(m.role is wanted for m in held)
