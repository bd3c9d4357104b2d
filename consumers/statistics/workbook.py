"""A report as a workbook: what it covers on the first sheet, then each table on its own."""

from io import BytesIO

import xlsxwriter

from consumers.statistics.reports import Report, Table

WIDTH = 16
WIDE = 60
"""Characters of a column, and of one that holds sentences or searches."""


def workbook(report: Report) -> bytes:
    """The report as XLSX."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        cover = book.add_worksheet("说明")
        cover.set_column(0, 0, 2 * WIDE)
        cover.write_string(0, 0, report.title, bold)
        cover.write_column(1, 0, report.facts)
        for table in report.tables:
            _sheet(book, table, bold)
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, table: Table, bold: object) -> None:
    sheet = book.add_worksheet(table.title)
    sheet.set_column(0, 0, WIDTH * 2)
    sheet.set_column(1, len(table.header) - 2, WIDTH)
    sheet.set_column(len(table.header) - 1, len(table.header) - 1, WIDE)
    sheet.write_row(0, 0, table.header, bold)
    for number, row in enumerate(table.rows, 1):
        sheet.write_row(number, 0, row)
    sheet.write_string(len(table.rows) + 2, 0, table.note)
    sheet.freeze_panes(1, 1)
