"""`/caidat` and `/trogiup`."""

from __future__ import annotations

from bot.domain.errors import NotFound
from bot.handlers.routes import Command, PressRoute
from bot.i18n import translator
from bot.services.change_settings import choose_language, choose_locality, see_settings
from bot.services.open_menu import open_menu
from bot.transport.visit import Visit
from bot.views.actions import Action
from bot.views.menu import help_view
from bot.views.settings import settings_view


async def show_settings(visit: Visit, words: str) -> None:
    """/caidat: language and current locality."""
    await visit.say(settings_view(visit.scene.t, see_settings(visit.scene.visitor)))


async def show_help(visit: Visit, words: str) -> None:
    """/trogiup: what this person's roles can do."""
    await visit.say(help_view(visit.scene.t, await open_menu(visit.scene.desk, visit.scene.visitor)))


async def press_setting(visit: Visit, args: tuple[str, ...]) -> None:
    """Another language, or another locality."""
    scene = visit.scene
    name, value = (*args, "", "")[:2]
    if name == "language":
        settings = await choose_language(scene.desk, scene.visitor, language=value)
    elif name == "locality" and value.isdecimal() and value.isascii():
        settings = await choose_locality(scene.desk, scene.visitor, locality_id=int(value))
    else:
        raise NotFound("not_found")
    await visit.update(settings_view(translator(settings.language), settings))
    await visit.publish_menu()


COMMANDS = (
    Command("caidat", "settings", "menu.caidat", None, show_settings),
    Command("trogiup", "help", "menu.trogiup", None, show_help),
)
PRESSES = (PressRoute(Action.SETTINGS, press_setting),)
