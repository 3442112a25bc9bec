"""docs/rules/contract.md says what the command line takes, and which values the documents for machines hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import typer.main

from bot.__main__ import app
from bot.domain.people.people import Role
from bot.domain.plan.deadlines import DeadlineKind
from bot.domain.plan.plan import RowKind
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import Comparator

CONTRACT = (Path(__file__).resolve().parents[2] / "docs" / "rules" / "contract.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    [text] = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", CONTRACT, re.MULTILINE | re.DOTALL)
    lines = [re.split(r"(?<!\\)\|", line.strip())[1:-1] for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def written() -> dict[str, set[str]]:
    """Options by command, as the page has them."""
    found: dict[str, set[str]] = {}
    for cell, *_ in rows("Commands"):
        for form in cell.split(" · "):
            text = form.strip("`").replace("\\|", "|")
            options = set(re.findall(r"--[\w-]+", text))
            names = re.match(r"[a-z| ]+", text)
            assert names, cell
            first, *rest = names[0].split()
            for name in rest[0].split("|") if rest and "|" in rest[0] else [""]:
                found[f"{first} {name}".strip()] = options
    return found


def taken() -> dict[str, set[str]]:
    """Options by command, as the program takes them."""

    def below(name: str, command: Any) -> Iterator[tuple[str, set[str]]]:
        parts = getattr(command, "commands", None)
        for each, part in (parts or {}).items():
            yield from below(f"{name} {each}".strip(), part)
        if parts is None:
            long = {o for p in command.params for o in (*p.opts, *p.secondary_opts) if o.startswith("--")}
            yield name, long - {"--help"}

    return dict(below("", typer.main.get_command(app)))


def test_the_page_names_every_command_and_option_and_no_other() -> None:
    assert written() == taken()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("`kind` of a row", RowKind),
        ("`deadline_kind`", DeadlineKind),
        ("`comparator`", Comparator),
        ("`state`", State),
        ("`colour`", Colour),
        ("`reasons`", Reason),
    ],
)
def test_the_page_names_every_value_and_no_other(field: str, values: type[Enum]) -> None:
    [cell] = [row[1] for row in rows("export") if row[0] == field]
    assert set(cell.split(", ")) == {each.value for each in values}


def test_the_page_names_every_role_that_can_be_invited() -> None:
    [cell] = [row[0] for row in rows("Commands") if row[0].startswith("`invite")]
    [roles] = re.findall(r"--role ([\w\\|]+)", cell)
    assert set(roles.replace("\\|", "|").split("|")) == {role.value for role in Role}
