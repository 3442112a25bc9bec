"""Everything a module holds is used by the bot itself, also where others share its name, which hides it from vulture.

What only tests use stands in called_by_others.py by its module and name, with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.static.test_house import BOT, ROOT, Function, sources, tree_of

BY_OTHERS = Path(__file__).with_name("called_by_others.py")
REGISTERS = ("command", "callback")
"""What is decorated so is called by Typer."""


class Name(NamedTuple):
    """What a module holds, or another has from it."""

    module: str
    name: str


class Uses(NamedTuple):
    """What is held, what is used, what one module has from another, and what is asked of a module not known by name."""

    held: set[Name]
    used: set[Name]
    had: dict[Name, Name]
    loose: set[str]


def module_of(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def names_of(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, Function | ast.ClassDef):
        called = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
        if not any(isinstance(each, ast.Attribute) and each.attr in REGISTERS for each in called):
            yield node.name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    for each in (each for target in targets for each in ast.walk(target)):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id


def bound_in(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id


def read(statement: ast.stmt) -> Iterator[tuple[str | None, str]]:
    """The names a statement reads of its module, and what it asks of them; no names that a function has of its own."""
    left: list[tuple[ast.AST, frozenset[str]]] = [(statement, frozenset())]
    while left:
        node, local = left.pop()
        if isinstance(node, Function) and not local:
            local = frozenset(bound_in(node))
        if isinstance(node, ast.Name):
            if node.id not in local and isinstance(node.ctx, ast.Load):
                yield None, node.id
        elif isinstance(node, ast.Attribute):
            of = node.value
            yield (of.id if isinstance(of, ast.Name) and of.id not in local else ""), node.attr
        left += [(each, local) for each in ast.iter_child_nodes(node)]


def add_uses(uses: Uses, module: str, tree: ast.Module, modules: Iterable[str]) -> None:
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                whole, name = f"{node.module}.{each.name}", each.asname or each.name
                if whole in modules:
                    aliases[name] = whole
                else:
                    uses.had[Name(module, name)] = Name(node.module, each.name)
    for statement in tree.body:
        own = set(names_of(statement))
        uses.held.update(Name(module, name) for name in own)
        for base, name in read(statement):
            if base is None and name not in own:
                uses.used.add(Name(module, name))
            elif base in aliases:
                uses.used.add(Name(aliases[base], name))
            elif base is not None:
                uses.loose.add(name)


def unused(trees: Mapping[str, ast.Module]) -> list[str]:
    uses = Uses(set(), set(), {}, set())
    for module, tree in trees.items():
        add_uses(uses, module, tree, trees)
    # What a module only hands on is used where it is read in the end.
    for name in list(uses.used):
        here: Name | None = name
        while here := uses.had.get(here):
            uses.used.add(here)
    handed_on = {name for name, origin in uses.had.items() if origin.module in trees}
    left = sorted((uses.held | handed_on) - uses.used)
    return [
        ".".join(each)
        for each in left
        if not each.name.startswith("__") and not (each.name.isupper() and each.name in uses.loose)
    ]


def kept_for_others() -> set[str]:
    """`module.name`, as called_by_others.py names them."""
    nodes = [node for node in ast.walk(tree_of(BY_OTHERS)) if isinstance(node, ast.Attribute)]
    return {ast.unparse(node) for node in nodes if isinstance(node.value, ast.Name) and node.value.id != "_"}


def test_all_that_a_module_holds_is_used_or_kept_for_a_reason() -> None:
    found = unused({module_of(path, ROOT): tree_of(path) for path in sources() if BOT in path.parents})
    assert {".".join(each.split(".")[-2:]) for each in found} == kept_for_others()


def test_what_shares_its_name_with_something_used_is_found() -> None:
    planted = {
        "bot.a": "def due(): ...\n\ndef sent(due): return due\n\nclass Kept: ...\n\ndef again(): again()\n",
        "bot.b": "from bot.a import again, Kept\n\n__all__ = ['Kept', 'again']\n\ndef due(): ...\n\ndef sent(): ...\n",
        "bot.c": "from bot import b\n\n@app.command()\ndef typed(): b.due(); b.Kept(); typed.sent\n",
    }
    assert unused({name: ast.parse(words) for name, words in planted.items()}) == [
        "bot.a.again",
        "bot.a.due",
        "bot.a.sent",
        "bot.b.again",
        "bot.b.sent",
    ]
