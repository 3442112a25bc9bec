"""Words with a refused file, and a draft put aside that comes back, cut at awaits: said once, kept whole.

The report they lead to is cut at every await elsewhere; here at every third, and at every one with ``--every-await``,
as `make soak` does it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from bot.domain.people.people import Role
from bot.simulator.telegram.chats.people import Doc, SimulatedPerson
from tests.evidence.made_files import pdf
from tests.faults.deeds import POLICE, all_done, draft, photo, reports
from tests.faults.test_abort_in_report import MOST, Cut, settled_or_cut
from tests.town import Town

PROGRAM = Doc(b"MZ" + bytes(300), "bao cao.exe", "application/octet-stream")
Step = Callable[[Town, SimulatedPerson], object]


def later(town: Town, _person: SimulatedPerson) -> None:
    """More than a day passes."""
    town.clock.move_by(hours=25)


REFUSED: tuple[Step, ...] = (
    lambda _town, an: an.send_document(PROGRAM.content, PROGRAM.name, PROGRAM.mime, "NV07 25% đã họp"),
    lambda _town, an: an.send_album([photo(), PROGRAM], "hai buổi", caption_on=1),
    lambda _town, an: an.press("Gửi báo cáo"),
)
BEGUN: tuple[Step, ...] = (
    lambda _town, an: an.send_document(pdf("Biên bản"), "bien ban.pdf", "application/pdf", "NV07 25% đã họp"),
    later,
)
ASIDE: tuple[Step, ...] = (
    lambda _town, an: an.send_text("NV13 30%"),
    lambda _town, an: an.press("Tiếp tục NV07"),
    lambda _town, an: an.press("Gửi báo cáo"),
    lambda _town, an: an.press("Tiếp tục NV13"),
    lambda _town, an: an.press("Gửi báo cáo"),
)


async def go_through(town: Town, person: SimulatedPerson, steps: tuple[Step, ...], cut: Cut) -> None:
    """The steps; where the process ends in the middle, a new one is started and the person goes on."""
    for step in steps:
        step(town, person)
        if await settled_or_cut(town, cut):
            await town.kill()
            await town.start_anew()
            await town.settle()


# A process that is cut off closes nothing, not even the connection it was just opening.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_words_with_refused_files_cut_are_reported_exactly_once(town: Town, between_cuts: int) -> None:
    for times, n in enumerate(count(1, between_cuts), start=1):
        assert n < MOST
        an = await town.join("binh-loc", POLICE, Role.OFFICER, name=f"Nguyễn Văn {chr(65 + n % 26)}")
        cut = Cut(n)
        cut.into(town)
        await go_through(town, an, REFUSED, cut)
        where = f"cut at await {n}: {an.texts()}"
        found = await reports(town)
        assert len(found) == times, where
        assert (found[-1].percent, found[-1].note, len(found[-1].files)) == (25, "đã họp\nhai buổi", 1), where
        assert "bao cao.exe" in "\n".join(an.texts()), where
        assert await draft(town, an) is None and an.unanswered() == [], where
        await all_done(town)
        if not cut.happened.is_set():
            break
    assert n > 30


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_draft_put_aside_cut_comes_back_whole(town: Town, between_cuts: int) -> None:
    for times, n in enumerate(count(1, between_cuts), start=1):
        assert n < MOST
        an = await town.join("binh-loc", POLICE, Role.OFFICER, name=f"Nguyễn Văn {chr(65 + n % 26)}")
        for step in BEGUN:
            step(town, an)
            await town.settle()
        cut = Cut(n)
        cut.into(town)
        await go_through(town, an, ASIDE, cut)
        where = f"cut at await {n}: {an.texts()}"
        old, new = await reports(town), await reports(town, "NV13")
        assert (len(old), len(new)) == (times, times), where
        assert (old[-1].percent, old[-1].note, len(old[-1].files)) == (25, "đã họp", 1), where
        assert (new[-1].percent, new[-1].note) == (30, None), where
        assert await draft(town, an) is None and an.unanswered() == [], where
        await all_done(town)
        if not cut.happened.is_set():
            break
    assert n > 40
