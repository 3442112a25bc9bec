"""A difficulty before it is raised, and what is said to one before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.people.difficulties import Category, EntryKind, EscalationLevel
from bot.i18n import Translator
from bot.services.difficulties.discuss_difficulty import Discussion
from bot.services.difficulties.raise_difficulty import Raising
from bot.services.reporting.attach_evidence import GivenFile
from bot.services.reporting.list_work import Subject
from bot.views.difficulties.difficulties import NAME_SIGNS, body
from bot.views.parts.actions import Action
from bot.views.parts.fitting import fitted
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.keys import Keys, pressed
from bot.views.parts.pages import page_of, turning
from bot.views.parts.subjects import DialogueSubject, DifficultySubject
from bot.views.parts.view import Button, Buttons, Press, View, button, grid
from bot.views.words.difficulty_names import asked_words, category_words
from bot.views.words.findings import FILES_NAMED, LABEL_OF_FILE
from bot.views.words.rows import label, lead_line

UNIT_ON_BUTTON = 44
MOST_CHOICES = 8
Inside = Callable[..., Button]
"""Makes a button of a dialogue out of its label, its verb and a value."""
OFFICE = "0"
"""The standing office where a button names who is asked; else the id of a unit."""


@dataclass(frozen=True, slots=True)
class Words:
    """What has been given so far; ``lacks`` is the key of what is still missing."""

    token: str
    note: str
    files: tuple[GivenFile, ...]
    lacks: str | None
    page: int = 0


# --- a difficulty is raised


def which_task(t: Translator, token: str, subjects: Sequence[Subject], page: int) -> View:
    """The open work to choose from, eight a page."""
    cancel = Keys(t, token).cancel
    if not subjects:
        return View(say(t, "difficulty.nothing_open"), ((cancel,),))
    shown = page_of(subjects, page)
    rows = [lead_line(t, each.lead) for each in shown.rows]
    ours = [
        (Keys(t, token, each.assignment_id).key(label(each.lead, t), "task", each.assignment_id),)
        for each in shown.rows
    ]
    turns = turning(shown, lambda number: Keys(t, token).said("page", number))
    text = lines([say_count(t, "difficulty.which_task", len(subjects)), "", *rows, "", say(t, "report.or_type_code")])
    return View(text, (*ours, *((turns,) if turns else ()), (cancel,)))


def which_assignment(t: Translator, found: Sequence[Subject]) -> View:
    """A code that fits several of the person's assignments asks which."""
    code = found[0].lead.row.code
    ours = [
        button(f"{each.lead.row.code} · {shorten(each.unit, 24)} · {each.locality}", Action.DIFFICULTY, "new", at)
        for each in found
        for at in (each.assignment_id,)
    ]
    return View(say(t, "list.which_row", code=code), grid(ours[:MOST_CHOICES], 1))


def which_category(t: Translator, raising: Raising, words: Words) -> View:
    """What the difficulty is about, by button."""
    inside = _inside(words, raising.subject.assignment_id)
    ours = [inside(category_words(t, each), "category", each.value) for each in Category]
    text = lines([*_head(t, raising), *_content(t, words, NAME_SIGNS), "", say(t, "difficulty.which_category")])
    return View(text, (*grid(ours, 2), (inside(t("button.cancel"), "cancel"),)))


def whom_to_ask(t: Translator, raising: Raising, words: Words) -> View:
    """Who is asked: a unit that coordinates the row, or the standing office."""
    inside = _inside(words, raising.subject.assignment_id)
    office = asked_words(t, raising.top, "", raising.office)
    ours = [inside(shorten(unit.name, UNIT_ON_BUTTON), "to", str(unit.id)) for unit in raising.units] + [
        inside(shorten(office[:1].upper() + office[1:], UNIT_ON_BUTTON), "to", OFFICE)
    ]
    text = lines([*_head(t, raising), *_content(t, words, NAME_SIGNS), "", say(t, "difficulty.whom_to_ask")])
    rows = [(each,) for each in ours]
    return View(text, (*rows, (inside(t("button.cancel"), "cancel"),)))


def raising_card(t: Translator, raising: Raising, category: Category, to: int | None, words: Words) -> View:
    """The difficulty as it would be raised; the button that sends it stands only where nothing is missing."""
    inside = _inside(words, raising.subject.assignment_id)
    cancel = inside(t("button.cancel"), "cancel")
    if raising.refusal is not None:
        told = say(t, f"error.{raising.refusal.key}", **raising.refusal.figures)
        return View(lines([*_head(t, raising), "", told]), ((cancel,),))
    ask = say(t, "difficulty.ask_words" if words.lacks else "difficulty.add_or_send")
    text = fitted(
        lambda room: lines([*_head(t, raising), *_about(t, raising, category, to), *_content(t, words, room), "", ask])
    )
    send = inside(t("difficulty.button.send"), "send")
    edit = inside(t("report.edit"), "edit")
    return View(text, (*(() if words.lacks else ((send,),)), (edit, cancel)))


def raising_edit(t: Translator, raising: Raising, words: Words) -> View:
    """What may be changed of a difficulty before it is raised."""
    inside = _inside(words, raising.subject.assignment_id)
    rows: list[tuple[Button, ...]] = [(inside(t("difficulty.button.category"), "recategory"),)]
    if raising.units:
        rows.append((inside(t("difficulty.button.to"), "readdress"),))

    return View(lines([*_head(t, raising), "", say(t, "report.what_to_edit")]), (*rows, *_edits(t, words, inside)))


def _head(t: Translator, raising: Raising) -> Iterable[Html]:
    lead = raising.subject.lead
    yield say(t, "difficulty.raising", code=lead.row.code, name=shorten(lead.row.name, NAME_SIGNS))
    yield say(t, "report.unit_and_place", unit=raising.subject.unit, place=raising.subject.locality)


def _about(t: Translator, raising: Raising, category: Category, to: int | None) -> Iterable[Html]:
    names = {unit.id: unit.name for unit in raising.units}
    level = raising.levels.get(to, EscalationLevel.OFFICE)
    unit = names.get(to, "") if to is not None else ""
    asked = asked_words(t, level, unit, raising.office)
    yield say(t, "difficulty.about", category=category_words(t, category), asked=asked)
    if unit and level is not EscalationLevel.UNIT:
        yield say(t, "difficulty.passed_on", unit=unit, asked=asked)


# --- something is said to one


def saying_card(t: Translator, talk: Discussion, what: EntryKind, words: Words) -> View:
    """What is about to be said, under the difficulty it is said to."""
    inside = _inside(words, DifficultySubject(talk.card.difficulty.id))
    cancel = inside(t("button.cancel"), "cancel")
    head = say(t, f"difficulty.saying.{what.value}", number=talk.card.difficulty.id)
    if talk.refusal is not None:
        told = say(t, f"error.{talk.refusal.key}", **talk.refusal.figures)
        return View(lines([head, "", told]), ((cancel,),))
    ask = say(t, f"difficulty.ask_{what.value}" if words.lacks or not words.note else "difficulty.add_or_send_on")
    text = fitted(lambda room: lines([head, *body(t, talk.card, min(room, 600)), "", *_content(t, words, room), ask]))
    send = () if words.lacks else ((inside(t(f"difficulty.button.send_{what.value}"), "send"),),)
    edit = (inside(t("report.edit"), "edit"),) if words.note or words.files else ()
    return View(text, (*send, (*edit, cancel)))


def saying_edit(t: Translator, talk: Discussion, what: EntryKind, words: Words) -> View:
    """What may be taken out of what is about to be said."""
    inside = _inside(words, DifficultySubject(talk.card.difficulty.id))
    head = say(t, f"difficulty.saying.{what.value}", number=talk.card.difficulty.id)
    return View(lines([head, "", say(t, "report.what_to_edit")]), _edits(t, words, inside))


# --- what both have in common


def _inside(words: Words, subject: DialogueSubject | int) -> Inside:
    return lambda text, verb, *value: Button(text, pressed(words.token, subject, verb, *value))


def _content(t: Translator, words: Words, room: int) -> Iterable[Html]:
    if words.note:
        note = words.note if len(words.note) <= room else f"{words.note[:room].rstrip()}…"
        yield say(t, "difficulty.note", note=note)
    if words.files:
        yield say_count(t, "difficulty.files_received", len(words.files))
        names = [shorten(each.evidence.name, LABEL_OF_FILE) for each in words.files]
        yield from (say(t, "report.file", name=name) for name in names[:FILES_NAMED])
    if len(words.files) > FILES_NAMED:
        yield say_count(t, "report.more_files", len(words.files) - FILES_NAMED)


def _edits(t: Translator, words: Words, inside: Inside) -> Buttons:
    """Buttons that take words and files out again, and that lead back."""
    shown = page_of([each.evidence for each in words.files], words.page)
    rows = [(inside(t("difficulty.button.clear"), "note"),)] if words.note else []
    rows += [
        (inside(t("report.drop_file", name=shorten(each.name, LABEL_OF_FILE)), "drop", each.id),) for each in shown.rows
    ]
    turns = turning(shown, lambda number: _press_of(inside("", "page", number)))
    back, cancel = inside(t("button.back"), "back"), inside(t("button.cancel"), "cancel")
    return (*rows, *((turns,) if turns else ()), (back, cancel))


def _press_of(one: Button) -> Press:
    assert one.press is not None  # a button of a dialogue presses
    return one.press
