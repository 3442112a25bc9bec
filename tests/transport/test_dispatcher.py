"""Notices: due, claimed, still true, sent, noted; never twice unknowingly."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.i18n import Translator
from bot.reminders import deliver
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.outbox import deliveries, outbox
from bot.storage.outbox.outbox import Notice
from bot.storage.records import people, plans
from bot.views.parts.html import Html
from bot.views.parts.view import View
from tests.town import Town
from tests.transport.village import SLUG, member

TRUE: set[str] = set()


async def _render(desk: Any, conn: Any, item: Any, person: Any, t: Translator, now: datetime) -> View | None:
    return View(Html(f"Báo tin {item.occasion}")) if item.occasion in TRUE else None


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "read_single", _render)
    TRUE.clear()
    TRUE.update({"1", "2", "3"})


async def _queue(town: Town, person: SimulatedPerson, occasion: str, *, rule: str = "returned", later: int = 0) -> None:
    async with town.db.write() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        who = await people.person_by_telegram(conn, person.id)
        assert place is not None
        assert who is not None
        key, at = f"{rule}:{occasion}:{who.id}", town.clock.now() + timedelta(seconds=later)
        notice = Notice(key, place.id, rule, occasion, at, person_id=who.id, urgent=True)
        await outbox.queue(conn, notice, town.clock.now())
    town.app.something_was_committed()


def _states(town: Town) -> list[str]:
    with sqlite3.connect(town.settings.data_dir / "tiendo.db") as conn:
        return [row[0] for row in conn.execute("SELECT state FROM outbox ORDER BY id")]


async def test_what_is_due_goes_out_at_once_and_only_once(town: Town) -> None:
    an = await member(town)
    await _queue(town, an, "1")
    await town.settle()
    town.app.something_was_committed()
    await town.settle()
    assert an.texts() == ["Báo tin 1"]
    assert _states(town) == ["sent"]


async def test_what_is_not_due_waits_and_what_is_not_true_any_more_is_withdrawn(town: Town) -> None:
    an = await member(town)
    await _queue(town, an, "1", later=60)
    await _queue(town, an, "9")
    await town.settle()
    assert an.texts() == []
    assert _states(town) == ["queued", "withdrawn"]
    town.clock.move_by(seconds=61)
    town.app.something_was_committed()
    await town.settle()
    assert an.texts() == ["Báo tin 1"]


async def test_a_person_who_blocked_the_bot_is_not_tried_again(town: Town) -> None:
    an, binh = await member(town, "An"), await member(town, "Bình")
    town.server.faults.forbid(an.id)
    for occasion in ("1", "2"):
        await _queue(town, an, occasion)
    await _queue(town, binh, "3")
    await town.settle()
    assert binh.texts() == ["Báo tin 3"]
    assert _states(town) == ["failed", "failed", "sent"]
    assert len(town.server.faults.calls_of("sendMessage", an.id)) == 1


async def test_a_429_puts_off_that_one_exactly_and_delays_no_other(town: Town) -> None:
    an, binh = await member(town, "An"), await member(town, "Bình")
    town.server.faults.next("sendMessage", an.id, status=429, retry_after=40)
    await _queue(town, an, "1")
    await _queue(town, binh, "2")
    await town.settle()
    assert (an.texts(), binh.texts()) == ([], ["Báo tin 2"])
    town.clock.move_by(seconds=39)
    town.app.something_was_committed()
    await town.settle()
    assert an.texts() == []
    town.clock.move_by(seconds=1)
    town.app.something_was_committed()
    await town.settle()
    assert an.texts() == ["Báo tin 1"]


async def test_after_a_death_between_sending_and_noting_only_returns_are_said_again(town: Town) -> None:
    an = await member(town)
    await town.settle()
    await town.kill()
    town.app = town._built()
    await town.app.initialize()
    await _queue_claimed(town, an)
    await town.app.start()
    await town.app.take_updates()
    await town.settle()
    assert an.texts() == ["(nhắc lại)\nBáo tin 1"]
    assert _states(town) == ["sent", "unknown"]


async def _queue_claimed(town: Town, an: SimulatedPerson) -> None:
    await _queue(town, an, "1")
    await _queue(town, an, "2", rule="accepted")
    async with town.db.write() as conn:
        for item in await deliveries.urgent_due(conn, town.clock.now(), 10):
            assert await deliveries.claim_single(conn, item, f"dead:{item.id}", town.clock.now())
    town.clock.move_by(seconds=deliver.LEASE.seconds)


async def test_an_answer_lost_on_the_way_follows_the_same_rule(town: Town) -> None:
    an = await member(town)
    town.server.faults.lose_response("sendMessage", times=2)
    await _queue(town, an, "1")
    await _queue(town, an, "2", rule="accepted")
    await town.settle()
    assert an.texts() == ["Báo tin 1", "Báo tin 2"]
    town.clock.move_by(seconds=31)
    town.app.something_was_committed()
    await town.settle()
    assert an.texts() == ["Báo tin 1", "Báo tin 2", "(nhắc lại)\nBáo tin 1"]
    assert _states(town) == ["sent", "unknown"]
