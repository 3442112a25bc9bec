"""What runs for every message reads through indexes: SQLite itself says so."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.people import Role
from bot.domain.plan.duties import Ask
from bot.storage.engine.database import Database
from bot.storage.outbox import deliveries, dialogues, inbox, looks, outbox
from bot.storage.outbox.deliveries import DeliveryAddress
from bot.storage.outbox.inbox import IncomingUpdate
from bot.storage.records import (
    difficulties,
    events,
    files,
    invitations,
    people,
    period_marks,
    questions,
    requests,
    unit_reports,
)

from .conftest import NOW

LARGE = (
    "assignments|events|inbox|outbox|memberships|people|dialogues|evidence|audit|join_attempts|unit_reports"
    "|questions|difficulties|difficulty_entries|period_marks|period_chases|period_walks|requests|requests_done"
)
HOT: dict[str, Callable[[AsyncConnection], Awaitable[object]]] = {
    "visitor": lambda conn: people.visitor(conn, 1, 2),
    "standings": lambda conn: events.standings(conn, 1),
    "standings of units": lambda conn: events.standings(conn, 1, unit_ids=[1, 2]),
    "standing": lambda conn: events.standing(conn, 1),
    "assignments": lambda conn: events.assignments(conn, 1),
    "events of an assignment": lambda conn: events.events_of(conn, 1),
    "events of a plan": lambda conn: events.events_of_plan(conn, 1, until=NOW),
    "event by key": lambda conn: events.event_by_key(conn, "k"),
    "awaiting": lambda conn: events.awaiting(conn, 1),
    "pending inbox": lambda conn: inbox.pending(conn, 1),
    "inbox done": lambda conn: inbox.done(conn, 1, NOW),
    "inbox purge": lambda conn: inbox.purge(conn, NOW, 10),
    "inbox forgotten": lambda conn: inbox.drop_done(conn, NOW, 10),
    "a batch stored": lambda conn: inbox.store(conn, 1, [IncomingUpdate(1, 70, "x"), IncomingUpdate(2, 70, "x")], NOW),
    "whether an update waits": lambda conn: inbox.is_pending(conn, 1),
    "questions forgotten": lambda conn: questions.purge(conn, NOW, 10),
    "join attempts forgotten": lambda conn: invitations.purge_attempts(conn, NOW, 10),
    "drafts forgotten": lambda conn: dialogues.purge(conn, NOW, 10),
    "single messages due": lambda conn: deliveries.urgent_due(conn, NOW, 10),
    "digests due": lambda conn: deliveries.digests_due(conn, NOW, 10),
    "a digest claimed": lambda conn: deliveries.claim_digest(conn, DeliveryAddress(1), NOW, "x"),
    "single messages of a day": lambda conn: deliveries.singles_since(conn, 1, 1, NOW),
    "notices abandoned": lambda conn: deliveries.abandoned(conn, NOW),
    "notices sent": lambda conn: deliveries.sent(conn, [1, 2], 7, NOW, late=[2]),
    "notice by key": lambda conn: outbox.item_by_key(conn, "k"),
    "what became of notices": lambda conn: deliveries.status(conn, 1, NOW),
    "next instant": lambda conn: looks.next_instant(conn, NOW),
    "requests that wait": lambda conn: requests.open_in(conn, 1),
    "requests agreed to": lambda conn: requests.agreed_in(conn, 1),
    "units that were joined": lambda conn: people.joined_units(conn, 1, [Role.OFFICER], None),
    "members": lambda conn: people.members(conn, 1),
    "evidence of an assignment": lambda conn: files.evidence_of(conn, 1),
    "uses of a file": lambda conn: files.uses_of(conn, 1, "0" * 64),
    "evidence of a unit's report": lambda conn: files.evidence_of_unit_report(conn, 1),
    "what units have met": lambda conn: unit_reports.met(conn, 1),
    "reports of a duty": lambda conn: unit_reports.of_duty(conn, 1, 1, Ask.SUMMARY, "2026-Q2"),
    "a unit's report by key": lambda conn: unit_reports.by_key(conn, "k"),
    "when units met their duties": lambda conn: unit_reports.first_of_plan(conn, 1),
    "what was decided about periods": lambda conn: period_marks.of_plan(conn, 1),
    "a decision by key": lambda conn: period_marks.by_key(conn, "k"),
    "chases of a period": lambda conn: period_marks.chases(conn, 1, Ask.PROGRESS, "2026-06"),
    "a walk left half way": lambda conn: period_marks.parked(conn, 1, 1),
    "reports by key": lambda conn: period_marks.known_keys(conn, ["a", "b"]),
    "difficulties of a plan": lambda conn: difficulties.of_plan(conn, 1, until=NOW),
    "difficulties by number": lambda conn: difficulties.by_ids(conn, (1, 2)),
    "a difficulty by key": lambda conn: difficulties.by_key(conn, "k"),
    "difficulties to look at": lambda conn: difficulties.due(conn, 1, NOW, 10),
    "where difficulties are due": lambda conn: difficulties.first_due(conn, NOW),
    "states of a row": lambda conn: difficulties.states_of_row(conn, 1),
    "difficulties to look at again": lambda conn: difficulties.look_again(conn, 1, NOW),
    "difficulties of a unit": lambda conn: difficulties.ids_for(conn, 1, person_id=1, of_units=[1], to_units=[2]),
    "something due": lambda conn: looks.something_due(conn, NOW),
    "join attempts": lambda conn: people.attempts_since(conn, 1, NOW),
}


@pytest.mark.parametrize("name", HOT)
async def test_hot_statements_never_read_a_whole_table(sqlite_database: Database, name: str) -> None:
    ran: list[tuple[str, object]] = []
    async with sqlite_database.write() as conn:
        event.listen(conn.sync_connection, "before_cursor_execute", lambda *given: ran.append((given[2], given[3])))
        await HOT[name](conn)
    assert ran
    async with sqlite_database.read() as conn:
        for words, values in [pair for pair in ran if not pair[0].startswith(("BEGIN", "EXPLAIN"))]:
            told = [row[3] for row in (await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)).all()]
            scans = [line for line in told if re.match(rf"SCAN ({LARGE})\b", line)]
            assert scans == [], told


async def test_a_statement_without_an_index_would_be_seen(sqlite_database: Database) -> None:
    async with sqlite_database.read() as conn:
        ((_, _, _, told),) = (await conn.exec_driver_sql("EXPLAIN QUERY PLAN SELECT fault FROM inbox")).all()
    assert re.match(rf"SCAN ({LARGE})\b", told)


async def test_partial_indexes_are_used(sqlite_database: Database) -> None:
    async with sqlite_database.read() as conn:
        told = [
            (await conn.execute(text(f"EXPLAIN QUERY PLAN {words}"))).all()[0][3]
            for words in (
                "SELECT 1 FROM inbox WHERE bot_id = 1 AND state = 'pending' ORDER BY id",
                "SELECT 1 FROM assignments WHERE locality_id = 1 AND next_change_on <= '2026' AND ended_at IS NULL",
            )
        ]
    assert "ix_inbox_pending" in told[0]
    assert "ix_assignments_next_change" in told[1]
