"""The plan and its parts: locality, units, rows, assignments (docs/rules/terms.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.plan.deadlines import TimeLimit
from bot.domain.plan.words import alike, same_word_for_word
from bot.domain.work.progress import Target


class RowKind(StrEnum):
    """A row is a piece of work or a figure to reach."""

    TASK = "task"
    INDICATOR = "indicator"


class UnitRole(StrEnum):
    """In which role a unit has a row."""

    LEAD = "lead"
    COORDINATE = "coordinate"
    TRACK = "track"


class UnitKind(StrEnum):
    """What sort of unit; decides proposals and the order of lists, never rights."""

    OFFICE = "office"
    DIVISION = "division"
    PARTY_BODY = "party_body"
    LEADERSHIP = "leadership"
    CENTRE = "centre"
    POLICE = "police"
    MILITARY = "military"
    FRONT = "front"
    UNION = "union"
    SCHOOL = "school"
    HEALTH = "health"
    AREA = "area"
    COMMUNITY_TEAM = "community_team"
    BUSINESS = "business"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AlertRules:
    """The settings of a locality that colours depend on; the defaults are those of docs/rules/colours.md."""

    roadmap_min_days: int = 7
    """Days that must have gone by before a task can be behind its roadmap."""
    roadmap_min_share: Decimal = Decimal("0.10")
    """Part of the roadmap that must have gone by, 0-1."""
    due_soon_days: int = 7


@dataclass(frozen=True, slots=True)
class Grades:
    """The lowest score of each grade, in points of 0-100."""

    excellent: int = 90
    good: int = 80
    fair: int = 70
    average: int = 50


@dataclass(frozen=True, slots=True)
class Locality:
    """One commune or ward with its own plan, people and rules."""

    id: int
    slug: str
    name: str
    kind: str
    province: str
    standing_office_id: int | None
    before_is_inclusive: bool = False
    alert_rules: AlertRules = field(default_factory=AlertRules)
    grades: Grades = field(default_factory=Grades)


def identity_of(kind: str, name: str, province: str) -> str:
    """By what a commune is known: kind, name and province, however they are composed and capitalised.

    Accents are part of it: xã Bình Thành and phường Bình Thạnh are two.
    """
    return "\n".join(alike(part) for part in (kind, name, province))


def same_commune(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether kind, name and province are those of one commune in two ways of writing.

    Where a tone stands in its word ("Hoà", "Hòa"), the kind before the name and "tỉnh" before the province are no
    difference.
    """
    return all(same_word_for_word(mine, theirs) for mine, theirs in zip(_bare(*one), _bare(*other), strict=True))


def _bare(kind: str, name: str, province: str) -> tuple[str, str, str]:
    kind, name, province = alike(kind), alike(name), alike(province)
    return kind, name.removeprefix(f"{kind} "), province.removeprefix("tỉnh ")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a locality's directory."""

    id: int
    locality_id: int
    name: str
    kind: UnitKind
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The yearly document. ``in_use_on`` is the day from which alerts and duties begin; none: still being opened.

    ``standing_office_id`` is the unit that the document names to run it. Where ``issued_on_as_printed`` names no day,
    ``issued_on`` is the first of its month.
    """

    id: int
    locality_id: int
    year: int
    number: str
    title: str
    issuer: str
    issued_on: date
    in_use_on: date | None = None
    standing_office_id: int | None = None
    issued_on_as_printed: str = ""

    @property
    def last_day(self) -> date:
        """31 December of the plan year."""
        return date(self.year, 12, 31)

    def is_watched_on(self, day: date) -> bool:
        """Whether anybody is told anything of it on a day: from its day of use until its year is over."""
        return self.in_use_on is not None and self.in_use_on <= day <= self.last_day


def in_hand(plans: Iterable[Plan], day: date | None = None) -> Plan | None:
    """The plan a locality works with, now or on a day: the newest in use, where none is in use the newest.

    On a day before any was in use it is the first that came to be (docs/decisions/0008).
    """
    known = sorted(plans, key=lambda plan: plan.year)
    used = [plan for plan in known if plan.in_use_on is not None]
    begun = [plan for plan in used if day is None or (plan.in_use_on is not None and plan.in_use_on <= day)]
    found = begun or used[:1] or known
    return found[-1] if found else None


def replaced_by(plan: Plan, plans: Iterable[Plan]) -> Plan | None:
    """The newest of the earlier plans in use; ``plan`` replaces it, not before it is frozen (docs/decisions/0008)."""
    earlier = (each for each in plans if each.in_use_on is not None and each.year < plan.year)
    return max(earlier, key=lambda each: each.year, default=None)


@dataclass(frozen=True, slots=True)
class Row:
    """One task or indicator of a plan, as printed and as understood.

    ``added_at`` is the instant from which one stands in the plan that the office added later (docs/decisions/0011).
    """

    id: int
    plan_id: int
    locality_id: int
    code: str
    kind: RowKind
    position: int
    reference: str
    name: str
    limit: TimeLimit
    group: str | None = None
    parent: str | None = None
    output: str | None = None
    kpi: str | None = None
    lead_as_printed: str | None = None
    tracker_as_printed: str | None = None
    coordinating_as_printed: str | None = None
    target: Target | None = None
    note: str | None = None
    doubts: tuple[str, ...] = ()
    added_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One row given to one unit in one role. ``proposed`` until the office confirms it.

    ``unit_id`` is the unit that has it now, ``first_unit_id`` the one it was given to before any hand-over.
    """

    id: int
    row_id: int
    locality_id: int
    unit_id: int
    role: UnitRole
    first_unit_id: int
    proposed: bool = False
