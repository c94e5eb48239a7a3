"""Open pages ask for what pages in a browser ask for; what they saw is told by address."""

import json
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
from rich.console import Console

from ops.lab import console
from ops.lab.app import queue_depth
from ops.lab.app.target import Target
from ops.lab.bench import console_bench
from ops.lab.bench.console_bench import (
    AddressTimes,
    BenchedConsole,
    ConsoleBench,
    ConsoleLoad,
    WatchedDrill,
    measure_console,
)
from ops.lab.bench.console_use import ConsoleUse, UseMeter
from ops.lab.bench.contender import Contender, StepSeconds
from ops.lab.bench.open_page import OpenPage, PagePart, TimedRequest, moment_of, parts_of, refresh_of
from ops.lab.bench.open_pages import OPEN_PATHS, OpenPages
from ops.lab.commands import bench_console
from ops.lab.drills import catalog
from ops.lab.drills.declaration import Drill
from ops.lab.drills.journal import DrillJournal
from ops.lab.drills.report_folder import ReportFolder
from ops.lab.errors import CommandError
from ops.lab.progress import ProgressSteps
from ops.lab.report.latencies import SecondsSpread
from ops.lab.waiting import eventually
from tests.ops.bench.conftest import Run

PAGE = """
<section hx-get="/part?page=1&amp;x=2" hx-trigger="lab:look from:body throttle:3600s"></section>
<div hx-get="/each" hx-trigger="load, lab:look from:body" hx-swap="none"></div>
<section hx-get="/once" hx-trigger="load"></section>
<div class="plots" data-source="/data?span=15m"></div>
<button hx-get="/pressed">x</button>
"""

# How old a look is when the page hears of it.
LOOK_AGE = 100.0


class SomeConsole(BaseHTTPRequestHandler):
    """Answers as a console; its feed tells one look after another until nobody listens."""

    protocol_version = "HTTP/1.1"
    broken = False

    def do_GET(self) -> None:
        if self.path == "/feed":
            self._feed()
            return
        found = not (self.broken and self.path == "/each")
        body = PAGE if self.path in ("/", "/dead-letters", "/timeline") else '{"refresh": 3600, "to": 5.0}'
        self.send_response(200 if found else 502)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def _feed(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        paced = threading.Event()
        try:
            while not paced.wait(0.02):
                look = json.dumps({"at": time.time() - LOOK_AGE})
                self.wfile.write(f"event: look\ndata: {look}\n\n".encode())
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving(*, broken: bool = False) -> Iterator[str]:
    handler = type("Handler", (SomeConsole,), {"broken": broken})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def test_the_parts_of_a_page_are_those_that_it_asks_for_with_each_look() -> None:
    page = PAGE.replace("3600s", "2s")
    assert parts_of(page) == [
        PagePart("/part?page=1&x=2", every=2.0),
        PagePart("/each"),
        PagePart("/data?span=15m", is_data=True),
    ]


@pytest.mark.parametrize(("text", "seconds"), [('{"refresh": 5}', 4.8), ("<p>gone</p>", 2.0), ("[]", 2.0)])
def test_data_says_when_it_is_asked_for_again(text: str, seconds: float) -> None:
    assert refresh_of(text) == pytest.approx(seconds)


def test_data_says_until_when_it_tells() -> None:
    assert (moment_of('{"to": 12.5}'), moment_of("<p>gone</p>")) == (12.5, 0.0)


def test_an_open_page_asks_at_each_look_and_not_more_often_than_it_says() -> None:
    with serving() as root, OpenPage(root, "/") as page:
        eventually(
            lambda: [each.address for each in page.requests].count("/each"),
            within=30,
            until=lambda times: times > 2,
            what="the part of each look",
        )
    addresses = [each.address for each in page.requests]
    assert addresses[0] == "/"
    assert addresses.count("/data") == addresses.count("/part") == 1
    assert not {"/once", "/pressed"} & set(addresses)
    assert len(page.looks) >= addresses.count("/each")
    assert page.problem == ""


def test_an_open_page_that_gets_no_part_is_told() -> None:
    def look(root: str) -> None:
        with OpenPages(root, {}, browser=False).opened(), OpenPage(root, "/") as page:
            eventually(lambda: len(page.looks), within=30, until=lambda count: count > 9, what="some looks")

    with serving(broken=True) as root, pytest.raises(CommandError, match="/each: 502"):
        look(root)


def test_what_was_asked_is_told_by_address_the_slowest_first() -> None:
    requests = [TimedRequest("/a", 1.0, 0.01), TimedRequest("/b", 1.0, 0.5), TimedRequest("/a", 2.0, 0.03)]
    told = AddressTimes.all_of(requests)
    assert [(each.address, each.requests, each.milliseconds.p95) for each in told] == [
        ("/b", 1, 500.0),
        ("/a", 2, 30.0),
    ]


def test_the_ratio_is_of_neighbours_with_pages_by_without(run: Run) -> None:
    bench = ConsoleBench(load=ConsoleLoad(10, 1, 1, 10, 1, 2, 1.0))
    bench.uses = [used("no page open", 100), used("pages open", 102), used("at rest, pages open", 900)]
    bench.runs = [
        run("no page open"),
        run("pages open", seconds=1.25),
        run("pages open", seconds=2.0),
        run("no page open", seconds=2.0),
    ]
    [speed] = [each for each in bench.ratios if each.measure == "events_per_second"]
    assert speed.ratios == (0.8, 1.0)
    cpu, wall = bench.as_document()["ratios"][:2]
    assert (cpu["measure"], cpu["ratios"]) == ("lab_cpu_ms_per_event", [1.01])
    assert (wall["measure"], wall["median"]) == ("events_per_second", 0.9)
    assert bench.as_document()["uses"][0]["ms_per_event"] == 40.0


def used(stretch: str, emulator: float) -> ConsoleUse:
    return ConsoleUse(stretch, 2.0, emulator, functions=70, console=30, calls={}, events=10)


def test_what_processes_used_is_told_by_the_second(tmp_path: Path) -> None:
    """Of this process, which stands for the emulator and for the console."""
    log = tmp_path / "emulator.log"
    log.write_text("localstack.request.aws : AWS sqs.SendMessage => 200\n")
    target = Target(boto3.Session(region_name="us-east-1"), endpoint="http://127.0.0.1:9", env_name="dev")
    meter = UseMeter(Contender("lab", os.getpid(), target, StepSeconds(), log=log), os.getpid())
    began, spent = time.monotonic(), time.process_time()
    with meter.over("at work", events=5):
        eventually(lambda: time.process_time() - spent > 0.3, within=60, every=0, what="work")
        with log.open("a") as more:
            more.write("localstack.request.aws : AWS sqs.GetQueueAttributes => 200\n" * 40)
    [use] = meter.uses
    assert use.seconds <= time.monotonic() - began + 0.01
    assert use.emulator * use.seconds >= 200  # milliseconds; the clock of /proc ticks each ten
    assert use.console == pytest.approx(use.emulator, rel=0.2)
    assert list(use.calls) == ["sqs.GetQueueAttributes"]
    assert use.calls["sqs.GetQueueAttributes"] * use.seconds == pytest.approx(40, rel=0.2)
    assert use.ms_per_event >= 80


def test_a_drill_is_carried_out_on_an_empty_dlq_while_pages_are_open(
    target: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dlq = target.output("DlqUrl")
    target.sqs.send_message(QueueUrl=dlq, MessageBody="a letter of the filling")

    def conducted(drill: Drill, target: Target, _: ReportFolder) -> DrillJournal:
        left.append(queue_depth.depth(target, dlq).total)
        return DrillJournal(drill.name, drill.title, drill.story, {}, seconds=31.0)

    left: list[int] = []
    monkeypatch.setattr(console_bench, "conduct", conducted)
    monkeypatch.setattr(console_bench, "measure_load", lambda *_: None)
    monkeypatch.setattr(console_bench, "bury", lambda *_: None)
    load = ConsoleLoad(10, 1, requests=2, run_events=10, clients=1, turns=2, rest_seconds=0.05)
    with serving() as root:
        bench = measure_console(
            Contender("lab", os.getpid(), target, StepSeconds()),
            BenchedConsole(root, os.getpid(), ["/"]),
            load,
            ProgressSteps(Console(quiet=True)),
            (catalog.load("traffic_spike"), tmp_path),
        )
    assert left == [0]
    assert bench.drill == WatchedDrill("traffic_spike", "held", "", 31.0)
    assert [use.stretch for use in bench.uses] == [
        "at rest, no page open",
        "at rest, pages open",
        "drill traffic_spike",
    ]
    assert bench.first_pictures.keys() == set(OPEN_PATHS)
    assert {each.address for each in bench.asked} >= set(OPEN_PATHS)


def test_what_was_measured_is_shown(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    bench = ConsoleBench(load=ConsoleLoad(10, 1, 1, 10, 1, 2, 1.0))
    bench.pages = bench.asked = AddressTimes.all_of([TimedRequest("/a", 1.0, 0.0123)])
    at_rest = {"no page open": 0.25, "pages open": 3.75}
    bench.uses = [
        ConsoleUse(f"at rest, {name}", 2.0, 11, 5, 3, {"sqs.GetQueueAttributes": calls})
        for name, calls in at_rest.items()
    ]
    bench.uses += [used("no page open", 100), used("no page open", 104), used("no page open", 900)]
    bench.gaps = SecondsSpread.of([1.0, 1.4])
    bench.ages = {"/pipeline/picture": SecondsSpread.of([1.1, 2.6])}
    bench.first_pictures = {"/": 512}
    bench.drill = WatchedDrill("traffic_spike", "held", "", 31.4)
    bench_console._show(bench)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    for told in (
        "sqs.GetQueueAttributes 0.25 3.75",
        "no page open 104.0 70.0 30.0 40.8",
        "drill traffic_spike held after 31 s",
        "first picture, the slowest / 512 ms",
        "between two looks p50 1.0 s, p95 1.4, at most 1.4",
        "age of what /pipeline/picture showed, at its end p50 1.1 s, p95 2.6, at most 2.6",
    ):
        assert any(told in line for line in lines), (told, lines)


def test_a_spread_is_of_what_occurred() -> None:
    spread = SecondsSpread.of([1.0] * 18 + [2.004, 9.0])
    assert (spread.count, spread.p50, spread.p95, spread.most) == (20, 1.0, 2.0, 9.0)
    assert SecondsSpread.of([]).count == 0


def test_pages_know_their_first_picture_and_how_old_figures_became() -> None:
    with serving() as root:
        first_pictures: dict[str, float] = {}
        pages = OpenPages(root, first_pictures, browser=False)
        for _ in range(2):
            with pages.opened(), OpenPage(root, "/") as page:
                eventually(lambda: page.ages.get("/each"), within=30, what="figures in place of others")
    assert first_pictures.keys() == set(OPEN_PATHS)
    assert all(milliseconds > 0 for milliseconds in first_pictures.values())
    assert min(page.ages["/each"]) >= LOOK_AGE
    assert pages.age_spreads.keys() <= {"/each", "/data"}
    assert pages.gaps.count > 0


def test_every_part_of_the_consoles_own_pages_is_read() -> None:
    """A trigger that is written in another way would be left out, and cost nothing."""
    folder = Path(console.__file__).with_name("templates")
    # The story's trigger is one of two, which no HTML is before it is rendered.
    paths = [path for path in folder.glob("*.j2") if path.name != "story_part.html.j2"]
    templates = "".join(path.read_text(encoding="utf-8") for path in paths)
    text = re.sub(r"\{[%{].*?[%}]\}", "", templates)
    assert len(parts_of(text)) == text.count("lab:look from:body") + text.count("data-source=")
