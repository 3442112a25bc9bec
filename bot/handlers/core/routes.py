"""Which command and which button leads where; the handlers' modules are collected here and nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType

from bot.domain.people.people import CAN, Ability, Role
from bot.domain.plan.words import fold
from bot.transport.screen.visit import Visit
from bot.views.parts.actions import Action

MODULES = (
    *("join", "reporting", "unit_reports", "periods", "ranking", "asking", "questions", "appraising"),
    *("documents", "difficulties", "requests", "people", "office", "setup"),
    *("reminding", "days_off", "groups", "settings", "core.cancel"),
)
"""In the order in which their commands stand in the menu."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: Vietnamese name, English alias, and who may use it.

    ``ability`` none: every member. ``anyone``: also people who have no membership. ``menu_key`` none: works, but is not
    listed in the menu. ``in_groups``: is heard in group chats too, from whomever; it decides itself who may.
    """

    name: str
    alias: str
    menu_key: str | None
    ability: Ability | None
    handle: Callable[[Visit, str], Awaitable[None]]
    anyone: bool = False
    in_groups: bool = False

    @property
    def roles(self) -> frozenset[Role] | None:
        """The roles that may use it; none: every member."""
        return None if self.ability is None else CAN[self.ability]


@dataclass(frozen=True, slots=True)
class PressRoute:
    """Where the buttons of an action lead. ``in_groups``: they stand in group chats too, where anybody can press."""

    action: Action
    handle: Callable[[Visit, tuple[str, ...]], Awaitable[None]]
    in_groups: bool = False


class ClashingRoutes(Exception):
    """Two modules want the same command or button."""


@dataclass(frozen=True, slots=True)
class Routes:
    """All commands and buttons."""

    commands: tuple[Command, ...]
    by_word: dict[str, Command] = field(repr=False)
    presses: dict[Action, PressRoute] = field(repr=False)

    def command(self, word: str) -> Command | None:
        """The command that goes by this name or alias, with or without diacritics."""
        return self.by_word.get(fold(word).replace(" ", ""))


def module_of(name: str) -> ModuleType:
    """The handlers' module of this name; imported late, as each of them imports `Command` from here."""
    return import_module(f"bot.handlers.{name}")


def collect(modules: Iterable[str] = MODULES) -> Routes:
    """The routes of these modules. Raises ClashingRoutes where a name is taken twice."""
    commands: list[Command] = []
    words: dict[str, Command] = {}
    presses: dict[Action, PressRoute] = {}
    for module in map(module_of, modules):
        for command in getattr(module, "COMMANDS", ()):
            commands.append(command)
            for word in {command.name, command.alias}:
                if word in words:
                    raise ClashingRoutes(word)
                words[word] = command
        for route in getattr(module, "PRESSES", ()):
            if route.action in presses:
                raise ClashingRoutes(route.action)
            presses[route.action] = route
    return Routes(tuple(commands), words, presses)
