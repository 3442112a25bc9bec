"""Reading questions: the corpus, follow-ups, and what must never happen whatever is typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.asking.follow_ups import follow_up
from bot.language.asking.query import Query, Reading
from bot.language.asking.read import read
from tests.questions.asking_table import PAGE, table
from tests.questions.readings import corpus, differences, directory, is_confident

TODAY = date(2026, 6, 15)
SEEN = corpus("questions_seen.yaml")
MORE = corpus("questions_more.yaml")
UNSEEN = corpus("questions_unseen.yaml")
FOLLOW_UPS = corpus("follow_ups.yaml")


def read_entry(entry: dict[str, Any]) -> Reading:
    return read(entry["ask"], directory(entry["slug"]), entry["day"])


def read_second(entry: dict[str, Any]) -> Reading:
    found, day = directory(entry["slug"]), entry["day"]
    before = read(entry["first"], found, day)
    on = follow_up(before, entry["then"], found, day) if isinstance(before, Query) else None
    return on or read(entry["then"], found, day)


def wrong(entries: list[dict[str, Any]], how: Any) -> list[str]:
    said = []
    for entry in entries:
        found = differences(entry["reading"], how(entry), entry["slug"])
        if found:
            said.append(f"{entry.get('ask') or entry['then']} ({entry['slug']}): {found}")
    return said


def test_nearly_all_seen_questions_are_read_whole() -> None:
    failed = wrong(SEEN, read_entry)
    assert len(failed) <= 0.02 * len(SEEN), failed


@pytest.mark.unmeasured
def test_nearly_all_questions_learned_from_later_are_read_whole() -> None:
    failed = wrong(MORE, read_entry)
    assert len(failed) <= 0.02 * len(MORE), failed


@pytest.mark.unmeasured
def test_the_half_nobody_looked_at_is_read_nearly_as_well() -> None:
    # Whoever fits the rules must not read it, so nothing of it is shown.
    failed = len(wrong(UNSEEN, read_entry))
    assert failed <= 0.03 * len(UNSEEN)


@pytest.mark.unmeasured
def test_of_the_half_nobody_looked_at_hardly_anything_out_of_scope_is_answered() -> None:
    outside = [entry for entry in UNSEEN if entry["reading"]["kind"] == "not_understood"]
    assert len(outside) > 70
    assert sum(is_confident(read_entry(entry)) for entry in outside) <= 1


def test_nothing_out_of_scope_is_answered_as_if_it_were_understood() -> None:
    outside = [entry for entry in SEEN if entry["reading"]["kind"] == "not_understood"]
    assert len(outside) > 70
    assert [entry["ask"] for entry in outside if is_confident(read_entry(entry))] == []


def test_follow_ups_change_the_last_question() -> None:
    assert wrong(FOLLOW_UPS, read_second) == []


SYLLABLES = sorted({word for entry in SEEN for word in entry["ask"].split()})


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(SYLLABLES), max_size=30), st.sampled_from(["binh-loc", "phuoc-binh", "dong-phu"]))
def test_any_words_in_any_order_are_read_without_a_fault(words: list[str], slug: str) -> None:
    found = directory(slug)
    reading = read(" ".join(words), found, TODAY)
    if isinstance(reading, Query):
        follow_up(reading, " ".join(reversed(words)), found, TODAY)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=300))
def test_any_signs_are_read_without_a_fault(text: str) -> None:
    read(text, directory("binh-loc"), TODAY)


@pytest.mark.parametrize(
    "text", ["a" * 5000, "đỏ " * 1250, "1/1/" * 1200, "nv" * 2500, "0" * 5000, "(" * 5000, "từ " * 1500]
)
def test_a_message_as_long_as_can_be_is_read(text: str) -> None:
    assert not isinstance(read(text, directory("binh-loc"), TODAY), Query)


def test_nothing_is_guessed_from_an_empty_message() -> None:
    for text in ("", " ", "\n", "🙂", "?!…"):
        assert not isinstance(read(text, directory("binh-loc"), TODAY), Query)


def test_the_table_of_what_can_be_asked_is_that_of_the_lexicon() -> None:
    assert PAGE.read_text("utf-8") == table()
