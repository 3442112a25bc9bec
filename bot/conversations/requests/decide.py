"""The office answers a request in more than a tap: another day from the calendar, or why it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput, NotAllowed, TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.requests import check_new_limit
from bot.i18n import Translator, translator
from bot.language.time.days import read_day
from bot.services.core.reasons import clean_reason
from bot.services.requests.add_task import Printed
from bot.services.requests.decide_request import grant, refuse
from bot.services.requests.see_request import RequestCase, see
from bot.views.parts.html import say
from bot.views.parts.month import pressed_day
from bot.views.parts.view import View
from bot.views.requests import asking_office as views
from bot.views.requests.requests import request_card

What = Literal["date", "refuse"]


class DecideDraft(Draft):
    """A request whose answer is being given."""

    request_id: int
    what: What
    code: str = ""
    month: str = ""

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
    if isinstance(said, Sent):
        return Step(draft, problem=BadInput("reason_in_words"))
    if isinstance(said, Pressed) and said.verb == "cancel":
        return Step(draft, command=Show())
    try:
        return _date(draft, said, facts) if draft.what == "date" else _refusal(draft, said)
    except TienDoError as problem:
        return Step(draft, problem=problem)


def _date(draft: DecideDraft, said: Said, facts: RequestCase) -> Step[DecideDraft]:
    if isinstance(said, Pressed) and said.verb == "month":
        return Step(draft.but(month=said.value))
    if isinstance(said, Pressed):
        day = pressed_day(said.value) if said.verb == "day" else None
        if day is None:
            return Step(draft)
    elif isinstance(said, Sent):
        return Step(draft)
    else:
        day = read_day(said.text, facts.today.year, facts.today, spans=True)
        if day is None:
            raise BadInput("day_unreadable")
    if facts.lead is not None:
        starts_on, standing = facts.lead.row.limit.starts_on, facts.lead.standing
        check_new_limit(day, standing=standing, starts_on=starts_on, today=facts.today, last_day=facts.last_day)
    return Step(draft, command=Grant(day))


def _refusal(draft: DecideDraft, said: Said) -> Step[DecideDraft]:
    if isinstance(said, Pressed | Sent):
        return Step(draft)
    return Step(draft, command=Refuse(clean_reason(said.text)))


def show(t: Translator, draft: DecideDraft, facts: RequestCase) -> View:
    """The question that is open; where nothing is to be decided any more, the request as it stands."""
    if not facts.may_decide:
        return request_card(t, facts)
    if draft.what == "refuse":
        return views.refusal_view(t, draft.token, facts)
    present = facts.lead.standing.due_on if facts.lead is not None else None
    first = max(facts.today, present or facts.today) + timedelta(days=1)
    wished = facts.request.wish.due_on
    month = draft.month or (f"{wished:%Y-%m}" if wished else "")
    return views.grant_day_view(t, draft.token, facts, first, month)


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
