"""Loading a plan: what is new is added, what changed is brought up to date, nothing is lost, no alert is sent.

Loading twice changes nothing. What the office decided since (members of groups, hand-overs, limits) stays.
Source: docs/rules/plans.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import BadInput
from bot.domain.plan.plan import Plan, Row, UnitRole
from bot.domain.plan.words import fold as folded
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import begin, fold
from bot.plans.days_off import national_days
from bot.plans.loaded import LoadedPlan, LoadedRow
from bot.plans.problems import Doubt
from bot.plans.reader import read_plan
from bot.plans.schema import PlanFile
from bot.services.core import ledger
from bot.services.core.board import leads
from bot.services.core.book import Book, read_book, renewed
from bot.services.core.desk import Desk
from bot.services.core.office import directory_of
from bot.services.plan.start_reminding import refuse_early_use, start_reminding
from bot.services.units.follow_groups import wanted_leads
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events, plans
from bot.storage.records.plans import GroupMember


@dataclass(frozen=True, slots=True)
class RedAtOnce:
    """A lead assignment that would be red the moment the plan is put in use."""

    code: str
    unit: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading a plan did, row codes in printed order.

    ``absent`` ones stand in the database, not in the file; tasks the office added are none of these.
    """

    locality_id: int
    slug: str
    plan: Plan
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    absent: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    red_at_once: tuple[RedAtOnce, ...]
    breaks_off: str | None


class _Previewed(Exception):
    pass


async def load(
    desk: Desk,
    file: PlanFile,
    *,
    now: datetime,
    in_use: bool = False,
    preview: bool = False,
    actor_id: int | None = None,
) -> LoadReport:
    """What loading the plan did, or (``preview``) would do.

    Raises BadInput where a cell names no unit of the file's own directory, or the file holds a row under the code of a
    task the office has added, TransitionRefused for a plan that is to be
    put in use while the one before it still is (docs/decisions/0008).
    """
    loaded = read_plan(file)
    report: LoadReport | None = None
    try:
        async with desk.db.write() as conn:
            report = await _load(conn, loaded, now=now, in_use=in_use, actor_id=actor_id)
            if preview:
                raise _Previewed
    except _Previewed:
        pass
    assert report is not None
    return report


async def _load(
    conn: Connection, loaded: LoadedPlan, *, now: datetime, in_use: bool, actor_id: int | None
) -> LoadReport:
    for year in (loaded.plan.year, loaded.plan.year + 1):
        for day in national_days(year):
            await plans.save_day(conn, None, day)
    locality_id, units = await _directory(conn, loaded)
    plan_id = await _plan(conn, loaded, locality_id, units, now)
    before = {row.code: row for row in await plans.rows(conn, plan_id)}
    added, changed, unchanged = await _rows(conn, loaded, plan_id, locality_id, before)
    book = await read_book(conn, locality_id, await plans.bump_version(conn, locality_id), loaded.plan.year)
    begins = in_use and book.plan is not None and book.plan.in_use_on is None
    if begins:
        refuse_early_use(book, book.today(now))
        await plans.set_in_use(conn, plan_id, book.today(now))
        book = await renewed(conn, book)
    await _assign(conn, book, loaded, units, fresh=set(added))
    await refold(conn, book, now)
    if begins:
        await start_reminding(conn, book, now)
    await audit.append(conn, locality_id, now, actor_id, "plan_loaded", {"plan": plan_id, "added": len(added)})
    codes = {row.code for row in loaded.rows}
    plan = book.plan
    assert plan is not None
    return LoadReport(
        locality_id=locality_id,
        slug=loaded.locality.slug,
        plan=plan,
        added=added,
        changed=changed,
        unchanged=unchanged,
        absent=tuple(code for code, row in before.items() if code not in codes and row.added_at is None),
        doubts=loaded.all_doubts,
        red_at_once=await _red_at_once(conn, book, now),
        breaks_off=loaded.plan.breaks_off,
    )


async def _directory(conn: Connection, loaded: LoadedPlan) -> tuple[int, Mapping[str, int]]:
    place = loaded.locality
    locality_id = await plans.save_locality(
        conn,
        slug=place.slug,
        name=place.name,
        kind=place.kind,
        province=place.province,
        before_is_inclusive=place.before_is_inclusive,
        reporting=loaded.reporting,
    )
    known = await plans.units(conn, locality_id)
    ids: dict[str, int] = {unit.name: unit.id for unit in known}
    aliases = await plans.aliases(conn, locality_id)
    named = {aliases.get(folded(unit.name)) for unit in loaded.units}
    for position, unit in enumerate(loaded.units):
        # A unit the office has renamed is found by its printed name, or by another spelling that is only its own.
        known_as = {aliases.get(folded(alias)) for alias in unit.aliases} - named - {None}
        unit_id = aliases.get(folded(unit.name)) or (known_as.pop() if len(known_as) == 1 else None)
        if unit_id is None or unit.name in ids:
            spellings = [(alias, folded(alias)) for alias in (unit.name, *unit.aliases)]
            unit_id = await plans.save_unit(conn, locality_id, unit.name, unit.kind, spellings, position)
        ids[unit.name] = unit_id
    await plans.set_standing_office(conn, locality_id, ids[loaded.locality.standing_office])
    groups = {group.name: group for group in await plans.groups(conn, locality_id)}
    for group in loaded.groups:
        stored = groups.get(group.name)
        group_id = await plans.save_group(conn, locality_id, group.name, group.aliases)
        # One that the office has emptied stays empty.
        if stored is None:
            await plans.set_group_members(conn, group_id, [(ids[name], group.proposed) for name in group.members])
    return locality_id, ids


async def _plan(conn: Connection, loaded: LoadedPlan, locality_id: int, units: Mapping[str, int], now: datetime) -> int:
    head = loaded.plan
    return await plans.save_plan(
        conn,
        locality_id=locality_id,
        year=head.year,
        number=head.number,
        title=head.title,
        issuer=head.issuer,
        issued_on=head.issued_on,
        issued_on_as_printed=head.issued_on_as_printed,
        breaks_off=head.breaks_off,
        loaded_at=now,
        standing_office_id=units[loaded.locality.standing_office],
    )


async def _rows(
    conn: Connection, loaded: LoadedPlan, plan_id: int, locality_id: int, before: Mapping[str, Row]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    added: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    for position, read in enumerate(loaded.rows):
        row = _row(read, position, plan_id, locality_id)
        known = before.get(row.code)
        if known is not None and known.added_at is not None:
            # Its history is another task's: a person has to say which of the two is meant (docs/decisions/0011).
            raise BadInput("code_of_added_task", code=row.code, name=known.name[:120])
        if known is not None and replace(known, id=0) == row:
            unchanged.append(row.code)
            continue
        (added if known is None else changed).append(row.code)
        await plans.save_row(conn, row, folded=search_text(row))
    return tuple(added), tuple(changed), tuple(unchanged)


def search_text(row: Row) -> str:
    """What a row is found by: its code, name, parent, output and units, without accents."""
    parts = (row.code, row.name, row.parent, row.output, row.kpi, row.group, row.lead_as_printed)
    return folded(" ".join(part for part in parts if part))


def _row(read: LoadedRow, position: int, plan_id: int, locality_id: int) -> Row:
    return Row(
        id=0,
        plan_id=plan_id,
        locality_id=locality_id,
        code=read.code,
        kind=read.kind,
        position=position,
        reference=read.reference,
        name=read.name,
        limit=read.limit,
        group=read.group,
        parent=read.parent,
        output=read.output,
        kpi=read.kpi,
        lead_as_printed=read.lead_as_printed,
        tracker_as_printed=read.tracker_as_printed,
        coordinating_as_printed=read.coordinating_as_printed,
        target=read.target,
        note=read.note,
        doubts=tuple(doubt.key for doubt in read.doubts),
    )


async def _assign(
    conn: Connection, book: Book, loaded: LoadedPlan, units: Mapping[str, int], *, fresh: set[str]
) -> None:
    """Give every new row to its units. Rows that stood before keep what the office made of them.

    A collective lead stands for the members the office has settled on, which a later file does not know.
    """
    as_printed, directory = _with_groups_of(book, loaded, units), directory_of(book)
    for read in loaded.rows:
        if read.code not in fresh:
            continue
        row = book.by_code[read.code]
        printed, settled = wanted_leads(as_printed, directory, row), wanted_leads(book, directory, row)
        proposals = {units[name]: name in read.proposed_leads for name in read.leads}
        given = [
            (unit_id, UnitRole.LEAD, proposals.get(unit_id, False))
            for unit_id in dict.fromkeys([*proposals, *sorted(settled - printed)])
            if unit_id not in printed - settled
        ]
        given += [(units[name], UnitRole.COORDINATE, is_proposed) for name, is_proposed in read.coordinators]
        given += [(units[name], UnitRole.TRACK, False) for name in read.trackers]
        begun = [(role, proposed, begin(book.terms[row.id], unit_id)) for unit_id, role, proposed in given]
        await events.add_assignments(conn, row, begun)


def _with_groups_of(book: Book, loaded: LoadedPlan, units: Mapping[str, int]) -> Book:
    members = {
        group.name: tuple(GroupMember(units[name], group.proposed) for name in group.members) for group in loaded.groups
    }
    groups = tuple(replace(group, members=members.get(group.name, group.members)) for group in book.groups)
    return replace(book, groups=groups)


async def refold(conn: Connection, book: Book, now: datetime) -> None:
    """Fold every history of the plan anew and store standing, colour and next change: terms or rules have changed."""
    plan = book.plan
    if plan is None:
        return
    happened = await events.events_of_plan(conn, plan.id)
    known = [(each, book.terms.get(each.row_id)) for each, _ in await events.standings(conn, plan.id)]
    folded_anew = [
        (assignment, terms, fold(terms, assignment.first_unit_id, happened.get(assignment.id, ())))
        for assignment, terms in known
        if terms is not None
    ]
    await ledger.store_all(conn, book, folded_anew, now)


async def _red_at_once(conn: Connection, book: Book, now: datetime) -> tuple[RedAtOnce, ...]:
    found = await leads(conn, book, book.today(now))
    return tuple(
        RedAtOnce(lead.row.code, book.unit_name(lead.assignment.unit_id), lead.verdict.reasons)
        for lead in found
        if lead.verdict.colour is Colour.RED
    )
