"""Inviting: unit, role, and the invitation to hand on (`/moi`)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.core.dialogue import Conversation, Draft, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput, NotFound
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.people import Role
from bot.domain.plan.plan import Unit
from bot.domain.plan.words import fold
from bot.i18n import Translator
from bot.services.people.invite import MOST_USES, InviteChoices, invite, invite_choices, new_code
from bot.views.parts.actions import Action
from bot.views.parts.html import lines, say, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.press_numbers import whole
from bot.views.parts.view import Button, Press, View, button, grid
from bot.views.people.joining import invited_view
from bot.views.people.people import LABEL
from bot.views.words.places import place_words
from bot.views.words.roles import role_label

_USES = (1, 5, 10, 30)


class InviteDraft(Draft):
    """``code`` is chosen when the dialogue opens, so that a request that comes again makes no second invitation."""

    code: str
    locality_id: int
    unit_id: int | None = None
    wanted: str = ""
    page: int = 0
    uses: int = 1

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


def advance(draft: InviteDraft, said: Said, facts: InviteChoices) -> Step[InviteDraft]:
    """A unit by button or name, a number of uses, a role."""
    if isinstance(said, Sent):
        return Step(draft, problem=BadInput("choose_by_button"))
    unit = _chosen(draft, facts)
    if isinstance(said, Pressed):
        return _pressed(draft, said, facts, unit)
    return _search(draft, said.text, facts) if unit is None else _typed_uses(draft, said.text)


def _chosen(draft: InviteDraft, facts: InviteChoices) -> Unit | None:
    if draft.unit_id is None and len(facts.units) == 1:
        return facts.units[0]
    return next((unit for unit in facts.units if unit.id == draft.unit_id), None)


def _pressed(draft: InviteDraft, said: Pressed, facts: InviteChoices, unit: Unit | None) -> Step[InviteDraft]:
    number = whole(said.value)
    if said.verb == "cancel":
        return Step(None)
    if said.verb == "page":
        return Step(draft.but(page=number))
    if said.verb == "units":
        return Step(draft.but(unit_id=None, wanted="", page=0))
    if said.verb == "unit" and number in facts.roles:
        return Step(draft.but(unit_id=number))
    if said.verb == "uses" and number in _USES:
        return Step(draft.but(uses=number))
    if said.verb == "role" and unit is not None and said.value in {role.value for role in facts.roles[unit.id]}:
        return Step(draft, command=MakeInvitation(unit.id, Role(said.value)))
    return Step(draft)


def _search(draft: InviteDraft, text: str, facts: InviteChoices) -> Step[InviteDraft]:
    found = _matching(facts, text)
    if not found:
        return Step(draft, problem=NotFound("no_such_unit", unit=shorten(text, LABEL)))
    if len(found) == 1:
        return Step(draft.but(unit_id=found[0].id))
    return Step(draft.but(wanted=text, page=0))


def _matching(facts: InviteChoices, text: str) -> list[Unit]:
    wanted = fold(text)
    spelled = [(unit, [fold(s) for s in (unit.name, *unit.aliases)]) for unit in facts.units]
    exact = [unit for unit, spellings in spelled if wanted in spellings]
    if exact:
        return exact
    return [unit for unit, spellings in spelled if wanted and any(wanted in one for one in spellings)]


def _typed_uses(draft: InviteDraft, text: str) -> Step[InviteDraft]:
    words = text.strip()
    if not (words.isascii() and words.isdecimal()):
        return Step(draft, problem=BadInput("choose_by_button"))
    if len(words) > 4 or not 1 <= int(words) <= MOST_USES:
        return Step(draft, problem=BadInput("invite_uses", most=MOST_USES))
    return Step(draft.but(uses=int(words)))


def show(t: Translator, draft: InviteDraft, facts: InviteChoices) -> View:
    """The units, or the roles of the chosen unit."""
    unit = _chosen(draft, facts)
    cancel = button(t("button.cancel"), Action.DIALOGUE, draft.token, "0", "cancel")
    return _ask_unit(t, draft, facts, cancel) if unit is None else _ask_role(t, draft, facts, unit, cancel)


def _ask_unit(t: Translator, draft: InviteDraft, facts: InviteChoices, cancel: Button) -> View:
    units = _matching(facts, draft.wanted) if draft.wanted else list(facts.units)
    page = page_of(units, draft.page)
    rows = [(_press(draft, shorten(unit.name, LABEL), "unit", unit.id),) for unit in page.rows]
    turns = turning(page, lambda to: Press(Action.DIALOGUE, (draft.token, "0", "page", str(to))))
    text = lines([say(t, "invite.ask_head", place=place_words(t, facts.locality)), say(t, "invite.ask_unit")])
    listed = button(t("invite.list"), Action.INVITE, "list", 0)
    return View(text, (*rows, turns, (listed, cancel)))


def _ask_role(t: Translator, draft: InviteDraft, facts: InviteChoices, unit: Unit, cancel: Button) -> View:
    roles = [_press(draft, role_label(t, role), "role", role.value) for role in facts.roles[unit.id]]
    uses = tuple(
        _press(draft, f"✓ {n}" if n == draft.uses else str(n), "uses", n) for n in sorted({*_USES, draft.uses})
    )
    listed = button(t("invite.list"), Action.INVITE, "list", 0)
    aside = _press(draft, t("invite.other_unit"), "units", 0) if len(facts.units) > 1 else listed
    text = lines(
        [
            say(t, "invite.head", unit=unit.name, place=place_words(t, facts.locality)),
            say(t, "invite.uses", uses=draft.uses),
            say(t, "invite.ask_role"),
        ]
    )
    return View(text, (*grid(roles, 2), uses, (aside, cancel)))


def _press(draft: InviteDraft, label: str, verb: str, value: object) -> Button:
    return button(label, Action.DIALOGUE, draft.token, "0", verb, value)


async def perform(scene: Scene, draft: InviteDraft, command: MakeInvitation) -> Outcome[InviteDraft]:
    """The invitation, ready to be handed on."""
    invited = await invite(
        scene.desk,
        scene.visitor,
        locality_id=draft.locality_id,
        unit_id=command.unit_id,
        role=command.role,
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
