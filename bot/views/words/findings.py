"""What the checks of a file found, in words; and the file itself, ready to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.errors import TienDoError
from bot.domain.people.evidence import Evidence
from bot.evidence.findings import Findings, Signature
from bot.i18n import Translator
from bot.services.reporting.attach_evidence import GivenFile
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.view import Attachment

NAME_SIGNS = 60
SIGNER_SIGNS = 80
SIGNATURES_SHOWN = 4
USES_SHOWN = 3
_SHOWN_AS_PHOTO = ("image/jpeg", "image/png")
_MOST_PHOTO_BYTES = 10_000_000
_MOST_PHOTO_SIDES = 10_000


def file_lines(t: Translator, number: int, given: GivenFile, *, taken_back: bool = False) -> Html:
    """A file by number and name with everything the checks found."""
    evidence = given.evidence
    found = findings_of(evidence)
    told: list[Html | None] = [
        say(t, "file.line", number=number, name=shorten(evidence.name, NAME_SIGNS), what=_what(t, evidence, found)),
        say(t, "file.taken_back") if taken_back else None,
    ]
    if found is not None:
        told.append(_taken_at(t, found))
        told += _signatures(t, found)
        told.append(say(t, "file.unreadable") if found.unreadable else None)
    told += [say(t, "file.used", code=use.code, day=use.day) for use in given.used[:USES_SHOWN]]
    if len(given.used) > USES_SHOWN:
        told.append(say_count(t, "file.used_more", len(given.used) - USES_SHOWN))
    return lines(told)


def findings_of(evidence: Evidence) -> Findings | None:
    """The stored findings; none where they are of no shape we know."""
    try:
        return Findings.from_json(evidence.findings)
    except (KeyError, TypeError, ValueError, TienDoError):
        return None


def attachment(evidence: Evidence) -> Attachment:
    """The file as it is shown: a photo as a photo where the chat can show it so, else as a document."""
    found = findings_of(evidence)
    sides = (found.width or 0) + (found.height or 0) if found else 0
    as_photo = (
        evidence.mime in _SHOWN_AS_PHOTO
        and evidence.size <= _MOST_PHOTO_BYTES
        and 0 < sides <= _MOST_PHOTO_SIDES
        and found is not None
        and not found.unreadable
    )
    kind = "photo" if as_photo else "document"
    return Attachment(evidence.sha256, evidence.name, evidence.mime, kind, evidence.transport_ref)  # type: ignore[arg-type]


def attachments(files: Sequence[GivenFile]) -> tuple[Attachment, ...]:
    """The files, each content once."""
    return tuple({given.evidence.sha256: attachment(given.evidence) for given in files}.values())


def _what(t: Translator, evidence: Evidence, found: Findings | None) -> Html:
    parts = [found.extension.upper() if found else "", t.megabytes(evidence.size)]
    if found is not None and found.pages:
        parts.append(t.count("file.pages", found.pages))
    if found is not None and found.width and found.height:
        parts.append(f"{found.width}×{found.height}")
    return lines([" · ".join(part for part in parts if part)])


def _taken_at(t: Translator, found: Findings) -> Html | None:
    if found.kind != "photo":
        return None
    if found.taken_at is None:
        return say(t, "file.no_photo_time")
    try:
        taken = datetime.fromisoformat(found.taken_at)
    except ValueError:
        return say(t, "file.no_photo_time")
    # The camera's own clock: it has no zone and is shown as it stands.
    return say(t, "file.photo_time", at=f"{taken:%H:%M} {t.day(taken.date())}")


def _signatures(t: Translator, found: Findings) -> Iterable[Html]:
    if found.kind != "pdf":
        return []
    if not found.signatures:
        return [] if found.unreadable else [say(t, "file.not_signed")]
    told = [_signature(t, each) for each in found.signatures[:SIGNATURES_SHOWN]]
    if len(found.signatures) > SIGNATURES_SHOWN:
        told.append(say_count(t, "file.signatures_more", len(found.signatures) - SIGNATURES_SHOWN))
    return told


def _signature(t: Translator, each: Signature) -> Html:
    intact = t("file.intact" if each.intact else "file.altered")
    trust = {None: "file.trust_unknown", True: "file.trusted", False: "file.not_trusted"}[each.trusted]
    key = "file.signed" if each.signed_at else "file.signed_undated"
    signer = shorten(each.signer, SIGNER_SIGNS) or t("file.no_signer")
    return say(t, key, signer=signer, at=_signed_at(t, each), intact=intact, trust=t(trust))


def _signed_at(t: Translator, each: Signature) -> str:
    try:
        signed = datetime.fromisoformat(each.signed_at or "")
    except ValueError:
        return each.signed_at or ""
    return t.instant(signed) if signed.tzinfo else f"{signed:%H:%M} {t.day(signed.date())}"


FILES_A_PAGE = 8


FILES_NAMED = 5


LABEL_OF_FILE = 40
