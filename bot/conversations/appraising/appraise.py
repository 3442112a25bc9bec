"""Two short dialogues: why a report is returned, and why (and until when) a locked assignment is opened again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step
from bot.conversations.core.scene import Pressed, Said, Scene, Sent, Typed
from bot.domain.errors import BadInput, TienDoError, TransitionRefused
from bot.domain.people.dialogue import DialogueKind
from bot.i18n import Translator, translator
from bot.language.time.days import read_day
from bot.services.appraising.appraise import AppraisalCase, case, give_back
from bot.services.appraising.reopen import ReopenableAssignment, look, reopen
from bot.services.core.reasons import clean_reason
from bot.views.appraising.appraising import REASONS, case_card, judged, reason_question, reopened, reopening
from bot.views.parts.subjects import DialogueSubject, WorkSubject
from bot.views.parts.view import View

CANCELLED = "reopen.cancelled"
YEARS_AHEAD = 2


# --- a report is returned


class ReturnDraft(Draft):
    """A report whose reason for being returned is asked for."""

    assignment_id: int
    report_id: int
    code: str = ""
    own_words: bool = False

    @property
    def worth_keeping(self) -> bool:
        """A question that has not been answered yet loses nothing."""
        return False

    @property
    def subject_code(self) -> str | None:
        """The code of the row."""
        return self.code

    @property
    def subject(self) -> DialogueSubject:
        """The assignment."""
        return WorkSubject(self.assignment_id)


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Return the report for this reason; ``common`` is the key of one from the list."""

    reason: str | None = None
    common: str | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Do not return it after all: back to the report."""


async def _gather_return(scene: Scene, draft: ReturnDraft) -> AppraisalCase:
    return await case(
        scene.desk, scene.visitor, assignment_id=draft.assignment_id, report_id=draft.report_id, now=scene.now
    )


def advance_return(draft: ReturnDraft, said: Said, facts: AppraisalCase) -> Step[ReturnDraft]:
    """Where the question goes: a reason of the list, typed words, or away."""
    match said:
        case Pressed("cancel"):
            return Step(draft, Stay())
        case Pressed("other"):
            return Step(draft.but(own_words=True))
        case Pressed("reason", key) if key in REASONS:
            return Step(draft, GiveBack(common=key))
        case Typed(text):
            try:
                return Step(draft, GiveBack(reason=clean_reason(text)))
            except BadInput as problem:
                return Step(draft, problem=problem)
        case Sent():
            return Step(draft, problem=BadInput("reason_in_words"))
    return Step(draft)


def show_return(t: Translator, draft: ReturnDraft, facts: AppraisalCase) -> View:
    """The question; where somebody else has judged meanwhile, what became of it."""
    if facts.decision is not None:
        return case_card(t, facts)
    return reason_question(t, draft.token, facts, own_words=draft.own_words)


async def _perform_return(scene: Scene, draft: ReturnDraft, command: GiveBack | Stay) -> Outcome[ReturnDraft]:
    if isinstance(command, Stay):
        return Outcome(case_card(scene.t, await _gather_return(scene, draft), with_files=False))
    ids = {"assignment_id": draft.assignment_id, "report_id": draft.report_id}
    # What is recorded is read by everyone: it stands in the language of the documents.
    reason = translator("vi")(f"appraise.reason.{command.common}") if command.common else command.reason or ""
    try:
        done = await give_back(scene.desk, scene.visitor, **ids, reason=reason, now=scene.now, key=scene.key)
    except TransitionRefused:
        # Somebody was quicker: the present state is the answer.
        return Outcome(case_card(scene.t, await _gather_return(scene, draft)))
    return Outcome(judged(scene.t, done))


RETURN = Conversation(
    kind=DialogueKind.APPRAISE,
    draft_type=ReturnDraft,
    gather=_gather_return,
    advance=advance_return,
    show=show_return,
    perform=_perform_return,
    name_key="appraise.dialogue_name",
)


# --- a locked assignment is opened again


class ReopenDraft(Draft):
    """An assignment to be opened again; the limit is asked for last."""

    assignment_id: int
    code: str = ""
    reason: str | None = None

    @property
    def worth_keeping(self) -> bool:
        """Once a reason has been typed."""
        return self.reason is not None

    @property
    def subject_code(self) -> str | None:
        """The code of the row."""
        return self.code

    @property
    def subject(self) -> DialogueSubject:
        """The assignment."""
        return WorkSubject(self.assignment_id)


@dataclass(frozen=True, slots=True)
class OpenAgain:
    """Open it for this reason, with a new limit where one was needed."""

    reason: str
    due_on: date | None = None


async def _gather_reopen(scene: Scene, draft: ReopenDraft) -> ReopenableAssignment:
    found = await look(scene.desk, scene.visitor, assignment_id=draft.assignment_id, now=scene.now)
    if found.refusal is not None:
        raise TransitionRefused(found.refusal)
    return found


def advance_reopen(draft: ReopenDraft, said: Said, facts: ReopenableAssignment) -> Step[ReopenDraft]:
    """The reason first, then a day where the old limit has passed."""
    match said:
        case Pressed("cancel"):
            return Step(None, farewell=CANCELLED)
        case Typed(text):
            try:
                return _typed(draft, text, facts)
            except TienDoError as problem:
                return Step(draft, problem=problem)
        case Sent():
            return Step(draft, problem=BadInput("reason_in_words"))
    return Step(draft)


def _typed(draft: ReopenDraft, text: str, facts: ReopenableAssignment) -> Step[ReopenDraft]:
    if draft.reason is None:
        reason = clean_reason(text)
        following = draft.but(reason=reason)
        return Step(following) if facts.needs_limit else Step(draft, OpenAgain(reason))
    due_on = read_day(text, facts.day.year, facts.day, spans=True)
    if due_on is None or due_on.year > facts.day.year + YEARS_AHEAD:
        raise BadInput("day_unreadable")
    if due_on < facts.day:
        raise BadInput("new_limit_needed")
    return Step(draft, OpenAgain(draft.reason, due_on))


def show_reopen(t: Translator, draft: ReopenDraft, facts: ReopenableAssignment) -> View:
    """The question of the step."""
    return reopening(t, draft.token, facts, reason=draft.reason)


async def _perform_reopen(scene: Scene, draft: ReopenDraft, command: OpenAgain) -> Outcome[ReopenDraft]:
    done = await reopen(
        scene.desk,
        scene.visitor,
        assignment_id=draft.assignment_id,
        reason=command.reason,
        due_on=command.due_on,
        now=scene.now,
        key=scene.key,
    )
    return Outcome(reopened(scene.t, done))


REOPEN = Conversation(
    kind=DialogueKind.REOPEN,
    draft_type=ReopenDraft,
    gather=_gather_reopen,
    advance=advance_reopen,
    show=show_reopen,
    perform=_perform_reopen,
    name_key="reopen.dialogue_name",
)
