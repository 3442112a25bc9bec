"""What is typed without a command: an answer to the open dialogue, else a quick report, else not understood."""

from __future__ import annotations

from typing import Any

from telegram import Update

from bot.conversations.scene import Scene, Sent, Typed
from bot.domain.errors import NotAllowed, NotFound
from bot.handlers import routes
from bot.handlers.commands import answering
from bot.handlers.gate import JOINING
from bot.handlers.join import redeem
from bot.questions.reports import QuickReport, RowHint, read_report
from bot.services.book import Book
from bot.services.join import read_code
from bot.transport.visit import Context, Visit
from bot.transport.words import with_menu


async def heard(update: Update, context: Context) -> None:
    """A message in words."""
    text = (update.message.text if update.message else None) or ""
    code = read_code(text) if _may_hold_a_code(context.visit) else None
    work = read(context.visit, Typed(text)) if code is None else redeem(context.visit, code)
    await answering(context.visit, work)


def _may_hold_a_code(visit: Visit) -> bool:
    """Whether a message can be an invitation's code: not where a dialogue waits for words."""
    dialogue = visit.scene.visitor.dialogue
    return dialogue is None or dialogue.kind == JOINING


async def read(visit: Visit, said: Typed | Sent) -> None:
    """Read a message or files that have been received: for the open dialogue, or as something new.

    Also what a dialogue had held back and let go comes here again.
    """
    reading = await quick_report(visit.scene, said.text if isinstance(said, Typed) else said.caption or "")
    if visit.engine.is_open(visit.scene):
        turn = None
        if _is_of_another(visit, reading):
            turn = visit.engine.ask_whether_new(visit.scene, said)
        turn = turn or await visit.engine.hear(visit.scene, said)
        if turn is not None:
            await visit.show(turn)
            return
    reporting: Any = routes.module_of("reporting")
    if isinstance(said, Sent):
        await reporting.begin_with_files(visit, said.evidence, said.caption, said.album)
    elif reading is not None:
        await reporting.begin_quick_report(visit, reading)
    else:
        await visit.say(with_menu(visit.t, "transport.not_understood"))


async def quick_report(scene: Scene, text: str) -> Any:
    """The quick report a text is, or what must be asked about it; none where it is none."""
    if not text or not any(sign.isdigit() for sign in text):
        return None
    try:
        book = await scene.book()
    except (NotAllowed, NotFound):
        return None
    if book.plan is None:
        return None
    return read_report(text, _hints(book), book.plan.year)


def _hints(book: Book) -> dict[str, RowHint]:
    return {row.code: RowHint(row.kind, row.target) for row in book.rows.values()}


def _is_of_another(visit: Visit, reading: Any) -> bool:
    subject = visit.engine.subject_code(visit.scene)
    return subject is not None and isinstance(reading, QuickReport) and reading.code != subject
