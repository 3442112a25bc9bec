"""A whole plan year of the five plans: for every day and person what was sent is what the slow model says."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from bot.domain.plan.duties import Ask
from bot.domain.work.ladder import Rule
from tests.reminders.slow_model import Fact, Message, Model, Who
from tests.reminders.year import LAST, ZONE, Lived, Told, at, live_through, summary

Key = tuple[date, Who, bool]
"""A day, somebody, and whether it is about single messages."""
_PERIODS = ("period_open", "period_in_5", "period_in_2", "period_due", "period_late")
_NAMED = 12


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
    if rule in _PERIODS:
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


async def lived_year(folder: Path) -> Lived:
    """The year, printed as it was."""
    lived = await live_through(folder)
    for name, figure in summary(lived):
        print(f"{name}: {figure}")
    return lived


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.unmeasured
async def test_in_a_whole_year_everyone_is_told_what_the_slow_model_says_on_every_day(tmp_path: Path) -> None:
    lived = await lived_year(tmp_path)
    said = Model(lived).run(at(LAST + timedelta(days=1), datetime.min.time()))
    assert differences(lived, said) == []
    assert_one_message_a_day(lived)
    assert_messages_hold_what_the_outbox_says(lived)
    assert_every_rule_was_heard(lived)


def assert_one_message_a_day(lived: Lived) -> None:
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
    assert {key: ids for key, ids in messages.items() if len(ids) > 1} == {}
    assert {key: n for key, n in singles.items() if n > 5} == {}


def assert_messages_hold_what_the_outbox_says(lived: Lived) -> None:
    """Telegram took exactly the messages the outbox knows, each with the codes of what it holds."""
    codes = {w: commune.codes[row] for commune in lived.communes for w, (row, _) in commune.given.items()}
    rows: dict[int, list[Told]] = {}
    for row in lived.told:
        if row.message_id is not None:
            rows.setdefault(row.message_id, []).append(row)
    assert set(rows) == {message.message_id for message in lived.delivered}
    for message in lived.delivered:
        held = rows[message.message_id]
        who = who_of(held[0])
        assert message.chat_id == (who[1] if who[0] == "group" else lived.chats[who[1]])
        wanted = {codes[row.assignment_id] for row in held if row.assignment_id is not None}
        words = unescape(re.sub(r"<[^>]+>", "", message.text))
        if sum(row.assignment_id is not None for row in held) <= _NAMED:
            assert {code for code in wanted if code not in words} == set(), words


def assert_every_rule_was_heard(lived: Lived) -> None:
    """A year in which something never happened proves nothing of it."""
    sent = Counter(row.rule for row in lived.told if row.state == "sent")
    # In this year nobody asks or chases for a period; tests of their own hold these.
    silent = {"difficulty", "extension", "period_nudge"}
    assert {rule.value for rule in Rule} - silent - set(sent) == set()
    asks = {(row.payload["ask"], row.rule) for row in lived.told if row.state == "sent" and row.rule in _PERIODS}
    assert asks == {(ask.value, rule) for ask in Ask for rule in _PERIODS}
    assert {ask for _, _, ask, _ in lived.unit_reports} == {"summary", "upward", "once"}
    assert sum(row.late for row in lived.told) > 0
    assert sum(row.state == "withdrawn" for row in lived.told) > 0
    assert Counter(row.state for row in lived.told)["sending"] == 0
