"""A task in the course of the year: name, lead unit, limit, output, ground; the office adds it, a unit proposes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.conversations.requests.decide import printed_words
from bot.domain.errors import BadInput, TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.requests import NewTask
from bot.i18n import Translator, translator
from bot.language.time.days import read_day
from bot.services.core.reasons import clean_reason
from bot.services.requests import add_task
from bot.services.requests.add_task import TaskAddition, can_be_limit, clean_name, read_limit
from bot.services.rows.list_rows import units_called
from bot.views.parts.month import pressed_day
from bot.views.parts.press_numbers import whole
from bot.views.parts.view import View
from bot.views.requests import new_task as views

NO_OUTPUT = "-"


class NewTaskDraft(Draft):
    """A task in the making; what is empty is still to be said. ``asking`` is the unit that proposes it."""

    locality_id: int
    asking: int = 0
    name: str = ""
    unit_id: int = 0
    named: tuple[int, ...] = ()
    page: int = 0
    limit: str = ""
    month: str = ""
    output: str = ""
    reason: str = ""

    @property
    def worth_keeping(self) -> bool:
        """Once something was said."""
        return bool(self.name or self.unit_id or self.limit or self.reason)

    @property
    def step(self) -> views.Step:
        """What is to be said next."""
        asked: tuple[tuple[views.Step, object], ...] = (
            ("name", self.name),
            ("unit", self.unit_id),
            ("limit", self.limit),
            ("output", self.output),
            ("reason", self.reason),
        )
        return next((step for step, said in asked if not said), "card")

    @property
    def task(self) -> NewTask:
        """The task as far as it was said."""
        return NewTask(self.name, self.unit_id, self.limit, None if self.output in ("", NO_OUTPUT) else self.output)


@dataclass(frozen=True, slots=True)
class AddNewTask:
    """All is known: add it, or propose it."""


async def begin(scene: Scene, locality_id: int) -> NewTaskDraft:
    """The empty draft. Raises NotAllowed for one who neither acts for the office nor reports for a unit."""
    place = await add_task.look(scene.desk, scene.visitor, locality_id=locality_id, now=scene.now)
    asking = 0 if place.adds else place.own[0].id
    return NewTaskDraft(token=token_of(scene.key), locality_id=place.book.locality.id, asking=asking)


async def gather(scene: Scene, draft: NewTaskDraft) -> TaskAddition:
    """The plan as it stands. Raises NotAllowed where the person may not any more."""
    return await add_task.look(scene.desk, scene.visitor, locality_id=draft.locality_id, now=scene.now)


def advance(draft: NewTaskDraft, said: Said, facts: TaskAddition) -> Step[NewTaskDraft]:
    """One thing after the other, then the last look."""
    if isinstance(said, Sent):
        return Step(draft, problem=BadInput("reason_in_words"))
    try:
        return _pressed(draft, said, facts) if isinstance(said, Pressed) else _typed(draft, said.text, facts)
    except TienDoError as problem:
        return Step(draft, problem=problem)


def _typed(draft: NewTaskDraft, text: str, facts: TaskAddition) -> Step[NewTaskDraft]:
    place, step = facts, draft.step
    if step == "unit":
        return _named(draft, text, place)
    if step == "limit":
        return Step(_limited(draft, text, place))
    if step == "name":
        return Step(draft.but(name=clean_name(text)))
    if step == "output":
        return Step(draft.but(output=clean_name(text)))
    return Step(draft.but(reason=clean_reason(text)))


def _named(draft: NewTaskDraft, text: str, place: TaskAddition) -> Step[NewTaskDraft]:
    called = {unit.id for unit in units_called(place.book, text)}
    fits = tuple(unit.id for unit in place.units if unit.id in called)
    if not fits:
        return Step(draft.but(named=()), problem=BadInput("no_such_unit", unit=text[:60]))
    if len(fits) == 1:
        return Step(draft.but(unit_id=fits[0], named=()))
    return Step(draft.but(named=fits, page=0))


def _limited(draft: NewTaskDraft, text: str, place: TaskAddition) -> NewTaskDraft:
    plan = place.book.plan
    if plan is None:
        raise BadInput("task_limit_unreadable")
    day = read_day(text, plan.year)
    if day is None and not can_be_limit(text, plan):
        # "Cuối tháng 7" is no limit as plans print them; the day it means is one.
        day = read_day(text, plan.year, place.today, spans=True)
    words = f"{day:%d/%m/%Y}" if day is not None else text
    return draft.but(limit=read_limit(words, plan, place.today).printed or "")


def _pressed(draft: NewTaskDraft, said: Pressed, facts: TaskAddition) -> Step[NewTaskDraft]:
    place, step, verb = facts, draft.step, said.verb
    if verb == "cancel":
        return Step(None, farewell="request.left")
    if verb == "unit" and said.value in {str(unit.id) for unit in place.units}:
        return Step(draft.but(unit_id=int(said.value), named=()))
    if verb == "day" and step == "limit" and (day := pressed_day(said.value)) is not None:
        return Step(_limited(draft, f"{day:%d/%m/%Y}", place))
    if verb == "standing" and step == "limit":
        return Step(_limited(draft, translator("vi")("task.continuous"), place))
    if verb == "none" and step == "output":
        return Step(draft.but(output=NO_OUTPUT))
    if verb == "send":
        return Step(draft, command=AddNewTask()) if step == "card" else Step(draft)
    if verb == "page":
        return Step(draft.but(page=whole(said.value)))
    if verb == "month":
        return Step(draft.but(month=said.value))
    return Step(_said_again(draft, said.value) if verb == "again" else draft)


def _said_again(draft: NewTaskDraft, step: str) -> NewTaskDraft:
    """The draft without what was said at a step."""
    match step:
        case "name":
            return draft.but(name="")
        case "unit" | "unit_id":  # the longer one on cards of version 0.1
            return draft.but(unit_id=0)
        case "limit":
            return draft.but(limit="")
        case "output":
            return draft.but(output="")
        case "reason":
            return draft.but(reason="")
    return draft


def show(t: Translator, draft: NewTaskDraft, facts: TaskAddition) -> View:
    """The question that is open."""
    place = facts
    units = [unit for unit in place.units if not draft.named or unit.id in draft.named]
    said = views.SaidSoFar(draft.token, draft.task, draft.reason, place.adds)
    if draft.step == "unit":
        return views.unit_view(t, said, place, units, draft.page)
    if draft.step == "limit":
        return views.limit_view(t, said, place, place.today + timedelta(days=1), draft.month)
    return views.words_view(t, said, place, draft.step)


async def perform(scene: Scene, draft: NewTaskDraft, command: AddNewTask) -> Outcome[NewTaskDraft]:
    """The task stands in the plan, or the office was asked for it."""
    done = await add_task.add_task(
        scene.desk,
        scene.visitor,
        locality_id=draft.locality_id,
        wanted=add_task.WantedTask(draft.task, draft.reason, draft.asking or None),
        printed=printed_words(),
        now=scene.now,
        key=scene.key,
    )
    return Outcome(views.done_view(scene.t, done, scene.now))


NEW_TASK = Conversation(
    kind=DialogueKind.NEW_TASK,
    draft_type=NewTaskDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="task.dialogue_name",
)
