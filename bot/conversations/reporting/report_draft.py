"""What has been said of a report so far, and what the dialogue must know to go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from bot.conversations.core.dialogue import token_of
from bot.conversations.core.files_draft import FilesDraft, join
from bot.conversations.core.scene import Scene
from bot.domain.errors import NotAllowed, TransitionRefused
from bot.domain.people import people
from bot.domain.plan.codes import same_code
from bot.domain.work.progress import Share
from bot.language.reports.outcomes import AmbiguousReport, QuickReport, RowHint
from bot.services.core.desk import current_locality_id
from bot.services.reporting import report_progress
from bot.services.reporting.attach_evidence import still_kept
from bot.services.reporting.list_work import Subject, directory, find_work, work_in
from bot.services.reporting.prepare_report import Prospect, Summary, look_in
from bot.services.reporting.quick_report import codes_of
from bot.services.reporting.report_progress import Amount, amount_of, mark_of, unchanged_amount
from bot.views.parts.subjects import DialogueSubject, WorkSubject

BOUNDS = (
    "percent_out_of_range",
    "share_out_of_range",
    "value_above_hundred",
    "value_out_of_range",
    "rank_out_of_range",
)
"""Reasons of an unclear message that have a sentence among the errors, which is used then."""

Stage = Literal["task", "amount", "card", "edit", "files"]


class ReportDraft(FilesDraft):
    """A report in the making. ``stage`` is what is shown; ``seen`` marks where the work stood when it was shown.

    ``candidates`` are the assignments to choose from where it is unclear which is meant; ``files`` are ids of evidence
    given for this report, ``earlier`` ids of files of earlier reports.
    """

    stage: Stage = "task"
    page: int = 0
    locality_id: int | None = None
    candidates: tuple[int, ...] = ()
    assignment_id: int | None = None
    code: str | None = None
    seen: str | None = None
    percent: Decimal | None = None
    value: Decimal | None = None
    share: Share | None = None
    unchanged: bool = False
    unclear: str = ""
    """The key of what is said of a message whose amount could not be taken."""
    asked: tuple[Decimal, ...] = ()
    """The figures that message may have meant."""
    note: str = ""
    reason: str = ""
    earlier: tuple[int, ...] = ()

    @property
    def worth_keeping(self) -> bool:
        """Whether anything was given yet: a list, or a question still unanswered, is not missed."""
        return self.has_amount or bool(self.files or self.note or self.reason)

    @property
    def has_amount(self) -> bool:
        """Whether it has been said how far the work is."""
        return self.unchanged or self.percent is not None or self.value is not None or self.share is not None

    @property
    def subject_code(self) -> str | None:
        """The code of the row reported on."""
        return self.code

    @property
    def short_name(self) -> str | None:
        """The code of the row, as a row's report is what people come back to most."""
        return self.code

    @property
    def subject(self) -> DialogueSubject:
        """The assignment, whose card is shown once the report is sent."""
        return WorkSubject(self.assignment_id or 0)

    @property
    def has_subject(self) -> bool:
        """Whether its row is known."""
        return self.code is not None

    def with_amount(self, amount: Amount, *, unchanged: bool = False) -> ReportDraft:
        """The draft with this amount instead of another."""
        # Of an indicator only the value is kept; its percent is derived again when the report is sent.
        percent = None if amount.value is not None else amount.percent
        said = self.but(percent=percent, value=amount.value, share=amount.share)
        nothing = self.but(percent=None, value=None, share=None)
        return (nothing if unchanged else said).but(unchanged=unchanged, unclear="", asked=())


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What is known beside the draft: the work to choose from, or the assignment chosen; and how codes are read.

    ``subjects`` are all the person may report on, over all localities; ``shown`` those that are offered.
    """

    codes: Mapping[str, RowHint]
    year: int
    subjects: tuple[Subject, ...] = ()
    shown: tuple[Subject, ...] = ()
    awaiting: int = 0
    files: int = 0
    """How many of the files given are still there."""
    units: tuple[str, ...] = ()
    several_places: bool = False
    prospect: Prospect | None = None
    recorded: bool = False
    """Whether this very update has recorded its report already."""

    @property
    def chosen(self) -> Prospect:
        """The assignment chosen. Only for stages after the choice."""
        assert self.prospect is not None  # gather reads it whenever the draft names one
        return self.prospect


def new_draft(scene: Scene, **said: Any) -> ReportDraft:
    """An empty draft in the current locality."""
    return ReportDraft(token=token_of(scene.key), locality_id=current_locality_id(scene.visitor), **said)


async def gather(scene: Scene, draft: ReportDraft) -> ReportFacts:
    """The facts of a draft, read afresh. Raises NotAllowed where the person reports for no unit any more."""
    desk, visitor = scene.desk, scene.visitor
    async with desk.db.read() as conn:
        books = await directory(conn, desk, visitor)
        known, year = codes_of(books, draft.locality_id or current_locality_id(visitor))
        several = len(books) > 1
        if draft.assignment_id is not None:
            prospect = await look_in(
                conn, desk, visitor, assignment_id=draft.assignment_id, file_ids=draft.files, now=scene.now
            )
            recorded = draft.stage == "card" and await report_progress.is_recorded(conn, scene.key)
            return ReportFacts(known, year, several_places=several, prospect=prospect, recorded=recorded)
        works = {
            book.locality.id: await work_in(conn, book, visitor, scene.now)
            for book in books
            if people.reporting_units(visitor.memberships, book.locality.id)
        }
        files = len(await still_kept(conn, draft.files)) if draft.files else 0
    if not works:
        raise NotAllowed("no_reporting_unit")
    subjects = tuple(subject for work in works.values() for subject in work.subjects)
    here = works.get(draft.locality_id or 0) or next(iter(works.values()))
    shown = tuple(s for s in subjects if s.assignment_id in draft.candidates) if draft.candidates else here.subjects
    if draft.files and visitor.person is not None:
        shown = _likeliest(shown, visitor.person.id)
    return ReportFacts(known, year, subjects, shown, here.awaiting, files, here.units, several)


def _likeliest(subjects: Iterable[Subject], person_id: int) -> tuple[Subject, ...]:
    """The two rows this person reported last, then the others as they were."""
    ordered = tuple(subjects)
    touched = [s for s in ordered if s.lead.standing.reporter_id == person_id and s.lead.standing.reported_on]
    newest = sorted(touched, key=lambda s: (s.lead.standing.reported_on, s.lead.standing.report_id or 0), reverse=True)
    first = newest[:2]
    return (*first, *(s for s in ordered if s not in first))


def summary_of(draft: ReportDraft, facts: ReportFacts) -> Summary:
    """The report as the draft has it now; with an amount that does not fit the row, as unchanged."""
    prospect = facts.chosen
    lead = prospect.subject.lead
    if draft.unchanged or not fits(draft, prospect.subject):
        amount = unchanged_amount(lead.standing)
    else:
        amount = amount_of(lead.terms, percent=draft.percent, value=draft.value, share=draft.share)
    known = {each.id for each in prospect.earlier}
    chosen = tuple(each for each in draft.earlier if each in known)
    return Summary(prospect, amount, draft.unchanged, draft.note or None, draft.reason or None, chosen)


def fits(draft: ReportDraft, subject: Subject) -> bool:
    """Whether the amount said is one of this row: a percent of a task, a value of an indicator."""
    if draft.unchanged:
        return True
    if subject.lead.terms.target is None:
        return draft.percent is not None
    return draft.value is not None or draft.share is not None


def take(draft: ReportDraft, subject: Subject) -> ReportDraft:
    """The draft with its row: the card where the amount is known, else the question for it.

    Raises TransitionRefused where the row takes no report now.
    """
    if subject.refusal is not None:
        raise TransitionRefused(subject.refusal)
    return draft.but(
        assignment_id=subject.assignment_id,
        code=subject.lead.row.code,
        locality_id=subject.locality_id,
        candidates=(),
        page=0,
        stage="card" if draft.has_amount and fits(draft, subject) else "amount",
        seen=mark_of(subject.lead.standing),
    )


def with_reading(draft: ReportDraft, reading: QuickReport | AmbiguousReport, text: str = "") -> ReportDraft:
    """The draft with what a quick report says of amount and note; its row is not looked at."""
    if isinstance(reading, AmbiguousReport):
        figures = tuple(c for c in reading.candidates if isinstance(c, Decimal) and 0 <= c <= 100)
        wordy = reading.reason in ("percent_missing", "value_missing")
        told = "" if wordy else f"error.{reading.reason}" if reading.reason in BOUNDS else "report.unclear"
        return draft.but(unclear=told, asked=figures[:4], note=join(draft.note, text if wordy else ""))
    return draft.but(
        percent=reading.percent,
        value=reading.value,
        share=reading.share,
        unchanged=reading.unchanged,
        unclear="",
        asked=(),
        note=join(draft.note, reading.note),
    )


async def draft_of_reading(
    scene: Scene, reading: QuickReport | AmbiguousReport, evidence: tuple[int, ...] = (), text: str = ""
) -> ReportDraft:
    """The draft that a quick report begins: at its card, or at the question that is still open.

    Raises NotFound for a code of no plan open to the person, NotAllowed for work of another unit, TransitionRefused
    where the row takes no report now.
    """
    draft = with_reading(new_draft(scene, files=evidence), reading, text)
    if reading.code is not None:
        return choose(draft, await find_work(scene.desk, scene.visitor, code=reading.code, now=scene.now))
    if isinstance(reading, AmbiguousReport) and reading.unknown is not None:
        # No plan in hand has this code; find_work says whether another year's has it.
        return choose(draft, await find_work(scene.desk, scene.visitor, code=reading.unknown, now=scene.now))
    codes = [c for c in getattr(reading, "candidates", ()) if isinstance(c, str)]
    facts = await gather(scene, draft)
    meant = [s for s in facts.subjects if any(same_code(s.lead.row.code, code) for code in codes)]
    return draft.but(candidates=tuple(s.assignment_id for s in meant))


def choose(draft: ReportDraft, subjects: tuple[Subject, ...]) -> ReportDraft:
    """The draft with the one row of ``subjects``; where there are several, with the question which."""
    open_ones = tuple(s for s in subjects if s.refusal is None)
    if len(open_ones) > 1:
        ids = tuple(s.assignment_id for s in open_ones)
        return draft.but(candidates=ids, stage="task", page=0)
    return take(draft, (open_ones or subjects)[0])
