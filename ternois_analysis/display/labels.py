"""Where texts go so that none covers another or leaves the figure."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import isotonic_regression

from ternois_analysis.display import theme

#: Lower left and upper right corners, in points.
Box = tuple[float, float, float, float]

_LINE = 1.25
#: A corner of a box touches a circle round the point sooner than a side does.
_DIAGONAL = 0.75


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places nearest to the `wanted` ones, at least `gap` apart, between `low` and `high`.

    Their order is kept; where there is not room for all, they are spaced evenly. Least squares
    under an order is an isotonic regression once the gaps are taken off.
    """
    gap = min(gap, (high - low) / max(1, len(wanted) - 1))
    order = np.argsort(np.asarray(wanted, dtype=float), kind="stable")
    steps = gap * np.arange(len(order))
    fitted = isotonic_regression(np.asarray(wanted, dtype=float)[order] - steps).x
    places = np.empty(len(order))
    places[order] = np.clip(fitted, low, high - steps[-1]) + steps
    return [float(place) for place in places]


def placed(
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    *,
    inside: Box,
    distances: Sequence[float],
    obstacles: Sequence[Box] = (),
    size: float = theme.SMALL,
    bold: bool = False,
) -> list[Box | None]:
    """Box of each text beside its point: off the other texts, and off obstacles where possible.

    Parameters
    ----------
    points, texts, distances : sequences of equal length
        The most important first: the first ones choose their side first.
    inside : Box
        No text leaves it.
    obstacles : sequence of Box
        Covered as little as can be.

    Returns
    -------
    list of box or None
        None where every side would leave `inside` or cover another text.
    """
    dots = [(x - 2, y - 2, x + 2, y + 2) for x, y in points]
    boxes: list[Box | None] = []
    for (x, y), text, distance in zip(points, texts, distances, strict=True):
        taken = [box for box in boxes if box is not None]
        sides = _sides(x, y, theme.width(text, size, bold), size * _LINE, distance)
        free = [
            box
            for box in sides
            if _within(box, inside) and not any(_shared(box, other) for other in taken)
        ]
        boxes.append(min(
            free, key=lambda box: sum(_shared(box, other) for other in [*obstacles, *dots]),
            default=None,
        ))  # fmt: skip
    return boxes


def _sides(x: float, y: float, width: float, height: float, distance: float) -> list[Box]:
    """Candidate boxes, the most readable first: right, left, above, below, then the corners."""
    corners = [(a, b) for b in (1, -1) for a in (1, -1)]
    boxes = []
    for a, b in [(1, 0), (-1, 0), (0, 1), (0, -1), *corners]:
        away = distance if 0 in (a, b) else distance * _DIAGONAL
        left = x - width / 2 + a * (away + width / 2)
        bottom = y - height / 2 + b * (away + height / 2)
        boxes.append((left, bottom, left + width, bottom + height))
    return boxes


def _within(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _shared(one: Box, other: Box) -> float:
    """Area that two boxes share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0.0) * max(up, 0.0)
