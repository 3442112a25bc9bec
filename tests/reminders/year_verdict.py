"""What must hold of a year lived through: everyone was told what the slow model says, in messages that hold it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, time, timedelta
from html import unescape

from bot.domain.work.ladder import Rule
from tests.reminders.slow_model import Fact, Message, Model, Who
from tests.reminders.year import ZONE, Lived, Season, Told, at

Key = tuple[date, Who, bool]
"""A day, somebody, and whether it is about single messages."""
PERIODS = ("period_open", "period_in_5", "period_in_2", "period_due", "period_late")
_NAMED = 12
SILENT = frozenset({"difficulty", "extension", "period_nudge"})
"""Nobody asks or chases for a period in any season; tests of their own hold these."""


def fact_of(row: Told) -> Fact:
    """What a row of the outbox tells, in the model's words."""
    rule, about = row.rule, row.occasion
    if rule.startswith("due_"):
        subject, _, _ = about.rpartition(":")
        stage, _, day = subject.rpartition(":")
        return (rule, row.assignment_id, stage or "limit", date.fromisoformat(day))
    if rule == "turned_red":
        limit, reason, *_ = about.split(":")
        return (rule, row.assignment_id, date.fromisoformat(limit), reason)
    if rule == "overdue_3":
        return (rule, row.assignment_id, date.fromisoformat(about.split(":")[0]))
    if rule in ("overdue_7", "overdue_weekly"):
        limit, days = about.split(":")
        return (rule, row.assignment_id, date.fromisoformat(limit), int(days))
    if rule == "no_longer_red":
        return (rule, row.assignment_id)
    if rule == "appraisal_waiting":
        report, days = about.split(":")
        return (rule, row.assignment_id, int(report), int(days))
    if rule in PERIODS:
        return (rule, int(row.payload["unit"]), row.payload["ask"], row.payload["period"])
    if rule == "unreachable":
        person, day = about.split(":")
        return (rule, int(person), date.fromisoformat(day))
    if rule in ("monday_board", "unit_empty"):
        return (rule, date.fromisoformat(about))
    return (rule, row.assignment_id, row.event_id if rule != "nudge" else about)


def who_of(row: Told) -> Who:
    """Whom a row told."""
    return ("group", row.chat_id or 0) if row.person_id is None else ("person", row.person_id)


def sent_by_day(lived: Lived) -> dict[Key, set[Fact]]:
    """What was sent, by day and person."""
    found: dict[Key, set[Fact]] = {}
    for row in lived.told:
        if row.state == "sent":
            assert row.sent_at is not None
            day = row.sent_at.astimezone(ZONE).date()
            found.setdefault((day, who_of(row), row.urgent), set()).add(fact_of(row))
    return found


def said_by_day(messages: list[Message]) -> dict[Key, set[Fact]]:
    """What the model says, by day and person."""
    found: dict[Key, set[Fact]] = {}
    for message in messages:
        day = message.at.astimezone(ZONE).date()
        found.setdefault((day, message.who, message.single), set()).update(message.facts)
    return found


def differences(lived: Lived, messages: list[Message]) -> list[str]:
    """Every day and person for whom it differs, one a line."""
    sent, said = sent_by_day(lived), said_by_day(messages)
    found = []
    for key in sorted({*sent, *said}):
        over, missing = sent.get(key, set()) - said.get(key, set()), said.get(key, set()) - sent.get(key, set())
        if over or missing:
            found.append(f"{key}: too much {sorted(map(str, over))}, missing {sorted(map(str, missing))}")
    return found


def too_many(lived: Lived) -> Iterator[str]:
    """One message of the morning a person and day over all communes, and at most five single ones of each."""
    messages: dict[tuple[date, Who], set[int]] = {}
    singles: Counter[tuple[date, Who, int]] = Counter()
    for row in lived.told:
        if row.state != "sent" or row.sent_at is None or row.message_id is None:
            continue
        day = row.sent_at.astimezone(ZONE).date()
        if row.urgent:
            singles[day, who_of(row), row.locality_id] += 1
        else:
            messages.setdefault((day, who_of(row)), set()).add(row.message_id)
    yield from (f"{key}: {len(ids)} messages of the morning" for key, ids in messages.items() if len(ids) > 1)
    yield from (f"{key}: {n} single messages" for key, n in singles.items() if n > 5)


def not_as_noted(lived: Lived) -> Iterator[str]:
    """Telegram took exactly the messages the outbox knows, each with the codes of what it holds."""
    codes = {w: commune.codes[row] for commune in lived.communes for w, (row, _) in commune.given.items()}
    rows: dict[int, list[Told]] = {}
    for row in lived.told:
        if row.message_id is not None:
            rows.setdefault(row.message_id, []).append(row)
        if row.state == "sending":
            yield f"in hand at the end: {row}"
    for number in sorted(set(rows) ^ {message.message_id for message in lived.delivered}):
        yield f"message {number} is known to one side alone"
    for message in lived.delivered:
        held = rows.get(message.message_id)
        if held is None:
            continue
        who = who_of(held[0])
        if message.chat_id != (who[1] if who[0] == "group" else lived.chats[who[1]]):
            yield f"message {message.message_id} went to {message.chat_id} and was meant for {who}"
        wanted = {codes[row.assignment_id] for row in held if row.assignment_id is not None}
        words = unescape(re.sub(r"<[^>]+>", "", message.text))
        named = sum(row.assignment_id is not None for row in held) <= _NAMED
        if named and (missing := {code for code in wanted if code not in words}):
            yield f"message {message.message_id} does not name {sorted(missing)}: {words}"


def unheard(lived: Lived, season: Season) -> Iterator[str]:
    """A season in which something never happened proves nothing of it."""
    sent = Counter(row.rule for row in lived.told if row.state == "sent")
    yield from sorted({rule.value for rule in Rule} - SILENT - set(sent))
    asks = {(row.payload["ask"], row.rule) for row in lived.told if row.state == "sent" and row.rule in PERIODS}
    wanted = {(ask.value, rule) for ask in season.asks for rule in PERIODS}
    yield from (f"{rule} of {ask}" for ask, rule in sorted(wanted ^ asks))
    met = {ask for _, _, ask, _ in lived.unit_reports}
    yield from (f"a report of {ask}" for ask in sorted({ask.value for ask in season.asks} - {"progress"} - met))
    if not sum(row.late for row in lived.told):
        yield "something late"
    if not sum(row.state == "withdrawn" for row in lived.told):
        yield "something withdrawn"


def verdict(lived: Lived, season: Season) -> list[str]:
    """Everything that is wrong; nothing where all holds."""
    said = Model(lived).run(at(season.last + timedelta(days=1), time()))
    unproved = [f"never heard of: {what}" for what in unheard(lived, season)]
    return [*differences(lived, said), *too_many(lived), *not_as_noted(lived), *unproved]
