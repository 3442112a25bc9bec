"""Which kinds of file are accepted, and what a file's first bytes, name and declared type each say it is."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.plan.words import harmless
from bot.evidence.findings import FileKind


class AcceptedType(NamedTuple):
    """A kind of file that is kept."""

    mime: str
    kind: FileKind


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

ACCEPTED: dict[str, AcceptedType] = {
    "jpg": AcceptedType("image/jpeg", "photo"),
    "png": AcceptedType("image/png", "photo"),
    "heic": AcceptedType("image/heic", "photo"),
    "webp": AcceptedType("image/webp", "photo"),
    "gif": AcceptedType("image/gif", "photo"),
    "pdf": AcceptedType("application/pdf", "pdf"),
    "docx": AcceptedType(_OOXML + "wordprocessingml.document", "office"),
    "xlsx": AcceptedType(_OOXML + "spreadsheetml.sheet", "office"),
    "pptx": AcceptedType(_OOXML + "presentationml.presentation", "office"),
    "doc": AcceptedType("application/msword", "office"),
    "xls": AcceptedType("application/vnd.ms-excel", "office"),
    "ppt": AcceptedType("application/vnd.ms-powerpoint", "office"),
    "odt": AcceptedType(_ODF + "text", "office"),
    "ods": AcceptedType(_ODF + "spreadsheet", "office"),
    "odp": AcceptedType(_ODF + "presentation", "office"),
}
"""By extension, without the dot. The open formats stand on the list of standards for State bodies."""

_SAME = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "heif": "heic", "hif": "heic"}
_BY_MIME = {accepted.mime: extension for extension, accepted in ACCEPTED.items()} | {"image/heif": "heic"}

HEAD_BYTES = 2048
"""How many of the first bytes `container_of` wants to see."""
_HEADER_WITHIN = 1024
"""Where readers of PDFs look for the header, whatever stands before it (ISO 32000-1, implementation note 13)."""

_RUN_BY_WINDOWS = ("bat", "cmd", "com", "cpl", "dll", "exe", "hta", "lnk", "msi", "msix", "msp", "ps1", "scr", "sct")
_SCRIPTS = ("js", "jse", "jsp", "mjs", "php", "phtml", "py", "sh", "vb", "vbe", "vbs", "wsf", "wsh")
_PACKED_CODE = ("apk", "app", "appx", "class", "dex", "jar")

PROGRAMS: frozenset[str] = frozenset((*_RUN_BY_WINDOWS, *_SCRIPTS, *_PACKED_CODE))
"""Endings that name a program, in a file's name or inside a package."""
WITH_MACROS: frozenset[str] = frozenset(
    ("docm", "dotm", "potm", "ppam", "ppsm", "pptm", "xlam", "xlm", "xlsb", "xlsm", "xltm")
)
"""Endings of office files that may hold macros, which is why they are not kept."""
REFUSED_ENDINGS: frozenset[str] = PROGRAMS | frozenset(("htm", "html", "reg", "svg", "svgz", "sys", "url", "xhtml"))
"""What a double click may run, whatever the content: a file so named is never kept."""

_ARCHIVES = {
    b"Rar!\x1a\x07": "rar",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b\x08": "gz",
    b"BZh": "bz2",
    b"\xfd7zXZ\0": "xz",
}
ARCHIVES: frozenset[str] = frozenset(("zip", "tar", "tgz", "zipx", *_ARCHIVES.values()))
"""Archives, by content or by ending: what is in them is asked for instead."""
_TIFFS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_BITMAP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})
OTHER_PICTURES = {"avif": "AVIF", "tif": "TIFF", "tiff": "TIFF", "bmp": "BMP", "dng": "DNG", "cr2": "CR2", "psd": "PSD"}
"""Pictures that are not accepted, by content or by ending, as people know them: another kind is asked for."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_HEIF_BRANDS = _HEIC_BRANDS | {b"mif1", b"msf1"}
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"dex\n")


def container_of(head: bytes) -> str | None:
    """What the first bytes (``HEAD_BYTES`` are enough) say.

    An accepted extension, ``zip`` or ``ole`` to be opened, one of ``ARCHIVES`` or ``OTHER_PICTURES``, or None.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    return _other_container(head) or _pdf(head)


def _by_brands(head: bytes) -> str | None:
    """Of the picture formats that share their boxes; a film has other brands."""
    length = int.from_bytes(head[:4], "big")
    compatible = head[16 : min(length, len(head))]
    brands = {head[8:12], *(compatible[at : at + 4] for at in range(0, len(compatible) - 3, 4))}
    if brands & _HEIC_BRANDS:
        return "heic"
    if brands & _AVIF_BRANDS:
        return "avif"
    return "heic" if head[8:12] in _HEIF_BRANDS else None


def _other_container(head: bytes) -> str | None:
    if head.startswith(_TIFFS):
        return "tiff"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS:
        return "bmp"
    if head[257:262] == b"ustar":
        return "tar"
    return next((name for mark, name in _ARCHIVES.items() if head.startswith(mark)), None)


def _pdf(head: bytes) -> str | None:
    # A page's warnings or the head of a mail may stand before it; a program may not pass for a paper by carrying one.
    found = head.find(b"%PDF-", 0, _HEADER_WITHIN + 4)
    return "pdf" if found >= 0 and not head.startswith(_PROGRAM_HEADS) else None


def ending_of(name: str) -> str:
    """The part of a name behind its last dot in small letters, or nothing; as it is seen, not as it is written.

    Dots and blanks at the end say nothing: programs drop them.
    """
    _, dot, ending = harmless(name).rstrip(". \n\u00a0").rpartition(".")
    return ending.strip().lower() if dot else ""


def said_to_be(name: str, declared_mime: str | None) -> str | None:
    """The accepted extension a file claims by its name, or else by its declared type; None when it claims none."""
    ending = ending_of(name)
    ending = _SAME.get(ending, ending)
    if ending in ACCEPTED:
        return ending
    return _BY_MIME.get((declared_mime or "").partition(";")[0].strip().lower())
