"""A measured figure, its yardstick, and the table of them."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measurement. `bound` limits `ratio` where there is a yardstick, else `value`; it may be a least or a most."""

    name: str
    value: float
    unit: str
    yardstick: float | None = None
    most: float | None = None
    least: float | None = None
    before: float | None = None
    """What the release before had of it, in the same run: the ratio where there is a yardstick, else the value."""
    runs: Sequence[float] = ()
    """What each of several runs had of it, likewise."""

    @property
    def ratio(self) -> float | None:
        return self.value / self.yardstick if self.yardstick else None

    @property
    def holds(self) -> bool:
        judged = self.ratio if self.ratio is not None else self.value
        return (self.most is None or judged <= self.most) and (self.least is None or judged >= self.least)

    @property
    def bound(self) -> str:
        if self.most is not None:
            return f"≤ {self.most:g}"
        return f"≥ {self.least:g}" if self.least is not None else ""


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table for people and for Markdown."""
    figures = list(figures)
    titles = ["figure", "measured", "yardstick", "ratio", "bound", "holds"]
    rows = [titles, *(list(_row(figure)) for figure in figures)]
    if any(figure.before is not None for figure in figures):
        for cells, more in zip(rows, [("before", "runs"), *map(_compared, figures)], strict=True):
            cells[4:4] = more
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        f"{figure.value:.4g} {figure.unit}",
        f"{figure.yardstick:.4g} {figure.unit}" if figure.yardstick is not None else "",
        f"{figure.ratio:.2f}" if figure.ratio is not None else "",
        figure.bound,
        "yes" if figure.holds else "NO",
    )


def _compared(figure: Figure) -> tuple[str, str]:
    before = f"{figure.before:.2f}" if figure.before is not None else ""
    return before, " ".join(f"{run:.2f}" for run in figure.runs)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return statistics.quantiles(values, n=1000, method="inclusive")[min(998, round(share * 1000) - 1)]
