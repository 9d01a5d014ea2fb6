"""A picture of a screen, scaled to fit; or a sentence where there is none."""

from __future__ import annotations

from PyQt5.QtCore import QRect, QSize, Qt
from PyQt5.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PyQt5.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from console.theme import Theme
from console.widgets.plain import PlainLabel

LEAST = QSize(320, 180)


class ScreenView(QWidget):
    """Holds at most one picture, in memory only; `show_picture`, `say` and `forget` replace it."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self._scaled: QPixmap | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(LEAST)
        self.message = PlainLabel("", tone="muted", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 12, 24, 12)
        layout.addStretch(1)
        layout.addWidget(self.message)
        layout.addStretch(1)
        theme.changed.connect(self.update)

    @property
    def holds_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._image is not None

    def show_picture(self, image: QImage, told: str) -> None:
        """Show a picture; `told` is what somebody hears who cannot see it."""
        self._put(image, "", told)

    def say(self, sentence: str) -> None:
        """Show a sentence and drop the picture."""
        self._put(None, sentence, sentence)

    def _put(self, image: QImage | None, sentence: str, told: str) -> None:
        self._image, self._scaled = image, None
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        self.setAccessibleDescription(told)
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw the ground, and the picture in the middle of it."""
        painter = QPainter(self)
        colours = self._theme.colours
        painter.setPen(QColor(colours.border))
        painter.setBrush(QColor(colours.window))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        pixmap = self._fitted()
        if pixmap is not None:
            room = QRect(0, 0, round(pixmap.width() / pixmap.devicePixelRatioF()), round(pixmap.height() / pixmap.devicePixelRatioF()))
            room.moveCenter(self.rect().center())
            painter.drawPixmap(room.topLeft(), pixmap)
        painter.end()

    def _fitted(self) -> QPixmap | None:
        """Return the picture at the size there is room for, made once for each size; it is never enlarged."""
        if self._image is None:
            return None
        ratio = self.devicePixelRatioF()
        wanted = self._image.size().scaled((self.size() - QSize(2, 2)) * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        wanted = wanted if wanted.width() < self._image.width() else self._image.size()
        if self._scaled is None or self._scaled.size() != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._scaled = QPixmap.fromImage(self._image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))
            self._scaled.setDevicePixelRatio(ratio)
        return self._scaled
