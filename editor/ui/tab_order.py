"""The order in which the Tab key walks through the window."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def stops(container: QWidget) -> Iterator[QWidget]:
    """What the Tab key can reach inside ``container``, itself included, in the order of making."""
    for widget in (container, *container.findChildren(QWidget)):
        reachable = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if reachable and widget.focusProxy() is None and widget.window() is container.window():
            yield widget


def order_tabs(*containers: QWidget) -> None:
    """Let the Tab key go through the containers one after the other.

    Call it again after a container got new controls: Qt puts those at the end.
    """
    walk = [widget for container in containers for widget in stops(container)]
    for before, after in pairwise(walk):
        QWidget.setTabOrder(before, after)
