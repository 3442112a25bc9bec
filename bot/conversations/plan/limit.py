"""A limit for a row without one as a dialogue: the day, then the document it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.conversations.core.dialogue import Conversation, Outcome, token_of
from bot.conversations.core.form import Form, FormDraft, day_field, leaving, words_field
from bot.conversations.core.scene import Scene
from bot.domain.people.dialogue import DialogueKind
from bot.i18n import Translator
from bot.services.plan import set_limit
from bot.services.plan.set_limit import Undated, check_limit
from bot.views.parts.view import View
from bot.views.plan import opening as views


class LimitDraft(FormDraft):
    """The limit of one row; ``due_on`` once it was typed."""

    row_id: int
    code: str
    locality_id: int
    due_on: date | None = None
    source: str = ""

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


def _ask(t: Translator, draft: LimitDraft, facts: Undated) -> View:
    return views.limit_view(t, draft.token, facts, asks_source=draft.due_on is not None, month=draft.month)


def _complete(draft: LimitDraft, facts: Undated) -> SetLimit:
    assert draft.due_on is not None  # a form sends what is complete
    return SetLimit(draft.due_on, draft.source)


FORM: Form[LimitDraft, Undated] = Form(
    (
        day_field(
            lambda draft, facts: draft.due_on,
            lambda draft, day: draft.but(due_on=day),
            _ask,
            today=lambda facts: (facts.leads[0].terms.year, facts.today),
            check=lambda day, facts: check_limit(facts, day),
        ),
        words_field(lambda draft, facts: draft.source or None, lambda draft, said: draft.but(source=said), _ask, str),
    ),
    send=_complete,
    cancel=leaving("opening.left"),
    no_files="opening_words_only",
)
advance, show = FORM.advance, FORM.show


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
