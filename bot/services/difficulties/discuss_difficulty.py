"""Answer a difficulty, ask on, or settle it: one entry, recorded once, that the other side is told of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import BadInput, NotAllowed, TienDoError, TransitionRefused
from bot.domain.people.difficulties import (
    Difficulty,
    DifficultyEntry,
    DifficultyState,
    EntryKind,
    may_answer,
    may_follow,
    may_settle,
)
from bot.domain.people.people import Membership, reporting_units
from bot.domain.people.visitor import Visitor
from bot.services.core.book import Book, require_not_over
from bot.services.core.desk import Desk, require_person
from bot.services.core.recipients import audience_of
from bot.services.difficulties.difficulty_sides import look_at, tell
from bot.services.difficulties.see_difficulties import DifficultyCard, card_of, read_one
from bot.services.reporting.attach_evidence import GivenFile, given_files
from bot.services.reporting.carry_files import usable_files
from bot.services.reporting.report_progress import clean
from bot.storage.engine.database import Connection
from bot.storage.records import audit, difficulties, unit_reports

RIGHTS = {EntryKind.ANSWERED: may_answer, EntryKind.FOLLOWED: may_follow, EntryKind.SETTLED: may_settle}
"""What people say to a difficulty, and who may."""


class DifficultyMoved(TienDoError):
    """Somebody else has spoken since the person saw the card; nothing was recorded."""

    def __init__(self) -> None:
        super().__init__("difficulty_moved")


@dataclass(frozen=True, slots=True)
class Discussion:
    """What a person sees before speaking. ``refusal``: why nothing more is taken."""

    card: DifficultyCard
    refusal: TransitionRefused | None
    files: tuple[GivenFile, ...] = ()

    @property
    def mark(self) -> int:
        """The newest entry, to see later whether somebody else has spoken."""
        return self.card.difficulty.entries[-1].id


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person says to a difficulty: answers, asks on or settles it; ``files`` are ids of evidence."""

    what: EntryKind
    text: str | None = None
    files: Collection[int] = ()


async def look(
    desk: Desk,
    visitor: Visitor,
    *,
    difficulty_id: int,
    what: EntryKind,
    file_ids: Collection[int] = (),
    now: datetime,
) -> Discussion:
    """The difficulty before a person says this to it.

    Raises NotFound, NotAllowed for who may not, TransitionRefused where its plan is over.
    """
    async with desk.db.read() as conn:
        found, book = await _allowed(conn, desk, visitor, difficulty_id, what)
        card = await card_of(conn, await audience_of(conn, book), found, visitor.memberships, now)
        given = await given_files(conn, book, file_ids) if file_ids else ()
    return Discussion(card, _refusal(found), given)


async def say(
    desk: Desk,
    visitor: Visitor,
    *,
    difficulty_id: int,
    remark: Remark,
    seen: int | None = None,
    now: datetime,
    key: str,
) -> DifficultyCard:
    """The difficulty with what was said, recorded once under ``key``. ``seen``: the `Discussion.mark` it answers to.

    Raises NotFound, NotAllowed for who may not, DifficultyMoved where another has spoken since, TransitionRefused once
    it is settled, BadInput without words (settling needs none) and for files that cannot be carried.
    """
    require_person(visitor)
    async with desk.db.write() as conn:
        found, book = await _allowed(conn, desk, visitor, difficulty_id, remark.what)
        await unit_reports.hold(conn, found.locality_id)
        audience = await audience_of(conn, book)
        known = await difficulties.by_key(conn, _key(key))
        if known is None:
            # Read again, now that nobody else writes: another may have spoken meanwhile.
            found, _ = await read_one(conn, desk, visitor, difficulty_id)
            remark = replace(remark, text=_checked(found, remark.what, remark.text, seen))
            known = await _record(conn, book, visitor, found, remark, now, _key(key))
            await tell(conn, audience, *known, now)
        return await card_of(conn, audience, known[0], visitor.memberships, now)


async def is_recorded(conn: Connection, key: str) -> bool:
    """Whether something was said under this key already."""
    return await difficulties.by_key(conn, _key(key)) is not None


def lacking(what: EntryKind, text: str | None) -> str | None:
    """The key of what is still missing; none where it may be sent."""
    return None if what is EntryKind.SETTLED or (text or "").strip() else "difficulty_empty"


def _checked(found: Difficulty, what: EntryKind, text: str | None, seen: int | None) -> str | None:
    refusal = _refusal(found)
    if refusal is not None:
        raise refusal
    if seen is not None and seen != found.entries[-1].id:
        raise DifficultyMoved
    lacks = lacking(what, text)
    if lacks is not None:
        raise BadInput(lacks)
    return clean(text)


async def _record(
    conn: Connection, book: Book, visitor: Visitor, found: Difficulty, remark: Remark, now: datetime, key: str
) -> tuple[Difficulty, DifficultyEntry]:
    person, what = require_person(visitor), remark.what
    kept = await usable_files(conn, found.locality_id, person, remark.files)
    values = {
        "kind": what.value,
        "at": now,
        "person_id": person.id,
        "unit_id": _for_unit(book, visitor.memberships, found, what),
        "text": remark.text,
    }
    await difficulties.add_entry(conn, found.id, found.locality_id, values, key, kept)
    after = await difficulties.difficulty(conn, found.id)
    assert after is not None  # it was read just now
    await difficulties.save(conn, after, look_at(book, after))
    subject = {"difficulty": found.id, "unit": found.unit_id}
    await audit.append(conn, found.locality_id, now, person.id, f"difficulty_{what.value}", subject)
    return after, after.entries[-1]


def _for_unit(book: Book, memberships: Collection[Membership], found: Difficulty, what: EntryKind) -> int | None:
    """The unit somebody speaks for: the one that raised it, the one asked, else the standing office or none."""
    own = reporting_units(memberships, found.locality_id)
    if what is not EntryKind.ANSWERED and found.unit_id in own:
        return found.unit_id
    if found.to_unit_id in own:
        return found.to_unit_id
    office_id = book.locality.standing_office_id
    return office_id if office_id in own else None


async def _allowed(
    conn: Connection, desk: Desk, visitor: Visitor, difficulty_id: int, what: EntryKind
) -> tuple[Difficulty, Book]:
    found, book = await read_one(conn, desk, visitor, difficulty_id)
    require_not_over(book)
    may = RIGHTS.get(what)
    if may is None or not may(visitor.memberships, found):
        raise NotAllowed("no_right")
    return found, book


def _refusal(found: Difficulty) -> TransitionRefused | None:
    settled = found.state is DifficultyState.SETTLED
    return TransitionRefused("difficulty_settled", number=found.id) if settled else None


def _key(key: str) -> str:
    return f"{key}:difficulty_said"
