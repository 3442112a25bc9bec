"""`/lich`: days off and days worked in exchange."""

from __future__ import annotations

from datetime import date

from bot.conversations.plan import days_off as dialogue
from bot.domain.errors import NotFound
from bot.domain.people.people import Ability
from bot.domain.plan.calendar import DayKind
from bot.handlers.asking import number
from bot.handlers.core.routes import Command, PressRoute
from bot.services.plan import edit_days_off
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action
from bot.views.plan.calendar_days import days_view


async def show_days(visit: Visit, words: str) -> None:
    """/lich: the exceptions that lie ahead."""
    scene = visit.scene
    await visit.say(days_view(scene.t, await edit_days_off.list_days(scene.desk, scene.visitor, now=scene.now)))


async def press_days(visit: Visit, args: tuple[str, ...]) -> None:
    """A page of the days, a new one, or one taken back."""
    scene, verb, place = visit.scene, args[0], number(args, 1)
    if verb in (DayKind.OFF, DayKind.WORK):
        draft = await dialogue.begin(scene, place, DayKind(verb))
        await visit.show(await visit.engine.open(scene, "day_off", draft))
    elif verb == "remove":
        day = date.fromisoformat(args[2])
        found = await edit_days_off.take_back_day(scene.desk, scene.visitor, locality_id=place, day=day, now=scene.now)
        await visit.update(days_view(scene.t, found))
    elif verb == "page":
        found = await edit_days_off.list_days(scene.desk, scene.visitor, now=scene.now, locality_id=place)
        await visit.update(days_view(scene.t, found, number(args, 2)))
    else:
        raise NotFound("not_found")


COMMANDS = (Command("lich", "calendar", "menu.lich", Ability.RUN, show_days),)
PRESSES = (PressRoute(Action.CALENDAR, press_days),)
