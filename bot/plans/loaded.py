"""A plan as read: values of the domain that have no ids yet; units go by their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.plan.deadlines import TimeLimit
from bot.domain.plan.duties import ReportingRules
from bot.domain.plan.plan import RowKind, UnitKind
from bot.domain.work.progress import Target
from bot.plans.problems import Doubt


@dataclass(frozen=True, slots=True)
class LoadedLocality:
    """The commune or ward. ``standing_office`` is the name of one of its units."""

    slug: str
    name: str
    kind: str
    province: str
    standing_office: str
    before_is_inclusive: bool


@dataclass(frozen=True, slots=True)
class LoadedHead:
    """The head of the document."""

    number: str
    title: str
    issuer: str
    year: int
    issued_on: date
    issued_on_as_printed: str
    breaks_off: str | None


@dataclass(frozen=True, slots=True)
class LoadedUnit:
    """One unit of the directory."""

    name: str
    kind: UnitKind
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadedGroup:
    """A collective name; ``members`` are names of units."""

    name: str
    aliases: tuple[str, ...]
    members: tuple[str, ...]
    proposed: bool


@dataclass(frozen=True, slots=True)
class LoadedRow:
    """One task or indicator with whom it is given to.

    ``lead_as_printed`` is the lead cell of a task; of an indicator its doer, else its tracker. ``proposed_leads`` are
    those of ``leads`` that only a proposed group brought in. ``coordinators`` are pairs of a unit and whether it is
    our proposal.
    """

    code: str
    kind: RowKind
    reference: str
    name: str
    limit: TimeLimit
    leads: tuple[str, ...]
    group: str | None = None
    parent: str | None = None
    output: str | None = None
    kpi: str | None = None
    lead_as_printed: str | None = None
    tracker_as_printed: str | None = None
    coordinating_as_printed: str | None = None
    target: Target | None = None
    note: str | None = None
    proposed_leads: tuple[str, ...] = ()
    coordinators: tuple[tuple[str, bool], ...] = ()
    trackers: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A whole plan. ``doubts`` are those of the plan itself; every row carries its own."""

    locality: LoadedLocality
    plan: LoadedHead
    units: tuple[LoadedUnit, ...]
    groups: tuple[LoadedGroup, ...]
    reporting: ReportingRules
    rows: tuple[LoadedRow, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def all_doubts(self) -> tuple[Doubt, ...]:
        """The doubts of the plan, then those of its rows in printed order."""
        return (*self.doubts, *(doubt for row in self.rows for doubt in row.doubts))
