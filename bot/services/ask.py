"""A question in plain words: how it is read for the one who asks, and the answer (3-chat, Questions)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.domain import people
from bot.domain.duties import Duty
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people import Membership, Role
from bot.questions.directory import Directory
from bot.questions.follow_ups import follow_up
from bot.questions.query import Clarify, Kind, NotAQuestion, Query, Reading
from bot.questions.read import read
from bot.services.answer import Found, Owing, UnitScore, owing_for, ranking_for, rows_for
from bot.services.book import Book
from bot.services.desk import Desk, open_book, require_person
from bot.storage import questions
from bot.storage.database import Connection
from bot.storage.people import Visitor
from bot.storage.questions import Asked

REMEMBERED = timedelta(minutes=10)
"""How long a question can be gone on from."""
KEPT = timedelta(days=60)
"""After which a question is forgotten; the buttons under its answer then say so."""
_QUERY: TypeAdapter[Query] = TypeAdapter(Query)
_MAY_RANK = frozenset({Role.COMMITTEE, Role.OFFICE})


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. ``number`` is the question's, for the buttons under it; none where nothing was kept.

    Of a list ``rows``, of a ranking ``ranking``, of missing reports ``owing`` with its ``duty``; of a card the row's id.
    A question back has ``choices``: readings, and for units that share a name their names.
    """

    reading: Reading
    locality_id: int
    locality: str
    day: date
    year: int | None
    in_use: bool
    number: int | None = None
    rows: tuple[Found, ...] = ()
    row_id: int | None = None
    unit: str | None = None
    ranking: tuple[UnitScore, ...] = ()
    duty: Duty | None = None
    owing: tuple[Owing, ...] = ()
    choices: tuple[tuple[str | None, Query], ...] = ()
    followed: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """All rows of the answer, in order."""
        if self.rows:
            return tuple(found.board_row.row.code for found in self.rows)
        return tuple(dict.fromkeys(code for each in self.owing for code in each.codes))


async def ask(
    desk: Desk, visitor: Visitor, sentence: str, *, now: datetime, locality_id: int | None = None, keep: bool = True
) -> Answer:
    """The answer to a sentence, read on from the last question of ten minutes where it continues that.

    Raises NotAllowed for one who is no member, or for a ranking asked by someone who may not see it.
    """
    require_person(visitor)
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        before = await questions.last(conn, visitor.chat_id, visitor.telegram_id) if keep else None
        reading, followed = read_on(sentence, book.directory, book.today(now), _recent(before, book, now))
        answer = replace(await answer_to(conn, book, reading, visitor.memberships, now=now), followed=followed)
    return await _kept(desk, visitor, answer, now) if keep else answer


def read_on(sentence: str, directory: Directory, today: date, before: Query | None) -> tuple[Reading, bool]:
    """The reading of a sentence, and whether it goes on from the question before."""
    on = follow_up(before, sentence, directory, today) if before is not None else None
    return (on, True) if on is not None else (read(sentence, directory, today), False)


def _recent(before: Asked | None, book: Book, now: datetime) -> Query | None:
    if before is None or before.locality_id != book.locality.id or now - before.asked_at > REMEMBERED:
        return None
    stored = before.reading.get("query")
    return _QUERY.validate_python(stored) if stored else None


async def again(desk: Desk, visitor: Visitor, number: int, *, now: datetime, choice: int | None = None) -> Answer:
    """The answer as it is now to a question asked before, or to one of the readings it was asked back with.

    Raises NotFound where it was forgotten or asked in another chat, NotAllowed for one who is no member any more.
    """
    require_person(visitor)
    async with desk.db.read() as conn:
        found = await questions.question(conn, number)
        if found is None or found.chat_id != visitor.chat_id:
            raise NotFound("question_forgotten")
        book = await open_book(desk, conn, visitor, found.locality_id)
        query = _chosen(found.reading, choice)
        answer = await answer_to(conn, book, query, visitor.memberships, now=now)
    return replace(answer, number=number) if choice is None else await _kept(desk, visitor, answer, now)


def _chosen(stored: Mapping[str, Any], choice: int | None) -> Query:
    listed = [stored.get("query")] if choice is None else stored.get("choices", [])
    place = choice or 0
    if place >= len(listed) or listed[place] is None:
        raise NotFound("question_forgotten")
    return _QUERY.validate_python(listed[place])


async def answer_to(
    conn: Connection, book: Book, reading: Reading, memberships: tuple[Membership, ...], *, now: datetime
) -> Answer:
    """What a reading is answered with in a locality. Raises NotAllowed for a ranking one may not see."""
    day = book.today(now)
    in_use_on = book.plan.in_use_on if book.plan else None
    answer = Answer(
        reading=reading,
        locality_id=book.locality.id,
        locality=f"{book.locality.kind} {book.locality.name}",
        day=day,
        year=book.plan.year if book.plan else None,
        in_use=in_use_on is not None and in_use_on <= day,
    )
    if isinstance(reading, Clarify):
        return replace(answer, choices=tuple((book.unit_name(unit), query) for unit, query in reading.options))
    if isinstance(reading, NotAQuestion):
        return replace(answer, choices=tuple((None, query) for query in reading.offers))
    unit_id = reading.filters.unit_id
    answer = replace(answer, unit=book.unit_name(unit_id) if unit_id in book.units else None)
    if reading.kind is Kind.LIST:
        return replace(answer, rows=await rows_for(conn, book, reading, memberships, day))
    if reading.kind is Kind.CARD:
        row = book.by_code.get(reading.filters.codes[0])
        return replace(answer, row_id=row.id if row else None)
    if reading.kind is Kind.RANKING:
        if not people.roles_in(memberships, book.locality.id) & _MAY_RANK:
            raise NotAllowed("ranking_for_committee")
        return replace(answer, ranking=await ranking_for(conn, book, reading, day))
    if reading.kind is Kind.MISSING_REPORTS and reading.period is not None:
        duty, owing = await owing_for(conn, book, reading.period, day)
        return replace(answer, duty=duty, owing=owing)
    return answer


async def _kept(desk: Desk, visitor: Visitor, answer: Answer, now: datetime) -> Answer:
    stored = {
        "query": _QUERY.dump_python(answer.reading, mode="json") if isinstance(answer.reading, Query) else None,
        "choices": [_QUERY.dump_python(query, mode="json") for _, query in answer.choices],
    }
    asked = Asked(answer.locality_id, visitor.chat_id, visitor.telegram_id, stored, now)
    async with desk.db.write() as conn:
        return replace(answer, number=await questions.keep(conn, asked))
