"""What is typed without a command: an answer to the open dialogue, a code, a quick report, else a question."""

from __future__ import annotations

from telegram import Update

from bot.conversations.core.scene import Sent, Typed
from bot.handlers import asking, reporting
from bot.handlers.entry import gate
from bot.handlers.entry.commands import answering
from bot.handlers.people import redeem
from bot.language.reports.outcomes import Outcome, QuickReport
from bot.services.asking.ask import surely_asks
from bot.services.people.join import read_invitation_code
from bot.services.reporting.quick_report import read_message
from bot.transport.screen.visit import Context, Visit


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
    return dialogue is None or dialogue.kind == gate.JOINING


async def read(visit: Visit, said: Typed | Sent) -> None:
    """Read a message or files that have been received: for the open dialogue, or as something new.

    Also what a dialogue had held back and let go comes here again.
    """
    text = said.text if isinstance(said, Typed) else said.caption or ""
    reading = await read_message(visit.scene.desk, visit.scene.visitor, text)
    if visit.engine.is_open(visit.scene):
        turn = None
        if _is_of_another(visit, reading) or await _is_a_question(visit, said, reading):
            turn = visit.engine.ask_whether_new(visit.scene, said)
        turn = turn or await visit.engine.hear(visit.scene, said)
        if turn is not None:
            await visit.show(turn)
            return
    if isinstance(said, Sent):
        await reporting.begin_with_files(visit, said.evidence, said.caption, said.album)
    elif reading is not None:
        await reporting.begin_quick_report(visit, reading, text=text)
    else:
        await asking.asked(visit, text)


def _is_of_another(visit: Visit, reading: Outcome) -> bool:
    subject = visit.engine.subject_code(visit.scene)
    return subject is not None and isinstance(reading, QuickReport) and reading.code != subject


async def _is_a_question(visit: Visit, said: Typed | Sent, reading: Outcome) -> bool:
    """Whether a message typed while a dialogue takes notes is surely a question, and no note."""
    if reading is not None or not isinstance(said, Typed) or visit.engine.subject_code(visit.scene) is None:
        return False
    return await surely_asks(visit.scene.desk, visit.scene.visitor, said.text, now=visit.scene.now)
