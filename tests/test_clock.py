"""The clocks that can be moved, and the one that is checked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import CheckedClock, ClockDoubt, MovedClock, ShiftedClock, SystemClock
from bot.transport.sending.request import date_of
from tests.wrong_clock import WRONG, WrongClock

START = datetime(2026, 6, 15, 1, tzinfo=UTC)


async def test_a_moved_clock_wakes_sleepers_in_the_order_of_their_time() -> None:
    clock, woken = MovedClock(START), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    async with asyncio.TaskGroup() as group:
        for seconds in (30, 10, 20):
            group.create_task(sleeper(seconds))
        await asyncio.sleep(0)
        clock.move_by(seconds=15)
        await asyncio.sleep(0)
        assert woken == [10]
        assert clock.next_wake() == START + timedelta(seconds=20)
        clock.move_by(hours=1)
    assert woken == [10, 20, 30]


async def test_a_shifted_clock_wakes_its_sleepers_when_it_is_moved_past_them() -> None:
    clock = ShiftedClock(START)
    assert abs(clock.now() - START) < timedelta(seconds=5)
    async with asyncio.TaskGroup() as group:
        sleeping = group.create_task(clock.sleep(3600))
        await asyncio.sleep(0)
        assert not sleeping.done()
        clock.move_to(START + timedelta(hours=2))
    assert clock.now() >= START + timedelta(hours=2)


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def checked() -> tuple[CheckedClock, WrongClock, MovedClock]:
    true = MovedClock(START)
    machine = WrongClock(true)
    return CheckedClock(machine), machine, true


def answered(clock: CheckedClock, date: datetime | None, *, took: float = 0.0) -> None:
    clock.answered(date, clock.monotonic() - took)


def test_before_the_first_answer_the_clock_is_in_doubt_and_shows_what_the_machine_does() -> None:
    clock, _, _ = checked()
    assert clock.doubt == ClockDoubt(None)
    assert clock.now() == START
    answered(clock, START)
    assert clock.doubt is None


@pytest.mark.parametrize("ahead", WRONG.values(), ids=WRONG)
def test_wrong_from_the_start_it_shows_telegrams_time(ahead: timedelta) -> None:
    clock, machine, true = checked()
    machine.ahead = ahead
    answered(clock, START)
    assert clock.doubt == ClockDoubt(ahead)
    true.move_by(hours=3)
    assert clock.now() == START + 3 * HOUR
    machine.ahead = timedelta()
    assert clock.doubt is None
    assert clock.now() == START + 3 * HOUR


@pytest.mark.parametrize("ahead", WRONG.values(), ids=WRONG)
def test_set_wrong_between_two_answers_it_is_in_doubt_at_once(ahead: timedelta) -> None:
    clock, machine, true = checked()
    answered(clock, START)
    true.move_by(seconds=20)
    machine.ahead = ahead
    true.move_by(seconds=20)
    assert clock.doubt == ClockDoubt(ahead)
    assert clock.now() == true.now()
    machine.ahead = timedelta()
    assert clock.doubt is None


def test_five_minutes_are_no_doubt_and_whoever_was_in_doubt_has_to_come_closer() -> None:
    clock, machine, _ = checked()
    answered(clock, START)
    for minutes, doubtful in ((5, False), (5.1, True), (4.5, True), (3.9, False), (4.5, False), (-5.1, True)):
        machine.ahead = minutes * MINUTE
        assert (clock.doubt is not None) is doubtful, minutes


def test_a_long_poll_that_hangs_is_no_doubt() -> None:
    clock, _, true = checked()
    answered(clock, START)
    true.move_by(minutes=20)
    # Dated when it was asked, heard when it was over; and the other way round.
    for date in (START, true.now()):
        answered(clock, date, took=20 * 60)
        assert clock.doubt is None


def test_answers_without_a_date_are_no_doubt() -> None:
    clock, _, true = checked()
    answered(clock, None)
    true.move_by(days=3)
    assert clock.doubt is None


def test_one_date_alone_against_the_machine_and_those_before_is_not_believed_and_two_are() -> None:
    clock, _, true = checked()
    answered(clock, START)
    answered(clock, START + 29 * HOUR)
    assert clock.doubt is None
    answered(clock, true.now())
    answered(clock, START + 29 * HOUR)
    assert clock.doubt is None
    answered(clock, START + 29 * HOUR)
    assert clock.doubt == ClockDoubt(-29 * HOUR)


def test_a_message_dated_later_shows_that_the_machine_is_behind() -> None:
    clock, machine, true = checked()
    machine.ahead = -HOUR
    answered(clock, None)
    clock.not_before(START - MINUTE)
    assert clock.doubt == ClockDoubt(-59 * MINUTE)
    assert clock.now() == START - MINUTE
    machine.ahead = timedelta()
    true.move_by(hours=1)
    assert clock.doubt is None
    assert clock.now() == true.now()


def test_a_message_that_comes_late_says_nothing() -> None:
    clock, _, _ = checked()
    answered(clock, START)
    clock.not_before(START - 9 * HOUR)
    assert clock.doubt is None


def test_a_date_that_a_message_refutes_is_not_believed() -> None:
    clock, _, _ = checked()
    answered(clock, START - 3 * HOUR)
    assert clock.doubt == ClockDoubt(3 * HOUR)
    clock.not_before(START - MINUTE)
    assert clock.doubt is None
    answered(clock, START - 3 * HOUR)
    assert clock.doubt is None


@pytest.mark.parametrize("ahead", WRONG.values(), ids=WRONG)
def test_without_telegrams_word_a_clock_that_was_set_is_believed_after_ten_minutes(ahead: timedelta) -> None:
    clock, machine, true = checked()
    answered(clock, None)
    machine.ahead = ahead
    assert clock.doubt == ClockDoubt(ahead)
    assert clock.now() == START
    true.move_by(minutes=9)
    assert clock.doubt is not None
    true.move_by(minutes=1)
    assert clock.doubt is None
    assert clock.now() == true.now() + ahead


def test_whether_it_may_have_been_set_is_remembered_until_all_was_put_right() -> None:
    clock, machine, true = checked()
    assert clock.has_strayed
    clock.steady()
    true.move_by(days=40)
    assert not clock.has_strayed
    answered(clock, true.now())
    machine.ahead = HOUR
    clock.now()
    machine.ahead = timedelta()
    assert clock.has_strayed
    clock.steady()
    assert not clock.has_strayed


def test_the_machines_seconds_pass_and_so_do_those_of_the_trial() -> None:
    for clock in (SystemClock(), ShiftedClock(START)):
        before = clock.monotonic()
        assert clock.monotonic() >= before
    shifted = ShiftedClock(START)
    before = shifted.monotonic()
    shifted.move_to(shifted.now() + HOUR)
    assert shifted.monotonic() - before >= 3600


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("Mon, 15 Jun 2026 01:00:00 GMT", START),
        ("Mon, 15 Jun 2026 08:00:00 +0700", START),
        (None, None),
        ("", None),
        ("soon", None),
        ("Mon, 99 Jun 2026 01:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
    ],
)
def test_a_date_header_is_read_or_says_nothing(header: str | None, read: datetime | None) -> None:
    assert date_of(header) == read
