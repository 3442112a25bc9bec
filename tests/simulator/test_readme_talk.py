"""The talk at the head of the README, played in the trial: the bot says these lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.simulator.trial.trial import Trial
from tests.simulator.callers import picture
from tests.simulator.trial_page import Page

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
pytestmark = pytest.mark.timeout(300)


@dataclass
class Turn:
    """Who says or presses something, and the lines and buttons of the answer."""

    who: str
    said: str
    lines: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)


def talk() -> list[Turn]:
    turns: list[Turn] = []
    for line in re.findall(r"```\n(Lan .*?)```", README, re.DOTALL)[0].splitlines():
        who, told = line[:7].strip(), line[7:].strip()
        if who and who != "Bot":
            turns.append(Turn(who, told))
        elif told.startswith("["):
            turns[-1].buttons += re.findall(r"\[ (.*?) \]", told)
        else:
            turns[-1].lines.append(told)
    return turns


def pattern(line: str) -> re.Pattern[str]:
    """Numbers of receipts and the minute are whatever they are; behind " …" a line goes on."""
    shape = re.escape(line.removesuffix("…")) + (".*" if line.endswith(" …") else re.escape("…") * line.endswith("…"))
    shape = re.sub(r"(?<=số\\ )\d+", r"\\d+", shape)
    return re.compile(re.sub(r"\d\d:\d\d", r"\\d\\d:\\d\\d", shape))


def said(answer: dict[str, object]) -> Iterator[str]:
    return (line.strip() for line in str(answer["text"]).splitlines())


async def test_the_talk_of_the_readme_is_what_the_bot_says(open_trial: tuple[Trial, str], page: Page) -> None:
    people = {actor.part.name.split()[-1]: actor.id for actor in open_trial[0].world.places[0].actors}
    turns = talk()
    assert [turn.who for turn in turns] == ["Lan", "Lan", "Trúc", "Trúc"] and all(turn.lines for turn in turns)
    for turn in turns:
        who = people[turn.who]
        page.forget()
        text, photo, _ = turn.said.partition("(a photo)")
        if photo:
            file = {"file": ("a.jpg", picture(), "image/jpeg")}
            data = {"user": str(who), "caption": text.strip()}
            assert (await page.http.post("/simulator/files", data=data, files=file)).status_code == 200
        elif text.startswith("▸"):
            await page.press(who, text.removeprefix("▸").strip())
        else:
            await page.say(who, text)
        answer = await page.answer(who, turn.lines[0][:12], button=turn.buttons[0] if turn.buttons else None)
        # Every line stands in the answer, in this order; what is left out between them is not looked at.
        lines = said(answer)
        for line in turn.lines:
            assert any(pattern(line).fullmatch(one) for one in lines), (line, answer["text"])
        shown = [button["text"] for row in answer["inline"] for button in row]
        assert set(turn.buttons) <= set(shown), shown
