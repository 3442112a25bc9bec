"""What docstrings, comments, pages and data files cite, and whether it is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [*DOCS, ROOT / "README.md"]
RULES = ROOT / "docs" / "rules"
CODE = [path for room in ("bot", "tests") for path in sorted((ROOT / room).rglob("*.py"))]
OTHERS = [ROOT / name for name in ("CHANGELOG.md", "Makefile", "pyproject.toml", ".ci/run")]
DATA = [path for room in ("seeds", "tests") for path in sorted((ROOT / room).rglob("*.yaml"))]

PLANS = {
    "Bình Lộc": "binh-loc",
    "Phước Bình": "phuoc-binh",
    "Ba Ngòi": "ba-ngoi",
    "Bình Thành": "binh-thanh",
    "Đồng Phú": "dong-phu",
}
COMMENTS = re.compile(r"(?:^ *|  )# ((?:.+)(?:\n *# .+)*)", re.MULTILINE)
"""A comment behind code, or a block of them on lines of their own."""
PAGE = re.compile(r"(?<![\w/.])docs/[\w./-]*[\w/](?:#[^\s`)\]},;:\"']+)?")
FORMER_PAGE = re.compile(r"(?<![\w-])[1-9]-[a-z]{4,}(?![\w-])|(?<![\w/])(?:design|reference)/")
BARE_DECISION = re.compile(r"(?<!step )(?<!steps )(?<![\w./-])00\d\d(?![\w.-])")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"(?<![\w/.-])((?:bot|tests|seeds|locales)/[\w./*-]*[\w*])")
TEST = re.compile(r"`(?:([a-z]+/test_\w+\.py))?(?:::(test_\w+))?(?: -k [^`]*)?`")
SECTION = r"(?:[IVX]+(?:\.\d+)+|[IVX]+|PL [IVX]+)"
ROW = r"(?:NV|CT)\d{2,3}"
OF_PLAN = re.compile(
    rf"({'|'.join(PLANS)}),? ((?:{SECTION}|{ROW})(?:(?:, | and |–)(?:{SECTION}|{ROW}))*)(?![\w.])".replace(" ", r"\s+")
)


@cache
def text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def prose(path: Path) -> tuple[str, ...]:
    """The docstrings and comments of a module, also the strings that stand under an attribute."""
    source = text(path)
    strings = [
        node.value.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]
    comments = [" ".join(block.split()) for block in COMMENTS.findall(source)]
    return (*strings, *comments)


@cache
def said() -> tuple[tuple[str, str], ...]:
    """Whatever can cite, with where it stands: the prose of code, and whole pages and data files."""
    told = [(path, words) for path in CODE for words in prose(path)]
    told += [(path, text(path)) for path in (*PAGES, *OTHERS, *DATA)]
    return tuple((str(path.relative_to(ROOT)), words) for path, words in told)


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    bare = re.sub(r"`|\*", "", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")


@cache
def anchors(page: Path) -> frozenset[str]:
    return frozenset(slug(heading) for heading in re.findall(r"^#+ (.+)$", text(page), re.MULTILINE))


def fault_of_page(cited: str) -> str | None:
    """Why a citation of a page leads nowhere; none where it leads somewhere."""
    name, _, anchor = cited.partition("#")
    found = sorted((ROOT / "docs/decisions").glob(f"{Path(name).name}-*.md")) if "decisions/0" in name else []
    page = ROOT / name if (ROOT / name).exists() else found[0] if len(found) == 1 else None
    if page is None:
        return "no such page"
    if anchor and (page.is_dir() or anchor.rstrip(".") not in anchors(page)):
        return "no such heading"
    return None


def sections_of(plan: str) -> set[str]:
    """The sections of a plan that the page of sources tells of."""
    part = text(RULES / "sources.md").split(f"\n## {plan}\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(rf"^\| ({SECTION}) \|", part, re.MULTILINE))


@cache
def rows_of(plan: str) -> dict[str, str | None]:
    """The codes of a plan's rows, each with its printed limit."""
    rows = yaml.safe_load(text(ROOT / "seeds" / f"{PLANS[plan]}.yaml"))["rows"]
    return {row["code"]: row.get("deadline") for row in rows}


def cited_of_plans(words: str) -> Iterator[tuple[str, str]]:
    """Every section and row that words cite, with its plan."""
    for plan, named in OF_PLAN.findall(words):
        for each in re.split(r",\s+|\s+and\s+|–", named):
            yield " ".join(plan.split()), " ".join(each.split())
