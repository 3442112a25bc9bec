"""Reporting as a dialogue: the task, how far it is, the summary card, sent (docs/rules/chat.md#reporting)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bot.conversations.core.dialogue import Conversation, Outcome, Step
from bot.conversations.core.files_draft import join
from bot.conversations.core.scene import Pressed, Said, Scene, Sent, Typed
from bot.conversations.reporting.report_draft import (
    BOUNDS,
    ReportDraft,
    ReportFacts,
    choose,
    gather,
    summary_of,
    take,
    with_reading,
)
from bot.domain.errors import BadInput, NotFound, TienDoError, TransitionRefused
from bot.domain.people.dialogue import DialogueKind
from bot.domain.plan.codes import same_code
from bot.i18n import Translator
from bot.language.reports.items import code_at
from bot.language.reports.numbers import IndicatorValue, Unread, read_percent, read_value
from bot.language.reports.outcomes import AmbiguousReport, QuickReport
from bot.language.reports.reports import read_report
from bot.language.text.tokens import tokenise
from bot.services.reporting import report_progress
from bot.services.reporting.list_work import Subject, find_work
from bot.services.reporting.report_progress import Moved, SaidProgress, amount_of, clean, unchanged_amount
from bot.views.parts.html import lines, say
from bot.views.parts.press_numbers import whole
from bot.views.parts.view import View
from bot.views.reporting import receipts, reporting

ReportStep = Step[ReportDraft]
_BUTTON_NUMBER = re.compile(r"\d{1,3}(\.\d{1,2})?")
_UNREAD = {
    "unit_wrong": "value_unit_wrong",
    "separator_unclear": "value_separator_unclear",
    "no_share": "value_no_share",
    "share_zero": "share_out_of_range",
    "several": "value_several",
    "level_word": "level_out_of_range",
}


@dataclass(frozen=True, slots=True)
class SendReport:
    """Record the report as the card shows it."""


@dataclass(frozen=True, slots=True)
class Find:
    """Find out what is to be said of a code that is not among the open work of the person."""

    code: str


def advance(draft: ReportDraft, said: Said, facts: ReportFacts) -> ReportStep:
    """Where the dialogue goes after what was said."""
    if isinstance(said, Pressed) and said.verb == "cancel":
        return Step(None, farewell="report.cancelled")
    try:
        if draft.assignment_id is None:
            return _choose_task(draft, said, facts)
        step = _STAGES[draft.stage](draft, said, facts)
    except TienDoError as problem:
        # Files that came with words we refuse are kept all the same.
        return Step(_with_files(draft, said) if isinstance(said, Sent) else draft, problem=problem)
    return _told_if_moved(step, facts)


def _told_if_moved(step: ReportStep, facts: ReportFacts) -> ReportStep:
    """What someone else reported meanwhile is told before anything is sent."""
    draft = step.draft
    if draft is None or step.command is not None or draft.seen == facts.chosen.mark:
        return step
    if draft.stage not in ("card", "edit", "files"):
        return step
    return Step(draft.but(seen=facts.chosen.mark, stage="card"), problem=step.problem or Moved())


# --- which task


def _choose_task(draft: ReportDraft, said: Said, facts: ReportFacts) -> ReportStep:
    if isinstance(said, Pressed):
        if said.verb == "page":
            return Step(draft.but(page=whole(said.value)))
        if said.verb == "task":
            return Step(take(draft, _subject(facts, whole(said.value))))
        return Step(draft)
    if isinstance(said, Sent):
        joined = _with_files(draft, said)
        return _read_task(joined, said.caption, facts, with_file=True) if said.caption else Step(joined)
    return _read_task(draft, said.text, facts)


def _read_task(draft: ReportDraft, text: str, facts: ReportFacts, *, with_file: bool = False) -> ReportStep:
    tokens = tokenise(text)
    named = code_at(tokens, 0) if tokens else None
    if named is not None and named.end == len(tokens):
        return _take_code(draft, named.known(facts.codes, facts.year) or named.code, facts)
    reading = read_report(text, facts.codes, facts.year)
    if reading is not None and reading.code is not None:
        return _take_code(with_reading(draft, reading, text), reading.code, facts)
    if isinstance(reading, AmbiguousReport) and reading.unknown is not None:
        return Step(draft, command=Find(reading.unknown))
    if isinstance(reading, AmbiguousReport):
        codes = [code for code in reading.candidates if isinstance(code, str)]
        meant = tuple(s for s in facts.subjects if any(same_code(s.lead.row.code, code) for code in codes))
        if meant:
            ids = tuple(s.assignment_id for s in meant)
            return Step(draft.but(candidates=ids, page=0, unclear="report.unclear"))
    if draft.files or with_file:
        # Whatever is no code is the note of the report to come.
        return Step(_noted(draft, text))
    return Step(draft, problem=BadInput("task_unreadable"))


def _take_code(draft: ReportDraft, code: str, facts: ReportFacts) -> ReportStep:
    meant = tuple(s for s in facts.subjects if same_code(s.lead.row.code, code))
    return Step(choose(draft, meant)) if meant else Step(draft, command=Find(code))


def _subject(facts: ReportFacts, assignment_id: int) -> Subject:
    for subject in facts.subjects:
        if subject.assignment_id == assignment_id:
            return subject
    raise NotFound("not_found")


# --- how far it is


def _ask_amount(draft: ReportDraft, said: Said, facts: ReportFacts) -> ReportStep:
    if isinstance(said, Pressed):
        return _pressed_amount(draft, said, facts)
    if isinstance(said, Typed):
        return Step(_to_card(_read_amount(draft, said.text, facts), facts))
    joined = _with_files(draft, said)
    if not said.caption:
        return Step(joined)
    try:
        return Step(_to_card(_read_amount(joined, said.caption, facts), facts))
    except BadInput:
        return Step(_noted(joined, said.caption))


def _pressed_amount(draft: ReportDraft, said: Pressed, facts: ReportFacts) -> ReportStep:
    lead = facts.chosen.subject.lead
    if said.verb == "same":
        return Step(_to_card(draft.with_amount(unchanged_amount(lead.standing), unchanged=True), facts))
    if said.verb == "p":
        return Step(_to_card(draft.with_amount(amount_of(lead.terms, percent=_number(said.value))), facts))
    if said.verb == "l":
        return Step(_to_card(draft.with_amount(amount_of(lead.terms, value=_number(said.value))), facts))
    if said.verb == "back" and draft.has_amount:
        return Step(draft.but(stage="card"))
    return Step(draft)


def _read_amount(draft: ReportDraft, text: str, facts: ReportFacts) -> ReportDraft:
    """The draft with the amount a message says, alone or with a note. Raises BadInput where it says none."""
    terms = facts.chosen.subject.lead.terms
    alone: Decimal | IndicatorValue | Unread | None
    if terms.target is None:
        alone = None if text.strip().startswith("+") else read_percent(text)
        if alone is not None:
            return draft.with_amount(amount_of(terms, percent=alone))
    else:
        alone = read_value(text, terms.target)
        if isinstance(alone, IndicatorValue):
            return draft.with_amount(amount_of(terms, value=alone.value, share=alone.share))
    reading = read_report(f"{draft.code} {text}", facts.codes, facts.year)
    if isinstance(reading, QuickReport):
        if not reading.unchanged:
            amount_of(terms, percent=reading.percent, value=reading.value, share=reading.share)
        return _checked(with_reading(draft, reading))
    if terms.target is None:
        bounds = isinstance(reading, AmbiguousReport) and reading.reason == "percent_out_of_range"
        raise BadInput("percent_out_of_range" if bounds else "percent_unreadable")
    why = alone.reason if isinstance(alone, Unread) else "nothing"
    raise BadInput(why if why in BOUNDS else _UNREAD.get(why, "value_unreadable"), unit=terms.target.unit)


def _to_card(draft: ReportDraft, facts: ReportFacts) -> ReportDraft:
    return draft.but(stage="card", seen=facts.chosen.mark)


# --- the summary card


def _on_card(draft: ReportDraft, said: Said, facts: ReportFacts) -> ReportStep:
    if isinstance(said, Pressed):
        return _pressed_on_card(draft, said, facts)
    if isinstance(said, Sent):
        joined = _with_files(draft, said)
        return Step(_heard(joined, said.caption, facts)) if said.caption else Step(joined)
    return Step(_heard(draft, said.text, facts))


def _heard(draft: ReportDraft, text: str, facts: ReportFacts) -> ReportDraft:
    """Words on the card: another amount where they are a report of the same task, the reason asked for, else a note."""
    on_card = draft.but(stage="card")
    reading = read_report(text, facts.codes, facts.year)
    if isinstance(reading, QuickReport) and same_code(reading.code, draft.code or ""):
        terms = facts.chosen.subject.lead.terms
        if not reading.unchanged:
            amount_of(terms, percent=reading.percent, value=reading.value, share=reading.share)
        return _checked(with_reading(on_card, reading))
    if summary_of(draft, facts).lacks_reason:
        return on_card.but(reason=clean(text) or "")
    return _noted(on_card, text)


def _pressed_on_card(draft: ReportDraft, said: Pressed, facts: ReportFacts) -> ReportStep:
    if said.verb == "send":
        return _send(draft, facts)
    if said.verb == "edit":
        return Step(draft.but(stage="edit"))
    if said.verb == "earlier":
        wanted = whole(said.value)
        kept = tuple(each for each in draft.earlier if each != wanted)
        known = any(each.id == wanted for each in facts.chosen.earlier)
        added = (*draft.earlier, wanted) if kept == draft.earlier and known else kept
        return Step(draft.but(earlier=added))
    if said.verb == "page":
        return Step(draft.but(page=whole(said.value)))
    return Step(draft)


def _send(draft: ReportDraft, facts: ReportFacts) -> ReportStep:
    summary = summary_of(draft, facts)
    refusal = facts.chosen.subject.refusal
    if facts.recorded:
        # The update came again after its report was recorded: its receipt is owed, whatever stands now.
        return Step(draft, command=SendReport())
    if draft.seen != facts.chosen.mark:
        return Step(draft)
    if refusal is not None:
        return Step(draft, problem=TransitionRefused(refusal))
    if summary.lacks_file:
        return Step(draft, problem=BadInput(facts.chosen.subject.lead.terms.evidence_key))
    if summary.lacks_reason:
        return Step(draft, problem=BadInput("reason_needed"))
    return Step(draft, command=SendReport())


def _edit(draft: ReportDraft, said: Said, facts: ReportFacts) -> ReportStep:
    if not isinstance(said, Pressed):
        return _on_card(draft.but(stage="card"), said, facts)
    match said.verb:
        case "amount":
            return Step(draft.but(stage="amount"))
        case "note":
            return Step(draft.but(stage="card", note=""))
        case "reason":
            return Step(draft.but(stage="card", reason=""))
        case "files":
            return Step(draft.but(stage="files"))
        case "back":
            return Step(draft.but(stage="card"))
    return Step(draft)


def _edit_files(draft: ReportDraft, said: Said, facts: ReportFacts) -> ReportStep:
    if not isinstance(said, Pressed):
        return _on_card(draft.but(stage="card"), said, facts)
    if said.verb == "back":
        return Step(draft.but(stage="card", page=0))
    if said.verb == "page":
        return Step(draft.but(page=whole(said.value)))
    if said.verb != "drop":
        return Step(draft)
    gone = whole(said.value)
    files = tuple(each for each in draft.files if each != gone)
    earlier = tuple(each for each in draft.earlier if each != gone)
    return Step(draft.but(files=files, earlier=earlier, stage="files" if files or earlier else "card"))


_STAGES: dict[str, Callable[[ReportDraft, Said, ReportFacts], ReportStep]] = {
    "amount": _ask_amount,
    "card": _on_card,
    "edit": _edit,
    "files": _edit_files,
    "task": _ask_amount,
}


def _with_files(draft: ReportDraft, said: Sent) -> ReportDraft:
    return draft.with_files(said.evidence, said.album)


def _noted(draft: ReportDraft, text: str) -> ReportDraft:
    return _checked(draft.but(note=join(draft.note, text)))


def _checked(draft: ReportDraft) -> ReportDraft:
    clean(draft.note)
    return draft


def _number(value: str) -> Decimal:
    # Forged figures again: written out, 1E+99999 would fill pages.
    if not _BUTTON_NUMBER.fullmatch(value):
        raise BadInput("percent_unreadable")
    return Decimal(value)


# --- what is shown, what is done


def show(t: Translator, draft: ReportDraft, facts: ReportFacts) -> View:
    """The card of the present stage."""
    if draft.assignment_id is None:
        offer = reporting.WorkOffer(facts.shown, facts.awaiting, facts.units, facts.files, facts.several_places)
        asked = bool(draft.candidates)
        return reporting.task_list(t, draft.token, offer, draft.page, asked=asked, several=bool(draft.unclear))
    prospect = facts.chosen
    if draft.stage in ("task", "amount"):
        return reporting.amount_step(
            t, draft.token, prospect, asked=draft.asked, unclear=draft.unclear, can_go_back=draft.has_amount
        )
    summary = summary_of(draft, facts)
    if draft.stage == "edit":
        return reporting.edit_menu(t, draft.token, summary)
    if draft.stage == "files":
        return reporting.file_menu(t, draft.token, summary, draft.page)
    return reporting.summary_card(t, draft.token, summary, draft.page, several_places=facts.several_places)


async def perform(scene: Scene, draft: ReportDraft, command: SendReport | Find) -> Outcome[ReportDraft]:
    """The receipt of a report sent, or the draft with the row a code stands for."""
    if isinstance(command, Find):
        work = await find_work(scene.desk, scene.visitor, code=command.code, now=scene.now)
        found = choose(draft, work).marked()
        return Outcome(show(scene.t, found, await gather(scene, found)), found)
    facts = await gather(scene, draft)
    summary = summary_of(draft, facts)
    said = SaidProgress(
        percent=draft.percent,
        value=draft.value if draft.share is None else None,
        share=draft.share,
        unchanged=draft.unchanged,
        note=draft.note,
        reason=draft.reason if summary.is_lower else None,
        files=summary.file_ids,
    )
    try:
        receipt = await report_progress.report(
            scene.desk,
            scene.visitor,
            assignment_id=facts.chosen.subject.assignment_id,
            said=said,
            seen=draft.seen,
            now=scene.now,
            key=scene.key,
        )
    except Moved as moved:
        facts = await gather(scene, draft)
        fresh = draft.but(seen=facts.chosen.mark).marked()
        card = show(scene.t, fresh, facts)
        told = say(scene.t, f"error.{moved.key}")
        return Outcome(View(lines([told, "", card.text]), card.buttons), fresh)
    return Outcome(receipts.receipt(scene.t, receipt))


REPORT = Conversation(
    kind=DialogueKind.REPORT,
    draft_type=ReportDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="report.dialogue_name",
    takes_files=True,
)
