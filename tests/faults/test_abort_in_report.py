"""A whole report, cut at every await: whatever was in hand, the next process goes on and records it exactly once.

Driven, not sampled: the first report is cut where it waits for the first time, the next one where it waits for the
second time, and so on until one passes untouched. What is counted is every suspension while an update is stored or
handled, those of libraries too, so every await of our code that can be cut off is among them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables
from tests.faults.deeds import POLICE, all_done, draft, photo, reports
from tests.town import Town

MOST = 1000
Step = Callable[[SimulatedPerson], object]


class Cut:
    """The end of the process at the ``n``-th suspension (1, 2 …) of what is driven through it."""

    def __init__(self, n: int) -> None:
        self.left = n
        self.happened = asyncio.Event()

    def into(self, town: Town) -> None:
        """Drive the storing and the handling of updates of the running bot."""
        processor, inbox = town.app.processor, town.app.inbox
        handle, receive = processor.do_process_update, inbox.receive

        async def handled(update: object, coroutine: Awaitable[Any]) -> None:
            await _Driven(handle(update, coroutine), self, town)

        async def received(raws: Any) -> Any:
            return await _Driven(receive(raws), self, town)

        processor.do_process_update = handled  # type: ignore[method-assign]
        inbox.receive = received  # type: ignore[method-assign]

    def step(self, town: Town) -> None:
        """One more suspension."""
        self.left -= 1
        if self.left == 0:
            town.app.processor.stopping = True
            self.happened.set()
            task = asyncio.current_task()
            assert task is not None
            task.cancel()


class _Driven:
    def __init__(self, work: Awaitable[Any], cut: Cut, town: Town) -> None:
        self._work = work
        self._cut = cut
        self._town = town

    def __await__(self) -> Generator[Any, Any, Any]:
        driven = self._work.__await__()
        sent: Any = None
        thrown: BaseException | None = None
        while True:
            try:
                waited = driven.send(sent) if thrown is None else driven.throw(thrown)
            except StopIteration as end:
                return end.value
            self._cut.step(self._town)
            sent, thrown = None, None
            try:
                sent = yield waited
            except BaseException as error:
                thrown = error


STEPS: tuple[Step, ...] = (
    lambda an: an.send_text("/baocao NV07"),
    lambda an: an.press("25%"),
    lambda an: an.send_photo(photo(), "đã họp"),
    lambda an: an.press("Gửi báo cáo"),
)


async def say_all(town: Town, person: SimulatedPerson, cut: Cut) -> None:
    """Go through the report; where the process ends in the middle, a new one is started and the person goes on."""
    for step in STEPS:
        step(person)
        if await settled_or_cut(town, cut):
            await town.kill()
            await town.start_anew()
            await town.settle()


async def settled_or_cut(town: Town, cut: Cut) -> bool:
    if cut.happened.is_set():
        await town.settle()
        return False
    settling = asyncio.ensure_future(town.settle())
    ending = asyncio.ensure_future(cut.happened.wait())
    await asyncio.wait({settling, ending}, return_when=asyncio.FIRST_COMPLETED)
    was_cut = cut.happened.is_set()
    if was_cut:
        settling.cancel()
    ending.cancel()
    results = await asyncio.gather(settling, ending, return_exceptions=True)
    if not was_cut and results[0] is not None:
        raise results[0]
    return was_cut


async def files_of(town: Town, person: SimulatedPerson) -> AsyncIterator[str]:
    """The hashes of what the person gave."""
    async with town.db.read() as conn:
        mine = select(tables.people.c.id).where(tables.people.c.telegram_id == person.id).scalar_subquery()
        for sha256 in await conn.scalars(select(tables.evidence.c.sha256).where(tables.evidence.c.person_id == mine)):
            yield sha256


# A process that is cut off closes nothing, not even the connection it was just opening.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_report_cut_at_every_await_is_recorded_exactly_once(town: Town) -> None:
    lengths: list[int] = []
    untouched = False
    while not untouched:
        n = len(lengths) + 1
        assert n < MOST
        an = await town.join("binh-loc", POLICE, Role.OFFICER, name=f"Nguyễn Văn {chr(65 + n % 26)}")
        cut = Cut(n)
        cut.into(town)
        await say_all(town, an, cut)
        untouched = not cut.happened.is_set()
        lengths.append(len(an.texts()))
        where = f"cut at await {n}: {an.texts()}"
        assert 1 <= sum("Đã ghi nhận" in text for text in an.texts()) <= 2, where
        found = await reports(town)
        assert len(found) == n, where
        assert (found[-1].percent, found[-1].note, len(found[-1].files)) == (25, "đã họp", 1), where
        kept = [sha256 async for sha256 in files_of(town, an)]
        assert len(kept) == 1 and await town.app.desk.files.verify(kept[0]), where
        assert await draft(town, an) is None and an.unanswered() == [], where
        await all_done(town)
    assert len(lengths) > 50
    assert max(lengths) <= lengths[-1] + 1, "at most one answer is repeated"
