"""What whole units report: the button of a reminder that begins it, what was sent already, and its files."""

from __future__ import annotations

from bot.conversations.reporting import unit_report
from bot.domain.errors import NotFound
from bot.handlers.core.routes import PressRoute
from bot.services.reporting.prepare_unit_report import Target, look
from bot.services.reporting.send_unit_report import show_files
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number_at
from bot.views.reporting import unit_reports


async def press_unit_report(visit: Visit, args: tuple[str, ...]) -> None:
    """Begin a report; where the unit has sent it, what was sent, with a button to send more. Or show its files."""
    scene, verb = visit.scene, args[0]
    if verb == "files":
        found = await show_files(scene.desk, scene.visitor, report_id=number_at(args, 1))
        await visit.say(unit_reports.report_files(scene.t, found, number_at(args, 2) if len(args) > 2 else 0))
        return
    if verb not in ("open", "more") or len(args) != 5:
        raise NotFound("not_found")
    target = Target(number_at(args, 1), number_at(args, 2), args[3], args[4])
    prospect = await look(scene.desk, scene.visitor, target=target, now=scene.now)
    if prospect.sent and verb == "open":
        await visit.say(unit_reports.sent_already(scene.t, prospect))
        return
    draft = unit_report.begin(scene, prospect)
    await visit.show(await visit.engine.open(scene, "unit_report", draft), beside=True)


COMMANDS = ()
PRESSES = (PressRoute(Action.UNIT_REPORT, press_unit_report),)
