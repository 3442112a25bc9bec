"""Which command and which button leads where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from bot.domain.people.people import CAN, Ability, Role
from bot.domain.plan.words import fold
from bot.transport.screen.shapes import Shape, fit
from bot.views.parts.actions import Action

V = TypeVar("V")
"""What a handler is given: a visit, which itself knows the routes."""
W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Command(Generic[V]):
    """A command: Vietnamese name, English alias, and who may use it.

    ``ability`` none: every member. ``anyone``: also people who have no membership. ``menu_key`` none: works, but is not
    listed in the menu. ``in_groups``: is heard in group chats too, from whomever; it decides itself who may.
    """

    name: str
    alias: str
    menu_key: str | None
    ability: Ability | None
    handle: Callable[[V, str], Awaitable[None]]
    in_groups: bool = False

    @property
    def roles(self) -> frozenset[Role] | None:
        """The roles that may use it; none: every member."""
        return None if self.ability is None else CAN[self.ability]


@dataclass(frozen=True, slots=True)
class PressRoute(Generic[V]):
    """Where the buttons of an action lead, and what they carry: one of ``shapes``, checked before ``handle`` is called.

    ``in_groups``: they stand in group chats too, where anybody can press.
    """

    action: Action
    shapes: tuple[Shape, ...]
    handle: Callable[[V, tuple[str, ...]], Awaitable[None]]
    in_groups: bool = False

    def takes(self, args: Sequence[str]) -> bool:
        """Whether a button of ours carries these arguments; others are forged, or of a version long gone."""
        return fit(args, self.shapes)


class ClashingRoutes(Exception):
    """Two rooms want the same command or button, or a command is not in the order."""


@dataclass(frozen=True, slots=True)
class Routes(Generic[V]):
    """All commands and buttons."""

    commands: tuple[Command[V], ...]
    by_word: dict[str, Command[V]] = field(repr=False)
    presses: dict[Action, PressRoute[V]] = field(repr=False)

    def command(self, word: str) -> Command[V] | None:
        """The command that goes by this name or alias, with or without diacritics."""
        return self.by_word.get(fold(word).replace(" ", ""))


class Room(Protocol[W]):
    """A module of handlers, as what it adds to the routes."""

    @property
    def COMMANDS(self) -> tuple[Command[W], ...]:
        """The commands it knows."""

    @property
    def PRESSES(self) -> tuple[PressRoute[W], ...]:
        """The buttons it knows."""


def collect(rooms: Iterable[Room[V]], order: Sequence[str]) -> Routes[V]:
    """The routes of these rooms, the commands in this order.

    Raises ClashingRoutes where a command or button is known twice, or a command has no place in the order.
    """
    words: dict[str, Command[V]] = {}
    presses: dict[Action, PressRoute[V]] = {}
    commands: list[Command[V]] = []
    for room in rooms:
        commands += room.COMMANDS
        for route in room.PRESSES:
            if route.action in presses:
                raise ClashingRoutes(route.action)
            presses[route.action] = route
    for command in commands:
        for word in {command.name, command.alias}:
            if word in words:
                raise ClashingRoutes(word)
            words[word] = command
    if astray := {command.name for command in commands} ^ set(order):
        raise ClashingRoutes(", ".join(sorted(astray)))
    commands.sort(key=lambda command: order.index(command.name))
    return Routes(tuple(commands), words, presses)
