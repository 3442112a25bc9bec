"""Appraising: the queue, a case, accept, give back; opening a locked assignment again."""

from __future__ import annotations

from bot.conversations.appraising.appraise import ReopenDraft, ReturnDraft
from bot.conversations.core.dialogue import token_of
from bot.domain.errors import TransitionRefused
from bot.domain.people.people import Ability
from bot.services.appraising import appraise, reopen
from bot.services.appraising.appraise import AppraisalCase
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, one_of
from bot.transport.screen.visit import Visit
from bot.views.appraising.appraising import case_card, judged, queue_list
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number, number_at
from bot.views.parts.view import View


async def queue(visit: Visit, words: str) -> None:
    """/thamdinh: the complete reports that wait."""
    scene = visit.scene
    await visit.say(queue_list(scene.t, await appraise.queue(scene.desk, scene.visitor, now=scene.now)))


async def queue_page(visit: Visit, page: int, locality_id: int) -> View:
    """A page of the queue as it is now."""
    scene = visit.scene
    found = await appraise.queue(scene.desk, scene.visitor, now=scene.now, locality_id=locality_id)
    return queue_list(scene.t, found, page)


async def press_appraise(visit: Visit, args: tuple[str, ...]) -> None:
    """A button of the queue or of a case. One pressed too late shows what has become of the report."""
    assignment_id, report_id, verb = number(args[0]), number(args[1]), args[2]
    scene = visit.scene
    ids = {"assignment_id": assignment_id, "report_id": report_id}
    if verb == "accept":
        try:
            done = await appraise.accept(scene.desk, scene.visitor, **ids, now=scene.now, key=scene.key)
        except TransitionRefused:
            await visit.update(case_card(scene.t, await _case(visit, ids), with_files=False))
            return
        await visit.update(judged(scene.t, done))
        return
    found = await _case(visit, ids)
    if verb == "return" and found.may_judge:
        draft = ReturnDraft(token=token_of(scene.key), code=found.lead.row.code, **ids)
        await visit.show(await visit.engine.open(scene, draft))
    elif verb == "return":
        await visit.update(case_card(scene.t, found, with_files=False))
    else:
        await visit.say(case_card(scene.t, found))


async def _case(visit: Visit, ids: dict[str, int]) -> AppraisalCase:
    scene = visit.scene
    return await appraise.case(scene.desk, scene.visitor, **ids, now=scene.now)


async def press_reopen(visit: Visit, args: tuple[str, ...]) -> None:
    """The button of a card that opens a locked assignment again."""
    scene, assignment_id = visit.scene, number_at(args, 0)
    found = await reopen.look(scene.desk, scene.visitor, assignment_id=assignment_id, now=scene.now)
    draft = ReopenDraft(token=token_of(scene.key), assignment_id=assignment_id, code=found.lead.row.code)
    await visit.show(await visit.engine.open(scene, draft))


COMMANDS = (Command("thamdinh", "appraise", "menu.thamdinh", Ability.SEE_WAITING, queue),)
_OF_CASE = (NUMBER, NUMBER, one_of("open", "accept", "return"))
PRESSES = (
    PressRoute(Action.APPRAISE, (_OF_CASE,), press_appraise),
    PressRoute(Action.REOPEN, ((NUMBER,),), press_reopen),
)
