"""`/vuongmac`: the lists, one of them, its files; raising one, and what is said to it."""

from __future__ import annotations

import re

from bot.conversations.difficulties import difficulty, difficulty_words
from bot.domain.people.people import Ability
from bot.domain.plan.words import fold
from bot.services.difficulties import discuss_difficulty
from bot.services.difficulties.see_difficulties import Tab, list_difficulties, list_of_row, see, show_files
from bot.services.reporting.list_work import find_work
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, Shape, maybe, one_of
from bot.transport.screen.visit import Visit
from bot.views.difficulties import difficulties as views
from bot.views.difficulties import difficulty_talks as talks
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number_at

_NUMBER = re.compile(r"vm ?0*(\d{1,9})")


async def difficulties(visit: Visit, words: str) -> None:
    """/vuongmac: what waits; with a task's code a new one with that task, with a number of its own ("VM3") that one."""
    scene = visit.scene
    if not words.strip():
        await visit.say(views.difficulty_list(scene.t, await list_difficulties(scene.desk, scene.visitor)))
        return
    number_of_it = _NUMBER.fullmatch(fold(words))
    if number_of_it is not None:
        await _show(visit, int(number_of_it.group(1)))
        return
    found = await find_work(scene.desk, scene.visitor, code=words.strip(), now=scene.now)
    if len(found) > 1:
        await visit.say(talks.which_assignment(scene.t, found))
    else:
        await _raise(visit, found[0].assignment_id)


async def press_difficulty(visit: Visit, args: tuple[str, ...]) -> None:
    """A page of a list, one difficulty, its files, or something that is to be said."""
    scene, verb, page = visit.scene, args[0], number_at(args, len(args) - 1) if len(args) > 2 else 0
    if verb == "list":
        tab, place = Tab(args[1]), number_at(args, 2)
        found = await list_difficulties(scene.desk, scene.visitor, tab=tab, locality_id=place, page=page)
        await visit.update(views.difficulty_list(scene.t, found))
    elif verb == "row":
        of_row = await list_of_row(scene.desk, scene.visitor, row_id=number_at(args, 1), page=page)
        await (visit.update if len(args) > 2 else visit.say)(views.difficulty_list(scene.t, of_row))
    elif verb == "card":
        await _show(visit, number_at(args, 1))
    elif verb == "files":
        carried = await show_files(scene.desk, scene.visitor, difficulty_id=number_at(args, 1))
        await visit.say(views.difficulty_files(scene.t, carried, page))
    elif verb == "new":
        await _raise(visit, number_at(args, 1) if len(args) > 1 else None)
    else:
        await _speak(visit, verb, number_at(args, 1))


async def _show(visit: Visit, difficulty_id: int) -> None:
    scene = visit.scene
    found = await see(scene.desk, scene.visitor, difficulty_id=difficulty_id, now=scene.now)
    await visit.say(views.card(scene.t, found))


async def _raise(visit: Visit, assignment_id: int | None) -> None:
    scene = visit.scene
    draft = difficulty.new_draft(scene)
    if assignment_id is not None:
        draft = await difficulty.begin(scene, assignment_id)
    await visit.show(await visit.engine.open(scene, draft), beside=True)


async def _speak(visit: Visit, verb: str, difficulty_id: int) -> None:
    scene, what = visit.scene, views.SPOKEN[verb]
    talk = await discuss_difficulty.look(
        scene.desk, scene.visitor, difficulty_id=difficulty_id, what=what, now=scene.now
    )
    if talk.refusal is not None:
        # An old button: what it is about has been settled.
        await visit.tell(talk.refusal)
        await visit.say(views.card(scene.t, talk.card))
        return
    draft = difficulty_words.begin(scene, talk, what)
    await visit.show(await visit.engine.open(scene, draft), beside=True)


COMMANDS = (Command("vuongmac", "difficulty", "menu.vuongmac", Ability.TAKE_PART, difficulties),)
_SHAPES: tuple[Shape, ...] = (
    ("list", one_of(Tab), NUMBER, NUMBER),
    (one_of("row", "files"), NUMBER, maybe(NUMBER)),
    (one_of("card", views.SPOKEN), NUMBER),
    ("new", maybe(NUMBER)),
)
PRESSES = (PressRoute(Action.DIFFICULTY, _SHAPES, press_difficulty),)
