"""Controls of the pictures and of the levers, pressed in a browser: each changes what it names."""

import json
import secrets
from dataclasses import replace

from functions.files.processor.api_behaviour import ApiBehaviour
from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions.levers import LEVERS, VISIBILITY, text_of_value
from ops.lab.app import worker_mapping
from ops.lab.app.deployed_template import Template
from ops.lab.app.failure_mode import read_mode
from ops.lab.files import simulated_api
from ops.lab.files.simulated_api import HEALTHY
from ops.lab.waiting import eventually
from scenarios.console.conftest import ServedConsole
from scenarios.console.controls import presses
from scenarios.console.visitor import Visit, Visitor
from scenarios.ingestion import IngestionPipeline


@presses("POST /pipeline/pause", "POST /pipeline/resume")
def test_delivery_is_paused_and_resumed(visitor: Visitor, pipeline: IngestionPipeline) -> None:
    with visitor.visit() as visit:
        visit.press("Pause")
        visit.expect("#done", "messages wait in the queue")
        assert worker_mapping.state(pipeline.target) == "Disabled"
        visit.press("Resume")
        visit.expect("#done", "the worker gets what waits")
        assert worker_mapping.state(pipeline.target) == "Enabled"
        assert visit.complaints == []


@presses("POST /pipeline/send")
def test_a_body_of_ones_own_is_sent_under_a_key_of_ones_own(
    visitor: Visitor, pipeline: IngestionPipeline
) -> None:
    key = f"own-{secrets.token_hex(4)}"
    with visitor.visit() as visit:
        visit.page.get_by_text("With a body of my own").click()
        visit.page.get_by_label("JSON, sent as it is").fill(json.dumps({"orderId": key, "amount": 7}))
        visit.page.get_by_label("Idempotency key").fill(key)
        visit.page.get_by_label("How many").fill("2")
        visit.page.get_by_label("a second", exact=True).fill("5")
        visit.press("Send")
        visit.expect("#done", "2 events with your body, 5 a second")
        visit.expect("main", "2 of 2 accepted")
        assert visit.complaints == []
    pipeline.await_status(key, "SUCCEEDED")


@presses("POST /pipeline/sending/stop")
def test_sending_is_stopped(visitor: Visitor, served: ServedConsole) -> None:
    with visitor.visit() as visit:
        visit.page.get_by_label("How many").fill("1000")
        visit.page.get_by_label("a second", exact=True).fill("2")
        visit.press("Send")
        visit.press("Stop")
        visit.expect("#done", "of 1,000 events")
        visit.expect("main", "not sent")
    eventually(
        lambda: [record.title for record in served.journal.since(0)],
        within=30,
        until=lambda titles: titles[-1] == "Sending ended",
        what="the end of the sending in the journal",
    )


@presses("POST /pipeline/break", "POST /pipeline/heal")
def test_every_failure_mode_can_be_chosen(visitor: Visitor, pipeline: IngestionPipeline) -> None:
    modes = [mode for mode in FailureMode if mode is not FailureMode.NONE]
    with visitor.visit(agrees=True) as visit:
        for mode in modes:
            visit.page.locator(f"input[name=mode][value={mode.value}]").check()
            visit.press("Break")
            visit.expect("#done", f"the failure mode is {mode.value}")
            assert read_mode(pipeline.target) == mode
        visit.press("Heal")
        visit.expect("#done", "the failure mode is none")
        assert read_mode(pipeline.target) == FailureMode.NONE


@presses("POST /files/api")
def test_the_api_of_the_files_behaves_as_it_is_told(visitor: Visitor, pipeline: IngestionPipeline) -> None:
    target = pipeline.target

    def expect_behaviour(visit: Visit, wanted: ApiBehaviour) -> None:
        visit.expect("#done", "Simulated API")
        eventually(
            lambda: simulated_api.read(target),
            within=30,
            until=lambda seen: seen == wanted,
            what=f"the API to behave as {wanted}",
        )

    with visitor.visit("/files") as visit:
        for button, wanted in (
            ("Throttled", replace(HEALTHY, error_rate=0.3)),
            ("Down", replace(HEALTHY, down=True)),
            ("Healthy", HEALTHY),
        ):
            visit.press(button)
            expect_behaviour(visit, wanted)
        visit.page.get_by_label("A call takes").fill("5")
        visit.page.locator("input[name=latency_max]").fill("9")
        visit.page.get_by_label("per cent that get 503").fill("25")
        visit.page.get_by_label("refuse files with this in their key").fill("bad-")
        visit.press("Set")
        wanted = ApiBehaviour(
            latency_min_milliseconds=5, latency_max_milliseconds=9, error_rate=0.25, failing="bad-"
        )
        expect_behaviour(visit, wanted)
        visit.press("Healthy")
        expect_behaviour(visit, HEALTHY)
        assert visit.complaints == []


@presses("POST /files/upload", "POST /files/uploading/stop")
def test_files_are_uploaded_and_an_upload_is_stopped(visitor: Visitor) -> None:
    with visitor.visit("/files") as visit:
        page = visit.page
        page.get_by_label("Files", exact=True).fill("2")
        page.get_by_label("rows of each", exact=True).fill("20")
        page.get_by_label("bad rows of each").fill("1")
        page.get_by_label("priority").select_option("high")
        visit.press("Upload")
        visit.expect("#done", "2 files of 20 rows, 1 of them bad")
        visit.expect("main", "2 of 2 files are in")
        # So many that the button is there long enough to be pressed.
        page.get_by_label("Files", exact=True).fill("4000")
        page.get_by_label("rows of each", exact=True).fill("1")
        page.get_by_label("bad rows of each").fill("0")
        visit.press("Upload")
        visit.press("Stop")
        visit.expect("#done", "of 4,000 files; those are processed")
        visit.expect("main", "of 4,000 files are in")
        assert visit.complaints == []


@presses("POST /levers/set", "POST /levers/reset", "POST /levers/reset-all")
def test_each_lever_is_set_and_reset(visitor: Visitor, pipeline: IngestionPipeline) -> None:
    """And the page says how to make the value last."""
    target = pipeline.target
    template = Template(target)
    with visitor.visit("/levers", agrees=True) as visit:
        for lever in LEVERS:
            before, value = text_of_value(lever.now(target)), _another(lever.name)
            field = visit.page.locator(f"#value-{lever.name}")
            field.select_option(value) if lever.choices else field.fill(value)
            visit.press(f"Set {lever.name}")
            visit.expect(f"#now-{lever.name}", value)
            visit.expect(f"#last-{lever.name}", f"-c {lever.setting}={value}")
            assert text_of_value(lever.now(target)) == value != before, lever.name
            declared = text_of_value(lever.deployed(target, template))
            visit.press(f"Reset to {declared}: {lever.name}")
            visit.expect(f"#now-{lever.name}", declared)
            assert text_of_value(lever.now(target)) == declared, lever.name
        field = visit.page.locator(f"#value-{VISIBILITY.name}")
        field.fill("41")
        visit.press(f"Set {VISIBILITY.name}")
        visit.expect(f"#now-{VISIBILITY.name}", "41")
        visit.press("Reset all levers")
        visit.expect("#done", "Reset all levers")
        assert VISIBILITY.now(target) == VISIBILITY.deployed(target, template)
        assert visit.complaints == []


@presses("POST /levers/pause", "POST /levers/resume")
def test_delivery_is_paused_and_resumed_beside_the_levers(
    visitor: Visitor, pipeline: IngestionPipeline
) -> None:
    with visitor.visit("/levers", agrees=True) as visit:
        visit.press("Pause the delivery")
        visit.expect("#delivery", "Disabled")
        assert visit.dialogs == ["Pause the delivery? Messages wait in the queue until it is resumed."]
        visit.press("Resume the delivery")
        visit.expect("#delivery", "Enabled")
        assert worker_mapping.state(pipeline.target) == "Enabled"


def _another(lever: str) -> str:
    """A value that no template of these tests has, and that does no harm for a moment."""
    return {
        "visibility": "43",
        "worker-timeout": "7",
        "worker-memory": "320",
        "reserved-concurrency": "3",
        "max-concurrency": "4",
        "batch-size": "3",
        "batching-window": "2",
        "event-schema": "v2",
        "lease": "30",
        "dlq-retention": "600000",
    }[lever]
