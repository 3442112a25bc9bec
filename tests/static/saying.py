"""Which keys the bot can say: those that stand in it, and those it puts together out of words that stand near by."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.domain.plan.words import fold
from tests.static.test_house import ROOT, imports, tree_of

ELSEWHERE = {
    "place.": ("bot/plans/schema.py",),
    "dated.kind.": ("bot/storage/outbox/dated_ahead.py", "bot/domain/work/events.py"),
}
"""Where the words of a gap stand that no module next to it names: they come out of a plan file, of the database."""
GAP = r"([a-z0-9_.]+)"


class Shape(NamedTuple):
    """A key put together at run time: f"state.{state}" stands for every key of that shape whose gap is known there."""

    path: Path
    keys: re.Pattern[str]


class Words(NamedTuple):
    """What a module can fill a gap with: its strings, its fields and members, and the strings it puts together."""

    whole: frozenset[str]
    made: tuple[re.Pattern[str], ...]


def pattern(node: ast.JoinedStr, gap: str = GAP) -> str:
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else gap for part in node.values)


@cache
def modules() -> dict[str, Path]:
    paths = {name: ROOT.joinpath(*name.split(".")) for name in imports()}
    return {name: path / "__init__.py" if path.is_dir() else path.with_suffix(".py") for name, path in paths.items()}


@cache
def neighbours() -> dict[Path, frozenset[Path]]:
    """Every module with those it imports and those that import it, which hand it what it says."""
    found = {path: {path} for path in modules().values()}
    for name, named in imports().items():
        for other in named:
            found[modules()[name]].add(modules()[other])
            found[modules()[other]].add(modules()[name])
    return {path: frozenset(others) for path, others in found.items()}


@cache
def words_of(path: Path) -> Words:
    nodes = list(ast.walk(tree_of(path)))
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    left_out = {id(part) for node in joined for part in node.values}
    left_out |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    strings = {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out
    }
    strings |= {fold(each).replace(" ", "_") for each in strings if len(each) < 20}
    fields = {node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    members = {
        target.id.lower()
        for node in nodes
        if isinstance(node, ast.ClassDef) and _is_enum(node)
        for each in node.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    made = [pattern(node, "[a-z0-9_]+") for node in joined]
    return Words(
        frozenset(strings | fields | members),
        tuple(re.compile(each) for each in made if re.match(r"[a-z]+_", each)),
    )


@cache
def every_word() -> frozenset[str]:
    return frozenset().union(*(words_of(path).whole for path in modules().values()))


@cache
def words_made() -> frozenset[re.Pattern[str]]:
    return frozenset(made for path in modules().values() for made in words_of(path).made)


@cache
def values_of_enums() -> frozenset[str]:
    return frozenset(
        each.value.value
        for path in modules().values()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and _is_enum(node)
        for each in node.body
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant) and isinstance(each.value.value, str)
    )


def _is_enum(node: ast.ClassDef) -> bool:
    return any("Enum" in ast.unparse(base) for base in node.bases)


@cache
def shapes() -> tuple[Shape, ...]:
    return tuple(
        Shape(path, re.compile(made))
        for path in modules().values()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.JoinedStr) and re.match(r"[a-z_]+\\\.", made := pattern(node))
    )


@cache
def _is_known(word: str, path: Path, key: str) -> bool:
    """Whether a gap of a module can be filled with this word.

    A word of several parts ("period_chased_today") is told from all others and may come from anywhere in the bot.
    """
    if word.isdigit() or word in values_of_enums():
        return True
    if "_" in word:
        return word in every_word() or any(made.fullmatch(word) for made in words_made())
    origins = [ROOT / name for begun, names in ELSEWHERE.items() if key.startswith(begun) for name in names]
    return any(word in words_of(place).whole for place in (*neighbours()[path], *origins))


def put_together(keys: Iterable[str]) -> Iterator[str]:
    """Those of the keys that the bot can put together."""
    for key in keys:
        for shape in shapes():
            match = shape.keys.fullmatch(key)
            if match is not None and all(_is_known(gap, shape.path, key) for gap in match.groups()):
                yield key
                break
