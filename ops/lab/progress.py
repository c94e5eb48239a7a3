"""Progress of long work: steps and counts, live on a terminal, in plain lines elsewhere."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

from ops.lab.terminal import errors_out, escape

_SECONDS_BETWEEN_LINES = 5.0


class ProgressStep:
    """One piece of work in progress. `detail` is what it is doing now, or its result."""

    def __init__(self) -> None:
        self.detail = ""

    def now(self, detail: str) -> None:
        self.detail = detail


class ProgressSteps:
    """Shows steps, several of which may run at once in threads of their own. `seconds` keeps their times."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printing = threading.Lock()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, title: str) -> Iterator[ProgressStep]:
        """Show `title` as running while the block runs, then as done or failed with the time it took."""
        started = time.monotonic()
        current = self._begin(title)
        mark = "[red]✗[/]"
        try:
            yield current
            mark = "[green]✓[/]"
        finally:
            self.seconds[title] = time.monotonic() - started
            self._end(title, f"{mark} {escape(title)}", current.detail)

    def _begin(self, title: str) -> ProgressStep:
        return ProgressStep()

    def _end(self, title: str, marked_title: str, detail: str) -> None:
        with self._printing:
            tail = f"  [dim]{escape(detail)}[/]" if detail else ""
            self._console.print(f"{marked_title}  [cyan]{self.seconds[title]:.1f} s[/]{tail}", soft_wrap=True)


class LiveSteps(ProgressSteps):
    """Steps with a spinner and a clock each. Use as a context manager."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._live = Progress(
            *columns, TextColumn("[dim]{task.fields[detail]}"), console=console, transient=True
        )
        self._tasks: dict[str, _LiveStep] = {}

    def __enter__(self) -> "LiveSteps":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def _begin(self, title: str) -> ProgressStep:
        self._tasks[title] = _LiveStep(self._live, title)
        return self._tasks[title]

    def _end(self, title: str, marked_title: str, detail: str) -> None:
        self._tasks.pop(title).hide()
        super()._end(title, marked_title, detail)


class _LiveStep(ProgressStep):
    def __init__(self, live: Progress, title: str) -> None:
        super().__init__()
        self._live = live
        self._task = live.add_task(escape(title), total=None, detail="")

    def now(self, detail: str) -> None:
        super().now(detail)
        self._live.update(self._task, detail=escape(detail[:40]))

    def hide(self) -> None:
        self._live.remove_task(self._task)


@contextmanager
def steps_on(console: Console) -> Iterator[ProgressSteps]:
    """Steps that suit the console: live on a terminal, plain lines in a log."""
    if not console.is_terminal:
        yield ProgressSteps(console)
        return
    with LiveSteps(console) as live:
        yield live


class CountProgress(Progress):
    """Bars of counts on stderr, gone when the work is done. Where that is no terminal, a line every few
    seconds: a pipe that says nothing for minutes looks like one that hangs.
    """

    def __init__(self, *columns: str | ProgressColumn, quiet: bool) -> None:
        super().__init__(*columns, console=errors_out(quiet=quiet), transient=True)
        self._ended = threading.Event()
        self._teller = threading.Thread(target=self._tell, name="progress-lines", daemon=True)

    def start(self) -> None:
        super().start()
        if not self.console.is_terminal and not self._teller.is_alive():
            self._teller.start()

    def stop(self) -> None:
        self._ended.set()
        if self.console.is_terminal:
            super().stop()
        else:  # it would print an empty line
            self.live.stop()

    def _tell(self) -> None:
        began = time.monotonic()
        while not self._ended.wait(_SECONDS_BETWEEN_LINES):
            counts = [
                f"{task.description} {task.completed:.0f} of {task.total or 0:.0f}"
                for task in self.tasks
                if task.visible
            ]
            line = f"{', '.join(counts)} after {time.monotonic() - began:.0f} s"
            self.console.print(line, soft_wrap=True, markup=False, highlight=False)
