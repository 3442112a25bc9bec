"""Texts and entities, for any text."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.telegram.chats.markup import parse, typed, utf16_length
from bot.simulator.telegram.chats.refusals import Refused


@given(st.text())
def test_an_escaped_text_is_read_as_it_was(text: str) -> None:
    assert parse(escape(text), "HTML").text == text.strip()


@given(st.text(), st.text(min_size=1), st.text())
def test_an_entity_covers_what_stood_between_its_tags(before: str, inside: str, after: str) -> None:
    read = parse(f"{escape(before)}<b>{escape(inside)}</b>{escape(after)}", "HTML")

    assert read.text == (before + inside + after).strip()
    units = read.text.encode("utf-16-le")
    for entity in (e for e in read.entities if e["type"] == "bold"):
        covered = units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")
        assert covered and covered in inside


@given(st.text(alphabet="<>&;/abip =\"'#x1"))
def test_any_markup_is_read_or_refused(text: str) -> None:
    try:
        read = parse(text, "HTML")
    except Refused as refusal:
        assert refusal.description.startswith("Bad Request: can't parse entities: ")
    else:
        assert all(e["offset"] + e["length"] <= utf16_length(read.text) for e in read.entities)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/bao_cao@tiendo_bot 5%", [("bot_command", 0, 19)]),
        ("a/b 1/2 //c", []),
        ("😀 /start", [("bot_command", 3, 6)]),
        ("xem https://a.vn/b?c=1, nhé", [("url", 4, 18)]),
        ("thư lan@xa.gov.vn gửi @lan_tran", [("email", 4, 13), ("mention", 22, 9)]),
        ("#TiếnĐộ #1", [("hashtag", 0, 7)]),
    ],
)
def test_what_telegram_marks_by_itself_is_marked(text: str, found: list[tuple[str, int, int]]) -> None:
    assert [(e["type"], e["offset"], e["length"]) for e in typed(text).entities] == found
