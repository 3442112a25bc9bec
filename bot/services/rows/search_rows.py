"""Find rows by words, with or without diacritics, composed or decomposed (docs/rules/chat.md#commands)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.errors import BadInput
from bot.domain.people.visitor import Visitor
from bot.domain.plan.words import fold
from bot.language.text.search import rank
from bot.services.core.board import leads, rows_of
from bot.services.core.desk import Desk
from bot.services.core.guards import open_book
from bot.services.rows.list_rows import ListEntry, ListName, RowList, head, units_of
from bot.storage.records import plans

LONGEST_WORDS = 36
"""Bytes of search words that fit into the data of a page button beside list, page and locality."""


def search_words(text: str) -> tuple[str, bool]:
    """The words a search uses: bare, each once, as many as fit into a button; and whether some were left out.

    Every page of a search is asked for anew with these words alone, so that its pages agree.
    """
    bare = dict.fromkeys("".join(sign if sign.isascii() else " " for sign in fold(text)).split())
    kept: list[str] = []
    for word in bare:
        room = LONGEST_WORDS - len(" ".join([*kept, ""]))
        if len(word) > room:
            if not kept:
                kept.append(word[:room])
            break
        kept.append(word)
    return " ".join(kept), len(" ".join(bare)) > len(" ".join(kept))


async def search(desk: Desk, visitor: Visitor, *, words: str, now: datetime, locality_id: int | None = None) -> RowList:
    """The rows that hold the words, the best match first.

    Raises NotFound for a locality not open to the person, BadInput where nothing to search for was given.
    """
    bare, cut = search_words(words)
    if not bare:
        raise BadInput("search_empty")
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        found = head(book, visitor, now, ListName.FOUND)
        texts = await plans.folded_texts(conn, book.plan.id) if book.plan else {}
        every = await leads(conn, book, found.day)
    by_row = {row.row.id: row for row in rows_of(every)}
    coded = [(row_id, f"{fold(row.row.code)} {texts.get(row_id, '')}") for row_id, row in by_row.items()]
    entries = tuple(ListEntry(by_row[row_id], units=units_of(book, by_row[row_id])) for row_id, _ in rank(bare, coded))
    return replace(found, entries=entries, words=bare, cut=cut)
