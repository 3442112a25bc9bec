"""The command menu: each person sees only what his or her roles can do, in his or her language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bot.domain.people.people import Role, roles_in
from bot.domain.people.visitor import Visitor
from bot.i18n import Translator, translator
from bot.services.core.desk import current_locality_id
from bot.transport.sending.sender import Sender

FOR_ALL = ("start", "trogiup")


class MenuItem(Protocol):
    """What the menu needs of a command."""

    @property
    def name(self) -> str:
        """The Vietnamese word."""

    @property
    def alias(self) -> str:
        """The English word."""

    @property
    def menu_key(self) -> str | None:
        """The key of its description; none where it is not listed."""

    @property
    def roles(self) -> frozenset[Role] | None:
        """Who may use it; none: every member."""


def menu_of(visitor: Visitor, commands: Iterable[MenuItem], t: Translator) -> list[tuple[str, str]]:
    """Word and description of every command this person can use now."""
    if visitor.person is None or not visitor.memberships:
        return everyones_menu(commands, t)
    roles = roles_in(visitor.memberships, current_locality_id(visitor))
    fitting = (one for one in commands if one.roles is None or one.roles & roles)
    return [_line(one, t) for one in fitting if one.menu_key is not None]


def everyones_menu(commands: Iterable[MenuItem], t: Translator) -> list[tuple[str, str]]:
    """The menu of people who have not joined."""
    return [_line(one, t) for one in commands if one.name in FOR_ALL and one.menu_key is not None]


async def publish_menu(sender: Sender, visitor: Visitor, commands: Iterable[MenuItem]) -> None:
    """Set the menu of a person's private chat after roles or language have changed."""
    t = translator(visitor.person.language if visitor.person else "vi")
    await sender.set_menu(visitor.telegram_id, menu_of(visitor, commands, t))


def _line(one: MenuItem, t: Translator) -> tuple[str, str]:
    word = one.alias if t.language == "en" and one.alias else one.name
    return word, t(one.menu_key or "")[:256]
