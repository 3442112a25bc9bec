"""Asking for another limit: which task, the new day from a calendar or typed, the reason, one card to send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.conversations.core.dialogue import Conversation, Outcome, Step, token_of
from bot.conversations.core.form import Field, Form, FormDraft, day_field, leaving, words_field
from bot.conversations.core.scene import Said, Scene
from bot.domain.errors import NotAllowed, NotFound, TransitionRefused
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.requests import RequestKind, Wish, check_new_limit
from bot.i18n import Translator
from bot.services.reporting.list_work import Subject
from bot.services.requests import ask_office
from bot.services.requests.ask_office import Askable
from bot.views.parts.subjects import DialogueSubject, WorkSubject
from bot.views.parts.view import View
from bot.views.requests import asking_office as views
from bot.views.requests.requests import asked_view


class ExtendDraft(FormDraft):
    """An extension about to be asked for. ``candidates`` are the assignments to choose from; none: all that can be."""

    locality_id: int
    candidates: tuple[int, ...] = ()
    assignment_id: int | None = None
    code: str = ""
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

    @property
    def asked(self) -> Askable:
        """The assignment. Only for what is asked after the choice."""
        assert self.subject is not None  # gather reads it whenever the draft names one
        return self.subject


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
    return FORM.advance(draft, said, facts)


def check(subject: Askable, day: date) -> None:
    """Nothing where the day can be asked for. Raises BadInput."""
    check_new_limit(
        day,
        standing=subject.lead.standing,
        starts_on=subject.lead.row.limit.starts_on,
        today=subject.today,
        last_day=subject.last_day,
    )


def _offered(draft: ExtendDraft, value: str, facts: ExtensionFacts) -> Subject | None:
    return next((each for each in facts.choices if str(each.assignment_id) == value), None)


def _ask_day(t: Translator, draft: ExtendDraft, facts: ExtensionFacts) -> View:
    asked = facts.asked
    first = max(asked.today, asked.lead.standing.due_on or asked.today) + timedelta(days=1)
    return views.day_view(t, draft.token, asked, first, draft.month)


def _ask_reason(t: Translator, draft: ExtendDraft, facts: ExtensionFacts) -> View:
    assert draft.due_on is not None  # it is asked before
    return views.reason_view(t, draft.token, facts.asked, draft.due_on, draft.reason)


FORM: Form[ExtendDraft, ExtensionFacts] = Form(
    (
        Field(
            "take",
            lambda draft, facts: draft.assignment_id,
            lambda draft, found: _chosen(draft, found.assignment_id, found.lead.row.code),
            lambda t, draft, facts: views.choose_view(t, draft.token, facts.choices, draft.page),
            pick=_offered,
        ),
        day_field(
            lambda draft, facts: draft.due_on,
            lambda draft, day: draft.but(due_on=day),
            _ask_day,
            today=lambda facts: (facts.asked.today.year, facts.asked.today),
            check=lambda day, facts: check(facts.asked, day),
            again="redate",
            clear=lambda draft: draft.but(due_on=None),
        ),
        words_field(
            lambda draft, facts: draft.reason or None,
            lambda draft, reason: draft.but(reason=reason),
            _ask_reason,
            again="rewrite",
            clear=lambda draft: draft.but(reason=""),
        ),
    ),
    send=lambda draft, facts: AskExtension(),
    cancel=leaving("request.left"),
    card=_ask_reason,
)
show = FORM.show


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
