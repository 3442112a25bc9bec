"""Questions in plain words: what is typed without a command, `/hoi` in a group, and the buttons under an answer."""

from __future__ import annotations

from bot.handlers.people import show_help
from bot.handlers.rows import show_row_card
from bot.language.asking.query import Query, QueryKind
from bot.services.asking import ask
from bot.services.asking.ask import Answer
from bot.transport.screen.routes import Command, PressRoute
from bot.transport.screen.shapes import NUMBER, like
from bot.transport.screen.visit import Visit
from bot.views.asking import answers
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number, number_at


async def asked(visit: Visit, text: str) -> None:
    """A sentence that is neither an answer to a dialogue nor a report."""
    scene = visit.scene
    await show(visit, await ask.ask(scene.desk, scene.visitor, text, now=scene.now))


async def show(visit: Visit, answer: Answer) -> None:
    """An answer in a message of its own; a card and the help are those of their commands."""
    reading = answer.reading
    if isinstance(reading, Query) and reading.kind is QueryKind.HELP:
        await show_help(visit, "")
        await visit.say(answers.examples(visit.t))
    elif answer.card is not None:
        await show_row_card(visit, answer.card.row.id)
        if answer.why:
            await visit.say(answers.why_view(visit.t, answer))
        if answer.unused:
            await visit.say(answers.unused_view(visit.t, answer))
    else:
        await visit.say(answers.answer_view(visit.t, answer))


async def in_group(visit: Visit, words: str) -> None:
    """/hoi: a question in a team's group, answered with what every member may see; privately like any other."""
    chat = visit.chat
    if chat is None or chat.type == "private":
        await (asked(visit, words) if words else visit.say(answers.examples(visit.t)))
        return
    scene = visit.scene
    answer = await ask.ask_in_group(scene.desk, scene.visitor, words, now=scene.now)
    await visit.say(answers.answer_view(visit.t, answer, in_group=True))


async def press_answer(visit: Visit, args: tuple[str, ...]) -> None:
    """A page of an answer, a reading chosen, or the wider question; answered with what is true now."""
    scene, what = visit.scene, args[1]
    chat = visit.chat
    group = chat is not None and chat.type != "private"
    choice = number(what[1:]) if what.startswith("c") else None
    period = what[1:] if what.startswith("p") else ""
    answer = await ask.again(
        scene.desk,
        scene.visitor,
        number_at(args, 0),
        now=scene.now,
        choice=choice,
        wider=what == "wider",
        period=period,
        in_group=group,
    )
    if what == "wider" or period or choice is not None:
        await (visit.say(answers.answer_view(visit.t, answer, in_group=True)) if group else show(visit, answer))
    else:
        await visit.update(answers.answer_view(visit.t, answer, number_at(args, 1), in_group=group))


COMMANDS = (Command("hoi", "ask", "menu.hoi", None, in_group, in_groups=True),)
_PERIOD = like(r"p20\d\d(-[0-9A-Z]{2}(-\d\d(\.\d{1,2})?)?)?")
"""A period by its short name, or the day on which the units' own plans are due."""
_SHAPES = ((NUMBER, NUMBER), (NUMBER, "wider"), (NUMBER, like("c[0-9]{1,3}")), (NUMBER, _PERIOD))
PRESSES = (PressRoute(Action.ANSWER, _SHAPES, press_answer, True),)
