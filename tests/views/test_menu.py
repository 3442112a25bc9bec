"""The menu, the first steps and the help show what a person's roles can do, and nothing that is not built."""

from __future__ import annotations

import pytest

from bot.app import ROUTES
from bot.domain.people.people import Person, Role
from bot.domain.people.visitor import LocalityRef
from bot.domain.plan.plan import Locality
from bot.handlers import people
from bot.i18n import LANGUAGES, translator
from bot.services.people.open_menu import Held, Home
from bot.transport.screen.routes import ClashingRoutes, Room, collect
from bot.transport.screen.visit import Visit
from bot.views.core.menu import ITEMS, first_steps, help_view, menu_view
from bot.views.parts.actions import Action

PLACE = Locality(1, "binh-loc", "Bình Lộc", "phường", "Đồng Nai", 10)


def home(*roles: Role, elsewhere: tuple[LocalityRef, ...] = ()) -> Home:
    person = Person(1, 7, "Nguyễn Văn <b>An", "vi")
    return Home(person, PLACE, tuple(Held("Công an phường", r) for r in roles), frozenset(roles), True, elsewhere)


def pressed(buttons: object) -> list[str]:
    return [b.press.args[0] for row in buttons for b in row]  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("language", LANGUAGES)
def test_everyone_has_a_menu_a_first_step_and_a_help_in_both_languages(role: Role, language: str) -> None:
    t = translator(language)
    menu = menu_view(t, home(role))
    assert "Nguyễn Văn &lt;b&gt;An" in menu.text
    allowed = pressed(menu.buttons)
    for in_use in (True, False):
        steps = pressed([first_steps(t, role, {role}, plan_in_use=in_use)])
        assert steps
        assert set(steps) <= set(allowed)
    text = help_view(t, home(role)).text
    assert len(text) < 4096
    assert ("NV01 60%" in text) == (role in {Role.OFFICER, Role.HEAD, Role.OFFICE})


def test_an_officer_sees_nothing_of_the_office() -> None:
    t = translator("vi")
    commands = pressed(menu_view(t, home(Role.OFFICER)).buttons)
    assert {"baocao", "viec"} <= set(commands)
    assert not {"moi", "nguoi", "donvi", "khoitao", "thamdinh"} & set(commands)
    assert "/thamdinh" not in help_view(t, home(Role.OFFICER)).text


def test_the_office_opens_the_plan_first_and_a_team_sees_its_own_work() -> None:
    t = translator("vi")
    steps = first_steps(t, Role.OFFICE, {Role.OFFICE}, plan_in_use=False)
    assert pressed([steps])[0] == "khoitao"
    assert first_steps(t, Role.TEAM, {Role.TEAM}, plan_in_use=True)[0].label == "📋 Việc của tổ"


def test_other_localities_are_named() -> None:
    other = LocalityRef(2, "dong-phu", "Đồng Phú", "xã", 1)
    assert "xã Đồng Phú" in menu_view(translator("vi"), home(Role.OFFICER, elsewhere=(other,))).text


def test_the_menu_and_the_routes_know_the_same_commands_for_the_same_abilities() -> None:
    routed = {c.name: c.ability for c in ROUTES.commands if c.name != "start"}
    shown = {item.command: item.ability for item in ITEMS}
    assert shown == routed


def test_telegrams_menu_keeps_its_order() -> None:
    assert [command.name for command in ROUTES.commands if command.menu_key is not None] == [
        *("start", "baocao", "kybaocao", "xephang", "viec", "han", "do", "nhiemvu", "tim", "hoi", "thamdinh"),
        *("tongquan", "vuongmac", "giahan", "dexuat", "moi", "nguoi", "donvi", "khoitao", "dondoc", "tinhtrang"),
        *("lich", "ketnoi", "caidat", "trogiup", "huy"),
    ]


def test_every_action_of_a_button_leads_somewhere() -> None:
    assert set(ROUTES.presses) | {Action.DIALOGUE, Action.MENU} == set(Action)


@pytest.mark.parametrize(
    ("rooms", "order"),
    [((people, people), ()), ((people,), ("start",)), ((people,), ("start", "moi", "nguoi", "caidat", "trogiup"))],
)
def test_what_is_known_twice_or_has_no_place_in_the_menu_is_refused(
    rooms: tuple[Room[Visit], ...], order: tuple[str, ...]
) -> None:
    with pytest.raises(ClashingRoutes):
        collect(rooms, order)
