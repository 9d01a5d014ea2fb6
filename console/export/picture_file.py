"""One chart as a picture that says what it is: its head above, the chart below, as PNG or SVG."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QBuffer, QIODevice, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PyQt5.QtSvg import QSvgGenerator

from console.charts.painted import Painted
from console.export.content import Head
from console.theme import Theme, ThemeChoice
from console.widgets.plain import Kind, font_of

SCALE = 2.0
MARGIN = 16
SMALLEST = QSize(520, 120)


def lines_of(head: Head, title: str) -> list[str]:
    """Return what stands above a chart: its name, whose figures of which days, zone, and when it was made."""
    told = head.told()
    return [f"{head.title}: {title}", "   ".join(value for _name, value in told[1:-3]), "   ".join(value for _name, value in told[-3:-1])]


def chart_png(chart: Painted, head: Head) -> bytes:
    """Return the chart on white as a PNG file; it belongs to the window's thread, and takes milliseconds there."""
    frame = _Frame(chart, head)
    image = QImage(frame.size * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    painter = QPainter(image)
    frame.paint(painter)
    painter.end()
    return _bytes(lambda device: image.save(device, "PNG"))


def chart_svg(chart: Painted, head: Head) -> bytes:
    """Return the chart as an SVG file; words stay words."""
    frame = _Frame(chart, head)

    def draw(device: QBuffer) -> None:
        generator = QSvgGenerator()
        generator.setOutputDevice(device)
        generator.setSize(frame.size)
        generator.setViewBox(QRectF(0, 0, frame.size.width(), frame.size.height()))
        generator.setTitle(frame.lines[0])
        generator.setDescription("\n".join((*frame.lines[1:], chart.accessibleDescription())))
        painter = QPainter(generator)
        frame.paint(painter)
        painter.end()

    return _bytes(draw)


def bare_png(chart: Painted) -> bytes:
    """Return only the chart, on white, for a page that says the rest itself."""
    with chart.themed(Theme(ThemeChoice.LIGHT)):
        return chart.png(3.0)


class _Frame:
    """The chart with its head."""

    def __init__(self, chart: Painted, head: Head) -> None:
        self._chart = chart
        self.lines = lines_of(head, chart.accessibleName())
        self._fonts = [font_of(kind, chart.font()) for kind in (Kind.STRONG, Kind.SMALL, Kind.SMALL)]
        self._heights = [QFontMetricsF(font).height() * 1.3 for font in self._fonts]
        self._inner = chart.size().expandedTo(SMALLEST)
        self.size = QSize(self._inner.width() + 2 * MARGIN, round(self._inner.height() + sum(self._heights) + 2.5 * MARGIN))

    def paint(self, painter: QPainter) -> None:
        """Paint head and chart."""
        with self._chart.themed(Theme(ThemeChoice.LIGHT)) as colours:
            painter.fillRect(QRectF(0, 0, self.size.width(), self.size.height()), QColor(colours.card))
            top = float(MARGIN)
            inks = (colours.ink, colours.muted, colours.muted)
            for text, font, height, colour in zip(self.lines, self._fonts, self._heights, inks, strict=True):
                self._line(painter, text, font, QRectF(MARGIN, top, self._inner.width(), height), colour)
                top += height
            painter.save()
            painter.translate(MARGIN, top + MARGIN / 2)
            painter.setFont(self._chart.small())
            self._chart.paint_on(painter, QRectF(0, 0, self._inner.width(), self._inner.height()))
            painter.restore()

    def _line(self, painter: QPainter, text: str, font: QFont, box: QRectF, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)


def _bytes(write: Callable[[QBuffer], object]) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    return bytes(buffer.data())
