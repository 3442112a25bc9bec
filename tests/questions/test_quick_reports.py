"""Quick reports: the corpus, its two halves, and what holds for any text."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.reports.outcomes import AmbiguousReport, QuickReport, RowHint
from bot.language.reports.reports import read_report
from bot.language.text.tokens import fold

from .directory import ROWS, corpus, is_dangerous, is_right, is_seen

MESSAGES = corpus("quick_reports.yaml")
HALVES = {
    "seen": [message for message in MESSAGES if is_seen(message["say"])],
    "unseen": [message for message in MESSAGES if not is_seen(message["say"])],
    "seen later": corpus("quick_reports_seen.yaml"),
    "fresh": corpus("quick_reports_fresh.yaml"),
    "opened": corpus("quick_reports_opened.yaml"),
}


@pytest.mark.parametrize("half", HALVES)
def test_at_least_98_percent_of_each_half_is_read_as_meant(half: str) -> None:
    wrong = [message for message in HALVES[half] if not is_right(message, read_report(message["say"], ROWS, 2026))]
    accuracy = 1 - len(wrong) / len(HALVES[half])
    shown = [] if half == "unseen" else wrong  # whoever fits the rules must not read the unseen half
    assert accuracy >= 0.98, f"{accuracy:.1%} of {len(HALVES[half])}: {shown}"


def test_messages_no_rule_was_made_with_are_mostly_read_as_meant() -> None:
    # Whoever fits the rules must not read them, so nothing of them is shown.
    unseen = corpus("quick_reports_unseen.yaml")
    assert len(unseen) > 150
    assert sum(is_right(message, read_report(message["say"], ROWS, 2026)) for message in unseen) >= 0.95 * len(unseen)


@pytest.mark.parametrize("half", HALVES)
def test_no_message_is_read_with_a_wrong_task_or_figure(half: str) -> None:
    assert [m for m in HALVES[half] if is_dangerous(m, read_report(m["say"], ROWS, 2026))] == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["say"][:40])
def test_composed_and_decomposed_text_are_read_alike(message: dict[str, Any], form: Literal["NFC", "NFD"]) -> None:
    outcome = read_report(unicodedata.normalize(form, message["say"]), ROWS, 2026)
    plain = read_report(message["say"], ROWS, 2026)
    assert _figures(outcome) == _figures(plain)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["say"][:40])
def test_text_without_diacritics_or_in_capitals_never_says_another_figure(message: dict[str, Any]) -> None:
    for told in (fold(message["say"]), message["say"].upper()):
        assert not is_dangerous(message, read_report(told, ROWS, 2026)), told


def test_the_corpus_has_at_least_150_messages_and_no_message_twice() -> None:
    texts = [message["say"] for message in MESSAGES]
    assert len(texts) == len(set(texts)) >= 150


@given(st.integers(0, 100), st.integers(0, 99), st.sampled_from(["NV07 {}%", "nv7 {}", "nv 7: {} %", "{}% nv07"]))
def test_every_percent_with_decimals_comes_back(whole: int, part: int, form: str) -> None:
    value = min(Decimal(whole) + Decimal(part) / 100, Decimal(100))
    outcome = read_report(form.format(f"{value:f}".replace(".", ",")), ROWS, 2026)
    assert isinstance(outcome, QuickReport)
    assert (outcome.code, outcome.percent, outcome.note) == ("NV07", value, "")


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    read_report(text, ROWS, 2026)


PIECES = [
    "nv07",
    "ct05",
    "60",
    "%",
    "7650/9000",
    "hay",
    "chưa",
    "xong",
    "-",
    "?",
    "15/6",
    "hạng",
    "1.250",
    "nửa",
    "không",
]


@given(st.lists(st.sampled_from([*PIECES, "NV99", "đến", ",", "tốt", "một", "phần", "tư", "\n", "(", "/2026"])))
def test_no_order_of_its_own_words_makes_the_reader_fail(pieces: list[str]) -> None:
    for joint in (" ", ""):
        outcome = read_report(joint.join(pieces), ROWS, 2026)
        assert not isinstance(outcome, QuickReport) or outcome.code in ROWS


def test_the_year_chooses_between_two_plans() -> None:
    rows = {"NV07": RowHint("task"), "NV07/2025": RowHint("task")}
    assert _code(read_report("NV07/2025 60%", rows, 2026)) == "NV07/2025"
    assert _code(read_report("NV07/2026 60%", rows, 2026)) == "NV07"
    assert _code(read_report("NV07 60%", rows, 2026)) == "NV07"
    assert _code(read_report("NV07/2024 60%", rows, 2026)) is None


def test_an_unknown_code_is_named_in_the_answer() -> None:
    outcome = read_report("nv 99 60%", ROWS, 2026)
    assert outcome == AmbiguousReport(None, (), "code_unknown", "NV99")


def _figures(outcome: object) -> object:
    if isinstance(outcome, QuickReport):
        return outcome.code, outcome.percent, outcome.value, outcome.unchanged, outcome.implied
    return (outcome.code, outcome.reason) if isinstance(outcome, AmbiguousReport) else None


def _code(outcome: object) -> str | None:
    assert isinstance(outcome, QuickReport | AmbiguousReport)
    return outcome.code
