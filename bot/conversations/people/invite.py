"""Inviting: unit, role, and the invitation to hand on (`/moi`)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.core.dialogue import Conversation, Outcome, Step, token_of
from bot.conversations.core.form import Field, Form, FormDraft
from bot.conversations.core.scene import Scene
from bot.domain.errors import BadInput, NotFound
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.people import Role
from bot.domain.plan.plan import Unit
from bot.domain.plan.words import fold
from bot.i18n import Translator
from bot.services.people.invite import MOST_USES, InviteChoices, Seat, invite, invite_choices, new_code
from bot.views.parts.actions import Action
from bot.views.parts.html import lines, say, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import View, button, grid
from bot.views.people.joining import invited_view
from bot.views.people.people import LABEL
from bot.views.words.places import place_words
from bot.views.words.roles import role_label

_USES = (1, 5, 10, 30)


class InviteDraft(FormDraft):
    """``code`` is chosen when the dialogue opens, so that a request that comes again makes no second invitation."""

    code: str
    locality_id: int
    unit_id: int | None = None
    wanted: str = ""
    uses: int = 1
    role: Role | None = None

    @property
    def worth_keeping(self) -> bool:
        """Two taps are soon made again."""
        return False


async def new_draft(scene: Scene) -> InviteDraft:
    """The draft with which an invitation is begun. Raises NotAllowed for one who may invite nobody."""
    facts = await invite_choices(scene.desk, scene.visitor)
    return InviteDraft(token=token_of(scene.key), code=new_code(), locality_id=facts.locality.id)


@dataclass(frozen=True, slots=True)
class MakeInvitation:
    """Unit and role are chosen: make the invitation."""

    unit_id: int
    role: Role


async def gather(scene: Scene, draft: InviteDraft) -> InviteChoices:
    """Whom the person may invite; raises once that is nobody."""
    return await invite_choices(scene.desk, scene.visitor, locality_id=draft.locality_id)


def _chosen(draft: InviteDraft, facts: InviteChoices) -> Unit | None:
    if draft.unit_id is None and len(facts.units) == 1:
        return facts.units[0]
    return next((unit for unit in facts.units if unit.id == draft.unit_id), None)


def _unit_called(text: str, facts: InviteChoices) -> Unit | None:
    found = _matching(facts, text)
    if not found:
        raise NotFound("no_such_unit", unit=shorten(text, LABEL))
    return found[0] if len(found) == 1 else None


def _matching(facts: InviteChoices, text: str) -> list[Unit]:
    wanted = fold(text)
    spelled = [(unit, [fold(s) for s in (unit.name, *unit.aliases)]) for unit in facts.units]
    exact = [unit for unit, spellings in spelled if wanted in spellings]
    if exact:
        return exact
    return [unit for unit, spellings in spelled if wanted and any(wanted in one for one in spellings)]


def _typed_uses(draft: InviteDraft, text: str, facts: InviteChoices) -> Step[InviteDraft]:
    words = text.strip()
    if not (words.isascii() and words.isdecimal()):
        raise BadInput("choose_by_button")
    if len(words) > 4 or not 1 <= int(words) <= MOST_USES:
        raise BadInput("invite_uses", most=MOST_USES)
    return Step(draft.but(uses=int(words)))


def _ask_unit(t: Translator, draft: InviteDraft, facts: InviteChoices) -> View:
    keys = Keys(t, draft.token)
    units = _matching(facts, draft.wanted) if draft.wanted else list(facts.units)
    page = page_of(units, draft.page)
    rows = [(keys.key(shorten(unit.name, LABEL), "unit", unit.id),) for unit in page.rows]
    turns = turning(page, lambda to: keys.said("page", to))
    text = lines([say(t, "invite.ask_head", place=place_words(t, facts.locality)), say(t, "invite.ask_unit")])
    listed = button(t("invite.list"), Action.INVITE, "list", 0)
    return View(text, (*rows, turns, (listed, keys.cancel)))


def _ask_role(t: Translator, draft: InviteDraft, facts: InviteChoices) -> View:
    keys, unit = Keys(t, draft.token), _chosen(draft, facts)
    assert unit is not None  # it is asked before
    roles = [keys.key(role_label(t, role), "role", role.value) for role in facts.roles[unit.id]]
    known = sorted({*_USES, draft.uses})
    uses = tuple(keys.key(f"✓ {n}" if n == draft.uses else str(n), "uses", n) for n in known)
    listed = button(t("invite.list"), Action.INVITE, "list", 0)
    aside = keys.key(t("invite.other_unit"), "units", 0) if len(facts.units) > 1 else listed
    text = lines(
        [
            say(t, "invite.head", unit=unit.name, place=place_words(t, facts.locality)),
            say(t, "invite.uses", uses=draft.uses),
            say(t, "invite.ask_role"),
        ]
    )
    return View(text, (*grid(roles, 2), uses, (aside, keys.cancel)))


def _role_offered(draft: InviteDraft, value: str, facts: InviteChoices) -> Role | None:
    unit = _chosen(draft, facts)
    return next((each for each in facts.roles[unit.id] if each == value), None) if unit is not None else None


def _complete(draft: InviteDraft, facts: InviteChoices) -> MakeInvitation:
    unit = _chosen(draft, facts)
    assert unit is not None  # a form sends what is complete
    assert draft.role is not None
    return MakeInvitation(unit.id, draft.role)


FORM: Form[InviteDraft, InviteChoices] = Form(
    (
        Field(
            "unit",
            _chosen,
            lambda draft, unit: draft.but(unit_id=unit.id),
            _ask_unit,
            read=_unit_called,
            pick=lambda draft, value, facts: next((each for each in facts.units if str(each.id) == value), None),
            otherwise=lambda draft, text, facts: Step(draft.but(wanted=text, page=0)),
            again="units",
            clear=lambda draft: draft.but(unit_id=None, wanted="", page=0),
        ),
        Field(
            "uses",
            lambda draft, facts: draft.uses,
            lambda draft, uses: draft.but(uses=uses),
            _ask_role,
            pick=lambda draft, value, facts: next((each for each in _USES if str(each) == value), None),
        ),
        Field(
            "role",
            lambda draft, facts: draft.role,
            lambda draft, role: draft.but(role=role),
            _ask_role,
            pick=_role_offered,
            otherwise=_typed_uses,
        ),
    ),
    send=_complete,
    cancel=lambda draft: Step(None),
    no_files="choose_by_button",
)
advance, show = FORM.advance, FORM.show


async def perform(scene: Scene, draft: InviteDraft, command: MakeInvitation) -> Outcome[InviteDraft]:
    """The invitation, ready to be handed on."""
    invited = await invite(
        scene.desk,
        scene.visitor,
        seat=Seat(draft.locality_id, command.unit_id, command.role),
        uses=draft.uses,
        code=draft.code,
        now=scene.now,
    )
    return Outcome(invited_view(scene.t, invited, scene.now))


INVITE = Conversation(
    kind=DialogueKind.INVITE,
    draft_type=InviteDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="invite.name",
)
