"""`/caidat` and `/trogiup`."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import NotFound
from bot.handlers.core.routes import Command, PressRoute
from bot.i18n import translator
from bot.services.core.hours import day_of
from bot.services.people.change_settings import PersonalSettings, choose_language, choose_locality, see_settings
from bot.services.people.choose_digest_hour import set_digest_minute
from bot.services.people.open_menu import open_menu
from bot.services.reminding.mute import mutes
from bot.transport.screen.visit import Visit
from bot.views.core.menu import help_view
from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import number, number_at
from bot.views.parts.view import View
from bot.views.people.settings import settings_view


async def show_settings(visit: Visit, words: str) -> None:
    """/caidat: language, current locality, the hour of the morning's message, what is muted."""
    await visit.say(await _view(visit, see_settings(visit.scene.visitor)))


async def _view(visit: Visit, settings: PersonalSettings) -> View:
    scene = visit.scene
    muted = await mutes(scene.desk, scene.visitor, today=day_of(scene.now))
    return settings_view(translator(settings.language), settings, muted)


async def show_help(visit: Visit, words: str) -> None:
    """/trogiup: what this person's roles can do."""
    await visit.say(help_view(visit.scene.t, await open_menu(visit.scene.desk, visit.scene.visitor)))


async def press_setting(visit: Visit, args: tuple[str, ...]) -> None:
    """Another language, another locality, or another hour."""
    scene = visit.scene
    name, value = (*args, "", "")[:2]
    if name == "language":
        settings = await choose_language(scene.desk, scene.visitor, language=value)
    elif name == "locality":
        settings = await choose_locality(scene.desk, scene.visitor, locality_id=number(value))
    elif name == "hour":
        settings = await _choose_hour(visit, number_at(args, 1))
    else:
        raise NotFound("not_found")
    await visit.update(await _view(visit, settings))
    if name != "hour":
        await visit.publish_menu()


async def _choose_hour(visit: Visit, minute: int) -> PersonalSettings:
    scene = visit.scene
    settings = see_settings(scene.visitor)
    chosen = await set_digest_minute(scene.desk, scene.visitor, minute=minute, now=scene.now)
    return replace(settings, person=replace(settings.person, digest_minute=chosen))


COMMANDS = (
    Command("caidat", "settings", "menu.caidat", None, show_settings),
    Command("trogiup", "help", "menu.trogiup", None, show_help),
)
PRESSES = (PressRoute(Action.SETTINGS, press_setting),)
