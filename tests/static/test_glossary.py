"""The glossary of docs/architecture.md against the code: every file is there, and holds what is named behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "architecture.md").read_text("utf-8").split("\n## Glossary\n", 1)[1].split("\n## ", 1)[0]
ROWS = re.findall(r"^\| (?!Word \||-)(.+?) \| (.+?) \| (.+?) \|$", GLOSSARY, re.MULTILINE)


def places() -> Iterator[tuple[str, Path, str | None]]:
    """Every word with each file it stands in, and each name there."""
    for word, _, where in ROWS:
        file = None
        for said in re.findall(r"`([^`]+)`", where):
            if "/" in said:
                file = ROOT / said
                yield word, file, None
            elif file is not None:
                yield word, file, said


def test_every_word_has_a_file() -> None:
    assert len(ROWS) >= 60
    assert {word for word, *_ in ROWS} == {word for word, *_ in places()}


def test_every_file_is_there_and_holds_what_is_named() -> None:
    faults = []
    for word, file, name in places():
        if not file.exists():
            faults.append(f"{word}: {file.relative_to(ROOT)}")
        elif name is not None:
            definition = rf"^(?:class {name}\b|(?:async )?def {name}\b|{name}\b.* = )"
            if not re.search(definition, file.read_text("utf-8"), re.MULTILINE):
                faults.append(f"{word}: {name} in {file.relative_to(ROOT)}")
    assert faults == []


def test_the_meaning_of_a_word_is_one_line_and_not_the_word_again() -> None:
    assert [word for word, meaning, _ in ROWS if not 15 <= len(meaning) <= 120 or meaning == word] == []
