"""A row goes to another unit, ends, or is to change otherwise: done by who decides, else asked of the office."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bot.conversations.core.dialogue import Conversation, Outcome, Step, token_of
from bot.conversations.core.form import Field, Form, FormDraft, leaving, words_field
from bot.conversations.core.scene import Scene
from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.requests import RequestKind, Wish
from bot.domain.work.lifecycle import State
from bot.i18n import Translator
from bot.services.core.shown import ShownMoved
from bot.services.requests import ask_office, change_work
from bot.services.requests.change_work import Changeable
from bot.services.rows.list_rows import units_called
from bot.views.parts.html import lines, say
from bot.views.parts.subjects import DialogueSubject, WorkSubject
from bot.views.parts.view import View
from bot.views.requests import changing as views
from bot.views.requests.requests import asked_view

What = Literal["hand_over", "closing", "other"]


class ChangeDraft(FormDraft):
    """A change about to be made, or (``asks``) asked for. ``assignment_id`` 0 is the whole row."""

    what: What
    asks: bool
    row_id: int
    locality_id: int
    assignment_id: int = 0
    code: str = ""
    unit_id: int = 0
    named: tuple[int, ...] = ()
    """The units a typed name may mean."""
    reason: str = ""
    seen: str = ""
    """The mark of the row when the card was shown."""

    @property
    def worth_keeping(self) -> bool:
        """Once a unit was chosen or words were typed."""
        return bool(self.unit_id or self.reason)

    @property
    def subject_code(self) -> str | None:
        """The code of the row."""
        return self.code

    @property
    def subject(self) -> DialogueSubject:
        """The assignment."""
        return WorkSubject(self.assignment_id)


@dataclass(frozen=True, slots=True)
class Do:
    """All is known: do it, or ask for it."""


async def begin(scene: Scene, what: What, *, row_id: int, assignment_id: int = 0) -> ChangeDraft:
    """The draft of a change.

    Raises NotFound, NotAllowed for one who neither decides nor reports, TransitionRefused where nothing is open.
    """
    found = await change_work.look(scene.desk, scene.visitor, row_id=row_id, now=scene.now)
    parts = [part for part in found.parts if assignment_id in (0, part.lead.assignment.id)]
    if not parts:
        raise NotFound("not_found")
    decides = any(part.decides for part in parts) and what != "other"
    own = next((part for part in parts if part.reports and part.lead.is_open), None)
    if not decides and own is None:
        raise NotAllowed("no_right")
    if not any(part.lead.is_open for part in parts):
        state = parts[0].lead.standing.state
        raise TransitionRefused("change_closed" if state is State.CLOSED else "change_completed", code=found.row.code)
    if not decides and own is not None:
        assignment_id = own.lead.assignment.id
    return ChangeDraft(
        token=token_of(scene.key),
        what=what,
        asks=not decides,
        row_id=row_id,
        locality_id=found.book.locality.id,
        assignment_id=assignment_id,
        code=found.row.code,
        seen=found.mark,
    )


async def gather(scene: Scene, draft: ChangeDraft) -> Changeable:
    """The row as it stands. Raises NotFound where it is not open to the person any more."""
    return await change_work.look(scene.desk, scene.visitor, row_id=draft.row_id, now=scene.now)


def _unit(draft: ChangeDraft, facts: Changeable) -> int | None:
    return (draft.unit_id or None) if draft.what == "hand_over" else 0


def _units_called(text: str, facts: Changeable) -> list[int]:
    called = {unit.id for unit in units_called(facts.book, text)}
    return [unit.id for unit in facts.units if unit.id in called]


def _unit_called(text: str, facts: Changeable) -> int | None:
    fits = _units_called(text, facts)
    return fits[0] if len(fits) == 1 else None


def _several(draft: ChangeDraft, text: str, facts: Changeable) -> Step[ChangeDraft]:
    fits = _units_called(text, facts)
    if not fits:
        return Step(draft.but(named=()), problem=BadInput("no_such_unit", unit=text[:60]))
    return Step(draft.but(named=tuple(fits), page=0))


def _wanted(draft: ChangeDraft) -> views.WantedChange:
    return views.WantedChange(draft.token, draft.what, draft.asks, draft.assignment_id)


def _ask_unit(t: Translator, draft: ChangeDraft, facts: Changeable) -> View:
    units = [unit for unit in facts.units if not draft.named or unit.id in draft.named]
    return views.unit_view(t, _wanted(draft), facts, units, draft.page)


def _ask_reason(t: Translator, draft: ChangeDraft, facts: Changeable) -> View:
    unit = facts.book.units.get(draft.unit_id)
    return views.reason_view(t, _wanted(draft), facts, unit.name if unit else "", draft.reason)


FORM: Form[ChangeDraft, Changeable] = Form(
    (
        Field(
            "unit",
            _unit,
            lambda draft, unit_id: draft.but(unit_id=unit_id, named=()),
            _ask_unit,
            read=_unit_called,
            pick=lambda draft, value, facts: next((each.id for each in facts.units if str(each.id) == value), None),
            otherwise=_several,
            again="reunit",
            clear=lambda draft: draft.but(unit_id=0, named=()),
        ),
        words_field(
            lambda draft, facts: draft.reason or None,
            lambda draft, reason: draft.but(reason=reason),
            _ask_reason,
            again="rewrite",
            clear=lambda draft: draft.but(reason=""),
        ),
    ),
    send=lambda draft, facts: Do(),
    cancel=leaving("request.left"),
    card=_ask_reason,
)
advance, show = FORM.advance, FORM.show


async def perform(scene: Scene, draft: ChangeDraft, command: Do) -> Outcome[ChangeDraft]:
    """The change stands, or the office was asked for it; the card anew where the row has moved since it was shown."""
    try:
        return await _done(scene, draft)
    except ShownMoved as moved:
        facts = await gather(scene, draft)
        fresh = draft.but(seen=facts.mark).marked()
        told = say(scene.t, f"error.{moved.key}")
        card = show(scene.t, fresh, facts)
        return Outcome(replace(card, text=lines([told, "", card.text])), fresh)


async def _done(scene: Scene, draft: ChangeDraft) -> Outcome[ChangeDraft]:
    desk, visitor, now, key = scene.desk, scene.visitor, scene.now, scene.key
    if draft.asks:
        wish = Wish(unit_id=draft.unit_id) if draft.what == "hand_over" else Wish()
        ids = {"assignment_id": draft.assignment_id}
        kind = RequestKind(draft.what)
        done = await ask_office.ask(desk, visitor, kind=kind, **ids, reason=draft.reason, wish=wish, now=now, key=key)
        return Outcome(asked_view(scene.t, done, now))
    if draft.what == "hand_over":
        changed = await change_work.hand_over(
            desk,
            visitor,
            assignment_id=draft.assignment_id,
            unit_id=draft.unit_id,
            reason=draft.reason,
            now=now,
            key=key,
            seen=draft.seen,
        )
    else:
        ids = {"row_id": draft.row_id}
        changed = await change_work.close_row(
            desk, visitor, **ids, reason=draft.reason, now=now, key=key, seen=draft.seen
        )
    return Outcome(views.changed_view(scene.t, draft.what, changed))


CHANGE = Conversation(
    kind=DialogueKind.CHANGE,
    draft_type=ChangeDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="request.change_name",
)
