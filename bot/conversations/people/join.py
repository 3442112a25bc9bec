"""Joining: the notice on personal data, họ và tên, and its confirmation (docs/rules/rights.md#invitations)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput
from bot.domain.people.dialogue import DialogueKind
from bot.domain.plan.words import fold
from bot.i18n import Translator
from bot.services.people.join import InvitationOffer, join, read_name, see_offer
from bot.views.parts.html import lines, say
from bot.views.parts.keys import Keys
from bot.views.parts.view import View
from bot.views.people.joining import confirm_words, joined_view, offer_words

_YES = frozenset({"dung", "dung roi", "dung a", "dung vay", "ok", "oke", "okay", "phai", "vang", "da", "yes", "y"})
_NO = frozenset({"sua", "khong", "khong dung", "sai", "sai roi", "chua dung", "no", "edit"})


class JoinDraft(Draft):
    """``name`` is what was typed, or the name of an earlier membership (``typed`` False)."""

    code: str
    name: str | None = None
    typed: bool = False

    @property
    def worth_keeping(self) -> bool:
        """Another code simply takes its place."""
        return False


def new_draft(scene: Scene, offer: InvitationOffer) -> JoinDraft:
    """The draft with which an invitation is taken up."""
    return JoinDraft(token=token_of(scene.key), code=offer.code, name=offer.known_name)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The name is right: join."""

    name: str


async def gather(scene: Scene, draft: JoinDraft) -> InvitationOffer:
    """What the code offers now; raises once it is expired, used up or revoked."""
    return await see_offer(scene.desk, scene.visitor, code=draft.code, now=scene.now)


def advance(draft: JoinDraft, said: Said, offer: InvitationOffer) -> Step[JoinDraft]:
    """A name, its confirmation, or another name."""
    if isinstance(said, Sent):
        return Step(draft, problem=BadInput("name_needed"))
    if isinstance(said, Pressed):
        return _pressed(draft, said)
    words = fold(said.text)
    if draft.name is not None and words in _YES:
        return Step(draft, command=Confirmed(draft.name))
    if draft.name is not None and words in _NO:
        return Step(draft.but(name=None, typed=True))
    try:
        name = read_name(said.text)
    except BadInput as problem:
        return Step(draft, problem=problem)
    return Step(draft.but(name=name, typed=True))


def _pressed(draft: JoinDraft, said: Pressed) -> Step[JoinDraft]:
    if said.verb == "cancel":
        return Step(None, farewell="join.left")
    if said.verb == "yes" and draft.name is not None:
        return Step(draft, command=Confirmed(draft.name))
    if said.verb == "edit":
        return Step(draft.but(name=None, typed=True))
    return Step(draft)


def show(t: Translator, draft: JoinDraft, offer: InvitationOffer) -> View:
    """The offer with the question for the name, or the name to be confirmed."""
    cancel = Keys(t, draft.token).cancel
    if draft.name is None:
        asked = say(t, "join.ask_name")
        return View(asked if draft.typed else lines([offer_words(t, offer), "", asked]), ((cancel,),))
    yes = Keys(t, draft.token).key(t("join.yes"), "yes")
    edit = Keys(t, draft.token).key(t("join.edit"), "edit")
    asked = confirm_words(t, draft.name, known=not draft.typed)
    text = asked if draft.typed else lines([offer_words(t, offer), "", asked])
    return View(text, ((yes, edit), (cancel,)))


async def perform(scene: Scene, draft: JoinDraft, command: Confirmed) -> Outcome[JoinDraft]:
    """The person joins; the use of the invitation is counted now and not before."""
    joined = await join(
        scene.desk,
        scene.visitor,
        code=draft.code,
        full_name=command.name,
        language=scene.t.language,
        now=scene.now,
    )
    return Outcome(joined_view(scene.t, joined))


JOIN = Conversation(
    kind=DialogueKind.JOIN,
    draft_type=JoinDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="join.name",
)
