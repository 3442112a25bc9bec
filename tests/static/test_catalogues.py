"""The catalogues against the code: every key that is used exists in both languages, with the same gaps."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.i18n import LANGUAGES, LOCALES
from tests.static.saying import put_together, values_of_enums, words_of
from tests.static.test_house import tree_of

BOT = Path(__file__).resolve().parents[2] / "bot"
SPEAKERS = {"t", "say", "say_count", "count", "words", "note", "has"}
ERRORS = {
    "TienDoError",
    "NotAllowed",
    "NotFound",
    "BadInput",
    "TransitionRefused",
    "EvidenceRefused",
    "SettingsError",
    "WrongUse",
    "FileRefused",
}
KEY = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")
PAGE = BOT / "simulator" / "page"
KEY_OF_THE_PAGE = re.compile(r"""["'`](page\.(?:[a-z0-9_]|\$\{[^}]*\})+)["'`]""")


@cache
def catalogue(language: str) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=language):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    assert key not in found, f"{key} stands twice ({path.name})"
                    found[key] = message
    return found


def sentences(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


@cache
def trees() -> tuple[tuple[Path, ast.AST], ...]:
    return tuple((path, tree_of(path)) for path in sorted(BOT.rglob("*.py")))


def literals() -> Iterator[tuple[Path, str]]:
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.match(node.value):
                yield path, node.value


def keys_of_the_page() -> Iterator[tuple[Path, str]]:
    """Keys in the page's scripts and markup; one put together holds its gaps as they stand there."""
    for path in sorted(PAGE.iterdir()):
        if path.suffix in (".js", ".html"):
            yield from ((path, key) for key in KEY_OF_THE_PAGE.findall(path.read_text("utf-8")))


def patterns_of_the_page() -> Iterator[re.Pattern[str]]:
    """Keys its scripts put together; a gap is filled with a word that stands in them or in the simulator."""
    scripts = "\n".join(path.read_text("utf-8") for path in sorted(PAGE.iterdir()) if path.suffix in (".js", ".html"))
    words = {word for one in re.findall(r"""["'`]([a-z0-9_]+)["'`]""", scripts) for word in (one, *one.split("_"))}
    served = [path for path, _ in trees() if "simulator" in path.parts or path.match("outbox/deliveries.py")]
    words |= {word for path in served for word in words_of(path).whole}
    gap = f"(?:{'|'.join(sorted(map(re.escape, words | values_of_enums())))}|[0-9]+)"
    for _, key in keys_of_the_page():
        if "$" in key:
            parts = re.split(r"\$\{[^}]*\}", key)
            yield re.compile(f"^{gap.join(map(re.escape, parts))}$")


def spoken() -> Iterator[tuple[Path, str]]:
    """Keys handed to a translator as a literal."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SPEAKERS or isinstance(node.func, ast.Call):
                given = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                yield from ((path, key) for key in given if isinstance(key, str) and KEY.match(key))

    yield from ((path, key) for path, key in keys_of_the_page() if "$" not in key)


def raised() -> Iterator[tuple[Path, str]]:
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield path, first.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_spoken_has_a_sentence(language: str) -> None:
    missing = sorted({f"{key} ({path.name})" for path, key in spoken() if key not in catalogue(language)})
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_that_is_raised_has_a_sentence(language: str) -> None:
    missing = sorted({f"{key} ({path.name})" for path, key in raised() if f"error.{key}" not in catalogue(language)})
    assert not missing


def test_all_languages_have_the_same_keys() -> None:
    first, *others = LANGUAGES
    for other in others:
        assert sorted(catalogue(first).keys() ^ catalogue(other).keys()) == []


def left_over(keys: Iterable[str]) -> list[str]:
    """Those of the keys that nobody says."""
    said = {key for _, key in (*literals(), *keys_of_the_page())} | {f"error.{key}" for _, key in raised()}
    left = set(keys) - said
    left -= set(put_together(left))
    of_page = list(patterns_of_the_page())
    return sorted(key for key in left if not any(shape.match(key) for shape in of_page))


def test_no_sentence_is_left_over() -> None:
    assert left_over(catalogue(LANGUAGES[0])) == []


def test_a_sentence_that_nobody_says_is_found() -> None:
    rooms = ("error", "remind", "card", "menu", "problem", "page", "digest.part", "dated.kind", "place", "planted")
    planted = sorted([*(f"{room}.planted" for room in rooms), "error.period_planted_today", "page.outbox_planted"])
    assert left_over(planted) == planted


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_a_sentence_has_the_same_gaps_and_tags_in_every_language() -> None:
    wrong = []
    for key, message in catalogue("vi").items():
        vietnamese, english = sentences(message), sentences(catalogue("en")[key])
        wanted = set().union(*map(gaps, vietnamese))
        if any(gaps(one) - wanted for one in english) or set().union(*map(gaps, english)) != wanted:
            wrong.append(key)
        if any(sorted(re.findall(r"</?\w+", one)) != sorted(re.findall(r"</?\w+", vietnamese[0])) for one in english):
            wrong.append(f"{key} (tags)")
    assert wrong == []


def test_no_sentence_is_empty_or_unfinished() -> None:
    for language in LANGUAGES:
        for key, message in catalogue(language).items():
            assert all(one.strip() for one in sentences(message)), key
            assert "fuzzy" not in message.flags, key


def test_people_are_never_addressed_as_ban() -> None:
    wrong = [key for key, m in catalogue("vi").items() if re.search(r"\bbạn\b", " ".join(sentences(m)), re.IGNORECASE)]
    assert wrong == []


def test_every_key_the_page_puts_together_has_a_sentence() -> None:
    shapes = list(patterns_of_the_page())
    assert shapes
    assert [s.pattern for s in shapes if not any(s.match(key) for key in catalogue("vi"))] == []


def test_the_page_finds_all_its_sentences_in_its_own_catalogue() -> None:
    """The server hands out page.po alone."""
    for language in LANGUAGES:
        with (LOCALES / language / "LC_MESSAGES" / "page.po").open("rb") as source:
            own = {message.id for message in read_po(source, locale=language) if message.id}
        assert {key for key in catalogue(language) if key.startswith("page.")} == own


SPEAKING_ROOMS = ("services", "views", "conversations", "documents", "transport", "handlers", "reminders", "cli")


LETTERS = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)


def test_no_people_s_words_stand_in_the_page() -> None:
    comments = re.compile(r"/\*.*?\*/|//[^\n]*|<!--.*?-->", re.DOTALL)
    speaking = [
        f"{path.name}: {line.strip()[:60]}"
        for path in sorted(PAGE.iterdir())
        for line in comments.sub("", path.read_text("utf-8")).splitlines()
        if LETTERS.search(line)
    ]
    assert speaking == []


def test_no_people_s_words_stand_in_the_code() -> None:
    """Vietnamese letters in the rooms that speak to people; the rooms that read people hold word lists on purpose."""
    wrong = []
    for path, tree in trees():
        if path.relative_to(BOT).parts[0] not in SPEAKING_ROOMS:
            continue
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
            if is_text and LETTERS.search(node.value):
                wrong.append(f"{path.relative_to(BOT)}:{node.lineno} {node.value[:40]}")
    assert wrong == []
