"""Benchmark of the console: how long its pages take to serve, and what open pages cost the lab."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import urllib3

from ops.lab.actions.dead_letters import bury
from ops.lab.app.traffic import new_run_name
from ops.lab.bench.console_use import ConsoleUse, UseMeter, of_stretch
from ops.lab.bench.contender import Contender
from ops.lab.bench.load_run import LoadRun, measure_load
from ops.lab.bench.open_page import TimedRequest
from ops.lab.bench.open_pages import OpenPages
from ops.lab.bench.turns import TurnRatios, ratios
from ops.lab.drills.conduct import conduct
from ops.lab.drills.declaration import Drill
from ops.lab.drills.report_folder import ReportFolder
from ops.lab.errors import CommandError
from ops.lab.progress import ProgressSteps
from ops.lab.report.latencies import Latencies, SecondsSpread

_FILLING_CLIENTS = 16
_CLOSED, _OPEN = "no page open", "pages open"
AT_REST = "at rest, "


@dataclass(frozen=True)
class ConsoleLoad:
    """`events` and dead `letters` are there before; each page is asked for `requests` times.

    What is used at rest is measured for `rest_seconds`. `turns` times `run_events` events are posted without
    and with open pages, by `clients` at once; instead of them a drill is carried out where one is given.
    `browser` opens the pages in Chromium.
    """

    events: int
    letters: int
    requests: int
    run_events: int
    clients: int
    turns: int
    rest_seconds: float
    browser: bool = False


@dataclass(frozen=True)
class BenchedConsole:
    """The console that is measured: its address, the process that serves it, the paths of its pages."""

    root: str
    pid: int
    paths: Sequence[str]


@dataclass(frozen=True)
class WatchedDrill:
    """A drill that was carried out while pages were open."""

    name: str
    verdict: str
    reason: str
    seconds: float


@dataclass(frozen=True)
class AddressTimes:
    """Of all requests to one address, in milliseconds."""

    address: str
    requests: int
    milliseconds: Latencies

    @classmethod
    def all_of(cls, requests: Iterable[TimedRequest]) -> "list[AddressTimes]":
        """By address, the slowest first."""
        found: dict[str, list[float]] = defaultdict(list)
        for each in requests:
            found[each.address].append(each.seconds)
        times = [cls(address, len(own), Latencies.of(own)) for address, own in found.items()]
        return sorted(times, key=lambda each: each.milliseconds.p95, reverse=True)


@dataclass(kw_only=True)
class ConsoleBench:
    """What was measured. `pages` were asked for while three were open and no events came; `asked` is what the
    open pages asked for while events came, or the drill went on. `gaps` are between two looks that a page
    heard of meanwhile; `ages` how old figures were when newer ones took their place, by part.

    `uses` are of stretches of time; `first_pictures` the most milliseconds until a page had its picture.
    """

    load: ConsoleLoad
    pages: list[AddressTimes] = field(default_factory=list)
    asked: list[AddressTimes] = field(default_factory=list)
    runs: list[LoadRun] = field(default_factory=list)
    first_pictures: dict[str, float] = field(default_factory=dict)
    uses: list[ConsoleUse] = field(default_factory=list)
    gaps: SecondsSpread = field(default_factory=lambda: SecondsSpread.of(()))
    ages: dict[str, SecondsSpread] = field(default_factory=dict)
    drill: WatchedDrill | None = None

    @property
    def ratios(self) -> list[TurnRatios]:
        """With open pages, divided by without, pair by pair; also the processor's time for an event."""
        pairs = zip(of_stretch(self.uses, _OPEN), of_stretch(self.uses, _CLOSED), strict=False)
        values = tuple(round(one.ms_per_event / other.ms_per_event, 3) for one, other in pairs)
        of_cpu = [TurnRatios(self.load.clients, "lab_cpu_ms_per_event", values)] if values else []
        return of_cpu + ratios(self.runs, _OPEN, _CLOSED)

    def as_document(self) -> dict[str, Any]:
        return {
            "load": asdict(self.load),
            "pages_at_rest": [asdict(each) for each in self.pages],
            "asked_under_load": [asdict(each) for each in self.asked],
            "first_picture_ms": self.first_pictures,
            "gap_seconds": asdict(self.gaps),
            "age_seconds": {address: asdict(each) for address, each in self.ages.items()},
            "drill": asdict(self.drill) if self.drill else None,
            "uses": [use.as_document() for use in self.uses],
            "runs": [run.as_document() for run in self.runs],
            "ratios": [each.as_document() for each in self.ratios],
        }


@dataclass
class _Measuring:
    """The way of one benchmark: each step adds to `bench`."""

    contender: Contender
    console: BenchedConsole
    bench: ConsoleBench
    steps: ProgressSteps

    def __post_init__(self) -> None:
        self._meter = UseMeter(self.contender, self.console.pid, self.bench.uses)
        self._pages = self._new_pages()

    def _new_pages(self) -> OpenPages:
        return OpenPages(self.console.root, self.bench.first_pictures, browser=self.bench.load.browser)

    def fill(self) -> None:
        load = self.bench.load
        with self.steps.step(f"{load.events:,} events and {load.letters:,} dead letters"):
            measure_load(self.contender, load.events, _FILLING_CLIENTS)
            run = new_run_name()
            bury(self.contender.target, [f"{run}-{number:05d}" for number in range(load.letters)])

    def rest(self) -> None:
        """What is used while nothing happens; then each page's time, with the others open."""
        load, console = self.bench.load, self.console
        pages = self._new_pages()
        with self.steps.step("at rest") as step:
            self._measure_rest(_CLOSED)
            with pages.opened():
                self._measure_rest(_OPEN)
                self.bench.pages = AddressTimes.all_of(
                    _ask_for_each(console.root, console.paths, load.requests)
                )
            step.now(f"slowest p95 {self.bench.pages[0].milliseconds.p95:,.0f} ms")

    def _measure_rest(self, name: str) -> None:
        """The time is what is measured: nothing is waited for."""
        with self._meter.over(AT_REST + name):
            time.sleep(self.bench.load.rest_seconds)

    def runs(self) -> None:
        load = self.bench.load
        for turn in range(load.turns):
            for name, opened in _in_turn(self._pages, turn):
                with self.steps.step(name) as step, opened, self._meter.over(name, load.run_events):
                    measured = measure_load(self.contender, load.run_events, load.clients)
                    self.bench.runs.append(replace(measured, contender=name))
                    step.now(f"{measured.events_per_second:g} events/s")
        self._keep_pages()

    def drill(self, drill: Drill, reports: Path) -> None:
        """The dead letters go before it: a drill is refused beside letters of others."""
        target = self.contender.target
        target.sqs.purge_queue(QueueUrl=target.output("DlqUrl"))
        with self.steps.step(f"drill {drill.name}") as step, self._pages.opened():
            with self._meter.over(f"drill {drill.name}"):
                journal = conduct(drill, target, ReportFolder(reports))
            step.now(journal.verdict.value)
        self.bench.drill = WatchedDrill(drill.name, journal.verdict.value, journal.reason, journal.seconds)
        self._keep_pages()

    def _keep_pages(self) -> None:
        bench, pages = self.bench, self._pages
        bench.asked = AddressTimes.all_of(pages.requests)
        bench.gaps, bench.ages = pages.gaps, pages.age_spreads


def measure_console(
    contender: Contender,
    console: BenchedConsole,
    load: ConsoleLoad,
    steps: ProgressSteps,
    drill: tuple[Drill, Path] | None = None,
) -> ConsoleBench:
    """Measure the console on an app that is up; `drill` and the folder of its report take the place of runs.

    Raises CommandError where an event is lost or refused, or a page does not answer.
    """
    measuring = _Measuring(contender, console, ConsoleBench(load=load), steps)
    measuring.fill()
    measuring.rest()
    if drill:
        measuring.drill(*drill)
    else:
        measuring.runs()
    return measuring.bench


def _in_turn(pages: OpenPages, turn: int) -> Iterator[tuple[str, Any]]:
    """Without and with pages; every other turn the other way round, so that none is always the second."""
    without, with_pages = (_CLOSED, ExitStack()), (_OPEN, pages.opened())
    yield from (without, with_pages) if turn % 2 == 0 else (with_pages, without)


def _ask_for_each(root: str, paths: Sequence[str], count: int) -> Iterator[TimedRequest]:
    """Each page so often, by turns, over one connection."""
    pool = urllib3.PoolManager(maxsize=1, retries=False)
    for _ in range(count):
        for path in paths:
            at, began = time.time(), time.perf_counter()
            answer = pool.request("GET", root + path)
            yield TimedRequest(path, at, time.perf_counter() - began)
            if answer.status != HTTPStatus.OK:
                raise CommandError(f"the console answered {answer.status} to {path}: {answer.data[:200]!r}")
