"""A task in the making: what is asked next, what was said so far, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.people.requests import NewTask
from bot.domain.plan.plan import Unit
from bot.i18n import Translator
from bot.services.requests.add_task import TaskAddition
from bot.services.requests.ask_office import SubmittedRequest
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.month import calendar, choice
from bot.views.parts.view import View
from bot.views.requests.asking_office import REASON_SIGNS, units_keys
from bot.views.requests.requests import asked_view, request_card
from bot.views.words.places import place_words

Step = Literal["name", "unit", "limit", "output", "reason", "card"]


@dataclass(frozen=True, slots=True)
class SaidSoFar:
    """The task as far as it was said. ``adds``: it is added at once, else proposed."""

    token: str
    task: NewTask
    reason: str
    adds: bool


def _told(t: Translator, said: SaidSoFar, place: TaskAddition) -> list[Html | str | None]:
    task = said.task
    unit = place.book.unit_name(task.unit_id) if task.unit_id else ""
    key = "task.title_add" if said.adds else "task.title_propose"
    return [
        say(t, key, place=place_words(t, place.book.locality)),
        say(t, "task.name", name=shorten(task.name, 600)) if task.name else None,
        say(t, "request.task_unit", unit=unit) if unit else None,
        say(t, "request.task_limit", limit=task.limit) if task.limit else None,
        say(t, "request.task_output", output=shorten(task.output, 600)) if task.output else None,
        say(t, "request.why", reason=shorten(said.reason, REASON_SIGNS)) if said.reason else None,
        "",
    ]


def unit_view(t: Translator, said: SaidSoFar, place: TaskAddition, units: Sequence[Unit], number: int) -> View:
    """Which unit leads it."""
    keys = Keys(t, said.token)
    text = lines([*_told(t, said, place), say(t, "task.ask_unit")])
    return View(text, (*units_keys(keys, units, number), (keys.cancel,)))


def limit_view(t: Translator, said: SaidSoFar, place: TaskAddition, first: date, month: str) -> View:
    """Until when it is due."""
    keys = Keys(t, said.token)
    last = place.book.plan.last_day if place.book.plan else first
    days = calendar(t, choice(first, last, month), keys.said)
    standing = keys.key(t("task.button.continuous"), "standing")
    text = lines([*_told(t, said, place), say(t, "task.ask_limit")])
    return View(text, (*days, (standing,), (keys.cancel,)))


def words_view(t: Translator, said: SaidSoFar, place: TaskAddition, step: Step) -> View:
    """What is typed: name, output, ground; or the last look at all of it."""
    keys = Keys(t, said.token)
    if step != "card":
        skip = ((keys.key(t("task.button.no_output"), "none"),),) if step == "output" else ()
        return View(lines([*_told(t, said, place), say(t, f"task.ask_{step}")]), (*skip, (keys.cancel,)))
    send = keys.key(t("task.button.add" if said.adds else "request.button.send"), "send")
    steps: tuple[Step, ...] = ("name", "unit", "limit", "output")
    again = [keys.key(t(f"task.button.again_{each}"), "again", each) for each in steps]
    ready = say(t, "task.ready_add" if said.adds else "request.ready")
    text = lines([*_told(t, said, place), ready])
    return View(text, ((send,), tuple(again[:2]), tuple(again[2:]), (keys.cancel,)))


def done_view(t: Translator, done: SubmittedRequest, now: datetime) -> View:
    """The task under its code, or where it was proposed to."""
    if done.case.row is None:
        return asked_view(t, done, now)
    head = say(t, "task.added", code=done.case.code, unit=done.case.to_unit)
    told = say_count(t, "changing.told", done.told) if done.told else None
    return request_card(t, done.case, head=lines([head, told]))
