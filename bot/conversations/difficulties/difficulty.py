"""Raising a difficulty as a dialogue: the task, what it is about, who is asked, the words and files, sent."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.core.dialogue import Conversation, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent, Typed
from bot.conversations.core.words_draft import WordsDraft
from bot.domain.errors import BadInput, TransitionRefused
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.difficulties import Category, EntryKind
from bot.i18n import Translator
from bot.language.reports.items import code_at
from bot.language.text.tokens import tokenise
from bot.services.core.desk import current_locality_id
from bot.services.difficulties import raise_difficulty
from bot.services.difficulties.raise_difficulty import Raising, Trouble, list_raisable, look_in, under_code
from bot.services.reporting.list_work import Subject
from bot.views.difficulties import difficulties as views
from bot.views.difficulties import difficulty_talks as talks
from bot.views.parts.press_numbers import whole
from bot.views.parts.view import View


class DifficultyDraft(WordsDraft):
    """A difficulty in the making. ``category`` and ``to`` are "" until chosen; ``to`` is a unit's id or the office."""

    assignment_id: int | None = None
    category: str = ""
    to: str = ""

    @property
    def subject_code(self) -> str | None:
        """No code of a row, so that a quick report meanwhile is asked about."""
        return "VM"

    @property
    def has_subject(self) -> bool:
        """Whether its task is known."""
        return self.assignment_id is not None


@dataclass(frozen=True, slots=True)
class DifficultyFacts:
    """The work to choose from, or the task chosen; ``recorded``: this very update has raised it already."""

    subjects: tuple[Subject, ...] = ()
    raising: Raising | None = None
    recorded: bool = False

    @property
    def chosen(self) -> Raising:
        """The task chosen. Only once there is one."""
        assert self.raising is not None  # gather reads it whenever the draft names one
        return self.raising

    def asked(self, draft: DifficultyDraft) -> str:
        """Who is asked as far as is known: the office where nobody else could be."""
        known = {str(unit.id) for unit in self.chosen.units} | {talks.OFFICE}
        if not self.chosen.units:
            return talks.OFFICE
        return draft.to if draft.to in known else ""


@dataclass(frozen=True, slots=True)
class SendDifficulty:
    """Record the difficulty as the card shows it."""


def new_draft(scene: Scene) -> DifficultyDraft:
    """The empty draft, in the current locality."""
    return DifficultyDraft(token=token_of(scene.key), locality_id=current_locality_id(scene.visitor))


async def begin(scene: Scene, assignment_id: int) -> DifficultyDraft:
    """The draft of a difficulty with a task. Raises NotFound, NotAllowed, TransitionRefused where none is taken."""
    raising = await raise_difficulty.look(scene.desk, scene.visitor, assignment_id=assignment_id, now=scene.now)
    return take(new_draft(scene), raising.subject, raising.refusal)


def take(draft: DifficultyDraft, subject: Subject, refusal: TransitionRefused | None = None) -> DifficultyDraft:
    """The draft with its task. Raises the refusal where there is one."""
    if refusal is not None:
        raise refusal
    return draft.but(assignment_id=subject.assignment_id, locality_id=subject.locality_id, page=0)


async def gather(scene: Scene, draft: DifficultyDraft) -> DifficultyFacts:
    """The task read afresh, or the work to choose from. Raises NotFound and NotAllowed where it is gone."""
    if draft.assignment_id is None:
        return DifficultyFacts(subjects=await list_raisable(scene.desk, scene.visitor, now=scene.now))
    async with scene.desk.db.read() as conn:
        recorded = await raise_difficulty.is_recorded(conn, scene.key)
        raising = await look_in(
            conn,
            scene.desk,
            scene.visitor,
            assignment_id=draft.assignment_id,
            file_ids=draft.files,
            now=scene.now,
        )
    return DifficultyFacts(raising=raising, recorded=recorded)


def advance(draft: DifficultyDraft, said: Said, facts: DifficultyFacts) -> Step[DifficultyDraft]:
    """Where the dialogue goes after what was said."""
    if isinstance(said, Pressed) and said.verb == "cancel":
        return Step(None, farewell="report.cancelled")
    if draft.assignment_id is None:
        return _choose_task(draft, said, facts)
    return _pressed(draft, said, facts) if isinstance(said, Pressed) else draft.heard(said)


def _choose_task(draft: DifficultyDraft, said: Said, facts: DifficultyFacts) -> Step[DifficultyDraft]:
    if isinstance(said, Sent):
        return draft.heard(said)
    if isinstance(said, Typed):
        tokens = tokenise(said.text)
        named = code_at(tokens, 0) if tokens else None
        if named is None:
            return Step(draft, problem=BadInput("task_unreadable"))
        found = under_code(facts.subjects, named.code)
        if not found:
            return Step(draft, problem=BadInput("difficulty_no_such_task", code=named.code))
        return Step(take(draft, found[0]))
    if said.verb == "page":
        return Step(draft.but(page=whole(said.value)))
    chosen = [each for each in facts.subjects if str(each.assignment_id) == said.value]
    return Step(take(draft, chosen[0]) if said.verb == "task" and chosen else draft)


def _pressed(draft: DifficultyDraft, said: Pressed, facts: DifficultyFacts) -> Step[DifficultyDraft]:
    if said.verb == "send":
        return _send(draft, facts)
    if said.verb == "recategory":
        return Step(draft.but(category="", editing=False))
    if said.verb == "category" and said.value in list(Category):
        return Step(draft.but(category=said.value))
    if said.verb == "readdress":
        return Step(draft.but(to="", editing=False))
    if said.verb == "to" and said.value in {talks.OFFICE, *(str(unit.id) for unit in facts.chosen.units)}:
        return Step(draft.but(to=said.value))
    return Step(draft.edited(said))


def _send(draft: DifficultyDraft, facts: DifficultyFacts) -> Step[DifficultyDraft]:
    if facts.recorded:
        # The update came again after it was recorded: its receipt is owed, whatever stands now.
        return Step(draft, command=SendDifficulty())
    if facts.chosen.refusal is not None:
        return Step(draft, problem=facts.chosen.refusal)
    if not draft.category or not facts.asked(draft):
        return Step(draft)
    lacks = _lacks(draft)
    return Step(draft, problem=BadInput(lacks)) if lacks else Step(draft, command=SendDifficulty())


def _lacks(draft: DifficultyDraft) -> str | None:
    return None if draft.note.strip() else "difficulty_empty"


def show(t: Translator, draft: DifficultyDraft, facts: DifficultyFacts) -> View:
    """The question that is open: which task, about what, whom; then the card."""
    if draft.assignment_id is None:
        return talks.which_task(t, draft.token, facts.subjects, draft.page)
    raising = facts.chosen
    words = talks.Words(draft.token, draft.note, raising.files, _lacks(draft), draft.page)
    if draft.editing and raising.refusal is None:
        return talks.raising_edit(t, raising, words)
    if not draft.category and raising.refusal is None:
        return talks.which_category(t, raising, words)
    asked = facts.asked(draft)
    if not asked and raising.refusal is None:
        return talks.whom_to_ask(t, raising, words)
    category = Category(draft.category or Category.OTHER)
    return talks.raising_card(t, raising, category, _unit(asked), words)


def _unit(asked: str) -> int | None:
    """The unit that is asked; none: the standing office."""
    return None if asked in ("", talks.OFFICE) else int(asked)


async def perform(scene: Scene, draft: DifficultyDraft, command: SendDifficulty) -> Outcome[DifficultyDraft]:
    """The receipt of the difficulty."""
    facts = await gather(scene, draft)
    files = tuple(given.evidence.id for given in facts.chosen.files)
    raised = await raise_difficulty.raise_difficulty(
        scene.desk,
        scene.visitor,
        assignment_id=facts.chosen.subject.assignment_id,
        trouble=Trouble(Category(draft.category), _unit(facts.asked(draft)), draft.note, files),
        now=scene.now,
        key=scene.key,
    )
    return Outcome(views.recorded(scene.t, raised, EntryKind.RAISED))


DIFFICULTY = Conversation(
    kind=DialogueKind.DIFFICULTY,
    draft_type=DifficultyDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="difficulty.dialogue_name",
    takes_files=True,
)
