"""What the look at a file found out, as a value that fits into a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

FileKind = Literal["photo", "pdf", "office", "other"]
"""Stored: never renamed. ``other`` is for kinds to come; nothing accepted today is ``other``."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature inside a PDF, in the order of signing.

    ``signed_at`` is an ISO instant with its offset, as the signer states it. ``intact`` is False when the signed bytes
    were altered, or when the document was changed afterwards by anything but a further signature. ``trusted`` is None
    where the office supplied no root certificates.
    """

    signer: str
    signed_at: str | None
    intact: bool
    trusted: bool | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a file is, from its content; never any of its words.

    ``size`` is in bytes, ``width`` and ``height`` in pixels, ``extension`` without the dot and by content. ``taken_at``
    is the camera's own clock as an ISO time without a zone. ``unreadable`` says that the content is damaged, encrypted
    or too heavy to be read, so that it was not searched for a secrecy marking.
    """

    mime: str
    kind: FileKind
    extension: str
    size: int
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    taken_at: str | None = None
    signatures: tuple[Signature, ...] = ()
    unreadable: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain lists, strings and numbers for a JSON column."""
        return {**asdict(self), "signatures": [asdict(signature) for signature in self.signatures]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Findings:
        """The findings that ``to_json`` wrote, by this version or an earlier one; what it does not know is left out."""
        return cls(
            mime=str(stored["mime"]),
            kind=cast(FileKind, stored["kind"]),
            extension=str(stored["extension"]),
            size=int(stored["size"]),
            pages=stored.get("pages"),
            width=stored.get("width"),
            height=stored.get("height"),
            taken_at=stored.get("taken_at"),
            signatures=tuple(_signature(each) for each in stored.get("signatures") or ()),
            unreadable=bool(stored.get("unreadable", False)),
        )


def _signature(stored: Mapping[str, Any]) -> Signature:
    return Signature(
        signer=str(stored["signer"]),
        signed_at=stored.get("signed_at"),
        intact=bool(stored["intact"]),
        trusted=stored.get("trusted"),
    )
