"""Who may do what: the menu, the routes and the services behind them say the same of every role."""

from __future__ import annotations

import pytest

from bot.app import ROUTES
from bot.domain.people.people import CAN, Ability, Role
from bot.i18n import translator
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from bot.transport.screen.routes import Command
from bot.transport.screen.visit import Visit
from bot.views.core.menu import ITEMS
from tests.town import Town

SLUG = "ba-ngoi"
OFFICE, POLICE, TEAM = "Phòng Văn hóa - Xã hội", "Công an phường", "Tổ công nghệ số cộng đồng"
REFUSALS = {translator("vi")(f"error.{key}") for key in ("no_right", "no_reporting_unit", "ranking_for_committee")}
GROUP_REFUSAL = translator("vi")("error.group_team_only")
READ_BY_MORE: dict[str, frozenset[Ability]] = {
    "khoitao": frozenset({Ability.RUN, Ability.DECIDE}),
    "vuongmac": frozenset({Ability.TAKE_PART, Ability.READ_ALL}),
}
"""Commands whose page more people may read, by its buttons, than the menu offers it to: those have less to do there."""


async def member(town: Town, role: Role) -> SimulatedPerson:
    unit = {Role.OFFICE: OFFICE, Role.TEAM: TEAM}.get(role, POLICE)
    return await town.join(SLUG, unit, role, name="Trần Thị Bình")


async def answer(town: Town, person: SimulatedPerson, command: Command[Visit]) -> str:
    person.send_text(f"/{command.name}")
    await town.settle()
    return person.last().text


def may(command: Command[Visit]) -> frozenset[Role]:
    if command.ability is None:
        return frozenset(Role)
    abilities = READ_BY_MORE.get(command.name, frozenset({command.ability}))
    return frozenset().union(*(CAN[each] for each in abilities))


@pytest.mark.parametrize("role", list(Role))
async def test_a_service_refuses_exactly_whom_the_menu_does_not_show_its_command(town: Town, role: Role) -> None:
    person = await member(town, role)
    in_private = [command for command in ROUTES.commands if command.ability is not Ability.CONNECT]
    refused = {each.name for each in in_private if await answer(town, person, each) in REFUSALS}
    assert refused == {each.name for each in in_private if role not in may(each)}


@pytest.mark.parametrize("role", list(Role))
async def test_no_button_of_the_menu_is_refused(town: Town, role: Role) -> None:
    person = await member(town, role)
    shown = [item for item in ITEMS if item.on_menu and item.fits({role})]
    for place in range(len(shown)):
        person.send_text("/start")
        await town.settle()
        labels = person.buttons()
        assert len(labels) == len(shown)
        person.press(labels[place], person.last())
        await town.settle()
        assert person.last().text not in REFUSALS


@pytest.mark.parametrize("role", list(Role))
async def test_a_group_is_bound_by_its_team_alone(town: Town, role: Role) -> None:
    person = await member(town, role)
    group = ChatGroup.created(town.chats, "Tổ CNSCĐ", person)
    group.add_bot(person)
    await town.settle()
    person.say_in(group, "/ketnoi")
    await town.settle()
    assert (group.last().text == GROUP_REFUSAL) == (role not in CAN[Ability.CONNECT])


def test_a_command_that_more_may_read_is_shown_to_some_of_them() -> None:
    shown = {command.name: command for command in ROUTES.commands}
    for name, abilities in READ_BY_MORE.items():
        assert shown[name].ability in abilities
        assert may(shown[name]) > (shown[name].roles or frozenset())
