"""A drill as it runs, on a terminal: what was done and seen, what is awaited, depths and alarms."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ops.lab.drills.declaration import Check
from ops.lab.drills.journal import CheckRecord, Journal, Phase, StepRecord
from ops.lab.drills.plain import PlainWatcher
from ops.lab.drills.tolerance import Value
from ops.lab.drills.watcher import Watcher
from ops.lab.drills.wording import shown

_BARS = "▁▂▃▄▅▆▇█"
_SPARKS = 40
_DEPTHS = {"queue_waiting": "queue", "queue_in_flight": "in flight", "dlq": "DLQ"}


class LiveWatcher(PlainWatcher):
    """Prints what is over as lines; below them keeps a few that change."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._journal: Journal | None = None
        self._doing = ""
        self._looking: dict[str, str] = {}

    def began(self, journal: Journal) -> None:
        super().began(journal)
        self._journal = journal

    def phase(self, phase: Phase) -> None:
        super().phase(phase)
        self._looking.clear()

    def doing(self, title: str) -> None:
        self._doing = title

    def did(self, record: StepRecord) -> None:
        self._doing = ""
        super().did(record)

    def looking(self, check: Check, value: Value, seconds_left: float) -> None:
        self._looking[check.title] = f"{shown(value)}, awaiting {check.tolerance} for {seconds_left:.0f} s"

    def judged(self, record: CheckRecord) -> None:
        self._looking.pop(record.title, None)
        super().judged(record)

    def ended(self) -> None:
        self._doing = ""
        self._looking.clear()

    def __rich__(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        if self._doing:
            table.add_row(Text("now", style="bold cyan"), self._doing)
        for title, awaited in dict(self._looking).items():
            table.add_row(Text("…", style="yellow"), f"{title}: {awaited}")
        return Group(table, self._series())

    def _series(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        if self._journal is None:
            return table
        series = self._journal.series
        for name, title in _DEPTHS.items():
            values = [value or 0 for value in series.values.get(name, [])]
            if values:
                table.add_row(title, Text(sparkline(values[-_SPARKS:]), style="magenta"), f"{values[-1]:g}")
        raised = [name for name, states in series.alarms.items() if states[-1] == "ALARM"]
        table.add_row("alarms", Text(", ".join(raised) or "none", style="red" if raised else "green"))
        return table


def sparkline(values: Sequence[float]) -> str:
    """The values as bars; nothing is the lowest one."""
    most = max(values) or 1
    return "".join(_BARS[round(value / most * (len(_BARS) - 1))] for value in values)


@contextmanager
def watching(console: Console) -> Iterator[Watcher]:
    """A watcher that suits the console: live on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield PlainWatcher(console)
        return
    watcher = LiveWatcher(console)
    with Live(watcher, console=console, refresh_per_second=4, transient=True):
        yield watcher
