"""PDFs: pages, the mark on the first page, signatures.

Runs in the probe's child process; nothing in a PDF is executed.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, Any, cast

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import EncodedStreamObject, StreamObject

from bot.evidence.secrecy import marking_in

_FIRST_PAGE = 20_000
_MOST_NOTES = 50
_HEADER, _HEADER_WITHIN = b"%PDF-", 1024
_END = b"%%EOF"
# What a document is made of: before its header or behind its end it is no stray mail footer but part of a document.
_OBJECTS = re.compile(rb"\d[\x00\s]+\d+[\x00\s]+obj\b|\bendobj\b|\bstartxref\b|\bxref\b|\btrailer[\x00\s]*<<")
_SIGNED = re.compile(rb"/ByteRange\s*\[\s*\d{1,10}\s+\d{1,10}\s+(\d{1,10})\s+(\d{1,10})\s*\]")


@dataclass(frozen=True, slots=True)
class _Document:
    """Where the document lies in its file; not ``whole`` when it was cut off on its way."""

    start: int
    end: int
    whole: bool


def read_pdf(path: Path, trust_roots: Path | None) -> dict[str, Any]:
    """The report on a PDF; what is damaged, locked or beyond the bounds comes back ``unreadable``.

    Bytes before its header and behind its end (the head of a mail, a portal's warnings, a footer) are none of it.
    """
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        document = _document(data)
        stream = _stream(file, data, document)
        report = _read(stream, document)
        # A byte range always stands in the clear, as it is filled in after the file is written.
        if not report["marked"] and data.find(b"/ByteRange") >= 0:
            report["signatures"] = _signatures(stream, document, trust_roots)
            report["unreadable"] |= report["signatures"] is None
    return report


def _document(data: mmap) -> _Document:
    start, last = max(0, data.find(_HEADER, 0, _HEADER_WITHIN + len(_HEADER))), data.rfind(_END)
    if last < 0:
        return _Document(start, len(data), whole=False)
    end = _behind(data, start, last + len(_END))
    if _OBJECTS.search(data, end):
        # A revision without an end: cut off, or put there to be seen by readers that do not mind.
        return _Document(start, len(data), whole=False)
    if _OBJECTS.search(data, 0, start):
        start = 0
    return _Document(start, end, whole=True)


def _behind(data: mmap, start: int, at: int) -> int:
    """The place behind the end mark and its line end, as far as a signature reaches; else as far as there is one."""
    signed = {start + int(found[1]) + int(found[2]) for found in _SIGNED.finditer(data)}
    line_end = next((mark for mark in (b"\r\n", b"\n", b"\r") if data[at : at + len(mark)] == mark), b"")
    return max((place for place in signed if at <= place <= at + 2), default=at + len(line_end))


def _stream(file: IO[bytes], data: mmap, document: _Document) -> IO[bytes]:
    """The document alone; copied only where something stands around it."""
    is_alone = document.start == 0 and document.end == len(data)
    return file if is_alone else io.BytesIO(data[document.start : document.end])


def _read(stream: IO[bytes], document: _Document) -> dict[str, Any]:
    report: dict[str, Any] = {"extension": "pdf", "pages": None, "marked": False, "unreadable": not document.whole}
    try:
        report |= _pages_and_mark(stream)
    except (PyPdfError, MemoryError, RecursionError, ArithmeticError, LookupError, TypeError, ValueError, OSError):
        report["unreadable"] = True
    except (AttributeError, NotImplementedError, AssertionError):
        # The library meets an object of another kind than the format promises.
        report["unreadable"] = True
    return report


def _signatures(stream: IO[bytes], document: _Document, trust_roots: Path | None) -> list[dict[str, Any]] | None:
    # Half a second and 40 MB that only signed files pay.
    from bot.evidence.signatures import signatures_in

    found = signatures_in(stream, trust_roots)
    if found and not document.whole:
        # The library overlooks a revision without an end, which readers may show: nothing is called intact.
        return [{**each, "intact": False} for each in found]
    return found


def _pages_and_mark(stream: IO[bytes]) -> dict[str, Any]:
    reader = PdfReader(stream, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"unreadable": True}
    count = len(reader.pages)
    if not count:
        return {"unreadable": True}
    try:
        words = _words(reader.pages[0])
    except Exception:
        # Whatever the page did to the reader: the count stands, the page was not searched.
        return {"pages": count, "unreadable": True}
    return {"pages": count, "marked": marking_in(words) is not None}


def _words(page: PageObject) -> str:
    """The text layer of a page, and what its stamps and notes say or show."""
    words = [page.extract_text()[:_FIRST_PAGE]]
    for note in list(page.annotations or [])[:_MOST_NOTES]:
        annotation = note.get_object()
        contents = annotation.get("/Contents")
        if isinstance(contents, str):
            words.append(contents[:_FIRST_PAGE])
        shown = annotation["/AP"].get("/N") if "/AP" in annotation else None
        drawing = shown.get_object() if shown is not None else None
        if isinstance(drawing, StreamObject):
            words.append(page.extract_xform_text(cast(EncodedStreamObject, drawing))[:_FIRST_PAGE])
    return "\n".join(words)
