"""`ask`: how a sentence is read, and the answer."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.house import WrongUse, locality_id, now, open_desk, read_instant, run, words

if TYPE_CHECKING:
    from bot.domain.people.people import Membership
    from bot.domain.people.visitor import Visitor
    from bot.services.core.book import Book
    from bot.services.core.desk import Desk
    from bot.storage.engine.database import Connection

NOBODY = 0


def ask(
    slug: Annotated[str, typer.Argument()],
    question: Annotated[str, typer.Argument(help="A sentence, or - for one a line from standard input.")],
    asker: Annotated[str | None, typer.Option("--as", metavar="UNIT", help="An officer of this unit asks.")] = None,
    at: Annotated[str | None, typer.Option(metavar="ISO-TIME", help="What was known and true then.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a question.")] = False,
) -> None:
    """Show how a sentence is read and what would be answered, by default to a member of the committee."""
    sentences = [line.rstrip("\n") for line in sys.stdin] if question == "-" else [question]
    run(_ask(slug, sentences, asker, None if at is None else read_instant(at), as_json or question == "-"))


async def _ask(slug: str, sentences: list[str], unit: str | None, at: datetime | None, as_json: bool) -> None:
    async with open_desk() as desk, desk.db.read() as conn:
        book = await desk.books.of(conn, await locality_id(conn, slug))
        book = book if at is None else book.known(at)
        visitor = _visitor(book, unit, at or now())
        for sentence in sentences:
            found = await _answered(desk, conn, book, visitor, sentence, at)
            if as_json:
                print(json.dumps(found, ensure_ascii=False), flush=True)
            else:
                print(json.dumps(found["reading"], ensure_ascii=False))
                print(found["text"], flush=True)


def _visitor(book: Book, unit: str | None, instant: datetime) -> Visitor:
    from bot.domain.people.people import Person, Role
    from bot.domain.people.visitor import Visitor

    held = _membership(book, Role.COMMITTEE if unit is None else Role.OFFICER, unit, instant)
    person = Person(NOBODY, NOBODY, "", words().language, current_locality_id=book.locality.id)
    return Visitor(NOBODY, NOBODY, person, (held,))


def _membership(book: Book, role: Any, unit: str | None, instant: datetime) -> Membership:
    from bot.domain.people.people import Membership
    from bot.services.rows.list_rows import units_called

    unit_id = NOBODY
    if unit is not None:
        found = units_called(book, unit)
        if len(found) != 1:
            raise WrongUse("no_such_unit", name=unit)
        unit_id = found[0].id
    return Membership(NOBODY, NOBODY, book.locality.id, unit_id, role, instant)


async def _answered(
    desk: Desk, conn: Connection, book: Book, visitor: Visitor, sentence: str, at: datetime | None
) -> dict[str, Any]:
    from bot.domain.errors import TienDoError
    from bot.language.asking.plain import plain_reading, plain_report
    from bot.language.reports.reports import read_report
    from bot.services.asking.ask import answer_to, read_on
    from bot.services.reporting.quick_report import codes_of

    instant = at or now()
    report = read_report(sentence, *codes_of([book], book.locality.id))
    if report is not None:
        code = report.code or ""
        return {"reading": plain_report(report), "codes": [code] if code else [], "text": words()("cli.ask_report")}
    reading, _ = read_on(sentence, book.directory, book.today(instant), None)
    shown = {"reading": plain_reading(reading, book.directory), "codes": []}
    try:
        answer = await answer_to(conn, book, reading, visitor.memberships, now=instant, known_at=at)
    except TienDoError as problem:
        return {**shown, "text": words()(f"error.{problem.key}", **problem.figures)}
    return {**shown, "codes": list(answer.codes), "text": await _text(desk, visitor, answer, instant)}


async def _text(desk: Desk, visitor: Visitor, answer: Any, instant: datetime) -> str:
    from bot.language.asking.query import Query, QueryKind
    from bot.services.rows.show_row import show
    from bot.views.asking.answers import answer_view, examples, unused_line
    from bot.views.parts.html import lines, plain
    from bot.views.rows.cards import row_card

    t = words()
    if isinstance(answer.reading, Query) and answer.reading.kind is QueryKind.HELP:
        view = examples(t)
    elif answer.card is not None:
        view = row_card(t, await show(desk, visitor, row_id=answer.card.row.id, now=instant))
        view = replace(view, text=lines([view.text, *unused_line(t, answer)]))
    else:
        view = answer_view(t, answer)
    return plain(view.text)
