"""A question in plain words: how it is read for the one who asks, and the answer (docs/rules/chat.md#questions)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people import people
from bot.domain.people.people import Ability, Membership
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Duty
from bot.language.asking.follow_ups import follow_up
from bot.language.asking.meanings import OPEN
from bot.language.asking.query import Clarify, Filters, NotAQuestion, Query, QueryKind, Reading
from bot.language.asking.read import is_surely_asked, read
from bot.language.names.directory import LocalityVocabulary
from bot.services.asking.answer import (
    AnswerRow,
    Asker,
    Owing,
    RankingAnswer,
    UnitCount,
    asks_for_counts,
    board_leads,
    counts_for,
    owing_for,
    ranking_for,
    rows_for,
)
from bot.services.core.board import BoardRow, rows_of
from bot.services.core.book import Book
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import open_book
from bot.storage.engine.database import Connection
from bot.storage.outbox import team_chats
from bot.storage.records import questions
from bot.storage.records.questions import StoredQuestion

REMEMBERED = timedelta(minutes=10)
"""How long a question can be gone on from."""
KEPT = timedelta(days=60)
"""After which a question is forgotten; the buttons under its answer then say so."""
_QUERY: TypeAdapter[Query] = TypeAdapter(Query)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. ``number`` is the question's, for the buttons under it; none where nothing was kept.

    Of a list ``rows``, of a ranking ``ranking`` (of units by how much of their work is so ``counted``), of missing
    reports ``owing`` with its ``duty``, of a card the row.
    A question back has ``choices``: readings, and for units that share a name their names.
    """

    reading: Reading
    locality_id: int
    locality: str
    day: date
    year: int | None
    in_use: bool
    number: int | None = None
    rows: tuple[AnswerRow, ...] = ()
    card: BoardRow | None = None
    unit: str | None = None
    ranking: RankingAnswer = field(default_factory=RankingAnswer)
    counted: tuple[UnitCount, ...] = ()
    duty: Duty | None = None
    owing: tuple[Owing, ...] = ()
    choices: tuple[tuple[str | None, Query], ...] = ()
    followed: bool = False

    @property
    def why(self) -> bool:
        """Whether the rule behind the colour of a card is asked for."""
        return isinstance(self.reading, Query) and self.reading.why

    @property
    def codes(self) -> tuple[str, ...]:
        """All rows of the answer, in order."""
        if self.card is not None:
            return (self.card.row.code,)
        if self.rows:
            return tuple(found.board_row.row.code for found in self.rows)
        return tuple(dict.fromkeys(code for each in self.owing for code in each.codes))


async def ask(
    desk: Desk, visitor: Visitor, sentence: str, *, now: datetime, locality_id: int | None = None, keep: bool = True
) -> Answer:
    """The answer to a sentence; one that continues the last question (of the past ten minutes) is read with it.

    Raises NotAllowed for one who is no member, or for a ranking asked by someone who may not see it.
    """
    require_person(visitor)
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        before = await questions.last(conn, visitor.chat_id, visitor.telegram_id) if keep else None
        reading, followed = read_on(sentence, book.directory, book.today(now), _recent(before, book, now))
        answer = replace(await answer_to(conn, book, reading, visitor.memberships, now=now), followed=followed)
    return await _kept(desk, visitor, answer, now) if keep else answer


def read_on(sentence: str, directory: LocalityVocabulary, today: date, before: Query | None) -> tuple[Reading, bool]:
    """The reading of a sentence, and whether it goes on from the question before."""
    on = follow_up(before, sentence, directory, today) if before is not None else None
    return (on, True) if on is not None else (read(sentence, directory, today), False)


def _recent(before: StoredQuestion | None, book: Book, now: datetime) -> Query | None:
    if before is None or before.locality_id != book.locality.id or now - before.asked_at > REMEMBERED:
        return None
    stored = before.reading.get("query")
    return _QUERY.validate_python(stored) if stored else None


async def ask_in_group(desk: Desk, visitor: Visitor, sentence: str, *, now: datetime) -> Answer:
    """The answer for everyone in a team's group: rows and colours of the group's locality, whoever asks.

    Raises NotAllowed where the group belongs to no team.
    """
    async with desk.db.read() as conn:
        book = await _book_of_group(desk, conn, visitor.chat_id)
        before = await questions.last(conn, visitor.chat_id, visitor.telegram_id)
        reading, followed = read_on(sentence, book.directory, book.today(now), _recent(before, book, now))
        answer = replace(await answer_to(conn, book, _for_all(reading), (), now=now), followed=followed)
    return await _kept(desk, visitor, answer, now)


async def _book_of_group(desk: Desk, conn: Connection, chat_id: int) -> Book:
    bound = await team_chats.teams_of_chat(conn, chat_id)
    if not bound:
        raise NotAllowed("group_unbound")
    return await desk.books.of(conn, bound[0].locality_id)


def _for_all(reading: Reading) -> Reading:
    """A card of a group is a list of one row: without reports, names and files."""
    if isinstance(reading, Query) and reading.kind is QueryKind.CARD:
        return replace(reading, kind=QueryKind.LIST)
    return reading


async def surely_asks(desk: Desk, visitor: Visitor, sentence: str, *, now: datetime) -> bool:
    """Whether a sentence can only be a question: understood, and asking by its words or its mark."""
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor)
    return is_surely_asked(sentence, book.directory, book.today(now))


async def again(
    desk: Desk,
    visitor: Visitor,
    number: int,
    *,
    now: datetime,
    choice: int | None = None,
    wider: bool = False,
    in_group: bool = False,
) -> Answer:
    """The answer as of now to a stored question, to one of the readings offered for it, or to the wider question.

    Raises NotFound where it was forgotten or asked in another chat, NotAllowed for one who is no member any more.
    """
    async with desk.db.read() as conn:
        found = await questions.question(conn, number)
        if found is None or found.chat_id != visitor.chat_id:
            raise NotFound("question_forgotten")
        book = await (
            _book_of_group(desk, conn, visitor.chat_id)
            if in_group
            else open_book(desk, conn, visitor, found.locality_id)
        )
        query = _chosen(found.reading, choice)
        reading = _for_all(wider_than(query) if wider else query) if in_group else wider_than(query) if wider else query
        answer = await answer_to(conn, book, reading, () if in_group else visitor.memberships, now=now)
    return replace(answer, number=number) if choice is None and not wider else await _kept(desk, visitor, answer, now)


def wider_than(query: Query) -> Query:
    """The nearest wider question: without its span, else without its unit, else of all kinds, else all that is open."""
    filters = query.filters
    if filters.due_from is not None or filters.due_to is not None:
        filters = replace(filters, due_from=None, due_to=None)
    elif filters.unit_id is not None or filters.mine:
        filters = replace(filters, unit_id=None, unit_role=None, mine=False)
    elif filters.row_kind is not None and filters != Filters(row_kind=filters.row_kind):
        filters = replace(filters, row_kind=None)
    else:
        filters = Filters(state=OPEN)
    return replace(query, filters=filters, top=None)


def _chosen(stored: Mapping[str, Any], choice: int | None) -> Query:
    listed = [stored.get("query")] if choice is None else stored.get("choices", [])
    place = choice or 0
    if place >= len(listed) or listed[place] is None:
        raise NotFound("question_forgotten")
    return _QUERY.validate_python(listed[place])


async def answer_to(
    conn: Connection,
    book: Book,
    reading: Reading,
    memberships: tuple[Membership, ...],
    *,
    now: datetime,
    known_at: datetime | None = None,
) -> Answer:
    """What a reading is answered with in a locality. Raises NotAllowed for a ranking one may not see."""
    day = book.today(now)
    asker = Asker(memberships, day, known_at)
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
    answer = replace(answer, unit=book.unit_name(unit_id) if unit_id is not None else None)
    if reading.kind is QueryKind.LIST:
        return replace(answer, rows=await rows_for(conn, book, reading, asker))
    if reading.kind is QueryKind.CARD:
        return replace(answer, card=await _card(conn, book, reading.filters.codes[0], asker))
    if reading.kind is QueryKind.RANKING:
        if not people.can(memberships, book.locality.id, Ability.OVERSEE):
            raise NotAllowed("ranking_for_committee")
        if asks_for_counts(reading):
            return replace(answer, counted=await counts_for(conn, book, reading, asker))
        return replace(answer, ranking=await ranking_for(conn, book, reading, asker))
    if reading.kind is QueryKind.MISSING_REPORTS and reading.period is not None:
        duty, owing = await owing_for(conn, book, reading.period, asker, now)
        return replace(answer, duty=duty, owing=owing)
    return answer


async def _card(conn: Connection, book: Book, code: str, asker: Asker) -> BoardRow:
    row = book.by_code.get(code)
    if row is None:
        raise NotFound("no_such_code", code=code)
    found = next((each for each in rows_of(await board_leads(conn, book, asker)) if each.row.id == row.id), None)
    if found is None:
        # A task added later than the instant that is asked about (docs/decisions/0011).
        raise NotFound("no_such_code", code=code)
    return found


async def _kept(desk: Desk, visitor: Visitor, answer: Answer, now: datetime) -> Answer:
    stored = {
        "query": _QUERY.dump_python(answer.reading, mode="json") if isinstance(answer.reading, Query) else None,
        "choices": [_QUERY.dump_python(query, mode="json") for _, query in answer.choices],
    }
    asked = StoredQuestion(answer.locality_id, visitor.chat_id, visitor.telegram_id, stored, now)
    async with desk.db.write() as conn:
        return replace(answer, number=await questions.keep(conn, asked))
