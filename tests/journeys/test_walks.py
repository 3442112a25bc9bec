"""The walks of docs/architecture.md are walked along: every step names a file and a function that is called after the
one before it, and no room is entered twice."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from tests.journeys.test_reminders import RED_MORNING, digests, morning
from tests.town import Town, officer, press, say

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
STEP = re.compile(r"^\d+\. `(bot/[\w/]+\.py)` `(\w+)`", re.MULTILINE)
MESSAGE, QUESTION = "One message", "One question"
QUEUED, SENT = "One reminder, until it is queued", "One reminder, when it is sent"

Call = tuple[str, str]


def walk(heading: str) -> list[Call]:
    """File and function of every step under a heading."""
    [text] = re.findall(rf"^### {heading}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return STEP.findall(text)


@contextmanager
def calls() -> Iterator[list[Call]]:
    """Every function of the bot that begins meanwhile, in order."""
    found: list[Call] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(ROOT / "bot"):
            found.append((path.relative_to(ROOT).as_posix(), frame.f_code.co_name))

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


def not_reached(steps: list[Call], happened: list[Call]) -> list[Call]:
    """The steps that do not follow one upon the other, from the first such on."""
    rest = iter(happened)
    return list(itertools.dropwhile(lambda step: step in rest, steps))


@pytest.mark.parametrize("heading", [MESSAGE, QUEUED, SENT, QUESTION])
def test_no_room_is_entered_twice(heading: str) -> None:
    rooms = [room for room, _ in itertools.groupby(path.rsplit("/", 1)[0] for path, _ in walk(heading))]
    assert len(rooms) > 5 and len(rooms) == len(set(rooms))


async def test_a_report_goes_the_way_of_one_message(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    with calls() as happened:
        assert "Đã ghi nhận" in await press(town, an, "Gửi báo cáo")
    assert not_reached(walk(MESSAGE), happened) == []


async def test_a_limit_that_passed_goes_the_way_of_one_reminder(town: Town) -> None:
    an = await officer(town)
    with calls() as happened:
        await morning(town, RED_MORNING)
    assert len(digests(an)) == 1
    assert not_reached(walk(QUEUED), happened) == []
    assert not_reached(walk(SENT), happened) == []


async def test_a_sentence_goes_the_way_of_one_question(town: Town) -> None:
    an = await officer(town)
    with calls() as happened:
        assert "NV03" in await say(town, an, "nhiệm vụ nào đang đỏ?")
    assert not_reached(walk(QUESTION), happened) == []


def test_a_walk_out_of_order_is_seen() -> None:
    first, second = walk(QUESTION)[:2]
    assert not_reached([second, first], [first, second]) == [first]
