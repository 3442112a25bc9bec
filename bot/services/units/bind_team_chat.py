"""`/ketnoi`: a group chat that is told what its community team is told, by a member of that team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotAllowed
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Unit, UnitKind
from bot.services.core.desk import Desk, require_person
from bot.storage.engine.database import Connection
from bot.storage.outbox import looks, team_chats
from bot.storage.outbox.team_chats import TeamChat
from bot.storage.records import audit


@dataclass(frozen=True, slots=True)
class Team:
    """A community team of the person."""

    locality: Locality
    unit: Unit


async def teams_of(desk: Desk, visitor: Visitor) -> tuple[Team, ...]:
    """The community teams the person belongs to. Raises NotAllowed for one who is no member."""
    require_person(visitor)
    async with desk.db.read() as conn:
        return await _teams(desk, conn, visitor)


async def bind_team_chat(desk: Desk, visitor: Visitor, *, unit_id: int, chat_id: int, now: datetime) -> Team:
    """The team, which is told in this group from now on, and whose members are no longer told as persons.

    Raises NotAllowed (group_team_only) for one who does not belong to the team.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        team = await _own(desk, conn, visitor, unit_id)
        bound = {chat.unit_id for chat in await team_chats.teams_of_chat(conn, chat_id)}
        if unit_id not in bound:
            chat = TeamChat(team.locality.id, unit_id, chat_id, person.id, now)
            await team_chats.bind(conn, chat)
            await _note(conn, team, now, person.id, "team_chat_bound")
    return team


async def unbind_team_chat(desk: Desk, visitor: Visitor, *, chat_id: int, now: datetime) -> tuple[Team, ...]:
    """The person's teams that were told in this group; their members are told as persons again.

    Raises NotAllowed (group_team_only) where the group is bound, and to teams of others alone.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        own = {team.unit.id: team for team in await _teams(desk, conn, visitor)}
        bound = [chat.unit_id for chat in await team_chats.teams_of_chat(conn, chat_id)]
        if bound and not set(bound) & set(own):
            raise NotAllowed("group_team_only")
        ended = tuple(own[unit_id] for unit_id in bound if unit_id in own)
        for team in ended:
            await team_chats.unbind(conn, team.unit.id, now)
            await _note(conn, team, now, person.id, "team_chat_unbound")
    return ended


async def follow_chat(desk: Desk, *, chat_id: int, new_chat_id: int) -> None:
    """A group has become a supergroup: its team is told there."""
    async with desk.db.write() as conn:
        await team_chats.move_chat(conn, chat_id, new_chat_id)


async def leave_chat(desk: Desk, *, chat_id: int, now: datetime) -> None:
    """The bot was put out of a group: the members of its teams are told as persons again."""
    async with desk.db.write() as conn:
        await team_chats.unbind_chat(conn, chat_id, now)


async def _note(conn: Connection, team: Team, now: datetime, person_id: int, action: str) -> None:
    await audit.append(conn, team.locality.id, now, person_id, action, {"unit": team.unit.id})
    # Other people are told from now on (the group, or the members): the next tick looks at the locality again.
    await looks.call_again(conn, team.locality.id)


async def _own(desk: Desk, conn: Connection, visitor: Visitor, unit_id: int) -> Team:
    for team in await _teams(desk, conn, visitor):
        if team.unit.id == unit_id:
            return team
    raise NotAllowed("group_team_only")


async def _teams(desk: Desk, conn: Connection, visitor: Visitor) -> tuple[Team, ...]:
    found: dict[int, Team] = {}
    for held in visitor.memberships:
        book = await desk.books.of(conn, held.locality_id)
        unit = book.units.get(held.unit_id)
        if unit is not None and unit.kind is UnitKind.COMMUNITY_TEAM:
            found[unit.id] = Team(book.locality, unit)
    return tuple(found.values())
