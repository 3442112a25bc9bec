"""The rules of the chat page: small, in pieces a person can read, and nothing anyone wrote becomes markup."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "bot" / "simulator" / "page"
MOST_BYTES = 200 * 1024
MOST_LINES = 400


def parts(*kinds: str) -> list[Path]:
    found = [path for path in sorted(PAGE.iterdir()) if path.suffix in kinds]
    assert found
    return found


def test_the_page_and_its_parts_weigh_at_most_200_kb() -> None:
    assert sum(path.stat().st_size for path in PAGE.rglob("*") if path.is_file()) <= MOST_BYTES


def test_no_part_is_past_400_lines() -> None:
    long = {
        p.name: n for p in parts(".js", ".css", ".html") if (n := len(p.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_text_is_ever_read_as_markup_or_code() -> None:
    ways = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|DOMParser|\beval\("
    )
    assert [path.name for path in parts(".js") if ways.search(path.read_text("utf-8"))] == []


def test_nothing_comes_from_elsewhere() -> None:
    """No address but our own, and no style or script inside the markup, which the policy of the server forbids."""
    address = re.compile(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[\w-]+\.\w")
    for path in parts(".js", ".css", ".html"):
        text = re.sub(r"/\^https.*?/|(?m:^\s*//.*$)", "", path.read_text("utf-8"))
        assert not address.search(text), path.name
    markup = (PAGE / "index.html").read_text("utf-8")
    assert not re.search(r"\son\w+=|\sstyle=|<style|<script(?! type=\"module\" src=\"/page/)", markup)
