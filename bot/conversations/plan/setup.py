"""Opening a plan as dialogues: where one row stood, the same for many by workbook, a limit for a row without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput, TienDoError, TransitionRefused
from bot.domain.people.dialogue import DialogueKind
from bot.domain.work.progress import FULL, Share
from bot.i18n import Translator
from bot.language.reports.numbers import IndicatorValue, read_percent, read_value
from bot.language.time.days import read_day
from bot.services.plan import set_opening
from bot.services.plan.set_opening import OpeningRow, Stated, check_day
from bot.services.reporting.report_progress import amount_of
from bot.views.parts.press_numbers import whole
from bot.views.parts.view import View
from bot.views.plan import opening as views


class OpeningDraft(Draft):
    """The opening of one row. ``assignment_id`` 0 stands for all its units that take one."""

    row_id: int
    code: str
    locality_id: int
    stage: Literal["who", "amount", "day", "source"] = "amount"
    page: int = 0
    assignment_id: int = 0
    percent: Decimal | None = None
    value: Decimal | None = None
    share: Share | None = None
    completed_on: date | None = None

    @property
    def worth_keeping(self) -> bool:
        """Before a day was typed nothing is lost."""
        return self.completed_on is not None

    @property
    def subject_code(self) -> str | None:
        """The code of the row."""
        return self.code


@dataclass(frozen=True, slots=True)
class Set:
    """Everything has been said: set the opening."""

    stated: Stated


async def begin(scene: Scene, row_id: int) -> OpeningDraft:
    """The draft for a row. Raises NotAllowed, NotFound, TransitionRefused where nothing of it can be set."""
    found = await set_opening.look(scene.desk, scene.visitor, row_id=row_id, now=scene.now)
    if not found.settable:
        raise TransitionRefused("already_reported")
    return OpeningDraft(
        token=token_of(scene.key),
        row_id=row_id,
        code=found.row.code,
        locality_id=found.locality.id,
        stage="who" if len(found.settable) > 1 else "amount",
    )


async def gather(scene: Scene, draft: OpeningDraft) -> OpeningRow:
    """The row as it stands; raises once the plan is in use."""
    return await set_opening.look(scene.desk, scene.visitor, row_id=draft.row_id, now=scene.now)


def advance(draft: OpeningDraft, said: Said, facts: OpeningRow) -> Step[OpeningDraft]:
    """A unit, a figure, or a day and a document."""
    if isinstance(said, Sent):
        return Step(draft, problem=BadInput("opening_words_only"))
    if isinstance(said, Pressed):
        return _pressed(draft, said, facts)
    try:
        return _typed(draft, said.text, facts)
    except TienDoError as problem:
        return Step(draft, problem=problem)


def _pressed(draft: OpeningDraft, said: Pressed, facts: OpeningRow) -> Step[OpeningDraft]:
    number = whole(said.value)
    if said.verb == "cancel":
        return Step(None, farewell="opening.left")
    if said.verb == "page":
        return Step(draft.but(page=number))
    if said.verb == "who" and number in {0, *(lead.assignment.id for lead, _ in facts.settable)}:
        return Step(draft.but(assignment_id=number, stage="amount"))
    if draft.stage != "amount":
        return Step(draft)
    if said.verb == "done":
        return Step(_completed(draft))
    target = facts.row.target
    if said.verb == "p" and target is None and number < FULL:
        return Step(draft, command=Set(Stated(percent=Decimal(number))))
    if said.verb == "l" and target is not None:
        try:
            return _amount(draft, Stated(value=Decimal(number)), facts)
        except TienDoError as problem:
            return Step(draft, problem=problem)
    return Step(draft)


def _typed(draft: OpeningDraft, text: str, facts: OpeningRow) -> Step[OpeningDraft]:
    if draft.stage == "who":
        raise BadInput("choose_by_button")
    if draft.stage == "day":
        day = read_day(text, facts.plan.year, facts.today)
        if day is None:
            raise BadInput("day_unreadable")
        check_day(facts.leads[0][0].terms, day, facts.today)
        return Step(draft.but(completed_on=day, stage="source"))
    if draft.stage == "source":
        stated = Stated(draft.percent, draft.value, draft.share, draft.completed_on, text)
        set_opening.opening_of(facts.leads[0][0].terms, stated, facts.today)
        return Step(draft, command=Set(stated))
    target = facts.row.target
    if target is None:
        percent = read_percent(text)
        if percent is None:
            raise BadInput("percent_unreadable")
        return _amount(draft, Stated(percent=percent), facts)
    reading = read_value(text, target)
    if not isinstance(reading, IndicatorValue):
        raise BadInput("value_unreadable")
    return _amount(draft, Stated(value=None if reading.share else reading.value, share=reading.share), facts)


def _amount(draft: OpeningDraft, stated: Stated, facts: OpeningRow) -> Step[OpeningDraft]:
    """The figure is set; one that completes the work asks for the day and the document first."""
    terms = facts.leads[0][0].terms
    amount = amount_of(terms, percent=stated.percent, value=stated.value, share=stated.share)
    if amount.percent < FULL:
        return Step(draft, command=Set(stated))
    return Step(_completed(draft.but(value=stated.value, share=stated.share)))


def _completed(draft: OpeningDraft) -> OpeningDraft:
    return draft.but(percent=None, stage="day")


def show(t: Translator, draft: OpeningDraft, facts: OpeningRow) -> View:
    """The card of the present stage."""
    if draft.stage == "who":
        return views.who_view(t, draft.token, facts, draft.page)
    if draft.stage == "day":
        return views.day_view(t, draft.token, facts)
    if draft.stage == "source":
        return views.source_view(t, draft.token, facts)
    unit = next((name for lead, name in facts.leads if lead.assignment.id == draft.assignment_id), None)
    return views.amount_view(t, draft.token, facts, unit)


async def perform(scene: Scene, draft: OpeningDraft, command: Set) -> Outcome[OpeningDraft]:
    """The opening stands."""
    found = await set_opening.set_opening(
        scene.desk,
        scene.visitor,
        row_id=draft.row_id,
        stated=command.stated,
        assignment_ids=(draft.assignment_id,) if draft.assignment_id else (),
        now=scene.now,
        key=scene.key,
    )
    return Outcome(views.set_view(scene.t, found))


OPENING = Conversation(
    kind=DialogueKind.OPENING,
    draft_type=OpeningDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="opening.name",
)
