"""A milestone is met: one card to confirm it, with a note and files where there are any."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.core.dialogue import Conversation, Outcome, Step, token_of
from bot.conversations.core.files_draft import FilesDraft, join
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput, TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.i18n import Translator
from bot.services.reporting import meet_milestone
from bot.services.reporting.prepare_report import Prospect, look
from bot.services.reporting.report_progress import clean
from bot.views.parts.subjects import DialogueSubject, WorkSubject
from bot.views.parts.view import View
from bot.views.reporting import receipts, reporting


class MilestoneDraft(FilesDraft):
    """A milestone about to be confirmed; ``milestone`` counts from 0."""

    assignment_id: int
    milestone: int
    code: str
    locality_id: int
    note: str = ""

    @property
    def worth_keeping(self) -> bool:
        """Whether anything was given yet."""
        return bool(self.note or self.files)

    @property
    def subject_code(self) -> str | None:
        """The code of the row."""
        return self.code

    @property
    def subject(self) -> DialogueSubject:
        """The assignment."""
        return WorkSubject(self.assignment_id)


@dataclass(frozen=True, slots=True)
class Confirm:
    """Record the milestone."""


async def begin(scene: Scene, assignment_id: int, milestone: int) -> MilestoneDraft:
    """The draft for a milestone of the person's own work.

    Raises NotFound, NotAllowed, BadInput("no_such_milestone").
    """
    prospect = await look(scene.desk, scene.visitor, assignment_id=assignment_id, now=scene.now)
    lead = prospect.subject.lead
    if not 0 <= milestone < len(lead.terms.milestones):
        raise BadInput("no_such_milestone")
    return MilestoneDraft(
        token=token_of(scene.key),
        assignment_id=assignment_id,
        milestone=milestone,
        code=lead.row.code,
        locality_id=prospect.subject.locality_id,
    )


async def gather(scene: Scene, draft: MilestoneDraft) -> Prospect:
    """The assignment as it stands, with the files given."""
    return await look(scene.desk, scene.visitor, assignment_id=draft.assignment_id, file_ids=draft.files, now=scene.now)


def advance(draft: MilestoneDraft, said: Said, facts: Prospect) -> Step[MilestoneDraft]:
    """Where the dialogue goes after what was said."""
    if isinstance(said, Pressed):
        if said.verb == "cancel":
            return Step(None, farewell="report.cancelled")
        return Step(draft, command=Confirm() if said.verb == "send" else None)
    joined, words = draft, said.caption if isinstance(said, Sent) else said.text
    if isinstance(said, Sent):
        joined = draft.with_files(said.evidence, said.album)
    noted = joined.but(note=join(joined.note, words))
    try:
        clean(noted.note)
    except TienDoError as problem:
        return Step(joined, problem=problem)
    return Step(noted)


def show(t: Translator, draft: MilestoneDraft, facts: Prospect) -> View:
    """The card to confirm."""
    stages = facts.subject.lead.terms.milestones
    if draft.milestone >= len(stages):
        raise BadInput("no_such_milestone")
    return reporting.milestone_card(t, draft.token, facts, stages[draft.milestone], draft.note)


async def perform(scene: Scene, draft: MilestoneDraft, command: Confirm) -> Outcome[MilestoneDraft]:
    """The receipt of the milestone."""
    kept = (await gather(scene, draft)).files
    given = await meet_milestone.meet(
        scene.desk,
        scene.visitor,
        assignment_id=draft.assignment_id,
        milestone=draft.milestone,
        note=draft.note,
        files=tuple(each.evidence.id for each in kept),
        now=scene.now,
        key=scene.key,
    )
    return Outcome(receipts.milestone_receipt(scene.t, given))


MILESTONE = Conversation(
    kind=DialogueKind.MILESTONE,
    draft_type=MilestoneDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="report.milestone_name",
    takes_files=True,
)
