"""A question in plain words: how it is read for the one who asks, and the answer (docs/rules/chat.md#questions)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people import people
from bot.domain.people.people import Ability, Membership
from bot.domain.people.visitor import Visitor
from bot.language.asking.follow_ups import follow_up
from bot.language.asking.meanings import OPEN
from bot.language.asking.query import Clarify, Filters, NotAQuestion, Query, QueryKind, Reading
from bot.language.asking.read import is_surely_asked, read
from bot.language.names.directory import LocalityVocabulary
from bot.services.asking.answer import (
    AnswerRow,
    Asker,
    OwnPart,
    RankingAnswer,
    UnitCount,
    asks_for_counts,
    board_leads,
    counts_for,
    ranking_for,
    rows_for,
)
from bot.services.asking.cannot_be import Contradiction, alone, contradiction
from bot.services.asking.missing import MissingReports, missing_reports
from bot.services.core.board import BoardRow, rows_of
from bot.services.core.book import Book
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import open_book
from bot.services.periods.period_state import duty_shown
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

    Of a list ``rows`` (with the ``part`` of units that lead nothing, what cannot be ``wrong``, the codes that are not
    in the plan), of a ranking ``ranking`` (of units by how much of their work is so ``counted``), of missing reports
    ``missing``, of a card the row. ``choices`` are readings to choose from, of a question asked back or of what cannot
    be; for units that share a name their names.
    """

    reading: Reading
    locality_id: int
    locality: str
    day: date
    year: int | None
    in_use: bool
    in_use_on: date | None = None
    number: int | None = None
    rows: tuple[AnswerRow, ...] = ()
    card: BoardRow | None = None
    unit: str | None = None
    ranking: RankingAnswer = field(default_factory=RankingAnswer)
    counted: tuple[UnitCount, ...] = ()
    missing: MissingReports | None = None
    part: OwnPart | None = None
    wrong: Contradiction | None = None
    strange_codes: tuple[str, ...] = ()
    choices: tuple[tuple[str | None, Query], ...] = ()
    followed: bool = False

    @property
    def why(self) -> bool:
        """Whether the rule behind the colour of a card is asked for."""
        return isinstance(self.reading, Query) and self.reading.why

    @property
    def unused(self) -> tuple[str, ...]:
        """The words of the question that played no part in its reading."""
        return self.reading.unused if isinstance(self.reading, Query) else ()

    @property
    def codes(self) -> tuple[str, ...]:
        """All rows of the answer, in order."""
        if self.card is not None:
            return (self.card.row.code,)
        if self.rows:
            return tuple(found.board_row.row.code for found in self.rows)
        owing = self.missing.owing if self.missing is not None else ()
        return tuple(dict.fromkeys(code for each in owing for code in each.codes))


async def ask(
    desk: Desk, visitor: Visitor, sentence: str, *, now: datetime, locality_id: int | None = None, keep: bool = True
) -> Answer:
    """The answer to a sentence; one that continues the last question (of the past ten minutes) is read with it.

    Raises NotFound for a locality not open to the person, NotAllowed for a ranking one may not see.
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
        group = await _group(desk, conn, visitor.chat_id)
        before = await questions.last(conn, visitor.chat_id, visitor.telegram_id)
        today = group.book.today(now)
        reading, followed = read_on(sentence, group.book.directory, today, _recent(before, group.book, now))
        answer = await answer_to(conn, group.book, _for_all(reading), (), now=now, own=group.teams)
        answer = replace(answer, followed=followed)
    return await _kept(desk, visitor, answer, now)


@dataclass(frozen=True, slots=True)
class AskingGroup:
    """The locality that a group chat asks about, and the teams it belongs to: what "mine" means there."""

    book: Book
    teams: frozenset[int]


async def _group(desk: Desk, conn: Connection, chat_id: int) -> AskingGroup:
    bound = await team_chats.teams_of_chat(conn, chat_id)
    if not bound:
        raise NotAllowed("group_unbound")
    book = await desk.books.of(conn, bound[0].locality_id)
    return AskingGroup(book, frozenset(each.unit_id for each in bound if each.locality_id == book.locality.id))


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
    period: str = "",
    in_group: bool = False,
) -> Answer:
    """The answer as of now to a stored question, to a reading or period offered for it, or to the wider question.

    Raises NotFound where it was forgotten, asked in another chat, or its locality is not open to the person any more.
    """
    async with desk.db.read() as conn:
        found = await questions.question(conn, number)
        if found is None or found.chat_id != visitor.chat_id:
            raise NotFound("question_forgotten")
        query = _chosen(found.reading, choice)
        group = await _group(desk, conn, visitor.chat_id) if in_group else None
        book = group.book if group else await open_book(desk, conn, visitor, found.locality_id)
        asked = _of_period(query, period, book) if period else wider_than(query) if wider else query
        if group:
            answer = await answer_to(conn, book, _for_all(asked), (), now=now, own=group.teams)
        else:
            answer = await answer_to(conn, book, asked, visitor.memberships, now=now)
    return (
        replace(answer, number=number) if asked is query and choice is None else await _kept(desk, visitor, answer, now)
    )


def _of_period(query: Query, period: str, book: Book) -> Query:
    """The same question of another period. Raises NotFound where it asks of none, or there is none such."""
    if query.kind is not QueryKind.MISSING_REPORTS or duty_shown(book, period) is None:
        raise NotFound("question_forgotten")
    return replace(query, period=period, named=None)


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
    own: Collection[int] | None = None,
) -> Answer:
    """What a reading is answered with in a locality; ``own`` are the units of "mine", else those of the memberships.

    Raises NotAllowed for a ranking one may not see.
    """
    day = book.today(now)
    asker = Asker(people.own_units(memberships, book.locality.id) if own is None else own, day, known_at)
    answer = _begun(book, reading, day)
    if isinstance(reading, Clarify):
        return replace(answer, choices=tuple((book.unit_name(unit), query) for unit, query in reading.options))
    if isinstance(reading, NotAQuestion):
        return replace(answer, choices=tuple((None, query) for query in reading.offers))
    unit_id = reading.filters.unit_id
    answer = replace(answer, unit=book.unit_name(unit_id) if unit_id is not None else None)
    if reading.kind is QueryKind.LIST:
        return await _listed(conn, book, reading, asker, answer)
    if reading.kind is QueryKind.CARD:
        return replace(answer, card=await _card(conn, book, reading.filters.codes[0], asker))
    if reading.kind is QueryKind.RANKING:
        if not people.can(memberships, book.locality.id, Ability.OVERSEE):
            raise NotAllowed("ranking_for_committee")
        return await _ranked(conn, book, reading, asker, answer)
    if reading.kind is QueryKind.MISSING_REPORTS:
        period = reading.period or ""
        return replace(answer, missing=await missing_reports(conn, book, period, reading.filters, asker, now))
    return answer


def _begun(book: Book, reading: Reading, day: date) -> Answer:
    in_use_on = book.plan.in_use_on if book.plan else None
    return Answer(
        reading=reading,
        locality_id=book.locality.id,
        locality=f"{book.locality.kind} {book.locality.name}",
        day=day,
        year=book.plan.year if book.plan else None,
        in_use=in_use_on is not None and in_use_on <= day,
        in_use_on=in_use_on,
    )


async def _listed(conn: Connection, book: Book, query: Query, asker: Asker, answer: Answer) -> Answer:
    found = await rows_for(conn, book, query, asker)
    strange = tuple(code for code in query.filters.codes if code not in book.by_code)
    answer = replace(answer, rows=found.rows, part=found.part, strange_codes=strange)
    wrong = None if found.rows else contradiction(query.filters, book)
    if wrong is None:
        return answer
    choices = tuple((None, replace(query, filters=filters, top=None)) for filters in alone(query.filters, wrong))
    return replace(answer, wrong=wrong, choices=choices)


async def _ranked(conn: Connection, book: Book, query: Query, asker: Asker, answer: Answer) -> Answer:
    if asks_for_counts(query):
        return replace(answer, counted=await counts_for(conn, book, query, asker))
    return replace(answer, ranking=await ranking_for(conn, book, query, asker))


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
        "query": _stored(answer.reading) if isinstance(answer.reading, Query) else None,
        "choices": [_stored(query) for _, query in answer.choices],
    }
    asked = StoredQuestion(answer.locality_id, visitor.chat_id, visitor.telegram_id, stored, now)
    async with desk.db.write() as conn:
        return replace(answer, number=await questions.keep(conn, asked))


def _stored(query: Query) -> Any:
    """A reading as it is kept: never the words of the sentence."""
    return _QUERY.dump_python(query, mode="json", exclude={"unused"})
