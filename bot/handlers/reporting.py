"""Reporting on work and for whole units: the command, the buttons, quick reports and files sent first."""

from __future__ import annotations

from bot.conversations.core.scene import Sent
from bot.conversations.reporting import milestone, unit_report
from bot.conversations.reporting.report_draft import choose, draft_of_reading, new_draft, take
from bot.domain.errors import NotFound
from bot.domain.people.people import Ability
from bot.language.reports.items import code_at
from bot.language.reports.outcomes import AmbiguousReport, QuickReport
from bot.language.text.tokens import tokenise
from bot.services.reporting import prepare_unit_report
from bot.services.reporting.attach_evidence import forget
from bot.services.reporting.list_work import find_work
from bot.services.reporting.prepare_report import look
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.services.reporting.quick_report import read_message
from bot.services.reporting.send_unit_report import show_files
from bot.services.reporting.withdraw_report import withdraw
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, WORD, Shape, maybe, one_of
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number_at
from bot.views.reporting import unit_reports
from bot.views.reporting.receipts import withdrawn


async def report(visit: Visit, words: str) -> None:
    """/baocao: the open work; with a code the question how far it is, with a percent too the summary card."""
    scene = visit.scene
    if not words.strip():
        await visit.show(await visit.engine.open(scene, new_draft(scene)))
        return
    tokens = tokenise(words)
    named = code_at(tokens, 0)
    if named is not None and named.end == len(tokens):
        found = await find_work(scene.desk, scene.visitor, code=named.code, now=scene.now)
        await visit.show(await visit.engine.open(scene, choose(new_draft(scene), found)))
        return
    reading = await read_message(scene.desk, scene.visitor, words)
    if reading is not None:
        await begin_quick_report(visit, reading, text=words)
    elif named is not None:
        found = await find_work(scene.desk, scene.visitor, code=named.code, now=scene.now)
        draft = choose(new_draft(scene), found).but(unclear="error.percent_unreadable")
        await visit.show(await visit.engine.open(scene, draft))
    else:
        raise NotFound("no_such_code", code=words.split()[0])


async def begin_quick_report(
    visit: Visit, reading: QuickReport | AmbiguousReport, evidence: tuple[int, ...] = (), text: str = ""
) -> None:
    """Show the summary card of a quick report; where it is ambiguous, ask with buttons. ``text`` is the message."""
    draft = await draft_of_reading(visit.scene, reading, evidence, text)
    await visit.show(await visit.engine.open(visit.scene, draft))


async def begin_with_files(visit: Visit, said: Sent) -> None:
    """Begin a report with files: the card where the caption is a quick report, else "Gắn vào nhiệm vụ nào?"."""
    await visit.show(await visit.engine.open(visit.scene, new_draft(visit.scene), said=said))


async def drop_album(visit: Visit, album: str) -> None:
    """Wipe what came of an album before its caption turned out to be marked secret, wherever the dialogue has it."""
    scene = visit.scene
    left, files = visit.engine.without_album(scene, album)
    if left != scene.visitor.dialogue:
        await forget(scene.desk, scene.visitor, files, now=scene.now)
        visit.keep(left)


async def press_report(visit: Visit, args: tuple[str, ...]) -> None:
    """Begin a report: "Báo cáo" on a list, a card or a reminder, which stay: there may be more to do in them."""
    scene = visit.scene
    prospect = await look(scene.desk, scene.visitor, assignment_id=number_at(args, 0), now=scene.now)
    draft = take(new_draft(scene), prospect.subject)
    await visit.show(await visit.engine.open(scene, draft), beside=True)


async def press_withdraw(visit: Visit, args: tuple[str, ...]) -> None:
    """Take a report back: "Thu hồi" on a receipt."""
    scene = visit.scene
    given = await withdraw(
        scene.desk,
        scene.visitor,
        assignment_id=number_at(args, 0),
        event_id=number_at(args, 1),
        now=scene.now,
        key=scene.key,
    )
    view = withdrawn(scene.t, given)
    await (visit.say(view) if args[2:] == ("beside",) else visit.update(view))


async def press_milestone(visit: Visit, args: tuple[str, ...]) -> None:
    """Begin to confirm a milestone: "Đã đạt mốc" on a card."""
    draft = await milestone.begin(visit.scene, number_at(args, 0), number_at(args, 1))
    await visit.show(await visit.engine.open(visit.scene, draft))


async def press_unit_report(visit: Visit, args: tuple[str, ...]) -> None:
    """Begin a report; where the unit has sent it, what was sent, with a button to send more. Or show its files."""
    scene, verb = visit.scene, args[0]
    if verb == "files":
        found = await show_files(scene.desk, scene.visitor, report_id=number_at(args, 1))
        await visit.say(unit_reports.report_files(scene.t, found, number_at(args, 2) if len(args) > 2 else 0))
        return
    target = UnitReportTarget(number_at(args, 1), number_at(args, 2), args[3], args[4])
    prospect = await prepare_unit_report.look(scene.desk, scene.visitor, target=target, now=scene.now)
    if prospect.sent and verb == "open":
        await visit.say(unit_reports.sent_already(scene.t, prospect))
        return
    draft = unit_report.begin(scene, prospect)
    await visit.show(await visit.engine.open(scene, draft), beside=True)


COMMANDS = (Command("baocao", "report", "menu.baocao", Ability.REPORT, report),)
_OF_UNIT_REPORTS: tuple[Shape, ...] = (
    ("files", NUMBER, maybe(NUMBER)),
    (one_of("open", "more"), NUMBER, NUMBER, WORD, WORD),
)
PRESSES = (
    PressRoute(Action.REPORT, ((NUMBER,),), press_report),
    PressRoute(Action.WITHDRAW, ((NUMBER, NUMBER, maybe("beside")),), press_withdraw),
    PressRoute(Action.MILESTONE, ((NUMBER, NUMBER),), press_milestone),
    PressRoute(Action.UNIT_REPORT, _OF_UNIT_REPORTS, press_unit_report),
)
