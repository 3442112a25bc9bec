"""Read a message as a quick report on the rows of the plans open to a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.domain.people import people
from bot.domain.people.visitor import Visitor
from bot.language.reports.outcomes import ReportOutcome, RowHint
from bot.language.reports.reports import read_report
from bot.services.core.book import Book
from bot.services.core.desk import Desk, current_locality_id
from bot.services.reporting.list_work import directory


async def read_message(desk: Desk, visitor: Visitor, text: str) -> ReportOutcome:
    """The quick report a message is, what must be asked about it, or none where it is none.

    None too for a person who reports for no unit. What is read is never recorded without its summary card.
    """
    if not reports_anywhere(visitor):
        return None
    async with desk.db.read() as conn:
        codes, year = codes_of(await directory(conn, desk, visitor), current_locality_id(visitor))
    return read_report(text, codes, year)


def reports_anywhere(visitor: Visitor) -> bool:
    """Whether the person reports for any unit."""
    return any(people.reporting_units(visitor.memberships, m.locality_id) for m in visitor.memberships)


def codes_of(books: Iterable[Book], current: int) -> tuple[Mapping[str, RowHint], int]:
    """How the codes of these plans are read, and the year that codes without one mean.

    Where two localities have a code, the row of the ``current`` one says of what kind it is.
    """
    codes: dict[str, RowHint] = {}
    ordered = sorted(books, key=lambda book: book.locality.id != current)
    for book in ordered:
        for row in book.rows.values():
            codes.setdefault(row.code, RowHint(row.kind.value, row.target))
    return codes, next((book.plan.year for book in ordered if book.plan), 0)
