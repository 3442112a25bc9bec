"""Signatures inside a PDF: by whom, when, intact or altered since. Checked offline, in the probe's child process.

Government papers are signed through VGCA, usually by the leader and then by the organisation; the second signature is
no alteration of what the first one covers.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from bot.clock import SystemClock

_MOST = 12
_CERTIFICATES = (".pem", ".crt", ".cer", ".der")
_FOR_SIGNING = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


def signatures_in(document: IO[bytes], trust_roots: Path | None) -> list[dict[str, Any]] | None:
    """The signatures in the order of signing; None when the document is too damaged to tell.

    ``trust_roots`` is the folder of root certificates the office supplies; without it nothing is said about trust.
    """
    roots = roots_in(trust_roots) if trust_roots else None
    try:
        reader = PdfFileReader(document, strict=False)
        signatures = reader.embedded_regular_signatures[:_MOST]
    except Exception:
        # A truncated or malformed file raises anything at all out of the parser.
        return None
    return [_described(signature, roots) for signature in signatures]


def roots_in(folder: Path) -> list[Any]:
    """The certificates of a folder (PEM or DER); a file that is none is passed over."""
    certificates: list[Any] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _CERTIFICATES:
            with contextlib.suppress(ValueError, OSError):
                loaded = list(load_certs_from_pemder([str(path)]))  # type: ignore[no-untyped-call]
                certificates += [each for each in loaded if each.subject is not None]
    return certificates


def _described(signature: EmbeddedPdfSignature, roots: list[Any] | None) -> dict[str, Any]:
    signer, signed_at = "", None
    intact, trusted = False, None if roots is None else False
    try:
        signer = _name(signature)
        signed_at = _instant(signature)
        # Certificates outlive neither five years nor their holders' office: judged at the time of signing.
        context = ValidationContext(
            trust_roots=roots or [], allow_fetching=False, moment=signed_at or SystemClock().now()
        )
        status = validate_pdf_signature(signature, context, key_usage_settings=_FOR_SIGNING)
        intact = bool(status.intact and status.valid and status.docmdp_ok)
        trusted = None if roots is None else bool(status.trusted)
    except Exception:
        # What cannot be checked is not called intact.
        intact = False
    return {
        "signer": signer[:200],
        "signed_at": signed_at.isoformat() if signed_at else None,
        "intact": intact,
        "trusted": trusted,
    }


def _name(signature: EmbeddedPdfSignature) -> str:
    subject = signature.signer_cert.subject
    name = subject.native.get("common_name") or subject.human_friendly
    return ", ".join(name) if isinstance(name, list) else str(name)


def _instant(signature: EmbeddedPdfSignature) -> datetime | None:
    said: datetime | None = signature.self_reported_timestamp
    if said is None:
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)
