"""See difficulties: one with all that was said to it, its files, and the lists of them (`/vuongmac`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people import people
from bot.domain.people.difficulties import (
    Difficulty,
    DifficultyEntry,
    DifficultyState,
    EscalationLevel,
    answer_by,
    may_answer,
    may_follow,
    may_settle,
)
from bot.domain.people.people import Ability, Membership, Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Row
from bot.services.core.book import Book
from bot.services.core.desk import Desk, current_locality_id, require_person
from bot.services.core.guards import open_book, readable
from bot.services.core.recipients import Audience, audience_of
from bot.services.difficulties.difficulty_sides import is_held, next_level
from bot.services.reporting.attach_evidence import GivenFile, given_files
from bot.storage.engine.database import Connection
from bot.storage.records import difficulties, plans
from bot.storage.records import people as stored_people

PAGE = 8
LATEST = 4
"""How many of the entries a card tells, beside the first."""


class Tab(StrEnum):
    """Which difficulties a list holds. Values stand in buttons and are never renamed."""

    TO_ME = "to"
    UNIT = "unit"
    MINE = "mine"
    ALL = "all"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Listed:
    """A difficulty as a line of a list tells it."""

    difficulty: Difficulty
    code: str
    unit: str
    asked: str
    """The name of the unit asked; "" where it is not a unit that is asked now."""


@dataclass(frozen=True, slots=True)
class DifficultyCard:
    """A difficulty with all its card tells, and what its reader may do.

    ``asked`` names the unit asked at first, ``office`` the standing office; ``above`` is who is asked where no answer
    comes. ``names`` and ``units`` name who spoke, by their ids. ``files`` counts those the reader may open,
    ``is_held`` says whether somebody is there who is asked.
    """

    difficulty: Difficulty
    locality: str
    row: Row
    code: str
    unit: str
    asked: str
    office: str
    answer_by: date | None
    above: EscalationLevel | None
    names: Mapping[int, str]
    units: Mapping[int, str]
    files: int
    is_held: bool
    may_answer: bool
    may_follow: bool
    may_settle: bool

    @property
    def shown(self) -> tuple[DifficultyEntry, ...]:
        """The entries a card tells beside the one that raised it: the newest."""
        return self.difficulty.entries[1:][-LATEST:]


@dataclass(frozen=True, slots=True)
class DifficultyFiles:
    """A difficulty's files, those of the first entry first, for who may see them."""

    difficulty: Difficulty
    code: str
    files: tuple[GivenFile, ...]


@dataclass(frozen=True, slots=True)
class DifficultyList:
    """One page of a list. ``tabs`` are the lists the person has; ``row`` the row of one that is of a row.

    ``may_raise``: the person reports for a unit there.
    """

    locality_id: int
    locality: str
    tab: Tab
    tabs: tuple[Tab, ...]
    entries: tuple[Listed, ...]
    total: int
    page: int
    may_raise: bool
    row: Row | None = None


async def see(desk: Desk, visitor: Visitor, *, difficulty_id: int, now: datetime) -> DifficultyCard:
    """One difficulty. Raises NotFound for one of a locality the person does not belong to."""
    async with desk.db.read() as conn:
        found, book = await read_one(conn, desk, visitor, difficulty_id)
        return await card_of(conn, await audience_of(conn, book), found, visitor.memberships, now)


async def read_one(conn: Connection, desk: Desk, visitor: Visitor, difficulty_id: int) -> tuple[Difficulty, Book]:
    """One difficulty with the book of its plan. Raises NotFound for one of a locality not open to the person."""
    require_person(visitor)
    found = readable(visitor, await difficulties.difficulty(conn, difficulty_id))
    return found, await desk.books.of_row(conn, found.locality_id, found.row_id)


async def card_of(
    conn: Connection, audience: Audience, found: Difficulty, memberships: Collection[Membership], now: datetime
) -> DifficultyCard:
    """The card of a difficulty for who holds these memberships."""
    book, is_settled = audience.book, found.state is DifficultyState.SETTLED
    row = await _row(conn, book, found.row_id)
    spoke = {entry.person_id for entry in found.entries if entry.person_id is not None}
    names = {each.id: each.full_name for each in (await stored_people.people(conn, spoke)).values()}
    office_id = book.locality.standing_office_id
    due = answer_by(found, book.calendar)
    return DifficultyCard(
        difficulty=found,
        locality=f"{book.locality.kind} {book.locality.name}",
        row=row,
        code=book.code_of(row),
        unit=book.unit_name(found.unit_id),
        asked="" if found.to_unit_id is None else book.unit_name(found.to_unit_id),
        office="" if office_id is None else book.unit_name(office_id),
        answer_by=due if due is not None and due >= book.today(now) else None,
        above=next_level(audience, found),
        names=names,
        units={each: book.unit_name(each) for each in {e.unit_id for e in found.entries if e.unit_id is not None}},
        files=sum(len(entry.files) for entry in found.entries) if may_see_files(memberships, found) else 0,
        is_held=is_held(audience, found),
        may_answer=not is_settled and not book.is_over and may_answer(memberships, found),
        may_follow=not is_settled and not book.is_over and may_follow(memberships, found),
        may_settle=not is_settled and not book.is_over and may_settle(memberships, found),
    )


def may_see_files(memberships: Collection[Membership], found: Difficulty) -> bool:
    """Whether the files are open to the person: of either unit, or of those who read all."""
    units = {found.unit_id, found.to_unit_id} - {None}
    return people.may_see_evidence(memberships, found.locality_id, [each for each in units if each is not None])


async def show_files(desk: Desk, visitor: Visitor, *, difficulty_id: int) -> DifficultyFiles:
    """The files of a difficulty. Raises NotFound, and NotAllowed for all but both units and those who read all."""
    async with desk.db.read() as conn:
        found, book = await read_one(conn, desk, visitor, difficulty_id)
        if not may_see_files(visitor.memberships, found):
            raise NotAllowed("no_right")
        carried = [each for entry in found.entries for each in entry.files]
        row = await _row(conn, book, found.row_id)
        return DifficultyFiles(found, book.code_of(row), await given_files(conn, book, carried))


async def list_difficulties(
    desk: Desk, visitor: Visitor, *, tab: Tab | None = None, locality_id: int | None = None, page: int = 0
) -> DifficultyList:
    """A page of a list of the current locality (unless named); without a tab the first that holds anything.

    Raises NotFound for a locality not open to the person, NotAllowed for who belongs to no unit that raises or answers.
    """
    person = require_person(visitor)
    place = current_locality_id(visitor) if locality_id is None else locality_id
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, place)
        tabs = _tabs(visitor, place)
        if not tabs:
            raise NotAllowed("no_right")
        wanted = [tab] if tab in tabs else list(tabs)
        for each in wanted:
            ids = [] if book.plan is None else await _ids(conn, visitor, book.plan.id, each, place, person.id)
            if ids:
                break
        shown = each if ids else wanted[0]
        return await _page(conn, book, visitor, shown, tabs, ids, page)


async def list_of_row(desk: Desk, visitor: Visitor, *, row_id: int, page: int = 0) -> DifficultyList:
    """A page of a row's difficulties. Raises NotFound for a row of another locality."""
    require_person(visitor)
    async with desk.db.read() as conn:
        row = readable(visitor, await plans.row(conn, row_id))
        book = await desk.books.of_row(conn, row.locality_id, row_id)
        ids = list(await difficulties.states_of_row(conn, row_id))
        tabs = _tabs(visitor, row.locality_id)
        return await _page(conn, book, visitor, Tab.ROW, tabs, ids, page, row)


async def newest_of_row(conn: Connection, row_id: int, most: int) -> tuple[list[Difficulty], int]:
    """The difficulties of a row that are not settled, those that wait first, and how many the row has in all."""
    states = await difficulties.states_of_row(conn, row_id)
    running = [each for each, state in states.items() if state is not DifficultyState.SETTLED]
    return await difficulties.by_ids(conn, running[:most]), len(states)


def _tabs(visitor: Visitor, locality_id: int) -> tuple[Tab, ...]:
    def may(ability: Ability) -> bool:
        return people.can(visitor.memberships, locality_id, ability)

    found = [Tab.TO_ME] if may(Ability.TAKE_PART) else []
    found += [Tab.UNIT, Tab.MINE] if may(Ability.REPORT) else []
    return (*found, Tab.ALL) if may(Ability.READ_ALL) else tuple(found)


async def _ids(
    conn: Connection, visitor: Visitor, plan_id: int, tab: Tab, locality_id: int, person_id: int
) -> list[int]:
    units = people.reporting_units(visitor.memberships, locality_id)
    if tab is Tab.ALL:
        return await difficulties.ids_for(conn, plan_id, everything=True)
    if tab is Tab.MINE:
        return await difficulties.ids_for(conn, plan_id, person_id=person_id)
    if tab is Tab.UNIT:
        return await difficulties.ids_for(conn, plan_id, of_units=units)
    roles = people.roles_in(visitor.memberships, locality_id)
    asked = {Role.OFFICE: EscalationLevel.OFFICE, Role.COMMITTEE: EscalationLevel.COMMITTEE}
    levels = [level for role, level in asked.items() if role in roles]
    return await difficulties.ids_for(conn, plan_id, to_units=units, levels=levels, settled=False)


async def _page(
    conn: Connection,
    book: Book,
    visitor: Visitor,
    tab: Tab,
    tabs: tuple[Tab, ...],
    ids: list[int],
    page: int,
    row: Row | None = None,
) -> DifficultyList:
    number = min(max(page, 0), max(0, (len(ids) - 1) // PAGE))
    found = await difficulties.by_ids(conn, ids[number * PAGE : (number + 1) * PAGE])
    return DifficultyList(
        locality_id=book.locality.id,
        locality=f"{book.locality.kind} {book.locality.name}",
        tab=tab,
        tabs=tabs,
        entries=tuple([await _listed(conn, book, each) for each in found]),
        total=len(ids),
        page=number,
        may_raise=bool(people.reporting_units(visitor.memberships, book.locality.id)) and not book.is_over,
        row=row,
    )


async def _listed(conn: Connection, book: Book, found: Difficulty) -> Listed:
    code = book.code_of(await _row(conn, book, found.row_id))
    to_unit = found.to_unit_id if found.level is EscalationLevel.UNIT else None
    return Listed(found, code, book.unit_name(found.unit_id), "" if to_unit is None else book.unit_name(to_unit))


async def _row(conn: Connection, book: Book, row_id: int) -> Row:
    """A row, also one that has been taken out of the plan since."""
    row = book.rows.get(row_id) or await plans.row(conn, row_id)
    if row is None:
        raise NotFound("not_found")
    return row
