"""The office answers a request in more than a tap: another day from the calendar, or why it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.conversations.core.dialogue import Conversation, Outcome, Step, token_of
from bot.conversations.core.form import Field, Form, FormDraft, day_field, words_field
from bot.conversations.core.scene import Said, Scene
from bot.domain.errors import NotAllowed, TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.requests import check_new_limit
from bot.i18n import Translator, translator
from bot.services.requests.add_task import Printed
from bot.services.requests.decide_request import grant, refuse
from bot.services.requests.see_request import RequestCase, see
from bot.views.parts.html import say
from bot.views.parts.view import View
from bot.views.requests import asking_office as views
from bot.views.requests.requests import request_card

What = Literal["date", "refuse"]


class DecideDraft(FormDraft):
    """A request whose answer is being given."""

    request_id: int
    what: What
    code: str = ""
    due_on: date | None = None
    answer: str = ""

    @property
    def worth_keeping(self) -> bool:
        """A question that has not been answered yet loses nothing."""
        return False

    @property
    def subject_code(self) -> str | None:
        """The code of the row."""
        return self.code or None


@dataclass(frozen=True, slots=True)
class Grant:
    """Grant the request until this day."""

    due_on: date


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse it for this reason."""

    answer: str


@dataclass(frozen=True, slots=True)
class Show:
    """Nothing is to be decided here (any more): back to the request. ``problem`` is told above it."""

    problem: TienDoError | None = None


def _shown(draft: DecideDraft) -> Step[DecideDraft]:
    return Step(draft, command=Show())


def begin(scene: Scene, case: RequestCase, what: What) -> DecideDraft:
    """The draft of an answer."""
    return DecideDraft(token=token_of(scene.key), request_id=case.request.id, what=what, code=case.code)


async def gather(scene: Scene, draft: DecideDraft) -> RequestCase:
    """The request as it stands."""
    return await see(scene.desk, scene.visitor, request_id=draft.request_id, now=scene.now)


def advance(draft: DecideDraft, said: Said, facts: RequestCase) -> Step[DecideDraft]:
    """A day, a reason, or away; where somebody else was quicker, what became of it."""
    if not facts.may_decide:
        lost = facts.request.is_open and facts.obstacle is None
        return Step(draft, command=Show(NotAllowed("not_deciding") if lost else None))
    return FORMS[draft.what].advance(draft, said, facts)


def show(t: Translator, draft: DecideDraft, facts: RequestCase) -> View:
    """The question that is open; where nothing is to be decided any more, the request as it stands."""
    return FORMS[draft.what].show(t, draft, facts) if facts.may_decide else request_card(t, facts)


def _check_day(day: date, facts: RequestCase) -> None:
    if facts.lead is not None:
        starts_on, standing = facts.lead.row.limit.starts_on, facts.lead.standing
        check_new_limit(day, standing=standing, starts_on=starts_on, today=facts.today, last_day=facts.last_day)


def _ask_day(t: Translator, draft: DecideDraft, facts: RequestCase) -> View:
    present = facts.lead.standing.due_on if facts.lead is not None else None
    first = max(facts.today, present or facts.today) + timedelta(days=1)
    wished = facts.request.wish.due_on
    month = draft.month or (f"{wished:%Y-%m}" if wished else "")
    return views.grant_day_view(t, draft.token, facts, first, month)


def _granted(draft: DecideDraft, facts: RequestCase) -> Grant:
    assert draft.due_on is not None  # a form sends what is complete
    return Grant(draft.due_on)


_DAY: Field[DecideDraft, RequestCase, date] = day_field(
    lambda draft, facts: draft.due_on,
    lambda draft, day: draft.but(due_on=day),
    _ask_day,
    today=lambda facts: (facts.today.year, facts.today),
    check=_check_day,
)
_WHY: Field[DecideDraft, RequestCase, str] = words_field(
    lambda draft, facts: draft.answer or None,
    lambda draft, reason: draft.but(answer=reason),
    lambda t, draft, facts: views.refusal_view(t, draft.token, facts),
)
FORMS: Mapping[What, Form[DecideDraft, RequestCase]] = {
    "date": Form((_DAY,), send=_granted, cancel=_shown),
    "refuse": Form((_WHY,), send=lambda draft, facts: Refuse(draft.answer), cancel=_shown),
}


async def perform(scene: Scene, draft: DecideDraft, command: Grant | Refuse | Show) -> Outcome[DecideDraft]:
    """The request as it is decided now, by this answer or by one that came before it."""
    ids = {"request_id": draft.request_id}
    if isinstance(command, Show):
        told = command.problem
        head = say(scene.t, f"error.{told.key}", **told.figures) if told is not None else None
        return Outcome(request_card(scene.t, await gather(scene, draft), head=head))
    if isinstance(command, Refuse):
        case = await refuse(scene.desk, scene.visitor, **ids, answer=command.answer, now=scene.now, key=scene.key)
    else:
        day, printed = command.due_on, printed_words()
        case = await grant(scene.desk, scene.visitor, **ids, printed=printed, due_on=day, now=scene.now, key=scene.key)
    return Outcome(request_card(scene.t, case))


def printed_words() -> Printed:
    """What stands on an added row; everyone reads it, so it stands in the language of the documents."""
    t = translator("vi")
    return Printed(t("task.reference"), t("task.group"))


DECIDE = Conversation(
    kind=DialogueKind.DECIDE,
    draft_type=DecideDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="request.decide_name",
)
