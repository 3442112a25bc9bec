"""Asking for another limit: which task, the new day from a calendar or typed, the reason, one card to send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput, NotAllowed, NotFound, TienDoError, TransitionRefused
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.requests import RequestKind, Wish, check_new_limit
from bot.i18n import Translator
from bot.language.time.days import read_day
from bot.services.core.reasons import clean_reason
from bot.services.reporting.list_work import Subject
from bot.services.requests import ask_office
from bot.services.requests.ask_office import Askable
from bot.views.parts.month import pressed_day
from bot.views.parts.press_numbers import whole
from bot.views.parts.subjects import DialogueSubject, WorkSubject
from bot.views.parts.view import View
from bot.views.requests import asking_office as views
from bot.views.requests.requests import asked_view

CANCELLED = "request.left"


class ExtendDraft(Draft):
    """An extension about to be asked for. ``candidates`` are the assignments to choose from; none: all that can be."""

    locality_id: int
    candidates: tuple[int, ...] = ()
    page: int = 0
    assignment_id: int | None = None
    code: str = ""
    month: str = ""
    due_on: date | None = None
    reason: str = ""

    @property
    def worth_keeping(self) -> bool:
        """Once a day or a reason was given."""
        return self.due_on is not None or bool(self.reason)

    @property
    def subject_code(self) -> str | None:
        """The code of the row, once one was chosen."""
        return self.code or None

    @property
    def subject(self) -> DialogueSubject:
        """The assignment."""
        return WorkSubject(self.assignment_id or 0)


@dataclass(frozen=True, slots=True)
class ExtensionFacts:
    """What may be chosen, or the assignment as it stands; ``recorded``: this very update has asked already."""

    choices: tuple[Subject, ...] = ()
    subject: Askable | None = None
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class AskExtension:
    """Day and reason are known: ask."""


def begin(scene: Scene, locality_id: int, found: tuple[Subject, ...] = ()) -> ExtendDraft:
    """The draft for the assignments found under a code, or for one to be chosen."""
    draft = ExtendDraft(token=token_of(scene.key), locality_id=locality_id)
    if len(found) == 1:
        one = found[0]
        return _chosen(draft.but(locality_id=one.locality_id), one.assignment_id, one.lead.row.code)
    return draft.but(candidates=tuple(each.assignment_id for each in found))


def _chosen(draft: ExtendDraft, assignment_id: int, code: str) -> ExtendDraft:
    return draft.but(assignment_id=assignment_id, code=code, month="", due_on=None)


async def gather(scene: Scene, draft: ExtendDraft) -> ExtensionFacts:
    """What the step needs to know, read afresh.

    Raises NotFound and NotAllowed where the work is not the person's any more, TransitionRefused where no other limit
    can be asked for or one is asked for already.
    """
    async with scene.desk.db.read() as conn:
        if await ask_office.is_recorded(conn, scene.key):
            return ExtensionFacts(recorded=True)
    if draft.assignment_id is None:
        if draft.candidates:
            wanted = [await _subject(scene, each) for each in draft.candidates]
            return ExtensionFacts(choices=tuple(each for each in wanted if each is not None))
        place = draft.locality_id
        return ExtensionFacts(await ask_office.extendable(scene.desk, scene.visitor, now=scene.now, locality_id=place))
    subject = await ask_office.look(scene.desk, scene.visitor, assignment_id=draft.assignment_id, now=scene.now)
    if subject.refusal is not None:
        raise subject.refusal
    if subject.waiting is not None:
        raise TransitionRefused("asked_already", code=subject.lead.row.code)
    return ExtensionFacts(subject=subject)


async def _subject(scene: Scene, assignment_id: int) -> Subject | None:
    try:
        found = await ask_office.look(scene.desk, scene.visitor, assignment_id=assignment_id, now=scene.now)
    except (NotAllowed, NotFound):
        return None
    return Subject(found.lead, found.unit, found.locality_id, "", found.today)


def advance(draft: ExtendDraft, said: Said, facts: ExtensionFacts) -> Step[ExtendDraft]:
    """Where the dialogue goes after what was said."""
    if facts.recorded:
        # The update came again after it was asked: its answer is owed, whatever stands now.
        return Step(draft, command=AskExtension())
    if isinstance(said, Sent):
        return Step(draft, problem=BadInput("reason_in_words"))
    if isinstance(said, Pressed):
        return _pressed(draft, said, facts)
    if facts.subject is None:
        return Step(draft, problem=BadInput("choose_by_button"))
    try:
        return _typed(draft, said.text, facts.subject)
    except TienDoError as problem:
        return Step(draft, problem=problem)


def _typed(draft: ExtendDraft, text: str, subject: Askable) -> Step[ExtendDraft]:
    if draft.due_on is None:
        day = read_day(text, subject.today.year, subject.today, spans=True)
        if day is None:
            raise BadInput("day_unreadable")
        check(subject, day)
        return Step(draft.but(due_on=day))
    return Step(draft.but(reason=clean_reason(text)))


def check(subject: Askable, day: date) -> None:
    """Nothing where the day can be asked for. Raises BadInput."""
    check_new_limit(
        day,
        standing=subject.lead.standing,
        starts_on=subject.lead.row.limit.starts_on,
        today=subject.today,
        last_day=subject.last_day,
    )


def _pressed(draft: ExtendDraft, said: Pressed, facts: ExtensionFacts) -> Step[ExtendDraft]:
    if said.verb == "cancel":
        return Step(None, farewell=CANCELLED)
    if facts.subject is None:
        return _choose(draft, said, facts)
    if said.verb == "month":
        return Step(draft.but(month=said.value))
    if said.verb == "redate":
        return Step(draft.but(due_on=None))
    if said.verb == "rewrite":
        return Step(draft.but(reason=""))
    if said.verb == "day":
        day = pressed_day(said.value)
        try:
            check(facts.subject, day or facts.subject.today)
        except TienDoError as problem:
            return Step(draft, problem=problem)
        return Step(draft.but(due_on=day))
    if said.verb == "send" and draft.due_on is not None and draft.reason:
        return Step(draft, command=AskExtension())
    return Step(draft)


def _choose(draft: ExtendDraft, said: Pressed, facts: ExtensionFacts) -> Step[ExtendDraft]:
    if said.verb == "page":
        return Step(draft.but(page=whole(said.value)))
    if said.verb == "take":
        for each in facts.choices:
            if str(each.assignment_id) == said.value:
                return Step(_chosen(draft, each.assignment_id, each.lead.row.code))
    return Step(draft)


def show(t: Translator, draft: ExtendDraft, facts: ExtensionFacts) -> View:
    """The question that is open."""
    if facts.subject is None:
        return views.choose_view(t, draft.token, facts.choices, draft.page)
    if draft.due_on is None:
        first = max(facts.subject.today, (facts.subject.lead.standing.due_on or facts.subject.today)) + timedelta(
            days=1
        )
        return views.day_view(t, draft.token, facts.subject, first, draft.month)
    return views.reason_view(t, draft.token, facts.subject, draft.due_on, draft.reason)


async def perform(scene: Scene, draft: ExtendDraft, command: AskExtension) -> Outcome[ExtendDraft]:
    """The request has gone out."""
    done = await ask_office.ask(
        scene.desk,
        scene.visitor,
        kind=RequestKind.EXTENSION,
        assignment_id=draft.assignment_id or 0,
        reason=draft.reason,
        wish=Wish(due_on=draft.due_on),
        now=scene.now,
        key=scene.key,
    )
    return Outcome(asked_view(scene.t, done, scene.now))


EXTEND = Conversation(
    kind=DialogueKind.EXTEND,
    draft_type=ExtendDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="request.extend_name",
)
