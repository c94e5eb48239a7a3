"""Table of a command: no cell is cut. Where it is wider than the terminal, a row is two lines."""

from collections.abc import Iterator, Set

from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from ops.lab.terminal import escape

_LEAST_PROSE = 24  # characters of a column that may be wrapped


class WholeTable:
    """A Rich renderable, which `show` prints. Cells are markup, the first one names its row.

    `prose` names the columns that may be wrapped at words; the others stay in one piece, since they are for
    copying: a key, a type, a number.
    """

    def __init__(self, *columns: str, title: str = "", prose: Set[str] = frozenset()) -> None:
        self._columns = columns
        self._title = title
        self._prose = prose
        self._rows: list[tuple[str, ...]] = []

    def add_row(self, *cells: str) -> None:
        """As many cells as columns."""
        self._rows.append(cells)

    def add_message(self, *texts: str) -> None:
        """A row of what others wrote: no markup, and control characters as Python writes them."""
        self.add_row(*(escape(printable(text)) for text in texts))

    def show(self, console: Console) -> None:
        """Print it. Rich would cut what is longer than the console; a terminal wraps it by itself."""
        console.print(self, crop=False)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        if self._fits(console, options):
            yield self._table()
        else:
            yield from self._records(console)

    def _fits(self, console: Console, options: ConsoleOptions) -> bool:
        whole = self._table(prose_width=_LEAST_PROSE)
        unbounded = options.update(max_width=_UNBOUNDED)
        return Measurement.get(console, unbounded, whole).maximum <= options.max_width

    def _table(self, prose_width: int | None = None) -> Table:
        table = Table(title=self._title or None, title_justify="left", box=None, pad_edge=False)
        for name in self._columns:
            if name in self._prose:
                table.add_column(name, overflow="fold", max_width=prose_width)
            else:
                table.add_column(name, no_wrap=True)
        for row in self._rows:
            table.add_row(*row)
        return table

    def _records(self, console: Console) -> Iterator[RenderableType]:
        """Lines longer than the terminal are its to wrap: then what is copied has no line break in it."""
        if self._title:
            yield _line(console, self._title)
        for first, *others in self._rows:
            yield _line(console, f"[bold]{first}[/]")
            told = zip(self._columns[1:], others, strict=True)
            yield _line(console, "".join(f"  [dim]{name}[/] {cell}" for name, cell in told if cell))


_UNBOUNDED = 100_000


def printable(text: str) -> str:
    """A text of somebody else's on one line, with nothing in it that a terminal would obey."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def _line(console: Console, markup: str) -> Text:
    line = console.render_str(markup)
    line.no_wrap, line.overflow = True, "ignore"
    return line
