"""Text that is safe as HTML: shown as it was written, counted as it is shown, whatever is put to it."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan.words import harmless
from bot.i18n import translator
from bot.language.asking.query import Filters, NotAQuestion, Query, QueryKind
from bot.services.asking.ask import Answer
from bot.simulator.telegram.chats.markup import parse, utf16_length
from bot.transport.sending.texts import split, units
from bot.views.asking.answers import reading_words
from bot.views.parts.html import BLANK, Html, bold, escape, lines, plain, say

SIGNS = st.text(st.one_of(st.sampled_from("<>&\"'#;/b1 \n"), st.characters(codec="utf-8")), max_size=60)


@given(SIGNS)
def test_what_is_escaped_is_shown_and_counted_as_it_was(text: str) -> None:
    seen = harmless(text)
    assert plain(escape(text)) == seen and parse(escape(text), "HTML").text == seen.strip()
    assert units(escape(text)) == utf16_length(seen)
    assert plain(bold(text)) == seen


@given(SIGNS, SIGNS)
def test_whatever_is_put_to_safe_text_is_escaped_once(one: str, other: str) -> None:
    safe = bold(one)
    for put in (safe + other, BLANK.join((safe, other)), lines((safe + other,)), safe + escape(other)):
        assert isinstance(put, Html) and put == safe + escape(other)
    assert plain(other + safe) == harmless(other) + harmless(one)


@given(SIGNS)
def test_pieces_of_a_long_text_are_never_cut_inside_an_escaped_sign(text: str) -> None:
    pieces = split(escape(text), 5)
    assert "".join("".join(plain(piece).split()) for piece in pieces) == "".join(harmless(text).split())


@given(SIGNS)
def test_a_figure_is_shown_as_typed(name: str) -> None:
    t = translator("vi")
    assert harmless(name) in plain(say(t, "report.file", name=name))


def test_a_reading_on_a_button_is_no_html() -> None:
    answer = Answer(NotAQuestion("?"), 1, "Bình Lộc", date(2026, 6, 15), 2026, True)
    asked = Query(QueryKind.LIST, filters=Filters(words=('"số" & <b>',)))
    assert '"số" & <b>' in reading_words(translator("vi"), answer, asked)
