"""The walk through everything a unit still owes of a period: row after row, left and gone on with, sent at the end.

What is said of a row is the dialogue of one report (`bot.conversations.reporting.report`) inside this one.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.core.dialogue import Conversation, Outcome, Step, token_of
from bot.conversations.core.scene import Pressed, Scene
from bot.conversations.core.scene import Said as Heard
from bot.conversations.reporting import report
from bot.conversations.reporting.period_draft import (
    SENT,
    WalkDraft,
    WalkFacts,
    WalkItem,
    Word,
    gather,
    new_items,
    row_of,
)
from bot.conversations.reporting.report_draft import ReportFacts as RowFacts
from bot.conversations.reporting.report_draft import summary_of
from bot.domain.errors import BadInput, TienDoError, TransitionRefused
from bot.domain.people.dialogue import DialogueKind
from bot.i18n import Translator
from bot.services.periods.walk_period import Owed, SaidOfRow, forget, owed_now, park, parked, send_all
from bot.services.reporting.prepare_report import Summary, look
from bot.services.reporting.report_progress import amount_of, unchanged_amount
from bot.views.parts.press_numbers import whole
from bot.views.parts.view import View
from bot.views.periods import period_walk as views
from bot.views.reporting.reporting import Amounts

WalkStep = Step[WalkDraft]


@dataclass(frozen=True, slots=True)
class SendAll:
    """Record all that was said."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Keep what was said, and leave."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Forget what was said, and leave."""


async def begin(scene: Scene, owed: Owed) -> WalkDraft | None:
    """The draft of a walk, with what was said of it before it was left; none where nothing is owed."""
    if owed.duty is None or not owed.subjects or scene.visitor.person is None:
        return None
    kept = await parked(scene.desk, scene.visitor, owed.locality_id)
    before = WalkDraft.model_validate(kept) if kept else None
    same = before is not None and before.period == owed.duty.period
    items = new_items(owed.subjects, before.items if before is not None and same else ())
    draft = WalkDraft(token=token_of(scene.key), locality_id=owed.locality_id, period=owed.duty.period, items=items)
    first = next((place for place, item in enumerate(draft.items) if not item.said), None)
    return draft.finished() if first is None else draft.at(first)


def advance(draft: WalkDraft, said: Heard, facts: WalkFacts) -> WalkStep:
    """Where the walk goes after what was said."""
    if facts.sent:
        # The update came again after its reports were recorded: what came of them is owed.
        return Step(draft, command=SendAll())
    if isinstance(said, Pressed):
        return _pressed(draft, said, facts)
    if draft.at_end or facts.row is None:
        return Step(draft, problem=BadInput("walk_choose_row"))
    return _in_row(draft, said, facts.row, facts)


def _pressed(draft: WalkDraft, said: Pressed, facts: WalkFacts) -> WalkStep:
    match said.verb:
        case "pause":
            return Step(draft, command=Pause())
        case "drop":
            return Step(draft, command=Drop())
        case "rest":
            return _rest(draft, facts)
        case "end":
            return Step(_stored(draft).finished())
        case "page":
            return Step(draft.but(page=whole(said.value)))
        case "go":
            return Step(_gone_to(_stored(draft), whole(said.value)))
        case "send":
            return _send(draft, facts)
        case "row":
            return _pressed_in_row(draft, said.value, facts)
    return Step(draft)


def _stored(draft: WalkDraft) -> WalkDraft:
    """The draft with the unfinished report of its row kept there, so that going elsewhere loses nothing."""
    if draft.row is None or draft.at_end:
        return draft
    row = draft.row.with_files_of(draft)
    if not row.worth_keeping:
        return draft.with_item(draft.item.but(report=None))
    # A report begun after "giữ nguyên" takes its place, and is sent only once it is noted itself.
    said = draft.item.said if draft.item.said == "report" else ""
    return draft.with_item(draft.item.but(report=row, said=said))


def _rest(draft: WalkDraft, facts: WalkFacts) -> WalkStep:
    """Giữ nguyên for all rows of which nothing was said; the unfinished report of the row shown is noted first."""
    taken = _taken(draft, facts.row, facts) if _takes_row(draft, facts) and facts.row is not None else Step(draft)
    if taken.problem is not None or taken.draft is None:
        return taken
    kept = _stored(taken.draft)
    items = tuple(_kept(item, facts) for item in kept.items)
    return Step(kept.but(items=items).finished())


def _takes_row(draft: WalkDraft, facts: WalkFacts) -> bool:
    in_hand = not draft.at_end and draft.row is not None and draft.row.has_amount
    return in_hand and draft.item.assignment_id not in facts.obstacles


def _kept(item: WalkItem, facts: WalkFacts) -> WalkItem:
    """The item as "same" where nothing was said of it; as "nothing" of an indicator that has no value yet."""
    lead = facts.leads.get(item.assignment_id)
    if item.said or item.report is not None or lead is None or item.assignment_id in facts.obstacles:
        return item
    empty = lead.terms.target is not None and lead.standing.value is None
    return item.but(said="nothing" if empty else "same")


def _gone_to(draft: WalkDraft, assignment_id: int) -> WalkDraft:
    for place, item in enumerate(draft.items):
        if item.assignment_id == assignment_id:
            return draft.at(place)
    return draft


def _pressed_in_row(draft: WalkDraft, value: str, facts: WalkFacts) -> WalkStep:
    number, _, rest = value.partition(":")
    verb, _, value = rest.partition(":")
    # A second tap on a button of the row before must not speak of the row shown now.
    if draft.at_end or whole(number) != draft.item.assignment_id:
        return Step(draft)
    if verb == "skip":
        kept = _stored(draft)
        return Step(kept.with_item(kept.item.but(said="skip")).onward())
    if facts.row is None or draft.item.assignment_id in facts.obstacles:
        return _looked_at(draft, facts) if verb == "look" else Step(draft)
    if verb in ("same", "nothing"):
        if row_of(draft, facts).worth_keeping:
            # Files or words were given already: they go with it, after a last look.
            return _in_row(draft, Pressed("same", ""), facts.row, facts)
        return Step(_said(draft, "same" if verb == "same" else "nothing").onward())
    if verb == "send":
        return _taken(draft, facts.row, facts)
    return _in_row(draft, Pressed(verb, value), facts.row, facts)


def _looked_at(draft: WalkDraft, facts: WalkFacts) -> WalkStep:
    """The row as it stands now, where somebody else has moved it and it still owes: said anew."""
    if facts.row is None or facts.obstacles.get(draft.item.assignment_id) != "walk_moved":
        return Step(draft)
    fresh = WalkItem(assignment_id=draft.item.assignment_id, code=draft.item.code, seen=facts.row.chosen.mark)
    return Step(draft.with_item(fresh).but(row=None, files=()))


def _said(draft: WalkDraft, word: Word) -> WalkDraft:
    return draft.with_item(draft.item.but(said=word, report=None))


def _in_row(draft: WalkDraft, said: Heard, row_facts: RowFacts, facts: WalkFacts) -> WalkStep:
    if draft.item.assignment_id in facts.obstacles:
        return Step(draft)
    step = report.advance(row_of(draft, facts), said, row_facts)
    row = step.draft
    if row is None:
        return Step(draft)
    return Step(draft.with_files_of(row).but(row=row), problem=step.problem)


def _taken(draft: WalkDraft, row_facts: RowFacts, facts: WalkFacts) -> WalkStep:
    """The report of the row kept for the end, where nothing is missing."""
    row = row_of(draft, facts)
    if not row.has_amount:
        return Step(draft)
    summary = summary_of(row, row_facts)
    if summary.prospect.subject.refusal is not None:
        return Step(draft, problem=TransitionRefused(summary.prospect.subject.refusal))
    if summary.lacks_file:
        return Step(draft, problem=BadInput(row_facts.chosen.subject.lead.terms.evidence_key))
    if summary.lacks_reason:
        return Step(draft, problem=BadInput("reason_needed"))
    item = draft.item.but(said="report", report=row, seen=row_facts.chosen.mark)
    return Step(draft.with_item(item).onward())


def _send(draft: WalkDraft, facts: WalkFacts) -> WalkStep:
    if not draft.at_end:
        return Step(draft.finished())
    if not any(facts.takes(item) for item in draft.items):
        return Step(draft, problem=BadInput("walk_nothing_said"))
    return Step(draft, command=SendAll())


# --- what is shown, what is done


def show(t: Translator, draft: WalkDraft, facts: WalkFacts) -> View:
    """The row that is asked about, or all that is to be sent."""
    assert facts.duty is not None  # gather refuses without one
    if draft.at_end:
        return views.end_view(t, _ending(draft, facts), draft.page)
    stage = views.WalkStage(
        token=draft.token,
        duty=facts.duty,
        number=draft.place + 1,
        count=len(draft.items),
        left=sum(not item.said for item in draft.items),
        assignment_id=draft.item.assignment_id,
        code=draft.item.code,
        said=draft.item.said,
    )
    obstacle = facts.obstacles.get(draft.item.assignment_id)
    if obstacle is not None or facts.row is None:
        key = obstacle or (facts.problem.key if facts.problem else "not_found")
        figures = facts.problem.figures if facts.problem and not obstacle else {"code": draft.item.code}
        return views.obstacle_view(t, stage, key, figures)
    row = row_of(draft, facts)
    return views.row_view(t, stage, facts.row.chosen, report.show(t, row, facts.row), asks=row.stage == "amount")


def _ending(draft: WalkDraft, facts: WalkFacts) -> views.Ending:
    assert facts.duty is not None  # gather refuses without one
    return views.Ending(
        token=draft.token,
        duty=facts.duty,
        is_closed=facts.is_closed,
        rows=tuple(
            views.EndRow(
                assignment_id=item.assignment_id,
                code=item.code,
                unit=facts.units.get(item.assignment_id, ""),
                said=item.said,
                lead=facts.leads.get(item.assignment_id),
                amount=_amount(item, facts),
                files=len(facts.files & {*item.report.files}) + len(item.report.earlier) if item.report else 0,
                obstacle=facts.obstacles.get(item.assignment_id),
            )
            for item in draft.items
        ),
    )


def _amount(item: WalkItem, facts: WalkFacts) -> Amounts | None:
    lead, row = facts.leads.get(item.assignment_id), item.report
    if lead is None or row is None or item.said != "report":
        return None
    if row.unchanged:
        amount = unchanged_amount(lead.standing)
    else:
        amount = amount_of(lead.terms, percent=row.percent, value=row.value, share=row.share)
    return (amount.percent, amount.value, amount.share)


async def perform(scene: Scene, draft: WalkDraft, command: SendAll | Pause | Drop) -> Outcome[WalkDraft]:
    """What came of sending all; or the walk left, with what was said kept or forgotten."""
    if isinstance(command, Pause):
        await leave(scene, draft)
        said_of = sum(bool(item.said) for item in draft.items)
        return Outcome(views.paused_view(scene.t, await _left(scene, draft), said_of, len(draft.items)))
    if isinstance(command, Drop):
        await forget(scene.desk, scene.visitor, draft.locality_id)
        return Outcome(views.dropped_view(scene.t))
    facts = await gather(scene, draft)
    said = [await _said_of(scene, item) for item in draft.items if facts.takes(item)]
    lost = tuple(
        (item.code, TienDoError(facts.obstacles[item.assignment_id], code=item.code))
        for item in draft.items
        if item.said in SENT and not facts.takes(item)
    )
    done = await send_all(scene.desk, scene.visitor, said, now=scene.now, key=scene.key)
    await forget(scene.desk, scene.visitor, draft.locality_id)
    left = await _left(scene, draft)
    assert facts.duty is not None  # gather refuses without one
    return Outcome(views.sent_view(scene.t, facts.duty, done.receipts, (*lost, *done.refused), left))


async def _left(scene: Scene, draft: WalkDraft) -> Owed:
    async with scene.desk.db.read() as conn:
        book = await scene.desk.books.of(conn, draft.locality_id)
        return await owed_now(conn, book, scene.visitor, scene.now)


async def _said_of(scene: Scene, item: WalkItem) -> SaidOfRow:
    row = item.report if item.said == "report" else None
    if row is None:
        nothing = item.said == "nothing"
        return SaidOfRow(item.assignment_id, item.code, item.seen, unchanged=True, nothing_new=nothing)
    try:
        prospect = await look(
            scene.desk, scene.visitor, assignment_id=item.assignment_id, file_ids=row.files, now=scene.now
        )
        summary: Summary | None = summary_of(row, RowFacts({}, 0, prospect=prospect))
    except TienDoError:
        # The work was taken away since the card was shown; sending says why.
        summary = None
    return SaidOfRow(
        item.assignment_id,
        item.code,
        item.seen,
        unchanged=row.unchanged,
        percent=row.percent,
        value=row.value,
        share=row.share,
        note=row.note,
        reason=row.reason if summary is None or summary.is_lower else None,
        files=summary.file_ids if summary is not None else row.files,
    )


async def leave(scene: Scene, draft: WalkDraft) -> None:
    """Keep what was said until the walk is gone on with."""
    kept = _stored(draft)
    if kept.worth_keeping:
        said = kept.model_dump(mode="json")
        await park(scene.desk, scene.visitor, locality_id=draft.locality_id, said=said, now=scene.now)


PERIOD_WALK = Conversation(
    kind=DialogueKind.PERIOD_WALK,
    draft_type=WalkDraft,
    gather=gather,
    advance=advance,
    show=show,
    perform=perform,
    name_key="period.walk_name",
    takes_files=True,
    leave=leave,
)
