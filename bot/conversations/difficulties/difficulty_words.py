"""Something said to a difficulty as a dialogue: an answer, a further question, or that it is settled."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.core.dialogue import Conversation, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene
from bot.conversations.core.words_draft import WordsDraft
from bot.domain.errors import BadInput
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.difficulties import EntryKind
from bot.i18n import Translator
from bot.services.difficulties import discuss_difficulty
from bot.services.difficulties.discuss_difficulty import DifficultyMoved, Discussion, lacking
from bot.views.difficulties import difficulties as views
from bot.views.difficulties import difficulty_talks as talks
from bot.views.parts.subjects import DialogueSubject, DifficultySubject
from bot.views.parts.view import View


class DifficultyWordsDraft(WordsDraft):
    """``what`` is said to the difficulty; ``seen`` is its newest entry when the card was shown."""

    difficulty_id: int
    what: EntryKind
    seen: int

    @property
    def subject_code(self) -> str | None:
        """Its number: no code of a row, so that a quick report meanwhile is asked about."""
        return f"VM{self.difficulty_id}"

    @property
    def subject(self) -> DialogueSubject:
        """The difficulty."""
        return DifficultySubject(self.difficulty_id)


@dataclass(frozen=True, slots=True)
class DifficultyWordsFacts:
    """The difficulty as it stands, with the files given; ``recorded``: this very update has said it already."""

    talk: Discussion
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class SendDifficultyWords:
    """Record what the card shows."""


def begin(scene: Scene, talk: Discussion, what: EntryKind) -> DifficultyWordsDraft:
    """The empty draft. Raises TransitionRefused where nothing more is taken."""
    if talk.refusal is not None:
        raise talk.refusal
    found = talk.card.difficulty
    return DifficultyWordsDraft(
        token=token_of(scene.key),
        locality_id=found.locality_id,
        difficulty_id=found.id,
        what=what,
        seen=talk.mark,
    )


async def gather(scene: Scene, draft: DifficultyWordsDraft) -> DifficultyWordsFacts:
    """The difficulty read afresh. Raises NotFound and NotAllowed where it is not the person's to speak to any more."""
    async with scene.desk.db.read() as conn:
        recorded = await discuss_difficulty.is_recorded(conn, scene.key)
    talk = await discuss_difficulty.look(
        scene.desk,
        scene.visitor,
        difficulty_id=draft.difficulty_id,
        what=draft.what,
        file_ids=draft.files,
        now=scene.now,
    )
    return DifficultyWordsFacts(talk, recorded)


def advance(draft: DifficultyWordsDraft, said: Said, facts: DifficultyWordsFacts) -> Step[DifficultyWordsDraft]:
    """Where the dialogue goes after what was said."""
    if not isinstance(said, Pressed):
        return draft.heard(said)
    if said.verb == "cancel":
        return Step(None, farewell="report.cancelled")
    if said.verb == "send":
        return _send(draft, facts)
    changed = draft.edited(said)
    return Step(changed if changed.worth_keeping else changed.but(editing=False))


def _send(draft: DifficultyWordsDraft, facts: DifficultyWordsFacts) -> Step[DifficultyWordsDraft]:
    if facts.recorded:
        # The update came again after it was recorded: its receipt is owed, whatever stands now.
        return Step(draft, command=SendDifficultyWords())
    if facts.talk.refusal is not None:
        return Step(draft, problem=facts.talk.refusal)
    if draft.seen != facts.talk.mark:
        return Step(draft.but(seen=facts.talk.mark), problem=DifficultyMoved())
    lacks = lacking(draft.what, draft.note)
    return Step(draft, problem=BadInput(lacks)) if lacks else Step(draft, command=SendDifficultyWords())


def show(t: Translator, draft: DifficultyWordsDraft, facts: DifficultyWordsFacts) -> View:
    """The card as it stands, or what may be taken out of it."""
    talk, what = facts.talk, draft.what
    words = talks.Words(draft.token, draft.note, talk.files, lacking(what, draft.note), draft.page)
    if draft.editing and talk.refusal is None:
        return talks.saying_edit(t, talk, what, words)
    return talks.saying_card(t, talk, what, words)


async def perform(
    scene: Scene, draft: DifficultyWordsDraft, command: SendDifficultyWords
) -> Outcome[DifficultyWordsDraft]:
    """The receipt, with the difficulty as it stands now."""
    facts = await gather(scene, draft)
    files = tuple(given.evidence.id for given in facts.talk.files)
    after = await discuss_difficulty.say(
        scene.desk,
        scene.visitor,
        difficulty_id=draft.difficulty_id,
        remark=discuss_difficulty.Remark(draft.what, draft.note, files),
        seen=draft.seen,
        now=scene.now,
        key=scene.key,
    )
    return Outcome(views.recorded(scene.t, after, draft.what))


DIFFICULTY_WORDS = Conversation(
    kind=DialogueKind.DIFFICULTY_WORDS,
    draft_type=DifficultyWordsDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="difficulty.words_name",
    takes_files=True,
)
