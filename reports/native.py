"""Charts that a spreadsheet draws itself from a table on one of its sheets."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.worksheet import Worksheet

from reports.document import Chart, Table, Unit

AXIS = {Unit.SECONDS: "[h]", Unit.SHARE: "0%", Unit.COUNT: "#,##0", Unit.BYTES: '[>=1000000000]0.0,,," GB";0,," MB"'}
COLOURS = ("2F5BD7", "9DB7F3", "0B8A7B", "E3B45C", "B4BCC8", "D9DEE6")
MOST_ROWS = 40


def native_chart(chart: Chart, table: Table, sheet: Worksheet) -> BarChart:
    """Return a chart over the first rows of a table, whose headings are in the sheet's first row."""
    native = chart.native
    assert native is not None
    made = BarChart()
    made.type, made.grouping = ("bar" if native.lying else "col"), ("stacked" if native.stacked else "clustered")
    made.overlap = 100 if native.stacked else None
    made.gapWidth = 45
    made.title = chart.title
    made.width, made.height = 19.0, 9.0
    last = min(len(table.rows), MOST_ROWS) + 1
    for place in native.values:
        made.add_data(Reference(sheet, min_col=place + 1, min_row=1, max_row=last), titles_from_data=True)
    made.set_categories(Reference(sheet, min_col=native.names + 1, min_row=2, max_row=last))
    for series, colour in zip(made.series, COLOURS, strict=False):
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
    made.x_axis.delete = made.y_axis.delete = False
    made.y_axis.scaling.min = 0
    made.y_axis.number_format = AXIS.get(table.columns[native.values[0]].unit, "General")
    made.x_axis.number_format = "d mmm"
    if native.lying:
        made.x_axis.scaling.orientation = "maxMin"
        made.y_axis.crosses = "max"
    if len(native.values) == 1:
        made.legend = None
    else:
        made.legend.position = "b"
    return made
