"""Charts of a report: the curves that one shows, in samples and words, and the JSON for `charts.js`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "INSUFFICIENT_DATA"  # as CloudWatch calls the state of an alarm that it cannot tell
_BARS = "▁▂▃▄▅▆▇█"
# Lengths of line and gap, as SVG and canvas take them: curves differ in shape as well as in colour.
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "1 5")


@dataclass(frozen=True)
class Chart:
    """One plot of the report. `series` are the names of samples, and what the legend calls them.

    `joined` draws a line across gaps: for what has a value only now and then. `note` says how to read it.
    `gap_while` names samples: while one of them is above 0, a gap hides something, and the report says when.
    """

    title: str
    series: Mapping[str, str]
    low: bool = False
    joined: bool = False
    note: str = ""
    gap_while: tuple[str, ...] = ()


@dataclass
class ChartData:
    """Samples in columns: `values[name][i]` was read at `seconds[i]`; None is a gap."""

    seconds: list[float] = field(default_factory=list)
    values: dict[str, list[float | None]] = field(default_factory=dict)
    alarms: dict[str, list[str]] = field(default_factory=dict)
    failed_samples: int = 0

    def add(self, at: float, values: Mapping[str, float | None], alarms: Mapping[str, str]) -> None:
        """Append one sample. A name that comes for the first time, or is left out, has gaps."""
        before = len(self.seconds)
        self.seconds.append(at)
        for name in values.keys() | self.values.keys():
            self.values.setdefault(name, [None] * before).append(values.get(name))
        for name in alarms.keys() | self.alarms.keys():
            self.alarms.setdefault(name, [UNKNOWN] * before).append(alarms.get(name, UNKNOWN))

    def known(self, name: str) -> list[tuple[float, float]]:
        """The second and the value of each sample that has one, in order."""
        pairs = zip(self.seconds, self.values.get(name, ()), strict=False)
        return [(at, value) for at, value in pairs if value is not None]

    def last(self, name: str) -> float | None:
        """What the last sample has of it."""
        return next(reversed(self.values.get(name, ())), None)


@dataclass(frozen=True)
class Curve:
    """One series of a chart, as its legend shows it. `last` is what the last sample has, None if no value."""

    name: str
    label: str
    dash: str
    last: float | None
    words: str


@dataclass(frozen=True)
class Figure:
    """A chart with what a reader needs who cannot see the curves, or has no pointer to hover with."""

    chart: Chart
    curves: tuple[Curve, ...]
    hidden: str

    @property
    def words(self) -> str:
        """The whole chart in a few sentences: for each series its first value, its greatest and its last."""
        told = [curve.words for curve in self.curves if curve.words]
        return ". ".join([self.chart.title, *(told or ["no samples"])]) + "."


def figures(charts: Sequence[Chart], data: ChartData) -> list[Figure]:
    """Each chart with its legend and its words."""
    return [
        Figure(
            chart,
            tuple(
                Curve(name, label, _DASHES[at % len(_DASHES)], data.last(name), _words(label, name, data))
                for at, (name, label) in enumerate(chart.series.items())
            ),
            _hidden(chart, data),
        )
        for chart in charts
    ]


def _words(label: str, name: str, data: ChartData) -> str:
    known, last = data.known(name), data.last(name)
    if not known:
        return ""
    when, most = max(known, key=lambda pair: pair[1])
    if last == most == min(value for _, value in known):
        return f"{label}: always {last:g}"
    ends = "no value" if last is None else f"{last:g}"
    return f"{label}: {known[0][1]:g} at first, at most {most:g} after {when:.0f} s, {ends} at the end"


def _hidden(chart: Chart, data: ChartData) -> str:
    """When the chart has no value though there was something to show, and how much; "" where never."""
    return ", ".join(
        f"{begins:.0f} s to {ends:.0f} s (up to {most:g})" for begins, ends, most in _gaps(chart, data)
    )


def _gaps(chart: Chart, data: ChartData) -> Iterator[tuple[float, float, float]]:
    """Begin and end of each gap of more than one sample, and the most there was meanwhile.

    A gap before the first value is none that hides something: what has just come has no value yet.
    """
    gap: list[tuple[float, float]] = []
    valued = False
    for at, second in enumerate(data.seconds):
        there = sum(_value(data, name, at) or 0 for name in chart.gap_while)
        missing = all(_value(data, name, at) is None for name in chart.series)
        if there and missing and valued:
            gap.append((second, there))
            continue
        valued = bool(there) and not missing
        yield from _span(gap)
        gap = []
    yield from _span(gap)


def _span(gap: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float, float]]:
    if len(gap) > 1:
        yield gap[0][0], gap[-1][0], max(there for _, there in gap)


def _value(data: ChartData, name: str, at: int) -> float | None:
    return data.values[name][at] if name in data.values else None


def plots(
    drawn: Sequence[Figure],
    data: ChartData,
    seconds: float,
    *,
    bands: Sequence[tuple[str, float, float]] = (),
    marks: Sequence[tuple[float, str]] = (),
) -> dict[str, Any]:
    """What `charts.js` reads: all charts share one time axis from 0 to `seconds`.

    `bands` are coloured stretches (kind, begin, end), `marks` dashed lines (second, title).
    """
    return {
        "total": seconds,
        "titles": {curve.name: curve.label for figure in drawn for curve in figure.curves},
        "dashes": {curve.name: curve.dash for figure in drawn for curve in figure.curves},
        "seconds": data.seconds,
        "values": data.values,
        "bands": bands,
        "marks": marks,
    }


def sparkline(values: Sequence[float]) -> str:
    """The values as bars of text; a value of nothing is the lowest bar."""
    most = max(values) or 1
    return "".join(_BARS[round(value / most * (len(_BARS) - 1))] for value in values)
