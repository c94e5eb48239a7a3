"""Benchmark of the console: how long its pages take to serve, and what open pages cost the lab's events/s."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from itertools import pairwise
from typing import Any

import urllib3

from ops.lab.actions.dead_letters import bury
from ops.lab.app.traffic import new_run_name
from ops.lab.bench.chromium_pages import ChromiumPages, chromium_pages
from ops.lab.bench.contender import Contender
from ops.lab.bench.load_run import LoadRun, measure_load
from ops.lab.bench.open_page import OpenPage, TimedRequest
from ops.lab.bench.turns import TurnRatios, ratios
from ops.lab.errors import CommandError
from ops.lab.progress import ProgressSteps
from ops.lab.report.latencies import Latencies

# What a person has open in an incident.
OPEN_PATHS = ("/", "/dead-letters", "/timeline")
_FILLING_CLIENTS = 16
_CLOSED, _OPEN = "no page open", "pages open"


@dataclass(frozen=True)
class ConsoleLoad:
    """`events` and dead `letters` are there before; each page is asked for `requests` times.

    `turns` times `run_events` events are posted without and with open pages, by `clients` at once. `browser`
    opens them in Chromium.
    """

    events: int
    letters: int
    requests: int
    run_events: int
    clients: int
    turns: int
    browser: bool = False


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
    open pages asked for while events came. `longest_gap` is the most seconds between two looks meanwhile."""

    load: ConsoleLoad
    pages: list[AddressTimes] = field(default_factory=list)
    asked: list[AddressTimes] = field(default_factory=list)
    runs: list[LoadRun] = field(default_factory=list)
    first_pictures: dict[str, float] = field(default_factory=dict)
    looks: int = 0
    longest_gap: float = 0.0

    @property
    def ratios(self) -> list[TurnRatios]:
        """With open pages, divided by without, pair by pair."""
        return ratios(self.runs, _OPEN, _CLOSED)

    def as_document(self) -> dict[str, Any]:
        return {
            "load": asdict(self.load),
            "pages_at_rest": [asdict(each) for each in self.pages],
            "asked_under_load": [asdict(each) for each in self.asked],
            "first_picture_ms": self.first_pictures,
            "looks": self.looks,
            "longest_gap_seconds": round(self.longest_gap, 2),
            "runs": [run.as_document() for run in self.runs],
            "ratios": [each.as_document() for each in self.ratios],
        }


class OpenPages:
    """The pages of `OPEN_PATHS`, in Chromium or without a browser, for as long as `opened` says."""

    def __init__(self, root: str, *, browser: bool) -> None:
        self._root = root
        self._browser = browser
        self.requests: list[TimedRequest] = []
        self.looks: list[list[float]] = []
        self.first_pictures: dict[str, float] = {}

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Raises CommandError where a page could not be had, or lost its feed, meanwhile."""
        if self._browser:
            with chromium_pages(self._root, OPEN_PATHS) as pages:
                yield
                self._keep(pages)
            return
        with ExitStack() as ends:
            simulated = [ends.enter_context(OpenPage(self._root, path)) for path in OPEN_PATHS]
            yield
        for page in simulated:
            if page.problem:
                raise CommandError(f"the open page {page.path} had a problem: {page.problem}")
            self.requests += page.requests
            self.looks.append(page.looks)

    def _keep(self, pages: ChromiumPages) -> None:
        self.requests += pages.requests
        self.first_pictures |= pages.first_pictures

    @property
    def longest_gap(self) -> float:
        gaps = (later - earlier for own in self.looks for earlier, later in pairwise(own))
        return max(gaps, default=0.0)


def measure_console(
    contender: Contender, root: str, paths: Sequence[str], load: ConsoleLoad, steps: ProgressSteps
) -> ConsoleBench:
    """Measure the console at `root`, whose pages are `paths`, on an app that is up.

    Raises CommandError where an event is lost or refused, or a page does not answer.
    """
    bench = ConsoleBench(load=load)
    with steps.step(f"{load.events:,} events and {load.letters:,} dead letters"):
        measure_load(contender, load.events, _FILLING_CLIENTS)
        run = new_run_name()
        bury(contender.target, [f"{run}-{number:05d}" for number in range(load.letters)])
    pages = OpenPages(root, browser=load.browser)
    with steps.step("pages at rest") as step:
        with pages.opened():
            bench.pages = AddressTimes.all_of(_ask_for_each(root, paths, load.requests))
        step.now(f"slowest p95 {bench.pages[0].milliseconds.p95:,.0f} ms")
    pages = OpenPages(root, browser=load.browser)
    for turn in range(load.turns):
        for name, opened in _in_turn(pages, turn):
            with steps.step(name) as step, opened:
                measured = measure_load(contender, load.run_events, load.clients)
                bench.runs.append(replace(measured, contender=name))
                step.now(f"{measured.events_per_second:g} events/s")
    bench.asked = AddressTimes.all_of(pages.requests)
    bench.first_pictures = pages.first_pictures
    bench.looks, bench.longest_gap = sum(map(len, pages.looks)), pages.longest_gap
    return bench


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
