"""Watchers of a drill: what each is told; plain lines for logs, pipes, tests; a live view on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ops.lab.drills.declaration import DrillCheck, Value
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase, StepRecord, shown
from ops.lab.report.chart import sparkline
from ops.lab.terminal import escape

COLOURS = {"✓": "green", "✗": "red", "·": "dim"}
_SPARKS = 40
_DEPTHS = {"queue_waiting": "queue", "queue_in_flight": "in flight", "dlq": "DLQ"}


class Watcher:
    """Told of everything as it happens, in the drill's thread. Does nothing unless a subclass does."""

    def began(self, journal: DrillJournal) -> None:
        """The drill begins; the journal grows from now on."""

    def phase(self, phase: Phase) -> None:
        """A phase begins."""

    def doing(self, title: str) -> None:
        """A step begins."""

    def did(self, record: StepRecord) -> None:
        """A step is done, has failed or was left out."""

    def looking(self, check: DrillCheck, value: Value, seconds_left: float) -> None:
        """A probe answered, and its check is not met yet."""

    def judged(self, record: CheckRecord) -> None:
        """A check is met, was missed or was left out."""

    def ended(self) -> None:
        """The drill is over, rollback included."""


class PlainWatcher(Watcher):
    """One line a phase, a step and a check, with the second of the drill."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def began(self, journal: DrillJournal) -> None:
        self._console.print(f"[bold]{escape(journal.title)}[/] [dim]({journal.drill})[/]")
        where = ", ".join(f"{name} {value}" for name, value in journal.environment.items() if name != "API")
        self._console.print(f"  [dim]{escape(where)}[/]", soft_wrap=True)

    def phase(self, phase: Phase) -> None:
        self._console.print(f"[bold]{phase.value}[/]")

    def did(self, record: StepRecord) -> None:
        detail = f": {record.detail}" if record.detail else ""
        self._line(record.ends, record.mark, f"{record.title}{detail}")

    def judged(self, record: CheckRecord) -> None:
        self._line(record.at, record.mark, record.sentence)

    def _line(self, at: float, mark: str, text: str) -> None:
        coloured = f"[{COLOURS[mark]}]{mark}[/]"
        self._console.print(f"  [cyan]{at:6.1f} s[/] {coloured} {escape(text)}", soft_wrap=True)


class LiveWatcher(PlainWatcher):
    """Prints what is over as lines; below them keeps a few that change: what is done now and what is awaited,
    depths, alarms."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._journal: DrillJournal | None = None
        self._doing = ""
        self._looking: dict[str, str] = {}

    def began(self, journal: DrillJournal) -> None:
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

    def looking(self, check: DrillCheck, value: Value, seconds_left: float) -> None:
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


@contextmanager
def watching(console: Console) -> Iterator[Watcher]:
    """A watcher that suits the console: live on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield PlainWatcher(console)
        return
    watcher = LiveWatcher(console)
    with Live(watcher, console=console, refresh_per_second=4, transient=True):
        yield watcher
