"""Draws recall against over-triage, and calibration, as one SVG. Written out by hand: two axes and a few lines need no
drawing library, which would be the largest dependency of the project for one picture."""

from collections.abc import Iterator, Sequence

from triage.evaluation.measures import Judged, curve, measure

_SIDE, _EDGE = 360, 50

Points = Sequence[tuple[float, float]]


def svg(judged: Sequence[Judged], title: str) -> str:
    """The picture, as the text of an SVG file."""
    whole = measure(judged)
    here = [(whole.over_immediate.value or 0.0, whole.recall_immediate.value or 0.0)]
    bins = [(mean, share) for mean, share, _ in whole.bins]
    width, height = 2 * (_SIDE + 2 * _EDGE), _SIDE + 2 * _EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *_panel(
            0, f"{title}: recall of immediate", "over-triage of priority and routine", curve(judged), here
        ),
        *_panel(
            _SIDE + 2 * _EDGE, "calibration: share that was immediate", "probability", [(0, 0), (1, 1)], bins
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _panel(left: int, title: str, below: str, line: Points, dots: Points) -> Iterator[str]:
    def at(point: tuple[float, float]) -> tuple[float, float]:
        return round(left + _EDGE + point[0] * _SIDE, 1), round(_EDGE + (1 - point[1]) * _SIDE, 1)

    yield f'<text x="{left + _EDGE}" y="{_EDGE - 16}">{_escaped(title)}</text>'
    yield f'<text x="{left + _EDGE}" y="{_EDGE + _SIDE + 36}">{_escaped(below)}</text>'
    for tenth in range(0, 11, 2):
        x, y = at((tenth / 10, tenth / 10))
        yield f'<path d="M{x} {_EDGE}V{_EDGE + _SIDE}M{left + _EDGE} {y}H{left + _EDGE + _SIDE}" stroke="#ddd"/>'
        yield f'<text x="{x - 8}" y="{_EDGE + _SIDE + 16}">{tenth / 10}</text>'
        yield f'<text x="{left + 18}" y="{y + 4}">{tenth / 10}</text>'
    drawn = " ".join(f"{x},{y}" for x, y in map(at, line))
    yield f'<polyline points="{drawn}" fill="none" stroke="#225" stroke-width="1.5"/>'
    for point in dots:
        x, y = at(point)
        yield f'<circle cx="{x}" cy="{y}" r="4" fill="#b31"/>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
