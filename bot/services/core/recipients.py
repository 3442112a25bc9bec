"""Who can be told anything: the people and team chats of a locality, each once (docs/decisions/0006).

Which of them a rule tells stands with the rule: `bot/reminders/rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.people import people as rights
from bot.domain.people.people import Membership, Person, Role
from bot.services.core.book import Book
from bot.services.core.hours import DIGEST_MINUTE
from bot.storage.engine.database import Connection
from bot.storage.outbox import team_chats
from bot.storage.records import people as stored_people

OFFICERS = (Role.OFFICER, Role.OFFICE)
"""Who reports a unit's work from day to day: its officers, and the standing office for its own rows."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who is told: a person, or the chat of a team. Both are none where nobody is there to be told.

    ``role`` and ``unit_id`` say in which capacity, ``minute`` at which minute of the day the digest goes out.
    """

    role: Role
    unit_id: int | None
    person_id: int | None = None
    chat_id: int | None = None
    minute: int = DIGEST_MINUTE

    @property
    def key(self) -> str:
        """What names the recipient in keys; of a group its team, as a supergroup gets another number."""
        return f"p{self.person_id}" if self.person_id is not None else f"t{self.unit_id}"


@dataclass(frozen=True)
class Audience:
    """The members of a locality, its teams by the rows they coordinate, and their group chats, at one moment."""

    book: Book
    people: Mapping[int, Person]
    members: tuple[Membership, ...]
    teams: Mapping[int, tuple[int, ...]]
    chats: Mapping[int, int]

    def of_unit(self, unit_id: int, *, with_head: bool = False) -> list[Recipient]:
        """The officers of a unit, its head too or where it has no officer; nobody where nobody has joined."""
        found = self._in(unit_id, OFFICERS)
        if with_head or not found:
            found += self._in(unit_id, (Role.HEAD,))
        return once(found)

    def of_teams(self, row_id: int) -> list[Recipient]:
        """The community teams that coordinate a row: their group chats, or their members where they have none."""
        found: list[Recipient] = []
        for unit_id in self.teams.get(row_id, ()):
            if unit_id in self.chats:
                found.append(Recipient(Role.TEAM, unit_id, chat_id=self.chats[unit_id]))
            else:
                found += self._in(unit_id, tuple(Role))
        return found

    def in_role(self, role: Role) -> list[Recipient]:
        """All who hold a role anywhere in the locality."""
        return once(self._recipient(m) for m in self.members if m.role is role)

    def judges(self, reporter_id: int | None, unit_id: int) -> list[Recipient]:
        """The appraisers who may judge a report; where there is none, whoever else may."""
        place = self.book.locality.id
        may = [
            m
            for m in self.members
            if rights.may_appraise(m.person_id, self.members, place, reporter_id=reporter_id, unit_id=unit_id)
        ]
        appraisers = [m for m in may if m.role is Role.APPRAISER]
        others = [m for m in may if m.role in (Role.OFFICE, Role.COMMITTEE)]
        return once(self._recipient(m) for m in appraisers or others)

    def is_member(self, person_id: int) -> bool:
        """Whether the person still belongs to the locality."""
        return any(m.person_id == person_id for m in self.members)

    def reports_for(self, person_id: int | None, unit_id: int) -> bool:
        """Whether the person reports a unit's work."""
        own = [m for m in self.members if m.person_id == person_id]
        return rights.may_report(own, self.book.locality.id, unit_id)

    def _in(self, unit_id: int, roles: tuple[Role, ...]) -> list[Recipient]:
        return [self._recipient(m) for m in self.members if m.unit_id == unit_id and m.role in roles]

    def _recipient(self, m: Membership) -> Recipient:
        return Recipient(m.role, m.unit_id, m.person_id, minute=self.people[m.person_id].digest_minute)


async def audience_of(conn: Connection, book: Book) -> Audience:
    """The people of a locality as they are now."""
    found = await stored_people.members(conn, book.locality.id)
    chats = await team_chats.chats_in(conn, book.locality.id)
    return Audience(
        book=book,
        people={person.id: person for person, _ in found},
        members=tuple(membership for _, membership in found),
        teams=book.teams,
        chats={unit_id: chat.chat_id for unit_id, chat in chats.items()},
    )


def once(found: Iterable[Recipient]) -> list[Recipient]:
    """Each person and each chat once, in the first capacity named."""
    by_key: dict[tuple[int | None, int | None], Recipient] = {}
    for each in found:
        by_key.setdefault((each.person_id, each.chat_id), each)
    return list(by_key.values())
