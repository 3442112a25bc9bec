"""The main menu, the first steps after joining and the help: each shows what the person's roles can do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.people.people import CAN, Ability, Role
from bot.i18n import Translator
from bot.services.people.open_menu import Home
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say
from bot.views.parts.view import Button, View, button, grid
from bot.views.words.places import place_words
from bot.views.words.roles import role_label


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A command as the menu and the help know it; ``ability`` none: every member. ``on_menu``: it needs no words."""

    command: str
    ability: Ability | None = None
    on_menu: bool = True

    def fits(self, roles: Collection[Role]) -> bool:
        """Whether someone with these roles may use it."""
        return self.ability is None or not CAN[self.ability].isdisjoint(roles)


ITEMS = (
    MenuEntry("baocao", Ability.REPORT),
    MenuEntry("kybaocao", Ability.TAKE_PART),
    MenuEntry("xephang", Ability.OVERSEE),
    MenuEntry("viec"),
    MenuEntry("do"),
    MenuEntry("han"),
    MenuEntry("nhiemvu", on_menu=False),
    MenuEntry("tim", on_menu=False),
    MenuEntry("hoi", on_menu=False),
    MenuEntry("thamdinh", Ability.SEE_WAITING),
    MenuEntry("tongquan", Ability.OVERSEE),
    MenuEntry("vuongmac", Ability.TAKE_PART),
    MenuEntry("giahan", Ability.TAKE_PART, on_menu=False),
    MenuEntry("dexuat", Ability.TAKE_PART),
    MenuEntry("moi", Ability.INVITE),
    MenuEntry("nguoi", Ability.INVITE),
    MenuEntry("donvi", Ability.RUN),
    MenuEntry("khoitao", Ability.RUN),
    MenuEntry("dondoc", Ability.RUN, on_menu=False),
    MenuEntry("tinhtrang", Ability.RUN),
    MenuEntry("lich", Ability.RUN),
    MenuEntry("ketnoi", Ability.CONNECT, on_menu=False),
    MenuEntry("caidat"),
    MenuEntry("trogiup"),
    MenuEntry("huy", on_menu=False),
)
"""Every command that is built and shown, in the order of the menu; a test holds them against the routes."""

_FIRST_STEPS = {
    Role.OFFICER: ("viec", "baocao"),
    Role.HEAD: ("viec", "baocao", "moi"),
    Role.TEAM: ("viec",),
    Role.APPRAISER: ("thamdinh",),
    Role.COMMITTEE: ("do",),
    Role.OFFICE: ("do", "moi"),
}


def menu_view(t: Translator, home: Home) -> View:
    """The main menu of a member."""
    place = place_words(t, home.locality)
    told: list[str | None] = [say(t, "home.hello", name=home.person.full_name)]
    told += [say(t, "home.role", role=role_label(t, one.role), unit=one.unit, place=place) for one in home.held]
    if home.elsewhere:
        told.append(say(t, "home.elsewhere", places=", ".join(place_words(t, one) for one in home.elsewhere)))
    told += ["", say(t, "home.choose")]
    shown = [_press(t, item.command, home.roles) for item in ITEMS if item.on_menu and item.fits(home.roles)]
    return View(lines(told), grid(shown, 2))


def first_steps(t: Translator, role: Role, roles: Collection[Role], *, plan_in_use: bool) -> tuple[Button, ...]:
    """What a new member does first, as buttons."""
    steps = _FIRST_STEPS[role]
    if role is Role.OFFICE and not plan_in_use:
        steps = ("khoitao", "moi")
    return tuple(_press(t, command, roles) for command in steps)


def _press(t: Translator, command: str, roles: Collection[Role]) -> Button:
    of_a_team = command == "viec" and set(roles) == {Role.TEAM}
    return button(t("home.viec_team" if of_a_team else f"home.{command}"), Action.MENU, command)


def help_view(t: Translator, home: Home) -> View:
    """What this person can type, with examples."""
    place = place_words(t, home.locality)
    told: list[Html | str] = [say(t, "help.head", place=place), ""]
    if not CAN[Ability.REPORT].isdisjoint(home.roles):
        told += [say(t, "help.quick"), ""]
    told += [say(t, _help_key(item, home)) for item in ITEMS if item.fits(home.roles) and item.command != "trogiup"]
    told += ["", say(t, "help.code")]
    return View(lines(told))


def _help_key(item: MenuEntry, home: Home) -> str:
    of_a_team = item.command == "viec" and set(home.roles) == {Role.TEAM}
    return "help.viec_team" if of_a_team else f"help.{item.command}"
