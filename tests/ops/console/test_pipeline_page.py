"""The page of the pipeline: what it shows, what its controls do, and that they are in the journal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ops.lab.actions import event_source
from ops.lab.app import failure_mode
from ops.lab.app.queue_depth import QueueDepth
from ops.lab.app.target import Target
from ops.lab.console.looking.observation import Observation
from ops.lab.errors import NotUp, Refused
from tests.ops.api_stub import ApiStub
from tests.ops.console.live_console import LiveConsole, live_console
from tests.ops.console.picture.looks import OUTPUTS, STEPS, look_of

LETTERS = {"queue": QueueDepth(30, 2, 0), "dlq": QueueDepth(7, 0, 0), "parked": QueueDepth(0, 0, 0)}


@pytest.fixture
def console(tmp_path: Path, target: Target) -> Iterator[LiveConsole]:
    with live_console(tmp_path, target, look_of()) as live:
        yield live


@pytest.fixture
def noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No function is deployed in moto's account."""
    monkeypatch.setattr(failure_mode, "seconds_until_noticed", lambda *_: 5)


def test_without_a_lab_the_page_says_so_and_shows_no_figures(browser: TestClient) -> None:
    text = browser.get("/").text
    assert "Nothing was seen yet" in text
    assert 'class="node' not in text


def test_the_failure_mode_in_force_is_the_one_that_is_chosen(tmp_path: Path, target: Target) -> None:
    with live_console(tmp_path, target, look_of(failure_mode="random_fail_p30")) as live:
        text = live.get("/")
    assert 'value="random_fail_p30" checked' in text
    assert text.count(" checked") == 1


def test_the_list_of_actions_says_whose_they_are(console: LiveConsole) -> None:
    assert "in a terminal by" in console.get("/pipeline/entries")


def test_the_picture_is_in_the_page_at_once_with_conditions_in_words(tmp_path: Path, target: Target) -> None:
    look = look_of("DlqDepth", depths=LETTERS, rates={"queued": 3.0}, failure_mode="poison_payload")
    with live_console(tmp_path, target, look) as console:
        text = console.get("/")
    assert 'aria-live="polite" class="bad"' in text
    assert "DLQ: alarm DlqDepth; Worker: failure mode poison_payload." in text
    assert 'class="node at-dlq is-bad" id="node-dlq"' in text
    assert 'class="node at-worker is-warn" id="node-worker"' in text
    assert "7 waiting, 0 in flight" in text
    assert text.count('class="waiting"') == 22 + 7 + 1  # the queue's, the DLQ's, and the legend's
    assert "Ingest to Queue, messages:" in text


def test_a_node_links_to_pages_that_there_are(tmp_path: Path, target: Target) -> None:
    with live_console(tmp_path, target, look_of("DlqDepth")) as console:
        text = console.get("/pipeline/picture")
        there = {page.path for page in console.browser.app.state.pages}  # type: ignore[attr-defined]
    assert ("/dead-letters" in there) is ('href="/dead-letters"' in text)
    assert ("/alarms" in there) is ('href="/alarms#alarm-DlqDepth"' in text)


def test_steps_are_shown_where_they_are_deployed(tmp_path: Path, target: Target) -> None:
    with live_console(tmp_path, target, look_of(outputs=OUTPUTS | STEPS)) as console:
        assert 'id="node-steps"' in console.get("/pipeline/picture")


def test_a_look_that_failed_leaves_what_was_seen_and_says_so(tmp_path: Path, target: Target) -> None:
    look = look_of().failed("the lab is not up", "start it: lab up")
    with live_console(tmp_path, target, look) as console:
        text = console.get("/pipeline/picture")
    assert "since then: the lab is not up" in text
    assert "stale" in text


def test_what_an_account_holds_is_shown_as_text(tmp_path: Path, target: Target) -> None:
    evil = "<script>alert(1)</script>"
    look = look_of(failure_mode=evil, delivery=evil)
    with live_console(tmp_path, target, look) as console:
        console.context.journal.add(evil, evil)
        text = console.get("/") + console.get("/pipeline/picture") + console.get("/pipeline/entries")
    assert evil not in text
    assert "&lt;script&gt;" in text


@pytest.mark.usefixtures("noticed_at_once")
def test_a_failure_mode_is_set_and_says_what_to_expect(console: LiveConsole, target: Target) -> None:
    status, text = console.post("/pipeline/break", mode="slow_downstream")
    assert status == 200
    assert "the worker outlasts its timeout" in text
    assert failure_mode.read_mode(target) == "slow_downstream"
    assert console.titles == ["Failure mode slow_downstream"]


@pytest.mark.parametrize("mode", ["", "none", "no_such_mode", "<b>"])
def test_what_is_no_failure_mode_is_refused(console: LiveConsole, target: Target, mode: str) -> None:
    status, text = console.post("/pipeline/break", mode=mode)
    assert (status, "no failure mode" in text, "<b><b>" in text) == (409, True, False)
    assert failure_mode.read_mode(target) == "none"
    assert console.titles == []


def test_each_control_says_what_it_did(console: LiveConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(failure_mode, "heal", lambda _: called.append("heal"))
    monkeypatch.setattr(event_source, "pause", lambda _: called.append("pause"))
    monkeypatch.setattr(event_source, "resume", lambda _: called.append("resume"))
    answers = [console.post(f"/pipeline/{control}") for control in ("heal", "pause", "resume")]
    assert [status for status, _ in answers] == [200, 200, 200]
    assert "messages wait in the queue" in answers[1][1]
    assert called == ["heal", "pause", "resume"]
    assert console.titles == ["Heal", "Pause delivery", "Resume delivery"]


def test_what_failed_is_in_the_journal_too(console: LiveConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: Target) -> None:
        raise NotUp("the lab is not up", hint="start it: lab up")

    monkeypatch.setattr(failure_mode, "heal", gone)
    status, text = console.post("/pipeline/heal")
    assert (status, "start it: lab up" in text) == (503, True)
    [record] = console.context.journal.since(0)
    assert (record.done, record.outcome) == (False, "the lab is not up")
    assert "failed" in console.get("/pipeline/entries")


@pytest.mark.parametrize("control", ["break", "heal", "send", "pause", "resume"])
def test_beside_a_drill_nothing_is_changed(tmp_path: Path, target: Target, control: str) -> None:
    def refuse() -> None:
        raise Refused("`lab drill run` is at work")

    with live_console(tmp_path, target, look_of(), refuse_beside_others=refuse) as console:
        status, text = console.post(f"/pipeline/{control}", mode="poison_payload", count="1")
        assert (status, "is at work" in text) == (409, True)
        assert console.titles == []


def test_events_are_sent_in_the_background(console: LiveConsole, target: Target) -> None:
    with ApiStub(lambda _: 202).serving() as api:
        target.stacks().outputs["ApiUrl"] = api.url
        status, text = console.post("/pipeline/send", count="5", per_second="", body="", key="")
        assert (status, "5 events of sample orders" in text) == (200, True)
        job = console.context.sending.job
        assert job is not None
        job.join()
    assert "5 of 5 accepted" in console.get("/pipeline/sending")
    assert console.titles == ["Send", "Sending ended"]


def test_a_sending_shows_its_progress_and_is_stopped(console: LiveConsole, target: Target) -> None:
    with ApiStub(lambda _: 202).serving() as api:
        target.stacks().outputs["ApiUrl"] = api.url
        console.post("/pipeline/send", count="100", per_second="0.01")
        text = console.get("/pipeline/sending")
        assert '<progress max="100"' in text
        assert "/pipeline/sending/stop" in text
        status, text = console.post("/pipeline/send", count="1")
        assert (status, "is under way" in text) == (409, True)
        assert console.post("/pipeline/sending/stop")[0] == 200
        job = console.context.sending.job
        assert job is not None
        job.join()
    assert "stopped" in console.get("/pipeline/sending")
    assert console.post("/pipeline/sending/stop")[0] == 409


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"count": "many"}, "no whole number"),
        ({"count": "1", "per_second": "fast"}, "no number"),
        ({"count": "1", "body": "{"}, "no JSON"),
        ({"count": "20000"}, "20,000 events"),
        ({}, "no whole number"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(console: LiveConsole, form: dict[str, str], told: str) -> None:
    status, text = console.post("/pipeline/send", **form)
    assert (status, told in text) == (409, True)
    assert console.titles == []


def test_on_an_account_breaking_it_asks_first(tmp_path: Path, target: Target) -> None:
    with live_console(tmp_path, target, look_of(on_aws=True)) as console:
        assert "hx-confirm" in console.get("/")
    with live_console(tmp_path / "lab", target, look_of()) as console:
        assert "hx-confirm" not in console.get("/")


def test_ten_entries_of_the_journal_are_shown_the_newest_first(console: LiveConsole) -> None:
    for number in range(12):
        console.context.journal.add(f"Act {number}", "done")
    text = console.get("/pipeline/entries")
    assert text.count("<li>") == 10
    assert text.index("Act 11") < text.index("Act 2")
    assert "Act 1</b>" not in text


def test_before_the_first_look_nothing_is_made_up(tmp_path: Path, target: Target) -> None:
    first = Observation(at=0.0, problem="the first look is under way")
    with live_console(tmp_path, target, first) as console:
        assert "Nothing was seen yet: the first look is under way." in console.get("/pipeline/picture")
