"""A report on paper: A4 across, in the Chinese font that readers of PDF bring along."""

from html import escape
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from consumers.statistics.reports import Report, Row, Table

FONT = "STSong-Light"
"""One of the fonts of Adobe's Asian packs: named in the document and not embedded, so nothing is fetched."""
PAGE = landscape(A4)
MARGIN = 15 * mm
SHARE_OF_TEXT = 3
"""A column of sentences is so many times as wide as one of numbers."""


def paper(report: Report) -> bytes:
    """The report as PDF."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    page = SimpleDocTemplate(out, pagesize=PAGE, title=report.title, **margins)
    story: list[Flowable] = [Paragraph(escape(report.title), _style(16)), Spacer(0, 4 * mm)]
    story += [Paragraph(escape(fact), _style(10)) for fact in report.facts]
    for number, table in enumerate(report.tables, 1):
        story += [Spacer(0, 6 * mm), Paragraph(escape(f"{number}. {table.title}"), _style(12))]
        story += [_grid(table), Paragraph(escape(table.note), _style(8))]
    page.build(story)
    return out.getvalue()


def _style(size: int) -> ParagraphStyle:
    return ParagraphStyle(str(size), fontName=FONT, fontSize=size, leading=size * 1.5, wordWrap="CJK")


def _grid(table: Table) -> Grid:
    """A table across the page, its header on every page that it reaches."""
    lines: list[Row] = [table.header, *table.rows]
    cells = [[Paragraph(escape(str(cell)), _style(8)) for cell in line] for line in lines]
    grid = [("GRID", (0, 0), (-1, -1), 0.25, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke)]
    return Grid(cells, colWidths=_widths(table), repeatRows=1, style=[*grid, ("VALIGN", (0, 0), (-1, -1), "TOP")])


def _widths(table: Table) -> list[float]:
    shares = [
        SHARE_OF_TEXT if any(isinstance(row[at], str) for row in table.rows) else 1 for at in range(len(table.header))
    ]
    return [(PAGE[0] - 2 * MARGIN) * share / sum(shares) for share in shares]
