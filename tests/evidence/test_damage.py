"""What the child process does with damaged papers, in this process: a report or none, never an exception."""

from __future__ import annotations

import struct
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.evidence.kinds import container_of, ending_of, said_to_be
from bot.evidence.probe import look
from tests.evidence import made_files as made

PAPERS: dict[str, tuple[bytes, str]] = {
    "pdf": (made.pdf("Kế hoạch", "Phụ lục"), "pdf"),
    "pdf with bytes around it": (b"<b>Warning</b>\n" + made.pdf("Kế hoạch") + b"\r\n-- \r\nUBND\r\n" * 40, "pdf"),
    "pdf of one stamp": (made.stamped_pdf("x"), "pdf"),
    "package": (made.package("docx", {"word/header1.xml": made.document("x")}, main=made.document("Kế hoạch")), "zip"),
    "package with macros": (made.package("docx", {"word/vbaProject.bin": b"x"}), "zip"),
    "compound": (made.compound("WordDocument", "1Table", content=bytes(600)), "ole"),
}
REPORT = {"extension", "pages", "marked", "unreadable", "signatures", "macros"}


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(PAPERS)),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=10),
    st.integers(0, 600),
    st.binary(max_size=40),
)
def test_no_damage_breaks_the_look_at_a_paper(
    tmp_path: Path, name: str, places: list[tuple[int, int]], cut: int, behind: bytes
) -> None:
    content, container = PAPERS[name]
    spoiled = bytearray(content)
    for place, value in places:
        spoiled[place % len(spoiled)] = value
    path = tmp_path / "a"
    path.write_bytes((bytes(spoiled[: len(spoiled) - cut]) or b"x") + behind)
    report: dict[str, Any] = look(path, container, None)
    assert set(report) <= REPORT


def _changed(content: bytes, *longs: tuple[int, int]) -> bytes:
    spoiled = bytearray(content)
    for place, value in longs:
        struct.pack_into("<I", spoiled, place, value)
    return bytes(spoiled)


LONG = made.compound("WordDocument", *(f"Table{n}" for n in range(300)), content=bytes(20_000))
MOST_TABLES = (44, 109 + 127 * 9_000_000), (68, 1), (72, 9_000_000)
WICKED = {
    "a directory that leads back to itself": _changed(LONG, (512 + 4 * 2, 1)),
    "a table of sectors told nine million times": _changed(LONG, *MOST_TABLES, (1024 + 508, 1)),
    "sectors as large as the world": _changed(LONG, (30, 0xFFFF)),
    "a tree that is one long branch": LONG,
}


@pytest.mark.parametrize("content", WICKED.values(), ids=WICKED.keys())
def test_no_made_up_compound_file_is_walked_for_long(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    begun = time.process_time()
    look(path, "ole", None)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(("name", "expected"), [(name, each[1]) for name, each in PAPERS.items()])
def test_a_paper_is_known_by_its_first_bytes(name: str, expected: str) -> None:
    assert container_of(PAPERS[name][0][:2048]) == expected


@given(st.binary(max_size=2100), st.text(max_size=40), st.one_of(st.none(), st.text(max_size=20)))
def test_any_first_bytes_any_name_and_any_type_say_something_or_nothing(
    head: bytes, name: str, mime: str | None
) -> None:
    container_of(head)
    container_of(b"\0\0\0\x18ftyp" + head)
    assert "." not in ending_of(name)
    said_to_be(name, mime)
