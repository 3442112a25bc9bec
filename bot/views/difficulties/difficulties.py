"""Difficulties as they are shown: one with all that was said to it, the lists, the notice, the files."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.people.difficulties import Difficulty, DifficultyEntry, DifficultyState, EntryKind, EscalationLevel
from bot.i18n import Translator
from bot.services.difficulties.see_difficulties import (
    PAGE,
    DifficultyCard,
    DifficultyFiles,
    DifficultyList,
    Listed,
    Tab,
)
from bot.views.parts.actions import Action
from bot.views.parts.fitting import fitted
from bot.views.parts.html import BLANK, Html, lines, say, say_count, shorten
from bot.views.parts.pages import Page, page_of, turning
from bot.views.parts.view import Button, Buttons, Press, View, button, grid
from bot.views.words.difficulty_names import EXCERPT, SIGNS, asked_words, category_words
from bot.views.words.findings import FILES_A_PAGE, attachments, file_lines

BUTTONS_A_ROW = 4
NAME_SIGNS = 160
UNIT_SIGNS = 48
SPOKEN = {"answer": EntryKind.ANSWERED, "follow": EntryKind.FOLLOWED, "settle": EntryKind.SETTLED}
"""What a button begins to say, by its verb."""


def title(t: Translator, found: Difficulty) -> Html:
    """The number and whose turn it is."""
    state = t(f"difficulty.state.{found.state.value}")
    return say(t, "difficulty.title", sign=SIGNS[found.state], number=found.id, state=state)


# --- one of them


def card(t: Translator, shown: DifficultyCard) -> View:
    """A difficulty with what was said to it and what the reader may do."""
    text = fitted(lambda room: lines([title(t, shown.difficulty), *body(t, shown, room)]))
    return View(text, _buttons(t, shown))


def body(t: Translator, shown: DifficultyCard, room: int) -> Iterable[Html | str]:
    """The task, who is asked until when, and the words; each text in as much room as there is."""
    found = shown.difficulty
    yield say(t, "difficulty.row", code=shown.code, name=shorten(shown.row.name, min(room, NAME_SIGNS)))
    asked = asked_words(t, found.level, shown.asked, shown.office)
    yield say(t, "difficulty.about", category=category_words(t, found.category), asked=asked)
    yield from _turn(t, shown)
    yield ""
    yield from _said(t, shown, found.entries[0], room)
    hidden = len(found.entries) - 1 - len(shown.shown)
    if hidden:
        yield say_count(t, "difficulty.hidden", hidden)
    for entry in shown.shown:
        yield from _said(t, shown, entry, room)


def _turn(t: Translator, shown: DifficultyCard) -> Iterable[Html]:
    found = shown.difficulty
    if found.to_unit_id is not None and EscalationLevel.UNIT not in found.levels:
        first = asked_words(t, found.levels[0], shown.asked, shown.office)
        yield say(t, "difficulty.passed_on", unit=shown.asked, asked=first)
    if found.state is not DifficultyState.OPEN:
        return
    if not shown.is_held:
        yield say(t, "difficulty.nobody")
    elif shown.answer_by is not None and shown.above is not None:
        above = asked_words(t, shown.above, shown.asked, shown.office)
        yield say(t, "difficulty.answer_by", day=shown.answer_by, asked=above)


def _said(t: Translator, shown: DifficultyCard, entry: DifficultyEntry, room: int) -> Iterable[Html]:
    at = t.instant(entry.at)
    if entry.kind is EntryKind.ESCALATED and entry.level is not None:
        yield say(t, "difficulty.escalated", at=at, asked=asked_words(t, entry.level, shown.asked, shown.office))
        return
    yield say(t, f"difficulty.said.{entry.kind.value}", who=_who(t, shown, entry), at=at)
    if entry.text:
        yield say(t, "difficulty.words", text=_excerpt(entry.text, room))
    if entry.files:
        yield say_count(t, "difficulty.with_files", len(entry.files))


def _who(t: Translator, shown: DifficultyCard, entry: DifficultyEntry) -> str:
    unit = shown.units.get(entry.unit_id or 0) or t("difficulty.committee")
    name = shown.names.get(entry.person_id or 0)
    return t("difficulty.who", unit=unit, name=name) if name else unit


def _excerpt(text: str, room: int) -> str:
    """Words with their lines as typed; cut only where a message could not hold them."""
    return text if len(text) <= room else f"{text[:room].rstrip()}…"


def _buttons(t: Translator, shown: DifficultyCard) -> Buttons:
    number = shown.difficulty.id
    may = {"answer": shown.may_answer, "follow": shown.may_follow, "settle": shown.may_settle}
    deeds = [
        button(t(f"difficulty.button.{verb}"), Action.DIFFICULTY, verb, number) for verb, yes in may.items() if yes
    ]
    files = button(t.count("difficulty.button.files", shown.files), Action.DIFFICULTY, "files", number)
    row = button(t("difficulty.button.row", code=shown.code), Action.CARD, shown.row.id)
    return (*grid(deeds, 2), (files, row) if shown.files else (row,))


def recorded(t: Translator, shown: DifficultyCard, what: EntryKind) -> View:
    """The receipt of what was said, above the difficulty as it stands now."""
    head = say(t, f"difficulty.recorded.{what.value}", number=shown.difficulty.id, code=shown.code)
    return View(fitted(lambda room: lines([head, "", *body(t, shown, room)])), _buttons(t, shown))


def notice(t: Translator, shown: DifficultyCard, entry: DifficultyEntry) -> View:
    """What the other side is told of an entry."""
    head = say(t, f"difficulty.notice.{entry.kind.value}", number=shown.difficulty.id, place=shown.locality)
    return View(fitted(lambda room: lines([head, "", *body(t, shown, room)])), _buttons(t, shown))


def difficulty_files(t: Translator, found: DifficultyFiles, page: int = 0) -> View:
    """A page of a difficulty's files."""
    shown = page_of(found.files, page, FILES_A_PAGE)
    first = shown.number * FILES_A_PAGE + 1
    head = say_count(t, "difficulty.files_head", len(found.files), number=found.difficulty.id, code=found.code)
    told = [file_lines(t, number, given) for number, given in enumerate(shown.rows, start=first)]
    text = lines([head, *told])
    turns = turning(shown, lambda number: Press(Action.DIFFICULTY, ("files", str(found.difficulty.id), str(number))))
    back = _open(t, found.difficulty)
    return View(text, (*((turns,) if turns else ()), (back,)), attachments(shown.rows))


# --- lists


def difficulty_list(t: Translator, found: DifficultyList) -> View:
    """A page of a list, with the buttons of the other lists."""
    code = found.row.code if found.row else ""
    head = say_count(t, f"difficulty.list.{found.tab.value}", found.total, place=found.locality, code=code)
    told = [line for each in found.entries for line in (BLANK, *_listed(t, each))]
    empty = [] if found.entries else [say(t, "difficulty.list.empty")]
    page = Page(found.entries, found.page, max(1, -(-found.total // PAGE)))
    turns = turning(page, lambda number: _press(found, found.tab, number))
    ours = [_open(t, each.difficulty) for each in found.entries]
    return View(
        lines([head, *empty, *told]),
        (*grid(ours, BUTTONS_A_ROW), *((turns,) if turns else ()), *_below(t, found)),
    )


def _press(found: DifficultyList, tab: Tab, page: int = 0) -> Press:
    if tab is Tab.ROW and found.row is not None:
        return Press(Action.DIFFICULTY, ("row", str(found.row.id), str(page)))
    return Press(Action.DIFFICULTY, ("list", tab.value, str(found.locality_id), str(page)))


def _listed(t: Translator, each: Listed) -> Iterable[Html]:
    found = each.difficulty
    yield say(
        t,
        "difficulty.list.line",
        sign=SIGNS[found.state],
        number=found.id,
        code=each.code,
        category=category_words(t, found.category),
        day=t.instant(found.at),
    )
    yield say(t, "list.reason", reason=shorten(found.text, EXCERPT))
    asked = asked_words(t, found.level, shorten(each.asked, UNIT_SIGNS), "")
    state = t(f"difficulty.state.{found.state.value}")
    between = say(t, "difficulty.list.between", unit=shorten(each.unit, UNIT_SIGNS), asked=asked, state=state)
    yield say(t, "list.reason", reason=between)


def _open(t: Translator, found: Difficulty) -> Button:
    return button(t("difficulty.button.card", number=found.id), Action.DIFFICULTY, "card", found.id)


def _below(t: Translator, found: DifficultyList) -> Buttons:
    others = [
        Button(t(f"difficulty.tab.{tab.value}"), _press(found, tab)) for tab in found.tabs if tab is not found.tab
    ]
    new = button(t("difficulty.button.new"), Action.DIFFICULTY, "new")
    return (*grid(others, 2), *(((new,),) if found.may_raise else ()))
