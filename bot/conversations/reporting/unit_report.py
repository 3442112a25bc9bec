"""A whole unit's report as a dialogue: words, files or "Không phát sinh" on one card, then sent."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.core.dialogue import Conversation, Outcome, Step, token_of
from bot.conversations.core.files_draft import FilesDraft, join
from bot.conversations.core.scene import Pressed, Said, Scene, Sent
from bot.domain.errors import BadInput, TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.domain.plan.duties import Ask
from bot.i18n import Translator
from bot.services.reporting import send_unit_report
from bot.services.reporting.prepare_unit_report import UnitProspect, UnitReportTarget, look_in
from bot.services.reporting.report_progress import clean
from bot.services.reporting.send_unit_report import UnitReportMoved, lacking
from bot.views.parts.press_numbers import whole
from bot.views.parts.subjects import DialogueSubject
from bot.views.parts.view import View
from bot.views.reporting import unit_reports


class UnitReportDraft(FilesDraft):
    """A report in the making. ``seen`` is the newest report of the duty when the card was shown."""

    locality_id: int
    unit_id: int
    ask: str
    period: str
    seen: int = 0
    note: str = ""
    nothing_new: bool = False
    editing: bool = False
    page: int = 0

    @property
    def worth_keeping(self) -> bool:
        """Whether anything was given yet."""
        return bool(self.note or self.files or self.nothing_new)

    @property
    def subject_code(self) -> str | None:
        """The period: no code of a row, so that a quick report meanwhile is asked about."""
        return self.period

    @property
    def subject(self) -> DialogueSubject:
        """The report."""
        return unit_reports.subject_of(self.target)

    @property
    def target(self) -> UnitReportTarget:
        """Which report it is."""
        return UnitReportTarget(self.locality_id, self.unit_id, self.ask, self.period)


@dataclass(frozen=True, slots=True)
class UnitReportFacts:
    """The duty as it stands, with the files given; ``recorded``: this very update has sent the report already."""

    prospect: UnitProspect
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class SendUnitReport:
    """Record the report as the card shows it."""


def begin(scene: Scene, prospect: UnitProspect) -> UnitReportDraft:
    """The empty draft of a report. Raises TransitionRefused where none is taken now."""
    if prospect.refusal is not None:
        raise prospect.refusal
    target = prospect.target
    return UnitReportDraft(
        token=token_of(scene.key),
        locality_id=target.locality_id,
        unit_id=target.unit_id,
        ask=target.ask,
        period=target.period,
        seen=prospect.mark,
    )


async def gather(scene: Scene, draft: UnitReportDraft) -> UnitReportFacts:
    """The duty read afresh. Raises NotFound and NotAllowed where it is not the person's to send any more."""
    async with scene.desk.db.read() as conn:
        recorded = await send_unit_report.is_recorded(conn, scene.key)
        prospect = await look_in(
            conn, scene.desk, scene.visitor, target=draft.target, file_ids=draft.files, now=scene.now
        )
    return UnitReportFacts(prospect, recorded)


def advance(draft: UnitReportDraft, said: Said, facts: UnitReportFacts) -> Step[UnitReportDraft]:
    """Where the dialogue goes after what was said."""
    if isinstance(said, Pressed):
        return _pressed(draft, said, facts)
    words = said.caption if isinstance(said, Sent) else said.text
    given = draft.with_files(said.evidence, said.album) if isinstance(said, Sent) else draft
    given = given.but(nothing_new=False, editing=False)
    noted = given.but(note=join(given.note, words))
    try:
        clean(noted.note)
    except TienDoError as problem:
        return Step(given, problem=problem)
    return Step(noted)


def _pressed(draft: UnitReportDraft, said: Pressed, facts: UnitReportFacts) -> Step[UnitReportDraft]:
    if said.verb == "cancel":
        return Step(None, farewell="report.cancelled")
    if said.verb == "send":
        return _send(draft, facts)
    if said.verb == "nothing" and draft.ask == Ask.SUMMARY and not draft.worth_keeping:
        return Step(draft.but(nothing_new=True))
    changed = _edited(draft, said)
    return Step(changed if changed.worth_keeping else changed.but(editing=False))


def _edited(draft: UnitReportDraft, said: Pressed) -> UnitReportDraft:
    match said.verb:
        case "edit":
            return draft.but(editing=True, page=0)
        case "back":
            return draft.but(editing=False)
        case "note":
            return draft.but(note="", editing=False)
        case "undo":
            return draft.but(nothing_new=False, editing=False)
        case "page":
            return draft.but(page=whole(said.value))
        case "drop":
            return draft.but(files=tuple(each for each in draft.files if str(each) != said.value))
    return draft


def _send(draft: UnitReportDraft, facts: UnitReportFacts) -> Step[UnitReportDraft]:
    if facts.recorded:
        # The update came again after its report was recorded: its receipt is owed, whatever stands now.
        return Step(draft, command=SendUnitReport())
    if facts.prospect.refusal is not None:
        return Step(draft, problem=facts.prospect.refusal)
    if draft.seen != facts.prospect.mark:
        return Step(draft.but(seen=facts.prospect.mark), problem=UnitReportMoved())
    lacks = _lacks(draft, facts)
    return Step(draft, problem=BadInput(lacks)) if lacks else Step(draft, command=SendUnitReport())


def _lacks(draft: UnitReportDraft, facts: UnitReportFacts) -> str | None:
    ask = facts.prospect.duty.ask
    return lacking(ask, note=draft.note, nothing_new=draft.nothing_new, files=_ids(facts))


def _ids(facts: UnitReportFacts) -> tuple[int, ...]:
    """The files given that still exist: housekeeping wipes what no report carries after 30 days."""
    return tuple(given.evidence.id for given in facts.prospect.files)


def show(t: Translator, draft: UnitReportDraft, facts: UnitReportFacts) -> View:
    """The card as it stands, or what may be changed of it."""
    given = unit_reports.UnitReportSoFar(draft.token, draft.note, draft.nothing_new, _lacks(draft, facts))
    if draft.editing:
        return unit_reports.edit_menu(t, facts.prospect, given, draft.page)
    return unit_reports.card(t, facts.prospect, given)


async def perform(scene: Scene, draft: UnitReportDraft, command: SendUnitReport) -> Outcome[UnitReportDraft]:
    """The receipt of the report."""
    receipt = await send_unit_report.send(
        scene.desk,
        scene.visitor,
        target=draft.target,
        said=send_unit_report.SaidOfUnit(draft.note, draft.nothing_new, _ids(await gather(scene, draft))),
        seen=draft.seen,
        now=scene.now,
        key=scene.key,
    )
    return Outcome(unit_reports.receipt(scene.t, receipt))


UNIT_REPORT = Conversation(
    kind=DialogueKind.UNIT_REPORT,
    draft_type=UnitReportDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="unit_report.dialogue_name",
    takes_files=True,
)
