"""A limit for a row without one as a dialogue: the day, then the document it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput, TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.i18n import Translator
from bot.language.time.days import read_day
from bot.services.plan import set_limit
from bot.services.plan.set_limit import Undated, check_limit
from bot.views.parts.month import pressed_day
from bot.views.parts.view import View
from bot.views.plan import opening as views


class LimitDraft(Draft):
    """The limit of one row; ``due_on`` once it was typed."""

    row_id: int
    code: str
    locality_id: int
    due_on: date | None = None
    month: str = ""

    @property
    def worth_keeping(self) -> bool:
        """Before a day was typed nothing is lost."""
        return self.due_on is not None

    @property
    def subject_code(self) -> str | None:
        """The code of the row."""
        return self.code


@dataclass(frozen=True, slots=True)
class SetLimit:
    """Day and document are known: set the limit."""

    due_on: date
    reason: str


async def begin(scene: Scene, row_id: int) -> LimitDraft:
    """The draft for a row. Raises NotAllowed, NotFound, BadInput where nothing of it is open."""
    found = await set_limit.look(scene.desk, scene.visitor, row_id=row_id, now=scene.now)
    return LimitDraft(token=token_of(scene.key), row_id=row_id, code=found.row.code, locality_id=found.locality.id)


async def gather(scene: Scene, draft: LimitDraft) -> Undated:
    """The row as it stands."""
    return await set_limit.look(scene.desk, scene.visitor, row_id=draft.row_id, now=scene.now)


def advance(draft: LimitDraft, said: Said, facts: Undated) -> Step[LimitDraft]:
    """The day, then the document."""
    if isinstance(said, Sent):
        return Step(draft, problem=BadInput("opening_words_only"))
    if isinstance(said, Pressed):
        return _pressed(draft, said, facts)
    if draft.due_on is not None:
        return Step(draft, command=SetLimit(draft.due_on, said.text))
    return _dated(draft, read_day(said.text, facts.leads[0].terms.year, facts.today, spans=True), facts)


def _pressed(draft: LimitDraft, said: Pressed, facts: Undated) -> Step[LimitDraft]:
    if said.verb == "cancel":
        return Step(None, farewell="opening.left")
    if said.verb == "day":
        return _dated(draft, pressed_day(said.value), facts)
    return Step(draft.but(month=said.value) if said.verb == "month" else draft)


def _dated(draft: LimitDraft, day: date | None, facts: Undated) -> Step[LimitDraft]:
    if day is None:
        return Step(draft, problem=BadInput("day_unreadable"))
    try:
        check_limit(day, facts.today, facts.leads[0].terms.year)
    except TienDoError as problem:
        return Step(draft, problem=problem)
    return Step(draft.but(due_on=day))


def show(t: Translator, draft: LimitDraft, facts: Undated) -> View:
    """The question that is open."""
    return views.limit_view(t, draft.token, facts, asks_source=draft.due_on is not None, month=draft.month)


async def perform(scene: Scene, draft: LimitDraft, command: SetLimit) -> Outcome[LimitDraft]:
    """The limit stands."""
    found = await set_limit.set_limit(
        scene.desk,
        scene.visitor,
        row_id=draft.row_id,
        due_on=command.due_on,
        reason=command.reason,
        now=scene.now,
        key=scene.key,
    )
    return Outcome(views.limited_view(scene.t, found))


LIMIT = Conversation(
    kind=DialogueKind.LIMIT,
    draft_type=LimitDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="opening.limit_name",
)
