"""Who wrote, who belongs where, who was invited, and what is left of someone erased."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import event as sql_event
from sqlalchemy import select

from bot.domain.people.dialogue import Dialogue
from bot.domain.people.invitation import Invitation
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.work.events import Report
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.outbox import deliveries, dialogues, inbox, outbox
from bot.storage.outbox.inbox import IncomingUpdate
from bot.storage.outbox.outbox import Notice
from bot.storage.records import events, people
from tests import notices

from .conftest import NOW, World, build_world

LATER = NOW + timedelta(days=1)
DIALOGUE = Dialogue(55, 700, "report", {"bước": "số liệu"}, NOW, LATER)


async def invite(database: Database, world: World, uses: int = 1) -> None:
    async with database.write() as conn:
        invited = Invitation("abc", world.locality, world.units[0], Role.OFFICER, uses, LATER, world.person, NOW)
        await people.add_invitation(conn, invited)


async def test_a_stranger_is_a_visitor_with_nothing_but_a_dialogue(database: Database) -> None:
    async with database.write() as conn:
        await dialogues.save(conn, Dialogue(5, 6, "join", {}, NOW))
    async with database.read() as conn:
        assert await people.visitor(conn, 6, 5) == Visitor(6, 5, None, (), (), Dialogue(5, 6, "join", {}, NOW))
        assert await people.visitor(conn, 6, 9) == Visitor(6, 9, None)


async def test_a_visitor_is_known_from_one_statement(database: Database, world: World) -> None:
    async with database.write() as conn:
        other = await build_world(conn, "ba-ngoi", 701)
        first = await people.add_membership(conn, world.person, world.locality, world.units[0], Role.OFFICER, NOW)
        second = await people.add_membership(conn, world.person, other.locality, other.units[0], Role.TEAM, NOW)
        ended = await people.add_membership(conn, world.person, world.locality, world.units[1], Role.HEAD, NOW)
        assert await people.end_membership(conn, ended.id, LATER, world.person)
        assert not await people.end_membership(conn, ended.id, LATER, world.person)
        await dialogues.save(conn, DIALOGUE)
        await people.set_current_locality(conn, world.person, other.locality)
    statements: list[str] = []
    async with database.read() as conn:
        sql_event.listen(conn.sync_connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        found = await people.visitor(conn, 700, 55)
    assert [words.split()[0] for words in statements if words != "BEGIN"] == ["SELECT"]
    assert found.person is not None
    assert (found.person.full_name, found.person.current_locality_id) == ("Nguyễn Văn An", other.locality)
    assert found.memberships == (first, second)
    assert [(place.slug, place.version) for place in found.localities] == [("binh-loc", 1), ("ba-ngoi", 1)]
    assert found.dialogue == DIALOGUE


async def test_a_membership_is_given_once(database: Database, world: World) -> None:
    async def join() -> people.Membership:
        async with database.write() as conn:
            return await people.add_membership(conn, world.person, world.locality, world.units[0], Role.HEAD, NOW)

    assert len({member.id for member in await asyncio.gather(*(join() for _ in range(4)))}) == 1
    async with database.read() as conn:
        ((person, membership),) = await people.members(conn, world.locality)
        assert (person.id, membership.role) == (world.person, Role.HEAD)
        assert await people.memberships_in(conn, world.locality) == (membership,)
        assert await people.membership(conn, membership.id) == membership


async def test_what_is_known_of_a_person_can_be_changed(database: Database, world: World) -> None:
    async with database.write() as conn:
        await people.set_language(conn, world.person, "en")
        await people.set_reachable(conn, world.person, False)
    async with database.read() as conn:
        found = await people.person_by_telegram(conn, 700)
        assert found == await people.person(conn, world.person) == (await people.people(conn, {world.person}))[found.id]
        assert (found.full_name, found.language, found.reachable) == ("Nguyễn Văn An", "en", False)
        assert await people.person(conn, 99) is None


async def test_an_invitation_for_one_used_by_two_at_once_counts_once(database: Database, world: World) -> None:
    await invite(database, world)

    async def use() -> bool:
        async with database.write() as conn:
            return await people.use_invitation(conn, "abc", world.person, NOW)

    assert sorted(await asyncio.gather(use(), use())) == [False, True]
    async with database.read() as conn:
        found = await people.invitation(conn, "abc")
        assert found is not None
        assert found.used == 1
        assert await people.invitations_open(conn, world.locality, NOW) == ()


async def test_an_invitation_ends_by_time_or_by_hand(database: Database, world: World) -> None:
    await invite(database, world, uses=9)
    async with database.write() as conn:
        assert len(await people.invitations_open(conn, world.locality, NOW)) == 1
        assert not await people.use_invitation(conn, "abc", world.person, LATER)
        assert not await people.use_invitation(conn, "xyz", world.person, NOW)
        assert await people.use_invitation(conn, "abc", world.person, NOW)
        assert await people.revoke_invitation(conn, "abc", NOW)
        assert not await people.revoke_invitation(conn, "abc", NOW)
        assert not await people.use_invitation(conn, "abc", world.person, NOW)
        assert await people.invitation(conn, "xyz") is None


async def test_attempts_are_counted_since_an_instant(database: Database) -> None:
    async with database.write() as conn:
        for hours in range(3):
            await people.add_attempt(conn, 5, NOW + timedelta(hours=hours))
        assert await people.attempts_since(conn, 5, NOW + timedelta(hours=1)) == 2
        assert await people.attempts_since(conn, 6, NOW) == 0


async def leave_traces(database: Database, world: World) -> None:
    async with database.write() as conn:
        await people.add_membership(conn, world.person, world.locality, world.units[0], Role.OFFICER, NOW)
        await dialogues.save(conn, DIALOGUE)
        told = [IncomingUpdate(1, 700, "xin chào"), IncomingUpdate(2, 700, "báo cáo"), IncomingUpdate(3, 701, "khác")]
        stored = await inbox.store(conn, 1, told, NOW)
        await inbox.done(conn, stored.new[0].number, NOW)
        await events.insert_event(
            conn, world.assignment, world.locality, NOW, world.person, Report(Decimal("10.5")), "k"
        )
        for key in ("queued", "sent"):
            notice = Notice(
                key, world.locality, "due_soon", "x", NOW, person_id=world.person, chat_id=700, payload={"tên": "An"}
            )
            await outbox.queue(conn, notice, NOW)
        sent = await outbox.item_by_key(conn, "sent")
        assert sent is not None
        await deliveries.sent(conn, [sent.id], 9, NOW)


async def test_a_person_gets_everything_kept(database: Database, world: World) -> None:
    await leave_traces(database, world)
    async with database.read() as conn:
        kept = await people.export_person(conn, 700)
        assert await people.export_person(conn, 1) is None
    assert kept is not None
    told = json.dumps(kept, ensure_ascii=False)
    assert all(word in told for word in ("Nguyễn Văn An", "báo cáo", "số liệu", "10.5", "due_soon"))
    assert "khác" not in told


async def test_erasing_a_person_leaves_the_events(database: Database, world: World) -> None:
    await leave_traces(database, world)
    async with database.write() as conn:
        assert await people.erase_person(conn, 700, LATER)
        assert not await people.erase_person(conn, 700, LATER)
    async with database.read() as conn:
        (event,) = await events.events_of(conn, world.assignment)
        assert event.person_id == world.person
        erased = await people.person(conn, world.person)
        assert erased is not None
        assert (erased.full_name, erased.telegram_id, erased.reachable) == ("", 0, False)
        assert await people.visitor(conn, 700, 55) == Visitor(700, 55, None)
        assert await people.memberships_in(conn, world.locality) == ()
        held = select(t.inbox.c.update_id, t.inbox.c.owner, t.inbox.c.payload).order_by(t.inbox.c.id)
        assert (await conn.execute(held)).all() == [(1, 0, None), (2, 0, None), (3, 701, "khác")]
        assert [item.update_id for item in await inbox.pending(conn, 1)] == [3]
        assert await notices.states(conn, world.locality) == {"withdrawn": 1, "sent": 1}
        kept = (await conn.execute(select(t.outbox.c.chat_id, t.outbox.c.payload))).all()
        assert kept == [(None, {}), (None, {})]
    async with database.write() as conn:
        again = await people.add_person(conn, 700, "An", "vi", LATER)
    assert again.id != world.person
