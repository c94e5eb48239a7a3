"""Controls of the pages that are read, and of the drills, pressed in a browser."""

import csv
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from functions.ingestion.failure_mode import FailureMode
from ops.lab.app.failure_mode import read_mode
from ops.lab.app.traffic import send_events
from ops.lab.console.timeline.time_span import SPANS
from ops.lab.incidents import incident_process
from ops.lab.incidents.folder import AttendeeRecord, IncidentFolder, SealedIncident
from ops.lab.incidents.incident_process import IncidentProcess
from ops.lab.waiting import eventually
from scenarios.console.conftest import ServedConsole
from scenarios.console.controls import presses
from scenarios.console.visitor import Visitor
from scenarios.ingestion import IngestionPipeline

# Of a drill, on a machine that is busy otherwise.
SECONDS_TO_BEGIN = 120.0
SECONDS_TO_END = 240.0
WAYS = ("in", "in", "earlier", "later", "out")
ZOOM = [f"press data-zoom={way}" for way in (*sorted(set(WAYS)), "reset")]


@presses("POST /drills/launch", "POST /drills/stop", "GET /drills/compare")
def test_drills_are_started_stopped_and_compared(
    visitor: Visitor, served: ServedConsole, pipeline: IngestionPipeline
) -> None:
    with visitor.visit("/drills", agrees=True) as visit:
        for _ in range(2):
            visit.press("Run duplicate_submit")
            visit.expect("#done", "it is followed above")
            stop = visit.page.get_by_role("button", name="Stop the drill", exact=True)
            stop.click(timeout=SECONDS_TO_BEGIN * 1000)
            visit.expect("#done", "duplicate_submit is interrupted")
            visit.page.locator("#drill[data-stage=ended]").wait_for(timeout=SECONDS_TO_END * 1000)
            visit.expect("#drill .stage", "inconclusive")
            visit.page.locator("#drill:not([data-report=''])").wait_for(timeout=SECONDS_TO_END * 1000)
        for place in range(2):
            visit.page.get_by_role("checkbox", name="Compare duplicate_submit").nth(place).check()
        visit.press("Compare two")
        visit.expect("h1", "Two runs compared")
        expect(visit.page.locator("table.comparison thead th")).to_have_count(2)
        assert visit.complaints == []
    assert read_mode(pipeline.target) == FailureMode.NONE
    titles = [record.title for record in served.journal.since(0) if record.done]
    assert titles.count("Start drill duplicate_submit") == titles.count("Stop the drill") == 2


@presses("POST /incident/ack", "POST /incident/hint", "POST /incident/help")
def test_an_attendee_says_what_it_is_takes_a_hint_and_calls_for_help(
    visitor: Visitor, served: ServedConsole
) -> None:
    folder = incident_process.folder_of(served.directory)
    folder.renew(SealedIncident("mapping_disabled"), AttendeeRecord("Team 7", time.time()))
    try:
        with _holding(folder), visitor.visit("/incident", agrees=True) as visit:
            visit.page.get_by_label("What do you think that it is?").fill("nobody takes from the queue")
            visit.press("Say it")
            visit.expect("#done", "noted")
            visit.press("Take a hint")
            visit.expect("#done", "hint 1")
            visit.press("Call for help")
            visit.expect("#incident", "you have called for help")
            visit.press("Take the call back")
            visit.expect("#done", "taken back")
            assert visit.complaints == []
        assert [mark.what for mark in folder.attendee().acknowledged] == ["nobody takes from the queue"]
        assert (len(folder.attendee().hints), folder.attendee().help_asked) == (1, None)
    finally:
        folder.forget()


@contextmanager
def _holding(folder: IncidentFolder) -> Iterator[None]:
    """A process that counts for the one of the incident, and breaks nothing: it waits for its input's end."""
    command = [sys.executable, "-c", "input()", "ops.lab", "incident", "hold"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        holding = IncidentProcess(process.pid)
        eventually(holding.runs, within=30, what="the process of the incident")  # its command line, late
        folder.put_process(asdict(holding))
        yield


@presses("GET /logs/tail", "press #tail-pause", "press #tail-clear")
def test_the_tail_is_filtered_paused_and_cleared(visitor: Visitor, pipeline: IngestionPipeline) -> None:
    run = f"tail-{secrets.token_hex(4)}"
    with visitor.visit("/logs") as visit:
        page = visit.page
        page.locator("#tail-form").get_by_label("worker", exact=True).check()
        page.get_by_label("with the text").fill(f"{run}-000002")
        visit.press("Show")
        send_events(pipeline.target, 3, run=run)
        lines = page.locator("#tail .line")
        expect(lines.first).to_contain_text(f"{run}", timeout=60_000)
        assert all(f"{run}-000002" in line.text_content() for line in lines.all())  # type: ignore[operator]
        visit.press("Pause", page.locator("#tail-form"))
        visit.expect("#tail-state", "; paused")
        visit.press("Resume", page.locator("#tail-form"))
        visit.press("Clear")
        visit.expect("#tail-state", "0 lines")
        assert visit.complaints == []


@presses("GET /logs/saved", "GET /logs/query", "GET /logs/answer/{}.csv", "GET /logs/answer/{}.json")
def test_a_saved_query_is_chosen_run_and_taken_away(visitor: Visitor, pipeline: IngestionPipeline) -> None:
    run = f"asked-{secrets.token_hex(4)}"
    send_events(pipeline.target, 1, run=run)
    key = f"{run}-000001"
    pipeline.await_status(key, "SUCCEEDED")
    with visitor.visit("/logs") as visit:
        page = visit.page
        saved = page.get_by_label("Saved query")
        name = next(
            value
            for option in saved.locator("option").all()
            if (value := option.get_attribute("value")) and "trace" in value
        )
        saved.select_option(name)
        expect(page.locator("#query-text")).not_to_be_empty()
        page.get_by_label("Key of one event").fill(key)
        visit.press("Run the query")
        expect(page.locator("table.answer tbody tr").first).to_be_visible(timeout=60_000)
        shown = page.locator("table.answer tbody tr").count()
        rows = list(csv.reader(_download(page, "CSV").read_text(encoding="utf-8").splitlines()))
        assert len(rows) == shown + 1
        assert len(json.loads(_download(page, "JSON").read_text(encoding="utf-8"))["rows"]) == shown
        assert visit.complaints == []


def _download(page: Page, name: str) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(download.value.path())


@presses("GET /story", "GET /story-part", "POST /story-release")
def test_a_story_is_searched_read_again_and_its_key_released(
    visitor: Visitor, pipeline: IngestionPipeline
) -> None:
    run = f"told-{secrets.token_hex(4)}"
    send_events(pipeline.target, 1, run=run)
    key = f"{run}-000001"
    pipeline.await_status(key, "SUCCEEDED")
    with visitor.visit("/story", agrees=True) as visit:
        visit.page.get_by_label("Idempotency key or trace").fill(key)
        visit.press("Tell its story")
        visit.expect("#story", "SUCCEEDED")
        visit.press("Look again")
        visit.expect("#story", "What happened")
        visit.press("Release the key")
        visit.expect("#done", f"{key} is forgotten")
        assert visit.dialogs == [f"Forget {key}? Its event may then be processed a second time."]
        assert visit.complaints == []
    assert pipeline.item(key) is None


@presses(*ZOOM)
@pytest.mark.parametrize("path", ["/timeline", "/dashboard"])
def test_charts_are_zoomed_by_buttons_and_take_another_span(
    path: str, visitor: Visitor, pipeline: IngestionPipeline
) -> None:
    send_events(pipeline.target, 5)
    with visitor.visit(path) as visit:
        page = visit.page
        expect(page.locator(".uplot").first).to_be_visible(timeout=60_000)
        for way in WAYS:
            before = page.locator(".zoom .range").inner_text()
            page.locator(f"[data-zoom={way}]").click()
            expect(page.locator(".zoom .range")).not_to_have_text(before)
        visit.expect(".zoom .range", "zoomed")
        visit.press("Whole span")
        expect(page.locator(".zoom .range")).not_to_contain_text("zoomed")
        page.get_by_role("link", name=SPANS[2].words, exact=True).click()
        visit.expect(".spans a[aria-current=true]", SPANS[2].words)
        assert visit.complaints == []
