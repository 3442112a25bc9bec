"""People who report, appraise and ask while the bot is killed under their hands. They wait; they do not repeat."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from PIL import Image

from bot.i18n import translator
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Message
from tests.evidence.made_files import pdf

ANSWER_SECONDS = 90.0
LOOK_SECONDS = 0.05
PERCENTS = (25, 40, 50, 60, 75, 90, 100)
ON_BUTTONS = (25, 50, 75, 100)
NOTICE_KEYS = ("notice.returned", "notice.accepted")


def _re_of(words: str) -> str:
    return r"\S+".join(re.escape(part) for part in words.split("\0"))


T = translator("vi")
# By the catalogue, so that a better sentence there changes nothing here.
_NOTICES = tuple(T(key, code="\0", name="\0").replace("<b>", "").replace("</b>", "") for key in NOTICE_KEYS)
NOTICE = re.compile("|".join(_re_of(words.splitlines()[0]) for words in _NOTICES))
"""What the bot says of its own accord; it answers nothing."""


class Unanswered(Exception):
    """Someone waited in vain: an update was lost, or a dialogue cannot be finished."""


@dataclass(frozen=True, slots=True)
class Intended:
    """One report somebody saw acknowledged. ``mark`` stands in its note; ``hashes`` are of its files."""

    mark: str
    code: str
    percent: int
    hashes: tuple[str, ...]


@dataclass
class Town:
    """What all people share."""

    random: Random
    stopping: bool = False
    intended: list[Intended] = field(default_factory=list)
    judged: Counter[str] = field(default_factory=Counter)
    """How many reports were accepted, how many returned."""
    awaiting: Counter[str] = field(default_factory=Counter)
    """By locality: complete reports sent and not yet judged."""
    number: int = 0

    def mark(self) -> str:
        """Letters that stand in no other note."""
        self.number += 1
        digits = f"{self.number:05d}".translate(str.maketrans("0123456789", "bcdghklmnp"))
        return f"dấu x{digits}x"

    def photo(self) -> bytes:
        """A picture nobody has sent before."""
        self.number += 1
        made = io.BytesIO()
        shade = (self.number % 256, self.number // 256 % 256, 90)
        Image.new("RGB", (320, 240), shade).save(made, "JPEG")
        return made.getvalue()


class Actor:
    """One person at the keyboard."""

    def __init__(self, town: Town, person: SimulatedPerson, slug: str) -> None:
        self.town = town
        self.person = person
        self.slug = slug
        self.expected = 0
        """Messages with text the bot owes this person."""
        self.counted_from = 0

    async def join(self, code: str, name: str) -> None:
        """From the link to the membership."""
        sent = self.person.start(code)
        await self.sees(lambda m: m.id > sent.id, "the question for the name")
        sent = self.person.send_text(name)
        asked = await self.sees(lambda m: m.id > sent.id and _data(m, ":yes"), "the name to confirm")
        self._press(":yes", asked)
        await self.sees(lambda m: m.id > asked.id or (m.id == asked.id and not _data(m, ":yes")), "the welcome")
        self.counted_from = self._newest()

    async def asks(self, text: str, fits: Callable[[Message], object] = bool) -> Message:
        """The answer to a message; after a kill the answer before it may come once more, and does not fit."""
        self.expected += 1
        sent = self.person.send_text(text)
        return await self.sees(lambda m: m.id > sent.id and fits(m), f"an answer to {text}")

    async def presses(self, ending: str, message: Message, fits: Callable[[Message], object]) -> Message:
        """The message that fits, after a press of the button whose data ends like this."""
        self._press(ending, message)
        return await self.sees(lambda m: m.id >= message.id and fits(m), f"an answer to the press {ending}")

    def _press(self, ending: str, message: Message) -> None:
        found = _data(message, ending)
        if not found:
            raise Unanswered(f"person {self.person.id} in {self.slug}: no button {ending} under {message.text!r}")
        self.person.chats.ask(self.person.user, found[0], message.body)

    async def sees(self, fits: Callable[[Message], object], what: str) -> Message:
        """The newest message of the bot that fits, as soon as there is one. Raises Unanswered."""
        loop = asyncio.get_running_loop()
        until = loop.time() + ANSWER_SECONDS
        while loop.time() < until:
            for message in reversed(self._heard()):
                if fits(message):
                    return message
            await asyncio.sleep(LOOK_SECONDS)
        shown = [message.text[-160:] for message in self._heard()[-2:]]
        raise Unanswered(f"person {self.person.id} in {self.slug} waits for {what}; the chat ends with {shown}")

    @property
    def repeated(self) -> int:
        """How many answers came more often than asked for."""
        heard = [message for message in self._heard() if message.id > self.counted_from]
        return len(heard) - self.expected

    def _heard(self) -> list[Message]:
        bot = self.person.chats.bot.id
        said = [message for message in self.person.messages() if message.sent_by(bot) and "text" in message.body]
        return [message for message in said if not NOTICE.search(message.text)]

    def _newest(self) -> int:
        return max(message.id for message in self.person.messages())


class Officer(Actor):
    """Reports on one task after the other, up to 100 % and its appraisal."""

    def __init__(self, town: Town, person: SimulatedPerson, slug: str, codes: list[str]) -> None:
        super().__init__(town, person, slug)
        self.codes = codes
        self.todo = deque((code, percent) for code in codes for percent in PERCENTS)

    async def work(self) -> None:
        """Report until the town stops."""
        while not self.town.stopping:
            if not self.todo:
                await self.asks("/viec")
                await asyncio.sleep(0.5)
                continue
            code, percent = self.todo.popleft()
            await self._report(code, percent)

    async def _report(self, code: str, percent: int) -> None:
        mark = self.town.mark()
        asked = f"/baocao {code}"
        card = await self.asks(asked, lambda m: code in m.text and any(":p:" in data for data in _data(m)))
        shown = f"→ {percent}%"
        if percent in ON_BUTTONS:
            card = await self.presses(f":p:{percent}", card, lambda m: shown in m.text)
        else:
            self.expected += 1
            sent = self.person.send_text(f"{percent} %")
            card = await self.sees(lambda m: m.id > sent.id and shown in m.text, f"the card with {percent} %")
        card, hashes = await self._files_and_note(mark, percent)
        done = await self.presses(":send", card, lambda m: _data(m, start="v1:w:") and code in m.text)
        assert shown in done.text
        self.town.intended.append(Intended(mark, code, percent, hashes))
        if percent == 100:
            self.town.awaiting[self.slug] += 1

    async def _files_and_note(self, mark: str, percent: int) -> tuple[Message, tuple[str, ...]]:
        kind = self.town.random.choice(["album", "pdf"] if percent == 100 else ["album", "pdf", "none"])
        self.expected += 1
        if kind == "none":
            sent = self.person.send_text(mark)
            return await self.sees(lambda m: m.id > sent.id and mark in m.text, "the card with the note"), ()
        if kind == "pdf":
            self.town.number += 1
            content = pdf(f"Biên bản số {self.town.number}")
            sent = self.person.send_document(content, f"bien-ban-{self.town.number}.pdf", "application/pdf", mark)
            hashes = (_sha(content),)
        else:
            album = self.person.send_album([self.town.photo() for _ in range(self.town.random.randint(2, 4))], mark)
            sent, hashes = album[-1], tuple(_sha(self._content(message)) for message in album)
        told = T.count("report.files_complete", len(hashes))
        card = await self.sees(lambda m: m.id > sent.id and told in m.text and mark in m.text, f"the card with {told}")
        return card, hashes

    def _content(self, message: Message) -> bytes:
        return self.person.chats.files._stored[message.body["photo"][-1]["file_id"]].content


class Appraiser(Actor):
    """Judges what waits: two of three reports are accepted, the others come back."""

    def __init__(self, town: Town, person: SimulatedPerson, slug: str) -> None:
        super().__init__(town, person, slug)
        self.officers: list[Officer] = []

    async def work(self) -> None:
        """Look at the queue until the town stops."""
        while not self.town.stopping:
            queue = await self.asks("/thamdinh")
            if not _data(queue, ":open", start="v1:a:"):
                await asyncio.sleep(1)
                continue
            await self._judge(queue)

    async def _judge(self, queue: Message) -> None:
        self.expected += 1
        case = _data(queue, ":open", start="v1:a:")[0].removesuffix("open")
        card = await self.presses(":open", queue, lambda m: m.id > queue.id and _data(m, start=f"{case}accept"))
        code = next(word for word in re.findall(r"NV\d+", card.text))
        if self.town.random.random() < 2 / 3:
            await self.presses(":accept", card, lambda m: not _data(m, ":accept") and code in m.text)
            self.town.judged["accepted"] += 1
        else:
            asked = await self.presses(":return", card, lambda m: _data(m, ":reason:signature"))
            await self.presses(":reason:signature", asked, lambda m: not _data(m, ":other") and code in m.text)
            self.town.judged["returned"] += 1
            for officer in self.officers:
                if code in officer.codes:
                    officer.todo.append((code, 100))
        self.town.awaiting[self.slug] -= 1


class Asker(Actor):
    """Asks short questions; each must be answered."""

    async def work(self) -> None:
        """Ask until the town stops."""
        while not self.town.stopping:
            await self.asks(self.town.random.choice(["/viec", "/do", "/han", "/trogiup", "xin chào"]))
            await asyncio.sleep(self.town.random.uniform(0.2, 1.0))


def _data(message: Message, ending: str = "", *, start: str = "v1:") -> list[str]:
    held = [button.get("callback_data", "") for button in message.buttons]
    return [data for data in held if data.startswith(start) and data.endswith(ending)]


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
