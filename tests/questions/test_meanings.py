"""The notation in which the word lists write what their phrases mean."""

from __future__ import annotations

import pytest

from bot.language.asking.meanings import Cue, LimitWord, Noun, StateWord, by_meaning, meaning_of
from bot.language.reports.meanings import PHRASES, ReportWord
from bot.language.words import lexicon
from bot.language.words import question_words as words

LISTS = (words.NOUNS, words.LIGHTS, words.STATES, words.LIMITS, words.CUES)


def test_every_entry_of_the_word_lists_means_something_of_its_own() -> None:
    written = [key for each in LISTS for key in each]
    assert len(by_meaning(*LISTS)) == len(written) == len(set(written))


def test_every_meaning_of_a_word_is_said_by_some_phrase() -> None:
    said = by_meaning(*LISTS)
    assert all(said[meaning] for family in (Noun, StateWord, LimitWord, Cue) for meaning in family)


def test_every_entry_of_the_words_of_reports_means_something_of_its_own() -> None:
    assert set(PHRASES) == set(ReportWord)
    assert list(PHRASES.values()) == list(lexicon.MEANINGS.values())


@pytest.mark.parametrize("written", ["", "n:", "n:red", "red", "x:red", "c:red:red", "c:mauve"])
def test_what_is_no_meaning_is_refused(written: str) -> None:
    with pytest.raises(KeyError):
        meaning_of(written)
