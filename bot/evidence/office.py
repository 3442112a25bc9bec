"""Office files that are ZIP packages: which one, whether it holds programs, and the mark on its first page.

Runs in the probe's child process. Nothing is unpacked but the first stretch of the parts that are read.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any
from xml.parsers import expat

from bot.evidence.kinds import ACCEPTED, PROGRAMS
from bot.evidence.secrecy import marking_in

_MOST_PARTS = 20_000
_MOST_UNPACKED = 1 << 30
_PART_BYTES = 8 << 20
_FIRST_PAGE = 4_000
"""Characters of running text taken for the first page."""
_FIRST_SHEET = 60_000
"""A sheet has no pages before it is printed, and the mark may stand below a long table."""

_MAIN = {
    ACCEPTED["docx"].mime + ".main+xml": "docx",
    ACCEPTED["xlsx"].mime + ".main+xml": "xlsx",
    ACCEPTED["pptx"].mime + ".main+xml": "pptx",
}
_OPEN = {ACCEPTED[extension].mime: extension for extension in ("odt", "ods", "odp")}
_MACROS = re.compile(r"(?:^|/)(?:vbaProject|vbaData|activeX)|^(?:Basic|Scripts)/.", re.IGNORECASE)
_OVERRIDE = re.compile(r"<(?:\w+:)?Override\b[^>]{0,2000}>")
_ATTRIBUTE = re.compile(r'(PartName|ContentType)\s*=\s*["\']([^"\']*)["\']')
_COUNT = re.compile(rb"<(?:Pages|Slides)>(\d{1,6})</|meta:page-count=\"(\d{1,6})\"")
_SHOWN = {
    "docx": (r"word/header\d*\.xml", r"word/footer\d*\.xml"),
    "xlsx": (r"xl/sharedStrings\.xml", r"xl/worksheets/sheet1\.xml"),
    "pptx": (r"ppt/slides/slide1\.xml",),
    "odt": (r"content\.xml", r"styles\.xml"),
    "ods": (r"content\.xml", r"styles\.xml"),
    "odp": (r"content\.xml", r"styles\.xml"),
}


_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)


class _Enough(Exception):
    """The first page has been read."""


def read_package(path: Path) -> dict[str, Any] | None:
    """What an office package is, or that it holds ``macros``.

    None when it is another archive, holds programs or unpacks beyond all bounds.
    """
    try:
        with zipfile.ZipFile(path) as package:
            return _report(package)
    except (*_DAMAGE, zipfile.LargeZipFile, NotImplementedError, RuntimeError):
        return None


def _report(package: zipfile.ZipFile) -> dict[str, Any] | None:
    parts = package.infolist()
    names = [part.filename for part in parts]
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        return None
    if any(PurePosixPath(name).suffix.lstrip(".").lower() in PROGRAMS for name in names):
        return None
    extension, main = _kind(package, frozenset(names))
    if extension is None:
        return None
    if extension == "macros" or any(_MACROS.search(name) for name in names):
        return {"macros": True}
    shown = [*([main] if main else []), *_matching(names, _SHOWN[extension])]
    marked, damaged = False, False
    for part in shown:
        text, broken = _text(package, part, _FIRST_SHEET if extension in {"xlsx", "ods"} else _FIRST_PAGE)
        marked = marked or marking_in(text) is not None
        damaged = damaged or broken
    return {"extension": extension, "pages": _pages(package, names), "marked": marked, "unreadable": damaged}


def _kind(package: zipfile.ZipFile, names: frozenset[str]) -> tuple[str | None, str | None]:
    """The extension by what the package says of itself, or ``macros``, and its main part where it names one."""
    if "mimetype" in names and "content.xml" in names:
        return _OPEN.get(_beginning(package, "mimetype", 100).decode("ascii", "replace").strip()), None
    if "[Content_Types].xml" not in names:
        return None, None
    types = _beginning(package, "[Content_Types].xml", 1 << 20).decode("utf-8", "replace")
    if "macroenabled" in types.lower():
        return "macros", None
    for override in _OVERRIDE.findall(types):
        attributes = dict(_ATTRIBUTE.findall(override))
        main = attributes.get("PartName", "").lstrip("/")
        extension = _MAIN.get(attributes.get("ContentType", ""))
        if extension and main in names:
            return extension, main if extension != "xlsx" else None
    return None, None


def _beginning(package: zipfile.ZipFile, part: str, most: int) -> bytes:
    with package.open(part) as file:
        return file.read(most)


def _matching(names: Iterable[str], patterns: tuple[str, ...]) -> list[str]:
    return [name for pattern in patterns for name in sorted(names) if re.fullmatch(pattern, name)][:12]


def _pages(package: zipfile.ZipFile, names: list[str]) -> int | None:
    for part in ("docProps/app.xml", "meta.xml"):
        found = _COUNT.search(_beginning(package, part, 1 << 18)) if part in names else None
        if found:
            return int(found[1] or found[2]) or None
    return None


def _text(package: zipfile.ZipFile, part: str, most: int) -> tuple[str, bool]:
    """The first text of a part, a paragraph or a cell to a line, and whether the part is damaged."""
    page = _Page(most)
    try:
        with package.open(part) as file:
            left = _PART_BYTES
            while left > 0 and (piece := file.read(1 << 16)):
                left -= len(piece)
                page.parser.Parse(piece, False)
    except _Enough:
        pass
    except (*_DAMAGE, expat.ExpatError):
        return page.text, True
    return page.text, not page.opened


class _Page:
    """Collects the words of an office part; stops when it has enough, and at a document type, which none has."""

    _LINES = frozenset({"p", "h", "si", "is", "br", "cr", "line-break"})
    _WORDS = frozenset({"t", "p", "h", "span", "a", "oddHeader", "evenHeader", "firstHeader", "oddFooter"})

    def __init__(self, most: int) -> None:
        self.opened = False
        self._left = most
        self._pieces: list[str] = []
        self._inside: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._doctype

    @property
    def text(self) -> str:
        """What was collected so far."""
        return "".join(self._pieces)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self.opened = True
        local = name.rpartition(":")[2]
        self._inside.append(local)
        if local in {"tab", "s"}:
            self._pieces.append("\t" if local == "tab" else " ")
        elif local.endswith(("Header", "Footer")):
            self._pieces.append("\n")

    def _end(self, _name: str) -> None:
        local = self._inside.pop()
        if local in self._LINES or local.endswith(("Header", "Footer")):
            self._pieces.append("\n")

    def _data(self, data: str) -> None:
        local = self._inside[-1]
        if local not in self._WORDS or not data.strip("\r\n"):
            return
        if local.endswith(("Header", "Footer")):
            data = re.sub(r'&(?:[LCR]|"[^"]*"|\d+|K[0-9A-F]{6}|[BIUESXY])', "\n", data)
        self._pieces.append(data)
        self._left -= len(data)
        if self._left < 0:
            raise _Enough

    def _doctype(self, *_declared: object) -> None:
        raise ValueError("a document type")
