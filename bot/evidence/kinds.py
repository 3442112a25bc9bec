"""Which kinds of file are accepted, and what a file's first bytes, name and declared type each say it is."""

from __future__ import annotations

from typing import NamedTuple

from bot.evidence.findings import Kind


class Accepted(NamedTuple):
    """A kind of file that is kept."""

    mime: str
    kind: Kind


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

ACCEPTED: dict[str, Accepted] = {
    "jpg": Accepted("image/jpeg", "photo"),
    "png": Accepted("image/png", "photo"),
    "heic": Accepted("image/heic", "photo"),
    "webp": Accepted("image/webp", "photo"),
    "gif": Accepted("image/gif", "photo"),
    "pdf": Accepted("application/pdf", "pdf"),
    "docx": Accepted(_OOXML + "wordprocessingml.document", "office"),
    "xlsx": Accepted(_OOXML + "spreadsheetml.sheet", "office"),
    "pptx": Accepted(_OOXML + "presentationml.presentation", "office"),
    "doc": Accepted("application/msword", "office"),
    "xls": Accepted("application/vnd.ms-excel", "office"),
    "ppt": Accepted("application/vnd.ms-powerpoint", "office"),
    "odt": Accepted(_ODF + "text", "office"),
    "ods": Accepted(_ODF + "spreadsheet", "office"),
    "odp": Accepted(_ODF + "presentation", "office"),
}
"""By extension, without the dot. The open formats stand on the list of standards for State bodies."""

_SAME = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "heif": "heic", "hif": "heic"}
_BY_MIME = {accepted.mime: extension for extension, accepted in ACCEPTED.items()} | {"image/heif": "heic"}

_RUN_BY_WINDOWS = ("bat", "cmd", "com", "cpl", "dll", "exe", "hta", "lnk", "msi", "msix", "msp", "ps1", "scr", "sct")
_SCRIPTS = ("js", "jse", "jsp", "mjs", "php", "phtml", "py", "sh", "vb", "vbe", "vbs", "wsf", "wsh")
_PACKED_CODE = ("apk", "app", "appx", "class", "dex", "jar")

PROGRAMS: frozenset[str] = frozenset((*_RUN_BY_WINDOWS, *_SCRIPTS, *_PACKED_CODE))
"""Endings that name a program, in a file's name or inside a package."""
REFUSED_ENDINGS: frozenset[str] = PROGRAMS | frozenset(
    ("docm", "dotm", "htm", "html", "pptm", "reg", "svg", "svgz", "sys", "url", "xhtml", "xlam", "xlsm", "xltm")
)
"""What a double click may run, whatever the content: a file so named is never kept."""

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_BOM = b"\xef\xbb\xbf"


def container_of(head: bytes) -> str | None:
    """What the first bytes (32 are enough) say: an accepted extension, ``zip`` or ``ole`` to be opened, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "heic"
    # Readers look for the mark in the first kilobyte; only blanks are let stand before it, so that nothing else hides.
    if head.removeprefix(_BOM).lstrip().startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    return None


def ending_of(name: str) -> str:
    """The part of a name behind its last dot in small letters, or nothing."""
    _, dot, ending = name.rpartition(".")
    return ending.strip().lower() if dot else ""


def said_to_be(name: str, declared_mime: str | None) -> str | None:
    """The accepted extension a file claims by its name, or else by its declared type; None when it claims none."""
    ending = ending_of(name)
    ending = _SAME.get(ending, ending)
    if ending in ACCEPTED:
        return ending
    return _BY_MIME.get((declared_mime or "").partition(";")[0].strip().lower())
