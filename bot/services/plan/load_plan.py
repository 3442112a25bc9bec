"""Loading a plan: what is new is added, what changed is brought up to date, nothing is lost, no alert is sent.

Loading twice changes nothing. What the office decided since (members of groups, hand-overs, limits) stays, and nothing
of a past instant changes: what may not be taken from a file is said in plan_differences.
Source: docs/rules/plans.md and Opening; docs/rules/contract.md, `seed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.plan.plan import Locality, Plan, Row, UnitRole
from bot.domain.plan.words import fold as folded
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import DEFAULT_ZONE, fold
from bot.plans.days_off import national_days
from bot.plans.loaded import LoadedPlan, LoadedRow
from bot.plans.problems import Doubt
from bot.plans.reader import read_plan
from bot.plans.schema import PlanFile
from bot.services.core import ledger
from bot.services.core.board import leads
from bot.services.core.book import Book, read_book, renewed, require_changeable
from bot.services.core.desk import Desk
from bot.services.plan.give_rows import AT_FIRST, Giving, give_rows
from bot.services.plan.load_directory import load_directory
from bot.services.plan.plan_differences import WORK, Difference, Part, filled_in, of_head, of_row, refuse
from bot.services.plan.settle_locality import full_name, settle_locality
from bot.services.plan.start_reminding import refuse_early_use, start_reminding
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events, plans, unit_reports

_GIVEN_BY = {Part.LEAD: UnitRole.LEAD, Part.COORDINATING: UnitRole.COORDINATE, Part.TRACKER: UnitRole.TRACK}
"""The cells that say to whom a row is given, with the role."""


@dataclass(frozen=True, slots=True)
class RedAtOnce:
    """A lead assignment that would be red the moment the plan is put in use."""

    code: str
    unit: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading a plan did, row codes in printed order.

    ``absent`` ones stand in the database, not in the file; tasks the office added are none of these. ``differences``
    are what the file had otherwise; ``owner`` is whose the slug is that the file asks for, where that is another.
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
    differences: tuple[Difference, ...] = ()
    owner: Locality | None = None


@dataclass(frozen=True, slots=True)
class _Stored:
    """The plan of that year as it stood before; ``with_history`` are codes of rows about which anything was said."""

    plan: Plan | None = None
    rows: Mapping[str, Row] = field(default_factory=dict)
    with_history: frozenset[str] = frozenset()

    @property
    def in_use(self) -> bool:
        return self.plan is not None and self.plan.in_use_on is not None

    @property
    def added(self) -> frozenset[str]:
        return frozenset(code for code, row in self.rows.items() if row.added_at is not None)


@dataclass(frozen=True, slots=True)
class _Saved:
    """What became of the rows of a file, by code, and how those are given to units that have to be."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    givings: Mapping[str, Giving]


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

    Raises BadInput where a cell names no unit of the file's own directory, or no slug is left for the locality;
    FileRefused where the file would change what has a history; TransitionRefused for a plan that is to be put in use
    while the one before it still is (docs/decisions/0008), and for new rows of one whose year is over
    (docs/decisions/0011).
    """
    read_plan(file)
    report: LoadReport | None = None
    try:
        async with desk.db.write() as conn:
            report = await _load(conn, file, now=now, in_use=in_use, actor_id=actor_id)
            if preview:
                raise _Previewed
    except _Previewed:
        pass
    assert report is not None
    return report


async def _load(conn: Connection, file: PlanFile, *, now: datetime, in_use: bool, actor_id: int | None) -> LoadReport:
    await _save_days(conn, file.plan.year)
    loaded = read_plan(file)
    settled = await settle_locality(conn, loaded.locality, loaded.reporting)
    place = settled.locality
    stored = await _stored(conn, place.id, file.plan.year)
    if stored.plan is not None:
        loaded = read_plan(filled_in(file, stored.plan, full_name(place)))
    units = await load_directory(conn, loaded, place.id)
    plan_id = await _save_plan(conn, loaded, place.id, units, stored, now)
    rows = [_row(read, position, plan_id, place.id) for position, read in enumerate(loaded.rows)]
    differences = (*await _of_head(conn, stored, loaded, units), *_of_rows(stored, rows))
    refuse(differences, in_use=stored.in_use, with_history=stored.with_history, added=stored.added)
    saved = await _save_rows(conn, rows, stored, differences, now)
    book = await read_book(conn, place.id, await plans.bump_version(conn, place.id), loaded.plan.year)
    if stored.in_use and saved.added:
        require_changeable(book, now)
    book, begins = await _put_in_use(conn, book, now) if in_use else (book, False)
    book = await give_rows(conn, book, loaded, units, saved.givings, now)
    await refold(conn, book, now)
    if begins:
        await start_reminding(conn, book, now)
    await audit.append(conn, place.id, now, actor_id, "plan_loaded", {"plan": plan_id, "added": len(saved.added)})
    codes = {row.code for row in rows}
    assert book.plan is not None
    return LoadReport(
        locality_id=place.id,
        slug=place.slug,
        plan=book.plan,
        added=saved.added,
        changed=saved.changed,
        unchanged=saved.unchanged,
        absent=tuple(code for code in stored.rows if code not in codes | stored.added),
        doubts=loaded.all_doubts,
        red_at_once=await _red_at_once(conn, book, now),
        breaks_off=loaded.plan.breaks_off,
        differences=differences,
        owner=settled.owner,
    )


async def _save_days(conn: Connection, year: int) -> None:
    for each in (year, year + 1):
        for day in national_days(each):
            await plans.save_day(conn, None, day)


async def _stored(conn: Connection, locality_id: int, year: int) -> _Stored:
    """The plan of the year, held so that until the end nobody says anything of it and nobody else loads it."""
    found = await plans.plan_of(conn, locality_id, year)
    if found is not None:
        # In the order of whoever reports: first the work, then the locality.
        await plans.hold_work(conn, found.id)
    await unit_reports.hold(conn, locality_id)
    plan = await plans.plan_of(conn, locality_id, year)
    if plan is None:
        return _Stored()
    rows = {row.code: row for row in await plans.rows(conn, plan.id)}
    spoken_of = await plans.with_history(conn, plan.id)
    return _Stored(plan, rows, frozenset(code for code, row in rows.items() if row.id in spoken_of))


async def _of_head(
    conn: Connection, stored: _Stored, loaded: LoadedPlan, units: Mapping[str, int]
) -> tuple[Difference, ...]:
    if stored.plan is None:
        return ()
    office = loaded.locality.standing_office
    before = stored.plan.standing_office_id
    names = {unit.id: unit.name for unit in await plans.units(conn, stored.plan.locality_id)}
    # By its number: the office may have given it another name since.
    known_as = office if before in (None, units[office]) else names.get(before or 0, "–")
    return of_head(stored.plan, loaded.plan, (known_as, office))


def _of_rows(stored: _Stored, rows: Iterable[Row]) -> tuple[Difference, ...]:
    return tuple(each for row in rows if row.code in stored.rows for each in of_row(stored.rows[row.code], row))


async def _save_plan(
    conn: Connection, loaded: LoadedPlan, locality_id: int, units: Mapping[str, int], stored: _Stored, now: datetime
) -> int:
    head = loaded.plan
    if stored.plan is not None and stored.in_use:
        head = replace(head, title=stored.plan.title, issuer=stored.plan.issuer)
    plan = Plan(
        id=0,
        locality_id=locality_id,
        year=head.year,
        number=head.number,
        title=head.title,
        issuer=head.issuer,
        issued_on=head.issued_on,
        issued_on_as_printed=head.issued_on_as_printed,
        standing_office_id=units[loaded.locality.standing_office],
    )
    return await plans.save_plan(conn, plan, breaks_off=head.breaks_off, loaded_at=now)


async def _save_rows(
    conn: Connection, rows: Iterable[Row], stored: _Stored, differences: Iterable[Difference], now: datetime
) -> _Saved:
    added: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    givings: dict[str, Giving] = {}
    for row in rows:
        known = stored.rows.get(row.code)
        if known is None:
            added.append(row.code)
            givings[row.code] = AT_FIRST
            row = _from_now_on(row, now) if stored.in_use else row
        elif stored.in_use or known.added_at is not None or replace(known, id=0) == row:
            unchanged.append(row.code)
            continue
        else:
            changed.append(row.code)
            givings[row.code] = _giving({each.part for each in differences if each.code == row.code})
        await plans.save_row(conn, row, folded=search_text(row))
    return _Saved(tuple(added), tuple(changed), tuple(unchanged), givings)


def _from_now_on(row: Row, now: datetime) -> Row:
    """The row as one that came into a plan in use: nobody can be behind with it yet (docs/decisions/0011)."""
    today = now.astimezone(DEFAULT_ZONE).date()
    starts_on = None if row.limit.starts_on is None else max(row.limit.starts_on, today)
    return replace(row, added_at=now, limit=replace(row.limit, starts_on=starts_on))


def _giving(parts: set[Part]) -> Giving:
    if parts & WORK:
        return AT_FIRST
    return Giving(frozenset(_GIVEN_BY[part] for part in parts & _GIVEN_BY.keys()))


async def _put_in_use(conn: Connection, book: Book, now: datetime) -> tuple[Book, bool]:
    """The book, and whether its plan is in use only from now on."""
    if book.plan is None or book.plan.in_use_on is not None:
        return book, False
    refuse_early_use(book, book.today(now))
    await plans.set_in_use(conn, book.plan.id, book.today(now))
    return await renewed(conn, book), True


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
