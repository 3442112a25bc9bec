"""Who issues a report, its head and its signature: of a Party body or of a government one, by the standing office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.documents.docx_parts import BODY, SMALL, TEXT_CM, centred, columns, middle, rule
from bot.documents.texts import in_line, long_day
from bot.domain.plan.words import fold
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.i18n import Translator
from bot.services.results.period_report import PeriodReport
from bot.views.words.periods import period_words

if TYPE_CHECKING:
    from docx.document import Document

_LEFT_CM = 6.4
_LINK_WORDS = frozenset({"phong", "va"})


@dataclass(frozen=True, slots=True)
class Issuer:
    """The body in whose name the report goes out. ``by_committee``: the office writes it for the steering committee."""

    is_party: bool
    by_committee: bool
    parent: str
    body: str
    mark: str
    """VHXH, BCĐ: what stands behind the number."""


def issuer_of(report: PeriodReport, t: Translator) -> Issuer:
    """The Party's form where the standing office is the Party committee's, else the government's."""
    place = report.overview.source.place
    is_party = "dang uy" in fold(report.office)
    by_committee = is_party and fold(report.plan.issuer).startswith("ban chi dao")
    if by_committee:
        body, mark = _without_place(in_line(report.plan.issuer), place), t("doc.mark.committee")
    else:
        body, mark = in_line(report.office), _mark(report)
    parent = t("doc.parent_party" if is_party else "doc.parent_state", place=place)
    return Issuer(is_party, by_committee, parent.upper(), body.upper(), mark)


def _without_place(name: str, place: str) -> str:
    return name[: -len(place)].rstrip(" ,") if name.casefold().endswith(place.casefold()) else name


def _mark(report: PeriodReport) -> str:
    """The short name the directory knows ("Phòng VHXH"), else the first letters of the words."""
    last = [alias.split()[-1] for alias in report.office_aliases if len(alias.split()) <= 2]
    short = [word for word in last if word.isupper() and word.isalpha() and len(word) > 1]
    if short:
        return min(short, key=len)
    words = [word for word in report.office.replace("-", " ").split() if fold(word) and fold(word) not in _LINK_WORDS]
    return "".join(word[0] for word in words).upper() or "…"


def write_head(document: Document, report: PeriodReport, t: Translator) -> None:
    """The two columns of the head, and the title with its rule."""
    issuer = issuer_of(report, t)
    right_cm = TEXT_CM - _LEFT_CM
    left, right = columns(document, [_LEFT_CM, right_cm])
    middle(left.paragraphs[0], issuer.parent, size=12)
    middle(left.add_paragraph(), issuer.body, size=12, bold=True)
    if issuer.is_party:
        middle(left.add_paragraph(), "*", size=12)
        middle(left.add_paragraph(), t("doc.number_party", mark=issuer.mark), size=BODY)
        middle(right.paragraphs[0], t("doc.party"), size=14, bold=True)
        rule(right.add_paragraph(), right_cm, 6.9)
    else:
        rule(left.add_paragraph(), _LEFT_CM, 2.4)
        middle(left.add_paragraph(), t("doc.number_state", mark=issuer.mark), size=BODY)
        middle(right.paragraphs[0], t("doc.state"), size=12, bold=True)
        middle(right.add_paragraph(), t("doc.motto"), size=BODY, bold=True)
        rule(right.add_paragraph(), right_cm, 5.7)
    made_on = report.overview.source.made_at.astimezone(DEFAULT_ZONE).date()
    middle(
        right.add_paragraph(),
        t("doc.place_and_day", place=in_line(report.locality.name), day=long_day(t, made_on)),
        size=BODY,
        italic=True,
    )
    centred(document, "", size=6)
    centred(document, t("doc.title"), size=14)
    subject = t(
        "doc.subject", period=period_words(t, report.period, long=True), place=in_line(report.overview.source.place)
    )
    for line in subject.split("\n"):
        centred(document, line, size=14)
    rule(document.add_paragraph(), TEXT_CM, 5)
    centred(document, "", size=4)


def write_foot(document: Document, report: PeriodReport, t: Translator) -> None:
    """Nơi nhận on the left, who signs on the right."""
    from docx.shared import Pt

    issuer = issuer_of(report, t)
    left, right = columns(document, [TEXT_CM / 2, TEXT_CM / 2])
    heading = left.paragraphs[0]
    heading.paragraph_format.space_after = Pt(0)
    run = heading.add_run(t("doc.recipients"))
    run.bold, run.italic, run.font.size = True, True, Pt(12)
    key = "party" if issuer.is_party else "state"
    told = t(f"doc.recipients_{key}", place=in_line(report.overview.source.place))
    for line in [*told.split("\n"), t(f"doc.kept_{key}", mark=issuer.mark)]:
        paragraph = left.add_paragraph()
        paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(0), 1.0
        paragraph.add_run(line).font.size = Pt(SMALL)
    signers = t("doc.signed_committee" if issuer.by_committee else _signed(report))
    for number, line in enumerate(signers.split("\n")):
        middle(right.paragraphs[0] if not number else right.add_paragraph(), line.upper(), size=BODY, bold=True)
    for _ in range(4):
        middle(right.add_paragraph(), "")
    middle(right.add_paragraph(), t("doc.signature"), bold=True)


def _signed(report: PeriodReport) -> str:
    first = fold(report.office)
    if first.startswith("van phong"):
        return "doc.signed_chief_of_office"
    return "doc.signed_head_of_division" if first.startswith("phong") else "doc.signed_head"
