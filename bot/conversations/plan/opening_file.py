"""Openings by workbook as a dialogue: it goes out, comes back filled in, is looked at, and applied."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from pydantic import Field

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput
from bot.domain.people.dialogue import DialogueKind
from bot.domain.plan.plan import Locality
from bot.frozen import Frozen
from bot.i18n import Translator
from bot.plans.problems import Problem
from bot.services.plan import opening_by_workbook as services
from bot.services.plan.open_plan import plan_status
from bot.services.plan.opening_by_workbook import WorkbookPreview
from bot.views.parts.view import Document, View
from bot.views.plan import opening as views


class KeptProblem(Frozen):
    """A mistake of a workbook, as it is stored with the draft."""

    where: str
    key: str
    figures: dict[str, str | int] = Field(default_factory=dict)


class FileDraft(Draft):
    """Where the workbook is; once it has come back, its evidence id and what it would set."""

    locality_id: int
    stage: Literal["wait", "preview"] = "wait"
    evidence_id: int = 0
    set: int = 0
    completed: int = 0
    same: int = 0
    problems: tuple[KeptProblem, ...] = ()
    hidden: tuple[int, ...] = ()

    @property
    def worth_keeping(self) -> bool:
        """A workbook that has come back and waits for its confirmation is."""
        return self.stage == "preview"


@dataclass(frozen=True, slots=True)
class OpeningFileFacts:
    """The locality, and how many lead assignments its plan has."""

    locality: Locality
    leads: int


@dataclass(frozen=True, slots=True)
class MakeWorkbook:
    """Send the workbook."""


@dataclass(frozen=True, slots=True)
class Read:
    """Look at the workbook that came back."""

    evidence_id: int


@dataclass(frozen=True, slots=True)
class Apply:
    """Set what it says."""


async def begin(scene: Scene) -> FileDraft:
    """The draft for the current locality. Raises NotAllowed, NotFound."""
    status = await plan_status(scene.desk, scene.visitor, now=scene.now)
    return FileDraft(token=token_of(scene.key), locality_id=status.locality.id)


async def gather(scene: Scene, draft: FileDraft) -> OpeningFileFacts:
    """The facts, read afresh."""
    status = await plan_status(scene.desk, scene.visitor, now=scene.now, locality_id=draft.locality_id)
    return OpeningFileFacts(status.locality, status.leads)


def advance(draft: FileDraft, said: Said, facts: OpeningFileFacts) -> Step[FileDraft]:
    """The workbook, and the word to apply it."""
    if isinstance(said, Sent) and said.evidence:
        return Step(draft, command=Read(said.evidence[-1]))
    if not isinstance(said, Pressed):
        return Step(draft, problem=BadInput("opening_send_file" if draft.stage == "wait" else "choose_by_button"))
    if said.verb == "cancel":
        return Step(None, farewell="opening.left")
    if said.verb == "make":
        return Step(draft, command=MakeWorkbook())
    if said.verb == "apply" and draft.stage == "preview" and draft.set:
        return Step(draft, command=Apply())
    return Step(draft)


def show(t: Translator, draft: FileDraft, facts: OpeningFileFacts) -> View:
    """That the workbook is awaited, or what it would set."""
    if draft.stage == "wait":
        return views.file_view(t, draft.token, facts.leads, None)
    problems = tuple(Problem(each.where, each.key, each.figures) for each in draft.problems)
    found = WorkbookPreview(facts.locality, draft.set, draft.completed, draft.same, problems, draft.hidden)
    return views.preview_view(t, draft.token, found)


async def perform(scene: Scene, draft: FileDraft, command: MakeWorkbook | Read | Apply) -> Outcome[FileDraft]:
    """The workbook, what it would set, or what it has set."""
    if isinstance(command, MakeWorkbook):
        words = partial(views.sheet_words, scene.t)
        made = await services.make_workbook(
            scene.desk, scene.visitor, locality_id=draft.locality_id, words=words, now=scene.now
        )
        document = Document(made.content, made.name)
        return Outcome(views.file_view(scene.t, draft.token, made.lines, document), draft)
    if isinstance(command, Read):
        return await _read(scene, draft, command.evidence_id)
    applied = await services.apply(
        scene.desk,
        scene.visitor,
        locality_id=draft.locality_id,
        evidence_id=draft.evidence_id,
        now=scene.now,
        key=scene.key,
    )
    return Outcome(views.applied_view(scene.t, applied))


async def _read(scene: Scene, draft: FileDraft, evidence_id: int) -> Outcome[FileDraft]:
    found = await services.preview(
        scene.desk, scene.visitor, locality_id=draft.locality_id, evidence_id=evidence_id, now=scene.now
    )
    kept = tuple(
        KeptProblem(where=p.where, key=p.key, figures={name: _plain(v) for name, v in p.figures.items()})
        for p in found.problems
    )
    read = draft.but(
        stage="preview",
        evidence_id=evidence_id,
        set=found.set,
        completed=found.completed,
        same=found.same,
        problems=kept,
        hidden=found.hidden,
    ).marked()
    return Outcome(views.preview_view(scene.t, read.token, found), read)


def _plain(figure: object) -> str | int:
    return figure if isinstance(figure, int) else str(figure)


OPENING_FILE = Conversation(
    kind=DialogueKind.OPENING_FILE,
    draft_type=FileDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="opening.file_name",
    takes_files=True,
)
