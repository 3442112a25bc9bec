"""Reading a plan file: its shape, its names and its limits, into values of the domain and a list of doubts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.domain.errors import BadInput
from bot.domain.plan.deadlines import DeadlineKind, TimeLimit, read_time_limit
from bot.domain.plan.duties import OnceRule, PeriodRule, ReportingRules
from bot.domain.plan.periods import PeriodKind
from bot.domain.plan.plan import RowKind, UnitKind
from bot.domain.work.progress import Comparator, Level, Target
from bot.plans.assignments import Assigned, Cast, assign
from bot.plans.heads import has_day
from bot.plans.loaded import LoadedGroup, LoadedHead, LoadedLocality, LoadedPlan, LoadedRow, LoadedUnit
from bot.plans.names import Directory
from bot.plans.problems import Doubt, PlanFileError, Problem
from bot.plans.schema import PeriodPart, PlanFile, ReportingPart, RowPart, TargetPart

_WHY = {"missing": "field_missing", "extra_forbidden": "field_unknown"}


def read_yaml(path: Path) -> PlanFile:
    """The plan file at ``path``, checked for its shape.

    Raises BadInput where it cannot be opened or is no YAML, and PlanFileError ("plan_file_invalid") naming the row and
    field of every mistake.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput("plan_file_missing", file=path.name) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInput("plan_file_unreadable", file=path.name, line=mark.line + 1 if mark else 0) from error
    try:
        return PlanFile.model_validate(content)
    except ValidationError as error:
        raise PlanFileError(problems_of(error, content)) from error


def problems_of(error: ValidationError, content: object) -> tuple[Problem, ...]:
    """The mistakes of a file's shape, in words: "CT04 · target · values" rather than a path of numbers."""
    return tuple(
        Problem(
            _place(found["loc"], content),
            _WHY.get(found["type"], "field_invalid"),
            {"detail": found["msg"], "given": str(found["input"])[:80]},
        )
        for found in error.errors()
    )


def _place(path: Sequence[int | str], content: object) -> str:
    words: list[str] = []
    node: Any = content
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            node = None
        if isinstance(step, str):
            words.append(step)
        else:
            named = (node.get("code") or node.get("name")) if isinstance(node, dict) else None
            words.append(str(named or step + 1))
    if len(words) > 1 and words[0] == "rows":
        words = words[1:]
    return " · ".join(words) or "–"


def read_plan(file: PlanFile) -> LoadedPlan:
    """The plan as values of the domain: who has which row until when, and what is doubtful.

    Raises PlanFileError with every mistake: an unknown standing office, member, lead, doer or tracker, a spelling two
    units share, a repeated code, a target that cannot be.
    """
    directory = Directory(file.units, file.groups)
    problems = [*_name_problems(file, directory), *_row_problems(file.rows)]
    office = directory.find(file.standing_office)
    if office is None or office.is_group:
        problems.append(Problem("standing_office", "unit_unknown", {"name": file.standing_office}))
    groups = _groups(file, directory, problems)
    teams = tuple(unit.name for unit in file.units if unit.kind == "community_team")
    cast = Cast(directory, office.name if office else "", {group.name: group for group in groups}, teams)
    assigned = [assign(row, cast) for row in file.rows]
    problems.extend(problem for one in assigned for problem in one.problems)
    if problems:
        raise PlanFileError(problems)
    return LoadedPlan(
        locality=_locality(file, cast.standing_office),
        plan=LoadedHead(**file.plan.model_dump()),
        units=tuple(LoadedUnit(unit.name, UnitKind(unit.kind), unit.aliases) for unit in file.units),
        groups=groups,
        reporting=_reporting(file.reporting),
        rows=tuple(_row(row, file, one) for row, one in zip(file.rows, assigned, strict=True)),
        doubts=tuple(_plan_doubts(file, teams)),
    )


def _locality(file: PlanFile, standing_office: str) -> LoadedLocality:
    return LoadedLocality(
        **file.locality.model_dump(),
        standing_office=standing_office,
        before_is_inclusive=file.before_is_inclusive,
    )


def _name_problems(file: PlanFile, directory: Directory) -> Iterable[Problem]:
    names = Counter([unit.name for unit in file.units] + [group.name for group in file.groups])
    for name in (name for name, times in names.items() if times > 1):
        yield Problem(name, "name_repeated", {"name": name})
    for spelling, named in directory.ambiguous:
        yield Problem(named[0], "alias_ambiguous", {"spelling": spelling, "names": ", ".join(named)})


def _row_problems(rows: Sequence[RowPart]) -> Iterable[Problem]:
    codes = Counter(row.code for row in rows)
    for code in (code for code, times in codes.items() if times > 1):
        yield Problem(code, "code_repeated", {"code": code})
    for row in rows:
        if row.code.startswith("NV") is not (row.kind == "task"):
            yield Problem(row.code, "code_of_other_kind", {"kind": row.kind})
        if row.kind == "indicator" and row.target is None:
            yield Problem(row.code, "target_missing")
        if row.target is not None and not _is_sound(row.target):
            yield Problem(row.code, "target_invalid", {"target": row.target.printed})


def _is_sound(target: TargetPart) -> bool:
    values = target.values
    if any(not value.is_finite() or value <= 0 for value in values):
        return False
    if target.comparator == "between":
        return len(values) == 2 and values[0] < values[1]
    whole = values[0] == values[0].to_integral_value()
    top = len(Level) if target.comparator == "level" else values[0]
    return len(values) == 1 and (target.comparator == "at_least" or (whole and values[0] <= top))


def _groups(file: PlanFile, directory: Directory, problems: list[Problem]) -> tuple[LoadedGroup, ...]:
    groups = []
    for group in file.groups:
        found = [(name, directory.find(name)) for name in group.members]
        problems.extend(
            Problem(group.name, "member_unknown", {"name": name})
            for name, entry in found
            if entry is None or entry.is_group
        )
        members = tuple(dict.fromkeys(entry.name for _, entry in found if entry and not entry.is_group))
        groups.append(LoadedGroup(group.name, group.aliases, members, group.proposed))
    return tuple(groups)


def _plan_doubts(file: PlanFile, teams: Sequence[str]) -> Iterable[Doubt]:
    if file.plan.breaks_off:
        yield Doubt("", "plan_breaks_off", {"text": file.plan.breaks_off})
    if not has_day(file.plan.issued_on_as_printed):
        yield Doubt("", "issue_day_assumed", {"printed": file.plan.issued_on_as_printed, "day": file.plan.issued_on})
    if not file.reporting.units:
        yield Doubt("", "reporting_missing")
    for once in file.reporting.once:
        if once.due_on < file.plan.issued_on:
            yield Doubt("", "duty_before_issue", {"name": once.name, "due": once.due_on})
    waiting = [row.code for row in file.rows if row.teams is not None]
    if waiting and not teams:
        yield Doubt("", "teams_missing", {"count": len(waiting), "codes": ", ".join(waiting)})
    yield from (Doubt("", noted.key, noted.figures) for noted in file.doubts)


def _reporting(part: ReportingPart) -> ReportingRules:
    def rules(periods: Iterable[PeriodPart]) -> tuple[PeriodRule, ...]:
        return tuple(PeriodRule(PeriodKind(p.kind), p.due_month, p.due_day, p.as_printed) for p in periods)

    once = tuple(OnceRule(one.name, one.due_on, one.as_printed) for one in part.once)
    return ReportingRules(rules(part.units), rules(part.office), once)


def _row(row: RowPart, file: PlanFile, assigned: Assigned) -> LoadedRow:
    plan = file.plan
    limit = read_time_limit(row.deadline, year=plan.year, issued_on=plan.issued_on, inclusive=file.before_is_inclusive)
    return LoadedRow(
        code=row.code,
        kind=RowKind(row.kind),
        reference=row.reference,
        name=row.name,
        limit=limit,
        leads=tuple(assigned.leads),
        group=row.group,
        parent=row.parent,
        output=row.output,
        kpi=row.kpi,
        lead_as_printed=row.lead if row.kind == "task" else row.doer or row.tracker,
        tracker_as_printed=row.tracker,
        coordinating_as_printed=row.coordinating,
        target=_target(row.target),
        note=row.note,
        proposed_leads=tuple(unit for unit, proposed in assigned.leads.items() if proposed),
        coordinators=tuple(assigned.coordinators.items()),
        trackers=assigned.trackers,
        doubts=(
            *assigned.doubts,
            *_limit_doubts(row.code, limit, file),
            *(Doubt(row.code, noted.key, noted.figures) for noted in row.doubts),
        ),
    )


def _target(part: TargetPart | None) -> Target | None:
    if part is None:
        return None
    return Target(part.printed, part.unit, Comparator(part.comparator), part.values)


def _limit_doubts(code: str, limit: TimeLimit, file: PlanFile) -> Iterable[Doubt]:
    if limit.kind is DeadlineKind.UNREAD:
        yield Doubt(code, "limit_unread", {"printed": limit.printed})
    elif limit.due_on is not None and limit.due_on < file.plan.issued_on:
        yield Doubt(code, "overdue_on_arrival", {"printed": limit.printed, "due": limit.due_on})
