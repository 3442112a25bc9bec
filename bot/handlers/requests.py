"""`/giahan`, `/dexuat`: what units ask of the standing office, its answers, and what it changes itself."""

from __future__ import annotations

from bot.conversations.plan import limit
from bot.conversations.requests import change, decide, extend, new_task
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people import people
from bot.domain.people.people import Ability
from bot.domain.plan.codes import read_row_code
from bot.services.core.desk import current_locality_id
from bot.services.core.guards import require_reader
from bot.services.reporting.list_work import Subject
from bot.services.requests import ask_office, change_work, decide_request, note_done, see_request
from bot.services.rows import show_row
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, Shape, maybe, one_of
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number_at
from bot.views.requests import changing
from bot.views.requests import requests as views
from bot.views.rows import lists
from bot.views.rows.changes import changes_page


async def extension(visit: Visit, words: str) -> None:
    """/giahan CODE: ask for another limit; who decides over the row sets it. Without a code what waits."""
    scene = visit.scene
    if not words.strip():
        await proposals(visit, "")
        return
    if read_row_code(words) is None:
        raise NotFound("no_such_code", code=words.strip()[:20])
    try:
        found = await _own(visit, words)
    except NotAllowed:
        if not any(m.role in people.CAN[Ability.DECIDE] for m in scene.visitor.memberships):
            raise
        await _set_limit(visit, words)
        return
    await _open_extension(visit, found)


async def _own(visit: Visit, words: str) -> tuple[Subject, ...]:
    scene, asked = visit.scene, read_row_code(words)
    code = str(asked) if asked else words
    place = current_locality_id(scene.visitor)
    return await ask_office.extendable(scene.desk, scene.visitor, now=scene.now, code=code, locality_id=place)


async def _open_extension(visit: Visit, found: tuple[Subject, ...]) -> None:
    """The dialogue; where it is asked for already, the request that waits."""
    scene = visit.scene
    if len(found) == 1:
        subject = await ask_office.look(scene.desk, scene.visitor, assignment_id=found[0].assignment_id, now=scene.now)
        if subject.waiting is not None:
            await _show(visit, subject.waiting.id)
            return
        if subject.refusal is not None:
            raise subject.refusal
    draft = extend.begin(scene, current_locality_id(scene.visitor), found)
    await visit.show(await visit.engine.open(scene, draft), beside=True)


async def _set_limit(visit: Visit, words: str) -> None:
    scene = visit.scene
    row_id = await _only_row(visit, words)
    if row_id is not None:
        await visit.show(await visit.engine.open(scene, await limit.begin(scene, row_id)), beside=True)


async def _only_row(visit: Visit, words: str) -> int | None:
    """The row under a code; none where it fits rows of several localities, which are asked about instead."""
    scene = visit.scene
    matches = await show_row.find(scene.desk, scene.visitor, code=words)
    if len(matches) > 1:
        await visit.say(lists.which_row(scene.t, matches[0].row.code, matches))
        return None
    return matches[0].row.id


async def _show(visit: Visit, request_id: int) -> None:
    scene = visit.scene
    case = await see_request.see(scene.desk, scene.visitor, request_id=request_id, now=scene.now)
    await visit.say(views.request_card(scene.t, case))


async def proposals(visit: Visit, words: str) -> None:
    """/dexuat: what waits for an answer, and what may be asked or added; with a code what may change of that row."""
    scene = visit.scene
    if not words.strip():
        await visit.say(views.queue_view(scene.t, await see_request.queue(scene.desk, scene.visitor, now=scene.now)))
        return
    row_id = await _only_row(visit, words)
    if row_id is not None:
        found = await change_work.look(scene.desk, scene.visitor, row_id=row_id, now=scene.now)
        await visit.say(changing.menu_view(scene.t, found))


async def press_request(visit: Visit, args: tuple[str, ...]) -> None:
    """The answer to a request, or the request as it stands now."""
    scene, verb, request_id = visit.scene, args[0], number_at(args, 1)
    if verb == "see":
        await _show(visit, request_id)
    elif verb == "yes":
        printed = decide.printed_words()
        case = await decide_request.grant(
            scene.desk, scene.visitor, request_id=request_id, printed=printed, now=scene.now, key=scene.key
        )
        await visit.update(views.request_card(scene.t, case))
    elif verb == "withdraw":
        taken = await ask_office.withdraw(
            scene.desk, scene.visitor, request_id=request_id, now=scene.now, key=scene.key
        )
        await visit.update(views.request_card(scene.t, taken))
    elif verb == "done":
        noted = await note_done.note_done(
            scene.desk, scene.visitor, request_id=request_id, now=scene.now, key=scene.key
        )
        await visit.update(views.request_card(scene.t, noted))
    else:
        await _answer(visit, request_id, "refuse" if verb == "no" else "date")


async def _answer(visit: Visit, request_id: int, what: decide.What) -> None:
    """Ask for the reason or the other day; where nothing is to be decided any more, show the request."""
    scene = visit.scene
    case = await see_request.see(scene.desk, scene.visitor, request_id=request_id, now=scene.now)
    if not case.may_decide:
        await visit.update(views.request_card(scene.t, case))
        return
    draft = decide.begin(scene, case, what)
    await visit.show(await visit.engine.open(scene, draft), beside=True)


async def press_change(visit: Visit, args: tuple[str, ...]) -> None:
    """A page of what was changed or waits, or the beginning of a change."""
    scene, verb, first = visit.scene, args[0], number_at(args, 1)
    page = number_at(args, 2) if len(args) > 2 else 0
    if verb == "row":
        found = await change_work.look(scene.desk, scene.visitor, row_id=first, now=scene.now)
        await (visit.update if len(args) > 2 else visit.say)(changing.menu_view(scene.t, found, page))
    elif verb == "part":
        row_id = await show_row.row_of_assignment(scene.desk, scene.visitor, first)
        found = await change_work.look(scene.desk, scene.visitor, row_id=row_id, now=scene.now)
        await visit.say(changing.part_view(scene.t, found, found.part(first)))
    elif verb == "all":
        told = await show_row.show_changes(scene.desk, scene.visitor, row_id=first, now=scene.now)
        await (visit.update if len(args) > 2 else visit.say)(changes_page(scene.t, told, page))
    elif verb == "queue":
        waits = await see_request.queue(scene.desk, scene.visitor, now=scene.now, locality_id=first)
        await visit.update(views.queue_view(scene.t, waits, page))
    else:
        await _begin(visit, verb, first)


async def _begin(visit: Visit, verb: str, first: int) -> None:
    scene, engine = visit.scene, visit.engine
    if verb == "extend":
        subject = await ask_office.look(scene.desk, scene.visitor, assignment_id=first, now=scene.now)
        await _open_extension(visit, (Subject(subject.lead, subject.unit, subject.locality_id, "", subject.today),))
    elif verb == "choose":
        require_reader(scene.visitor, first)
        await visit.show(await engine.open(scene, extend.begin(scene, first)), beside=True)
    elif verb == "task":
        await visit.show(await engine.open(scene, await new_task.begin(scene, first)), beside=True)
    elif verb == "limit":
        await visit.show(await engine.open(scene, await limit.begin(scene, first)), beside=True)
    elif verb == "close":
        draft = await change.begin(scene, "closing", row_id=first)
        await visit.show(await engine.open(scene, draft), beside=True)
    elif verb in _CHANGES:
        row_id = await show_row.row_of_assignment(scene.desk, scene.visitor, first)
        draft = await change.begin(scene, _CHANGES[verb], row_id=row_id, assignment_id=first)
        await visit.show(await engine.open(scene, draft), beside=True)
    else:
        raise NotFound("not_found")


_CHANGES: dict[str, change.What] = {"hand": "hand_over", "end": "closing", "other": "other"}


COMMANDS = (
    Command("giahan", "extend", "menu.giahan", Ability.TAKE_PART, extension),
    Command("dexuat", "propose", "menu.dexuat", Ability.TAKE_PART, proposals),
)
_OF_CHANGES: tuple[Shape, ...] = (
    (one_of("row", "all"), NUMBER, maybe(NUMBER)),
    ("queue", NUMBER, NUMBER),
    (one_of("part", "extend", "choose", "task", "limit", "close", _CHANGES), NUMBER),
)
PRESSES = (
    PressRoute(Action.REQUEST, ((one_of("see", "yes", "withdraw", "no", "date", "done"), NUMBER),), press_request),
    PressRoute(Action.CHANGE, _OF_CHANGES, press_change),
)
