"""A drill as plain lines: for logs, pipes and tests."""

from rich.console import Console
from rich.markup import escape

from ops.lab.drills.journal import CheckRecord, Journal, Phase, StepRecord
from ops.lab.drills.watcher import Watcher
from ops.lab.drills.wording import mark, sentence, step_mark

COLOURS = {"✓": "green", "✗": "red", "·": "dim"}


class PlainWatcher(Watcher):
    """One line a phase, a step and a check, with the second of the drill."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def began(self, journal: Journal) -> None:
        self._console.print(f"[bold]{escape(journal.title)}[/] [dim]({journal.drill})[/]")
        where = ", ".join(f"{name} {value}" for name, value in journal.environment.items() if name != "API")
        self._console.print(f"  [dim]{escape(where)}[/]", soft_wrap=True)

    def phase(self, phase: Phase) -> None:
        self._console.print(f"[bold]{phase.value}[/]")

    def did(self, record: StepRecord) -> None:
        detail = f": {record.detail}" if record.detail else ""
        self._line(record.ends, step_mark(record.outcome), f"{record.title}{detail}")

    def judged(self, record: CheckRecord) -> None:
        self._line(record.at, mark(record.met), sentence(record))

    def _line(self, at: float, sign: str, text: str) -> None:
        coloured = f"[{COLOURS[sign]}]{sign}[/]"
        self._console.print(f"  [cyan]{at:6.1f} s[/] {coloured} {escape(text)}", soft_wrap=True)
