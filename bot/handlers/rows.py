"""Asking by command: my work, deadlines, what is red, one card, a search; the pages and cards behind the buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import BadInput
from bot.domain.plan.codes import read_row_code
from bot.handlers.appraising import queue_page
from bot.language.time.span import SpanError
from bot.language.time.spans import DateSpan as ReadSpan
from bot.language.time.spans import read_span
from bot.services.rows import list_rows, show_row
from bot.services.rows.list_rows import DayRange, ListName, RowList
from bot.services.rows.search_rows import search
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, WORD, Shape, maybe, one_of, read_by
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number, number_at
from bot.views.parts.view import View
from bot.views.rows import lists
from bot.views.rows.cards import row_card, row_files
from bot.views.words.row_lists import NO_UNIT, read_span_argument


async def my_work(visit: Visit, words: str) -> None:
    """/viec: the open work of the person's units."""
    scene = visit.scene
    await visit.say(lists.row_list(scene.t, await list_rows.my_work(scene.desk, scene.visitor, now=scene.now)))


async def deadlines(visit: Visit, words: str) -> None:
    """/han: what falls due in a span; without one the next 30 days and everything overdue."""
    scene = visit.scene
    span = None
    if words.strip():
        book = await scene.book()
        span = _span(read_span(words, book.today(scene.now)))
    await visit.say(lists.row_list(scene.t, await list_rows.due(scene.desk, scene.visitor, span=span, now=scene.now)))


def _span(read: ReadSpan | SpanError | None) -> DayRange:
    if isinstance(read, SpanError):
        raise BadInput(read.key)
    if read is None or (read.start is None and read.end is None):
        raise BadInput("span_unreadable")
    return DayRange(read.start, read.end)


async def red(visit: Visit, words: str) -> None:
    """/do: what is red, of everyone or of the unit named."""
    scene = visit.scene
    unit_id = None
    if words.strip():
        found, locality_id = await list_rows.find_units(scene.desk, scene.visitor, words)
        if len(found) > 1:
            await visit.say(lists.which_unit(scene.t, locality_id, words, found))
            return
        if not found:
            await visit.say(lists.no_unit(scene.t, locality_id, words))
            return
        unit_id = found[0].id
    shown = await list_rows.red_rows(scene.desk, scene.visitor, unit_id=unit_id, now=scene.now)
    await visit.say(lists.row_list(scene.t, shown))


async def task(visit: Visit, words: str) -> None:
    """/nhiemvu: the card under a code; words that are no code are searched for."""
    scene = visit.scene
    if not words.strip():
        await visit.say(lists.how_to_ask(scene.t, "nhiemvu"))
    elif read_row_code(words) is None:
        await find(visit, words)
    else:
        matches = await show_row.find(scene.desk, scene.visitor, code=words)
        if len(matches) > 1:
            await visit.say(lists.which_row(scene.t, matches[0].row.code, matches))
        else:
            await show_row_card(visit, matches[0].row.id)


async def find(visit: Visit, words: str) -> None:
    """/tim: the rows that hold the words."""
    scene = visit.scene
    if not words.strip():
        await visit.say(lists.how_to_ask(scene.t, "tim"))
        return
    await visit.say(lists.row_list(scene.t, await search(scene.desk, scene.visitor, words=words, now=scene.now)))


async def show_row_card(visit: Visit, row_id: int) -> None:
    """Show the card of a row."""
    scene = visit.scene
    card = await show_row.show(scene.desk, scene.visitor, row_id=row_id, now=scene.now)
    await visit.say(row_card(scene.t, card))


async def show_assignment_card(visit: Visit, assignment_id: int) -> None:
    """Show the card of the row an assignment belongs to."""
    scene = visit.scene
    await show_row_card(visit, await show_row.row_of_assignment(scene.desk, scene.visitor, assignment_id))


async def press_card(visit: Visit, args: tuple[str, ...]) -> None:
    """A row's button: its card as it is now, in a message of its own so that the list stays."""
    await show_row_card(visit, number_at(args, 0))


async def press_files(visit: Visit, args: tuple[str, ...]) -> None:
    """The files of a row, a page of them at a time."""
    scene = visit.scene
    found = await show_row.show_files(scene.desk, scene.visitor, row_id=number_at(args, 0), now=scene.now)
    await visit.say(row_files(scene.t, found, number_at(args, 1) if len(args) > 1 else 0))


async def press_list(visit: Visit, args: tuple[str, ...]) -> None:
    """A page of a list, asked for anew: an old button shows what is true now."""
    await visit.update(await _page(visit, args))


async def press_open_list(visit: Visit, args: tuple[str, ...]) -> None:
    """A list behind a message that stays as it is."""
    await visit.say(await _page(visit, args))


async def _page(visit: Visit, args: tuple[str, ...]) -> View:
    page, locality_id = number_at(args, 1), number_at(args, 2)
    if args[0] == ListName.QUEUE:
        return await queue_page(visit, page, locality_id)
    found = await _list(visit, args[0], locality_id, args[3:])
    return lists.row_list(visit.scene.t, found, page)


async def _list(visit: Visit, name: str, locality_id: int, more: Sequence[str]) -> RowList:
    scene = visit.scene
    desk, visitor, now = scene.desk, scene.visitor, scene.now
    if name == ListName.MINE:
        return await list_rows.my_work(desk, visitor, now=now, locality_id=locality_id)
    if name == ListName.FOUND:
        return await search(desk, visitor, words=more[0].replace("+", " "), now=now, locality_id=locality_id)
    unit_id = None if more[0] == NO_UNIT else number(more[0])
    if name == ListName.RED:
        return await list_rows.red_rows(desk, visitor, unit_id=unit_id, now=now, locality_id=locality_id)
    span = read_span_argument(more[1])
    return await list_rows.due(desk, visitor, span=span, unit_id=unit_id, now=now, locality_id=locality_id)


COMMANDS = (
    Command("viec", "mytasks", "menu.viec", None, my_work),
    Command("han", "deadlines", "menu.han", None, deadlines),
    Command("do", "red", "menu.do", None, red),
    Command("nhiemvu", "task", "menu.nhiemvu", None, task),
    Command("tim", "find", "menu.tim", None, find),
)
_PAGE_OF = (NUMBER, NUMBER)
_LISTS: tuple[Shape, ...] = (
    (one_of(ListName.MINE, ListName.QUEUE), *_PAGE_OF),
    (ListName.FOUND, *_PAGE_OF, WORD),
    (ListName.RED, *_PAGE_OF, NUMBER),
    (ListName.DUE, *_PAGE_OF, NUMBER, read_by(read_span_argument)),
)
_ROW: tuple[Shape, ...] = ((NUMBER, maybe(NUMBER)),)
PRESSES = (
    PressRoute(Action.CARD, _ROW, press_card),
    PressRoute(Action.LIST, _LISTS, press_list),
    PressRoute(Action.OPEN_LIST, _LISTS, press_open_list),
    PressRoute(Action.FILES, _ROW, press_files),
)
