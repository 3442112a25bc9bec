"""PDFs: pages, the mark on the first page, signatures.

Runs in the probe's child process; nothing in a PDF is executed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import EncodedStreamObject, StreamObject

from bot.evidence.secrecy import marking_in

_FIRST_PAGE = 20_000
_TAIL = 4096
_MOST_NOTES = 50


def read_pdf(path: Path, trust_roots: Path | None) -> dict[str, Any]:
    """The report on a PDF; what is damaged, locked or beyond the bounds comes back ``unreadable``."""
    report: dict[str, Any] = {"extension": "pdf", "pages": None, "marked": False, "unreadable": not _has_an_end(path)}
    try:
        report |= _pages_and_mark(path)
    except (PyPdfError, MemoryError, RecursionError, ArithmeticError, LookupError, TypeError, ValueError, OSError):
        report["unreadable"] = True
    except (AttributeError, NotImplementedError, AssertionError):
        # The library meets an object of another kind than the format promises.
        report["unreadable"] = True
    if not report["marked"] and _may_be_signed(path):
        # Half a second and 40 MB that only signed files pay.
        from bot.evidence.signatures import signatures_in

        report["signatures"] = signatures_in(path, trust_roots)
        report["unreadable"] |= report["signatures"] is None
    return report


def _pages_and_mark(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        reader = PdfReader(file, strict=False)
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


def _has_an_end(path: Path) -> bool:
    """A file cut off on its way lacks the end mark, though what arrived may still show pages."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return b"%%EOF" in file.read()


def _may_be_signed(path: Path) -> bool:
    """A signature's byte range always stands in the clear, as it is filled in after the file is written."""
    return b"/ByteRange" in path.read_bytes()
