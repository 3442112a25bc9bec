"""What must hold of two processes that were killed: nobody missed an alert, nobody was told twice unawares.

What should have been said is the slow model's word, written from docs/decisions/0006 and knowing no queue; what was
received stands in the chats.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.domain.work.events import Extension, Report
from bot.domain.work.ladder import Rule
from tests.domain.slow_model import AW, CL, CO, RE
from tests.reminders.slow_model import WORKING, Fact, Message, Model, Who, Work
from tests.reminders.year import ZONE, Lived, Told
from tests.reminders.year_verdict import fact_of, who_of
from tests.soak.two_processes import Received

RED = frozenset({"turned_red", "overdue_3", "overdue_7", "overdue_weekly", "returned"})
"""Sent again where nobody knows whether they arrived (docs/rules/reminders.md#delivery)."""
MARK = "nhắc lại"
Key = tuple[Who, Fact]
Copies = Mapping[int, Sequence[Received]]


def judge(lived: Lived, received: Sequence[Received], *, until: datetime) -> list[str]:
    """Everything that is wrong; nothing where all holds."""
    copies = copies_of(lived, received)
    said = Model(lived).run(until)
    return [
        *_unaccounted(lived, received, copies),
        *_states(lived, copies, until),
        *_doubled(lived, copies),
        *_untrue(lived, copies),
        *_not_as_said(lived, copies, said),
        *_out_of_reach(lived, until),
    ]


def copies_of(lived: Lived, received: Sequence[Received]) -> Copies:
    """The messages in which each notice was received.

    By the note the bot made of it; of a message nobody noted, by what its process had in hand for that chat.
    """
    noted: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in lived.told:
        if row.message_id is not None:
            noted[_chat(lived, row), row.message_id].append(row.id)
    found: dict[int, list[Received]] = defaultdict(list)
    for message in received:
        for row_id in noted.get((message.chat_id, message.message_id), message.rows):
            found[row_id].append(message)
    return found


def _chat(lived: Lived, row: Told) -> int:
    return row.chat_id or 0 if row.person_id is None else lived.chats[row.person_id]


def _unaccounted(lived: Lived, received: Sequence[Received], copies: Copies) -> Iterator[str]:
    """Messages that no notice stands for, and notices that were sent by the record and not in truth."""
    held = {(message.chat_id, message.message_id) for each in copies.values() for message in each}
    for message in received:
        if (message.chat_id, message.message_id) not in held:
            yield f"a message no notice stands for: {message.at} to {message.chat_id}: {message.text[:80]!r}"
    for row in lived.told:
        if row.state == "sent" and row.message_id not in {each.message_id for each in copies.get(row.id, ())}:
            yield f"noted as sent, and not received: {_named(row)}"


def _states(lived: Lived, copies: Copies, until: datetime) -> Iterator[str]:
    for row in lived.told:
        if row.state == "sending" or (row.state == "queued" and row.not_before < until):
            yield f"{row.state} at the end: {_named(row)}"
        if row.state == "unknown" and row.rule in RED and not _was_overtaken(lived, row):
            yield f"given up though it is red: {_named(row)}"
        if row.state in ("withdrawn", "failed") and copies.get(row.id) and not row.again:
            yield f"{row.state}, and received all the same: {_named(row)}"


def _doubled(lived: Lived, copies: Copies) -> Iterator[str]:
    for row in lived.told:
        heard = copies.get(row.id, ())
        if len(heard) > 1 and not row.again:
            yield f"received {len(heard)} times, and not counted: {_named(row)}"
        for message in heard[1:]:
            if MARK not in message.text.lower():
                yield f"received again without a mark: {_named(row)} in {message.text!r}"
    messages: dict[tuple[int, Who, Fact, date], set[int | None]] = defaultdict(set)
    for row in lived.told:
        if row.state == "sent":
            messages[row.locality_id, who_of(row), fact_of(row), _day(row.due_at)].add(row.message_id)
    for key, ids in messages.items():
        if len(ids) > 1:
            yield f"told the same in {len(ids)} messages: {key}"


def _untrue(lived: Lived, copies: Copies) -> Iterator[str]:
    """What was sent although it was not true any more."""
    for row in lived.told:
        for message in copies.get(row.id, ()) if row.assignment_id is not None else ():
            if not _is_true(fact_of(row), _work(lived, row, message.at), _day(message.at)):
                yield f"untrue when it was sent at {message.at}: {_named(row)}"


def _was_overtaken(lived: Lived, row: Told) -> bool:
    """Whether the notice became untrue, or another's, before or within a day of its digest."""
    assert row.due_at is not None
    units = {held.unit_id for held in lived.members if held.person_id == row.person_id}
    if any(unit in units and begun < row.due_at + timedelta(days=1) for begun, _, unit, _ in lived.diary.groups):
        # The group of the team is told instead.
        return True
    day = timedelta(days=1)
    unit = _work(lived, row, row.due_at - day).slow.unit
    later = [e.at for a, e in lived.events if a == row.assignment_id and row.due_at < e.at < row.due_at + day]
    standings = [(_work(lived, row, instant), _day(instant)) for instant in (row.due_at, *later)]
    return any(work.slow.unit != unit or not _is_true(fact_of(row), work, today) for work, today in standings)


def _work(lived: Lived, row: Told, at: datetime) -> Work:
    """The assignment of a notice as it stood at an instant."""
    assert row.assignment_id is not None
    commune = next(each for each in lived.communes if row.assignment_id in each.given)
    row_id, unit = commune.given[row.assignment_id]
    happened = [event for a, event in lived.events if a == row.assignment_id and event.at <= at]
    return Work(row.assignment_id, row_id, unit, commune, happened)


def _is_true(fact: Fact, work: Work, day: date) -> bool:
    rule, slow = str(fact[0]), work.slow
    if rule.startswith("due_"):
        subject, due_on = str(fact[2]), fact[3]
        holds = slow.due == due_on if subject == "limit" else int(subject[1:]) not in slow.met
        return holds and slow.state in WORKING and isinstance(due_on, date) and due_on >= day
    if rule == "turned_red":
        return fact[2:4] in work.lights(day)
    if rule.startswith("overdue_"):
        return (fact[2], "overdue") in work.lights(day)
    if rule == "no_longer_red":
        return not work.is_red(day)
    if rule == "appraisal_waiting":
        reports = [event.id for event in work.events if isinstance(event.body, Report)]
        return slow.state == AW and reports[-1:] == [fact[2]]
    if rule == "nudge":
        return slow.state in WORKING
    if rule == "change":
        event = next(each for each in work.events if each.id == fact[2])
        holds = not isinstance(event.body, Extension) or slow.due == event.body.due_on
        return holds and slow.state not in (CO, CL)
    return bool(slow.state == {"returned": RE, "accepted": CO}[rule])


def _not_as_said(lived: Lived, copies: Copies, said: Sequence[Message]) -> Iterator[str]:
    """Every day and person for whom it differs from what the model says.

    What was unknown for a while may come on another day, or not at all where it has become untrue meanwhile; what is
    unknown for good may or may not have been received. Whoever may have heard of a light hears of its end once nobody
    tries to tell of the light any more, which may be a digest later, and not at all where it is lit again by then.
    Nobody can know that a person is out of reach whose refusal a process took with it: that is noticed with the next
    message.
    """
    told: dict[date, dict[Key, Told]] = defaultdict(dict)
    doubtful = {(who_of(row), fact_of(row)) for row in lived.told if row.again}
    eased = {(who, ("no_longer_red", fact[1])) for who, fact in doubtful if fact[0] == "turned_red"}
    unheard = {row.person_id for row in lived.told if row.state == "unknown"}
    ended: dict[Key, date] = {}
    for row in lived.told:
        key = (who_of(row), fact_of(row))
        if row.state == "withdrawn" and key in eased and row.due_at is not None and _was_overtaken(lived, row):
            # The light was lit again before the digest in which its end was to be told.
            ended[key] = _day(row.due_at)
    for row in lived.told:
        if row.state in ("sent", "unknown"):
            day = _day(copies[row.id][-1].at if copies.get(row.id) else row.due_at)
            told[day][who_of(row), fact_of(row)] = row
            if row.state == "sent" and copies.get(row.id):
                # Only what was really received counts as told later.
                ended[who_of(row), fact_of(row)] = max(day, ended.get((who_of(row), fact_of(row)), day))
    wanted: dict[date, set[Key]] = defaultdict(set)
    for message in said:
        wanted[_day(message.at)] |= {(message.who, fact) for fact in message.facts}
    for day in sorted({*told, *wanted}):
        later = {key for key in eased if ended.get(key, day) > day}
        later |= {key for key in {*wanted[day], *told[day]} if key[1][0] == Rule.UNREACHABLE and key[1][1] in unheard}
        for key in sorted(wanted[day] - set(told[day]) - doubtful - later, key=str):
            yield f"{day}: not told: {key}"
        for key in sorted(set(told[day]) - wanted[day] - doubtful - eased - later, key=str):
            if told[day][key].state == "sent":
                yield f"{day}: told without reason: {key}"


def _out_of_reach(lived: Lived, until: datetime) -> Iterator[str]:
    """People whose refusal was noted, and of whom nobody was told in the days after it."""
    told_of = {fact_of(row)[1] for row in lived.told if row.rule == "unreachable"}
    refused = {
        row.person_id: row.due_at
        for row in lived.told
        if row.state == "failed" and row.due_at is not None and row.due_at < until - timedelta(days=5)
    }
    for person_id in sorted(set(refused) - told_of - {None}, key=str):
        yield f"refused and not told of: {person_id}, {refused[person_id]}"


def _day(instant: datetime | None) -> date:
    assert instant is not None
    return instant.astimezone(ZONE).date()


def _named(row: Told) -> str:
    return f"{row.id} {fact_of(row)} to {who_of(row)}, due {row.due_at}, {row.state}"


def summary(lived: Lived, received: Sequence[Received]) -> Iterator[str]:
    """What became of the notices, by kind."""
    copies = copies_of(lived, received)
    yield f"{len(lived.events)} events of people; {len(received)} messages received, {len(lived.told)} notices"
    yield f"{'':18}{'sent':>7}{'doubled':>9}{'unknown':>9}{'withdrawn':>11}{'failed':>8}{'late':>6}"
    for rule in [*sorted({row.rule for row in lived.told}), "all"]:
        rows = [row for row in lived.told if rule in (row.rule, "all")]
        state = Counter(row.state for row in rows)
        doubled = sum(len(copies.get(row.id, ())) > 1 for row in rows)
        late = sum(row.late for row in rows)
        yield (
            f"{rule:18}{state['sent']:7}{doubled:9}{state['unknown']:9}{state['withdrawn']:11}{state['failed']:8}{late:6}"
        )
