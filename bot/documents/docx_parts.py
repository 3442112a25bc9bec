"""Pages, paragraphs and tables as Decree 30/2020 wants them, out of python-docx. Knows nothing of plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
_NAMES = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BODY, SMALL, TINY = 13.0, 11.0, 8.0
"""Points: running text, tables and the list of recipients, the foot of a page."""
TEXT_CM, WIDE_CM = 16.5, 25.2
"""Width of the text on a portrait page and on a landscape one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its text, an RGB fill, and how it stands."""

    text: str
    fill: str | None = None
    bold: bool = False
    centred: bool = False


def new_document(language: str) -> Document:
    """An A4 document with the margins and the letter of the decree; page numbers on top from page 2 on."""
    from docx import Document as make
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document: Document = make()
    _letter(document, language)
    normal = document.styles["Normal"].paragraph_format
    normal.space_before, normal.space_after, normal.line_spacing = Pt(0), Pt(6), 1.1
    for level, size in ((1, BODY), (2, BODY), (3, BODY)):
        _heading(document, level, size)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.header_distance = section.footer_distance = Cm(1)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _page_number(number)
    return document


def _letter(document: Document, language: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY)
    fonts = style.element.rPr.rFonts
    for name in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(name), FONT)
    defaults = document.styles.element.find(".//" + qn("w:rPrDefault") + "/" + qn("w:rPr"))
    tongue = None if defaults is None else defaults.find(qn("w:lang"))
    if tongue is not None:
        tongue.set(qn("w:val"), "vi-VN" if language == "vi" else "en-GB")


def _heading(document: Document, level: int, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    style = document.styles[f"Heading {level}"]
    font, shape = style.font, style.paragraph_format
    font.name, font.size, font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
    font.bold, font.italic = level < 3, level == 3
    fonts = style.element.rPr.rFonts
    for name in [each for each in fonts.attrib if each.endswith("Theme")]:
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    shape.space_before, shape.space_after, shape.first_line_indent = Pt(6), Pt(6), Cm(1.27)
    shape.keep_with_next = True


def _page_number(paragraph: Paragraph) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, code in (("begin", None), (None, " PAGE "), ("separate", None), ("end", None)):
        run = paragraph.add_run()
        if kind is None:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = code
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def foot(section: Section, text: str) -> None:
    """A line at the foot of every page of a section, the first one too."""
    from docx.shared import Pt

    for footer in (section.footer, section.first_page_footer):
        paragraph = footer.paragraphs[0]
        run = paragraph.add_run(text)
        run.font.size, run.italic = Pt(TINY), True


def landscape(document: Document) -> Section:
    """A new section of landscape pages, all of them numbered."""
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Cm

    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    section.different_first_page_header_footer = False
    return section


def body(document: Document, text: str, *, italic: bool = False) -> Paragraph:
    """A paragraph of running text: justified, its first line indented."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Cm(1.27)
    paragraph.add_run(text).italic = italic
    return paragraph


def centred(document: Document, text: str, *, size: float = BODY, bold: bool = True, italic: bool = False) -> Paragraph:
    """A centred line."""
    paragraph = document.add_paragraph()
    middle(paragraph, text, size=size, bold=bold, italic=italic)
    return paragraph


def middle(paragraph: Any, text: str, *, size: float = BODY, bold: bool = False, italic: bool = False) -> None:
    """Text into a paragraph that becomes centred and close to its neighbours."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.0
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def rule(paragraph: Any, width_cm: float, length_cm: float) -> None:
    """A thin line of some length in the middle of a column of some width."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Cm(max(0.0, (width_cm - length_cm) / 2))
    shape.space_before, shape.space_after, shape.line_spacing = Pt(0), Pt(4), Pt(4)
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def columns(document: Document, widths_cm: Sequence[float]) -> list[Any]:
    """The cells of a table of one row without borders, for the head and the foot of a report."""
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=len(widths_cm))
    table.autofit = False
    cells = list(table.rows[0].cells)
    for cell, width, column in zip(cells, widths_cm, table.columns, strict=True):
        column.width = cell.width = Cm(width)
    _margins(table, 0)
    return cells


def grid(
    document: Document,
    heads: Sequence[str],
    widths_cm: Sequence[float],
    lines: Iterable[Sequence[Cell]],
    *,
    size: float = SMALL,
) -> None:
    """A table with borders whose head is repeated on every page; no row of it breaks over two pages."""
    from docx.oxml import parse_xml
    from docx.shared import Cm

    table = document.add_table(rows=0, cols=len(heads))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width)
    _margins(table, 0.12)
    widths = [_twips(width) for width in widths_cm]
    head = [Cell(text, "E7E6E6", bold=True, centred=True) for text in heads]
    for number, line in enumerate((head, *lines)):
        # python-docx looks a whole table through for each of its cells; written this way a thousand rows take no time.
        table._tbl.append(parse_xml(_row(line, widths, size, is_head=number == 0)))
    after = document.add_paragraph()
    after.paragraph_format.space_after = after.paragraph_format.line_spacing = Cm(0.2)


def _twips(cm: float) -> int:
    return round(cm * 1440 / 2.54)


def _margins(table: Any, sides_cm: float) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        part = OxmlElement(f"w:{side}")
        part.set(qn("w:w"), str(int(sides_cm * 567)))
        part.set(qn("w:type"), "dxa")
        margins.append(part)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    properties.append(margins) if look is None else look.addprevious(margins)


def _row(line: Sequence[Cell], widths: Sequence[int], size: float, *, is_head: bool) -> str:
    repeated = "<w:tblHeader/>" if is_head else ""
    cells = "".join(_cell(cell, width, size) for cell, width in zip(line, widths, strict=True))
    return f'<w:tr xmlns:w="{_NAMES}"><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>'


def _cell(cell: Cell, width: int, size: float) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.fill}"/>' if cell.fill else ""
    side, weight = "center" if cell.centred else "left", "<w:b/>" if cell.bold else ""
    pieces = [f'<w:t xml:space="preserve">{escape(piece, quote=False)}</w:t>' for piece in cell.text.split("\n")]
    spacing = '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr>{spacing}<w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:rPr>{weight}<w:sz w:val="{round(2 * size)}"/></w:rPr>{"<w:br/>".join(pieces)}</w:r></w:p></w:tc>'
    )
