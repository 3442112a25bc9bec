"""Who leads, coordinates and tracks a printed row (docs/rules/plans.md#who-leads)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.plans.loaded import LoadedGroup
from bot.plans.names import Directory, Resolution
from bot.plans.problems import Doubt, Problem
from bot.plans.schema import RowPart

NOBODY = Resolution()


@dataclass(frozen=True, slots=True)
class Cast:
    """The directory of a locality and what rows need of it: the standing office, members of groups, the teams."""

    directory: Directory
    standing_office: str
    groups: dict[str, LoadedGroup]
    teams: tuple[str, ...]

    def of(self, cell: str | None) -> Resolution:
        """Whom a cell names; nobody where there is none."""
        return self.directory.resolve(cell) if cell else NOBODY


@dataclass
class Assigned:
    """The units of one row, with the doubts and problems met on the way."""

    code: str
    leads: dict[str, bool] = field(default_factory=dict)
    """Lead units in printed order, each with whether it is only proposed."""
    coordinators: dict[str, bool] = field(default_factory=dict)
    trackers: tuple[str, ...] = ()
    doubts: list[Doubt] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def doubt(self, key: str, **figures: object) -> None:
        """Note something for the standing office."""
        self.doubts.append(Doubt(self.code, key, figures))

    def refuse_unknown(self, names: Sequence[str]) -> None:
        """Note names of leads that nobody goes by."""
        self.problems.extend(Problem(self.code, "lead_unknown", {"name": name}) for name in names)


def assign(row: RowPart, cast: Cast) -> Assigned:
    """The units of a row. An unknown lead, doer or tracker is a problem, an unknown coordinator a doubt."""
    assigned = Assigned(row.code)
    if row.kind == "task":
        _lead_task(row, cast, assigned)
    else:
        _lead_indicator(row, cast, assigned)
    _coordinate(row, cast, assigned)
    return assigned


def _lead_task(row: RowPart, cast: Cast, assigned: Assigned) -> None:
    named = cast.of(row.lead)
    assigned.refuse_unknown(named.unknown)
    assigned.trackers = cast.of(row.tracker).units
    for unit in named.units:
        assigned.leads[unit] = False
    for name in named.groups:
        group = cast.groups[name]
        if not group.members:
            assigned.doubt("group_empty", group=name)
        elif group.proposed:
            assigned.doubt("lead_proposed", group=name, count=len(group.members))
        for member in group.members:
            # Printed by name beats proposed: a unit that stands in the cell itself is certain.
            assigned.leads[member] = assigned.leads.get(member, True) and group.proposed
    if not assigned.leads and not named.unknown:
        _lead_by_default(cast, assigned)


def _lead_by_default(cast: Cast, assigned: Assigned) -> None:
    assigned.leads[cast.standing_office] = False
    assigned.doubt("lead_by_default", unit=cast.standing_office)


def _lead_indicator(row: RowPart, cast: Cast, assigned: Assigned) -> None:
    doer, tracker = cast.of(row.doer or row.lead), cast.of(row.tracker)
    assigned.refuse_unknown((*doer.unknown, *tracker.unknown))
    assigned.trackers = tracker.units
    if doer.only_unit:
        assigned.leads[doer.only_unit] = False
    elif tracker.units:
        assigned.leads[tracker.units[0]] = False
        if len(tracker.units) > 1:
            assigned.doubt("tracker_several", unit=tracker.units[0], cell=row.tracker)
    elif not assigned.problems:
        _lead_by_default(cast, assigned)
    for unit in doer.units:
        # Printed as doing it, beside the one that reports it.
        if unit not in assigned.leads:
            assigned.coordinators[unit] = False


def _coordinate(row: RowPart, cast: Cast, assigned: Assigned) -> None:
    named = cast.of(row.coordinating)
    for name in named.unknown:
        assigned.doubt("unit_unknown", name=name)
    for unit in named.units:
        if unit not in assigned.leads:
            assigned.coordinators[unit] = False
    for team in cast.teams if row.teams else ():
        if team not in assigned.leads:
            assigned.coordinators[team] = assigned.coordinators.get(team, True) and row.teams == "proposed"
