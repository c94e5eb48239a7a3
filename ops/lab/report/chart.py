"""Charts of a report: which curves one shows, their samples, and the JSON that `charts.js` draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "INSUFFICIENT_DATA"  # as CloudWatch calls the state of an alarm that it cannot tell
_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Chart:
    """One plot of the report. `series` are the names of samples, and what the legend calls them.

    `joined` draws a line across gaps: for what has a value only now and then.
    """

    title: str
    series: Mapping[str, str]
    low: bool = False
    joined: bool = False


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


def plots(
    charts: Sequence[Chart],
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
        "titles": {name: title for chart in charts for name, title in chart.series.items()},
        "seconds": data.seconds,
        "values": data.values,
        "bands": bands,
        "marks": marks,
    }


def sparkline(values: Sequence[float]) -> str:
    """The values as bars of text; a value of nothing is the lowest bar."""
    most = max(values) or 1
    return "".join(_BARS[round(value / most * (len(_BARS) - 1))] for value in values)
