"""Message text as Telegram stores it: plain characters plus entities counted in UTF-16 units.

Only HTML is read; Markdown is refused, because the bot never writes it. An ampersand that starts no
entity is refused as the documentation demands, although the real server lets it pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape

from bot.simulator.telegram.chats.refusals import Json, Refused, bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
MAX_ENTITIES = 100
_TOKEN = re.compile(r"<(?P<tag>[^<>]*)>|&(?P<entity>lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});|(?P<bad>[<&])")
_TAG = re.compile(r"(?P<close>/)?(?P<name>[a-zA-Z][a-zA-Z0-9-]*)(?P<attributes>\s.*)?", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"\s*(?P<name>[a-zA-Z-]+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>\S+)))?"
)
_DETECTED = (
    ("bot_command", re.compile(r"(?<![\w/@])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/])")),
    ("url", re.compile(r"(?<!\w)(?:https?|tg)://[^\s<>\"]*[^\s<>\".,;:!?)]")),
    ("email", re.compile(r"(?<![\w.@])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}")),
    ("mention", re.compile(r"(?<![\w@])@[a-zA-Z][a-zA-Z0-9_]{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)


@dataclass(frozen=True)
class Formatted:
    """Text without markup, its entities, and the markup it came from."""

    text: str
    entities: list[Json] = field(default_factory=list)
    source: str = ""


@dataclass
class _Open:
    name: str
    entity: Json
    at: int


def utf16_length(text: str) -> int:
    """How many UTF-16 code units Telegram counts for the text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(text: str, parse_mode: str | None, entities: list[Json] | None = None) -> Formatted:
    """Text and entities of what a bot sent; raises a 400 where the markup does not parse."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise bad_request("strings must be encoded in UTF-8") from error
    if not parse_mode:
        return _finish(text, [dict(entity) for entity in entities or []], text)
    if parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    plain, found = _Reader(text).read()
    return _finish(plain, found, text)


def typed(text: str) -> Formatted:
    """Text and detected entities of what a person typed."""
    return _finish(text, [], text)


def _finish(text: str, entities: list[Json], source: str) -> Formatted:
    trimmed = text.rstrip()
    lead = len(trimmed) - len(trimmed.lstrip())
    shift = utf16_length(trimmed[:lead])
    trimmed = trimmed[lead:]
    end = utf16_length(trimmed)
    kept: list[Json] = []
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        stop = min(entity["offset"] + entity["length"] - shift, end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    kept += _detected(trimmed, kept)
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(trimmed, kept[:MAX_ENTITIES], source)


def _detected(text: str, taken: list[Json]) -> list[Json]:
    closed = [e for e in taken if e["type"] in {"code", "pre", "text_link", "text_mention"}]
    found: list[Json] = []
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(text):
            entity = {"type": kind, "offset": utf16_length(text[: match.start()]), "length": utf16_length(match[0])}
            if not any(_overlap(entity, other) for other in closed + found):
                found.append(entity)
    return found


def _overlap(one: Json, other: Json) -> bool:
    first, second = sorted((one, other), key=lambda entity: entity["offset"])
    return bool(first["offset"] + first["length"] > second["offset"])


def _cannot(reason: str) -> Refused:
    return bad_request(f"can't parse entities: {reason}")


class _Reader:
    """Reads one HTML text from left to right."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.plain: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        position = 0
        for match in _TOKEN.finditer(self.source):
            self._write(self.source[position : match.start()])
            position = match.end()
            at = len(self.source[: match.start()].encode())
            if match["bad"] == "<":
                raise _cannot(f"Unclosed start tag at byte offset {at}")
            if match["bad"]:
                raise _cannot(f"Unescaped ampersand at byte offset {at}")
            if match["entity"]:
                self._write(unescape(match[0]))
            else:
                self._tag(match["tag"], at)
        self._write(self.source[position:])
        if self.open:
            raise _cannot(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return "".join(self.plain), self.entities

    def _write(self, text: str) -> None:
        self.plain.append(text)
        self.length += utf16_length(text)

    def _tag(self, inner: str, at: int) -> None:
        match = _TAG.fullmatch(inner)
        name = match["name"].lower() if match else inner.strip("/ ")
        closing = bool(match and match["close"])
        if match is None or (not closing and name not in TAGS):
            raise _cannot(f'Unsupported start tag "{name}" at byte offset {at}')
        if closing:
            self._close(name, at)
        else:
            entity = self._entity(name, dict(_attributes(match["attributes"] or "")), at)
            self.open.append(_Open(name, entity, self.length))

    def _entity(self, name: str, attributes: dict[str, str], at: int) -> Json:
        entity: Json = {"type": TAGS[name]}
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _cannot(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        if name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        if name == "a":
            entity["url"] = attributes.get("href", "")
        language = attributes.get("class", "")
        if name == "code" and language.startswith("language-"):
            entity["language"] = language.removeprefix("language-")
        return entity

    def _close(self, name: str, at: int) -> None:
        if not self.open:
            raise _cannot(f"Unexpected end tag at byte offset {at}")
        opened = self.open.pop()
        if opened.name != name:
            raise _cannot(f'Unmatched end tag at byte offset {at}, expected "</{opened.name}>", found "</{name}>"')
        entity = {**opened.entity, "offset": opened.at, "length": self.length - opened.at}
        if not entity["length"]:
            return
        closed: dict[str, Callable[[Json], None]] = {"text_link": self._link, "pre": self._pre}
        closed.get(entity["type"], self.entities.append)(entity)

    def _link(self, entity: Json) -> None:
        # Telegram silently shows a link without an address as plain text.
        if entity["url"]:
            self.entities.append(entity)

    def _pre(self, entity: Json) -> None:
        inner = [e for e in self.entities if e["type"] == "code" and e["offset"] >= entity["offset"]]
        for code in inner:
            self.entities.remove(code)
            if "language" in code:
                entity["language"] = code["language"]
        self.entities.append(entity)


def _attributes(text: str) -> list[tuple[str, str]]:
    found = _ATTRIBUTE.finditer(text)
    return [(m["name"].lower(), unescape(m["double"] or m["single"] or m["bare"] or "")) for m in found]
