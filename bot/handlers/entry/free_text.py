"""What is typed without a command: an answer to the open dialogue, a code, a quick report, else a question."""

from __future__ import annotations

from telegram import Update

from bot.conversations.core.scene import Sent, Typed
from bot.conversations.reporting.report_draft import ReportDraft
from bot.domain.people.dialogue import DialogueKind
from bot.handlers import asking, reporting
from bot.handlers.entry import gate
from bot.handlers.entry.commands import answering
from bot.handlers.people import redeem
from bot.language.reports.outcomes import QuickReport, ReportOutcome
from bot.services.asking.ask import surely_asks
from bot.services.people.join import read_invitation_code
from bot.services.reporting.quick_report import read_message, reports_anywhere
from bot.transport.screen.visit import Context, Visit
from bot.views.words.refused_files import refused_lines


async def heard(update: Update, context: Context) -> None:
    """A message in words; one the gate has let through in a group is a question."""
    if update.message is not None and update.message.chat.type != "private":
        words = gate.question_for_us(context.visit, update.message) or ""
        await answering(context.visit, asking.in_group(context.visit, words))
        return
    text = (update.message.text if update.message else None) or ""
    outside = not context.visit.scene.visitor.memberships
    code = read_invitation_code(text, misread=outside) if _may_hold_a_code(context.visit) else None
    work = read(context.visit, Typed(text)) if code is None else redeem(context.visit, code)
    await answering(context.visit, work)


def _may_hold_a_code(visit: Visit) -> bool:
    """Whether a message can be an invitation's code: not where a dialogue waits for words."""
    dialogue = visit.scene.visitor.dialogue
    return dialogue is None or not visit.engine.is_open(visit.scene) or dialogue.kind == DialogueKind.JOIN


async def read(visit: Visit, said: Typed | Sent) -> None:
    """Read a message or files that have been received: for the open dialogue, or as something new.

    Also what a dialogue had held back and let go comes here again.
    """
    text = said.text if isinstance(said, Typed) else said.caption or ""
    reading = await read_message(visit.scene.desk, visit.scene.visitor, text)
    if not visit.engine.is_open(visit.scene):
        visit.below = visit.engine.ways_back(visit.scene)
    else:
        turn = None
        if _is_of_another(visit, reading) or await _is_a_question(visit, said, reading):
            turn = visit.engine.ask_whether_new(visit.scene, said)
        turn = turn or await visit.engine.hear(visit.scene, said)
        if turn is not None:
            await visit.show(turn)
            return
    if isinstance(said, Sent) and not (reading is None and await _only_asks(visit, said)):
        await reporting.begin_with_files(visit, said)
    elif isinstance(said, Typed) and reading is not None:
        await reporting.begin_quick_report(visit, reading, text=text)
    else:
        if isinstance(said, Sent) and said.refused:
            visit.above = refused_lines(visit.t, said.refused)
        await asking.asked(visit, text)


def _is_of_another(visit: Visit, reading: ReportOutcome) -> bool:
    """Whether a quick report is not of the row the dialogue speaks of; one that still asks for its row may be of it."""
    subject, draft = visit.engine.subject_code(visit.scene), visit.engine.draft(visit.scene)
    asks = subject is None and isinstance(draft, ReportDraft)
    return isinstance(reading, QuickReport) and reading.code != subject and not asks


async def _is_a_question(visit: Visit, said: Typed | Sent, reading: ReportOutcome) -> bool:
    """Whether a message within a dialogue that takes notes is surely meant for nobody's note."""
    words = said.text if isinstance(said, Typed) else said.caption or ""
    if reading is not None or visit.engine.subject_code(visit.scene) is None or not (words and _is_words(said)):
        return False
    return await surely_asks(visit.scene.desk, visit.scene.visitor, words, now=visit.scene.now)


async def _only_asks(visit: Visit, said: Sent) -> bool:
    """Whether the caption of files that were not taken is a question: always of who reports for no unit."""
    scene = visit.scene
    if not said.caption or not _is_words(said):
        return False
    return not reports_anywhere(scene.visitor) or await surely_asks(
        scene.desk, scene.visitor, said.caption, now=scene.now
    )


def _is_words(said: Typed | Sent) -> bool:
    """Whether there are words and nothing else: typed, or left of a message whose file was not taken."""
    return isinstance(said, Typed) or not said.evidence
