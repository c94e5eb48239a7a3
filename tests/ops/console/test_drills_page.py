"""The page of the drills: what it starts, follows and stops, and the reports and runs that it shows."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ops.lab.console.changes.drill_control import DrillControl
from ops.lab.console.context import ConsoleContext
from ops.lab.console.serving.app import create_app
from ops.lab.drills.declaration import DrillCheck, DrillVerdict, at_least
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase, StepRecord
from ops.lab.drills.progress_file import ProgressWriter
from ops.lab.drills.report_folder import KeptRun, ReportFolder
from ops.lab.errors import Refused
from ops.lab.local.command_lock import exclusively
from ops.lab.waiting import eventually
from ops.lab.web.own_origin import TOKEN_HEADER
from tests.ops.console.conftest import HOST, new_context

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
OK, NOT_FOUND, CONFLICT, FORBIDDEN = 200, 404, 409, 403


def journal(**fields: object) -> DrillJournal:
    made = DrillJournal("poison_payload", HOSTILE, HOSTILE, {"target": "moto"}, **fields)  # type: ignore[arg-type]
    made.seconds = 12.0
    return made


def keep(context: ConsoleContext, made: DrillJournal, page: str | None = "<p>report</p>") -> KeptRun:
    run = ReportFolder(context.reports).keep(made.drill, made.started_at)
    made.write(run.journal)
    if page is not None:
        run.page.write_text(page)
    return run


@pytest.fixture
def progress(tmp_path: Path) -> ProgressWriter:
    """What a drill of this very process tells."""
    return ProgressWriter(tmp_path / "progress.jsonl")


def test_every_drill_is_listed_with_what_it_does(browser: TestClient) -> None:
    page = browser.get("/drills").text
    assert "Poison messages fill the DLQ" in page
    assert "poison_payload" in page
    assert "No drill has run here yet." in page
    assert "lab drill history" not in page


def test_a_drill_is_followed_phase_by_phase(
    browser: TestClient, progress: ProgressWriter, tmp_path: Path
) -> None:
    made = journal()
    with exclusively(tmp_path / "lock", "lab drill run poison_payload"):
        progress.began(made)
        assert "Under way" in browser.get("/drills/progress").text
        progress.phase(Phase.METHOD)
        progress.did(StepRecord(Phase.METHOD, f"break {HOSTILE}", 0.1, 0.4, "done", HOSTILE))
        progress.did(StepRecord(Phase.METHOD, "send", 0.4, 0.5, "failed", "no answer"))
        progress.phase(Phase.OBSERVATIONS)
        check = DrillCheck(f"DLQ {HOSTILE}", lambda _: 3, at_least(20))
        progress.looking(check, HOSTILE, 30.0)
        progress.judged(CheckRecord(Phase.OBSERVATIONS, "alarm", "= ALARM", 60, False, HOSTILE, 9.0, 8.0))
        part = browser.get("/drills/progress").text
        progress.phase(Phase.ROLLBACK)
        interrupted = browser.get("/drills/progress").text
    assert 'data-stage="under way"' in part
    assert 'aria-current="step"' in part
    assert "awaiting ≥ 20" in part
    assert "no answer" in part
    assert "to come" in part
    assert "Stop the drill" in part
    assert "not judged" in interrupted
    assert "Stop the drill" not in interrupted
    assert "<script>" not in part + interrupted
    assert "<img" not in part + interrupted


def test_a_drill_that_has_ended_shows_its_verdict_and_its_report(
    browser: TestClient, context: ConsoleContext, progress: ProgressWriter
) -> None:
    made = journal()
    progress.began(made)
    made.conclude(DrillVerdict.VIOLATED, f"because of {HOSTILE}")
    progress.ended()
    before = browser.get("/drills/progress").text
    assert "✗ violated" in before
    assert "not in the folder of this console" in before
    run = keep(context, made)
    after = browser.get("/drills/progress").text
    assert f'href="/drills/runs/{run.name}/report"' in after
    assert "Stop the drill" not in after


def test_a_drill_that_was_killed_has_ended_without_a_verdict(
    browser: TestClient, progress: ProgressWriter, tmp_path: Path
) -> None:
    progress.began(journal())
    progress.phase(Phase.METHOD)
    (tmp_path / "lock").write_text(json.dumps({"command": "lab drill", "pid": os.getpid(), "since": 1.0}))
    part = browser.get("/drills/progress").text
    assert "Ended without a verdict" in part
    assert "broken off" in part
    assert browser.post("/drills/stop").status_code == CONFLICT


def test_the_lock_of_a_later_command_is_not_taken_for_the_drills(
    browser: TestClient, progress: ProgressWriter, tmp_path: Path
) -> None:
    """Of a drill that was killed: `lab up` at work afterwards does not bring it back to life."""
    made = journal()
    progress.began(made)
    path = tmp_path / "progress.jsonl"
    path.write_text(path.read_text().replace(f'"pid": {os.getpid()}', '"pid": 1'))
    with exclusively(tmp_path / "lock", "lab up"):
        assert "Ended without a verdict" in browser.get("/drills/progress").text


def test_an_unknown_drill_is_not_started(browser: TestClient, context: ConsoleContext) -> None:
    for name in ("no_such_drill", "", "../poison_payload", "--help"):
        assert browser.post("/drills/launch", data={"name": name}).status_code == CONFLICT
    assert context.drills.follow().name == ""


def test_a_drill_is_not_started_beside_another_command(
    context: ConsoleContext,
) -> None:
    def refuse() -> None:
        raise Refused("`lab up` is at work")

    with _browser(replace(context, refuse_beside_others=refuse)) as client:
        answer = client.post("/drills/launch", data={"name": "poison_payload"})
    assert (answer.status_code, "`lab up` is at work" in answer.text) == (CONFLICT, True)


def test_a_console_that_only_reads_starts_and_stops_none(tmp_path: Path) -> None:
    context = new_context(tmp_path, changes_allowed=False)
    with _browser(context) as client:
        page = client.get("/drills").text
        answers = [
            client.post(f"/drills/{what}", data={"name": "poison_payload"}) for what in ("launch", "stop")
        ]
    assert "This console only reads" in page
    assert "/drills/launch" not in page
    assert [each.status_code for each in answers] == [FORBIDDEN, FORBIDDEN]


def test_a_drill_that_does_not_start_shows_what_it_wrote(tmp_path: Path, context: ConsoleContext) -> None:
    """In this test no lab is up."""
    environment = {"LAB_DIR": str(tmp_path / "lab"), "LAB_PORT": "9", "PATH": os.environ["PATH"]}
    with _browser(_launching(context, tmp_path, environment)) as client:
        assert client.post("/drills/launch", data={"name": "poison_payload"}).status_code == OK
        assert client.post("/drills/launch", data={"name": "backlog"}).status_code == CONFLICT
        part = eventually(
            lambda: client.get("/drills/progress").text,
            within=120,
            until=lambda text: "did not start" in text,
            what="the end of `lab drill run`",
        )
    assert "the lab is not up" in part
    assert [each.title for each in context.journal.since(0)][:1] == ["Start drill poison_payload"]


def test_a_stop_interrupts_the_drill_once(tmp_path: Path, context: ConsoleContext) -> None:
    """A second interrupt would end the rollback."""
    drill = _stand_in(tmp_path)
    try:
        with _browser(context) as client:
            eventually(
                lambda: client.get("/drills/progress").text,
                within=60,
                until=lambda text: "Under way" in text,
                what="the drill's beginning",
            )
            first, second = client.post("/drills/stop"), client.post("/drills/stop")
            assert (first.status_code, "rollback" in first.text) == (OK, True)
            assert (second.status_code, "ending already" in second.text) == (CONFLICT, True)
            part = client.get("/drills/progress").text
            assert "interrupted" in part
            assert "Stop the drill" not in part
        interrupts = tmp_path / "interrupts"
        eventually(interrupts.exists, within=60, what="the interrupt")
        assert interrupts.read_text() == "one\n"
    finally:
        drill.kill()
        drill.wait()


def test_nothing_is_interrupted_where_no_drill_is_under_way(browser: TestClient) -> None:
    answer = browser.post("/drills/stop")
    assert (answer.status_code, "no drill is under way" in answer.text) == (CONFLICT, True)


def test_a_report_runs_in_a_sandbox_that_loads_nothing(browser: TestClient, context: ConsoleContext) -> None:
    run = keep(context, journal(), page="<script>draw()</script>")
    answer = browser.get(f"/drills/runs/{run.name}/report")
    assert (answer.status_code, answer.text) == (OK, "<script>draw()</script>")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'; ")
    assert "allow-same-origin" not in policy
    assert answer.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "poison_payload/2026-01-01T00-00-00Z",
        "..%2f..%2fsecret/x",
        "%2e%2e/secret",
        "../secret",
        "poison_payload/..",
        "poison_payload/%2e%2e%2f%2e%2e%2fsecret",
        "*/*",
    ],
)
def test_no_path_leads_out_of_the_folder_of_reports(
    browser: TestClient, context: ConsoleContext, path: str
) -> None:
    keep(context, journal())
    secret = context.reports.parent / "secret"
    secret.mkdir()
    (secret / "report.html").write_text("a secret")
    answer = browser.get(f"/drills/runs/{path}/report")
    assert (answer.status_code, "a secret" in answer.text) == (NOT_FOUND, False)


def test_a_run_without_a_report_says_so(browser: TestClient, context: ConsoleContext) -> None:
    run = keep(context, journal(), page=None)
    assert browser.get(f"/drills/runs/{run.name}/report").status_code == NOT_FOUND
    assert "/report" not in browser.get("/drills/history").text


def test_runs_are_listed_the_newest_first_with_their_verdicts(
    browser: TestClient, context: ConsoleContext
) -> None:
    old, new = journal(started_at=1_700_000_000.0), journal(started_at=1_800_000_000.0)
    old.conclude(DrillVerdict.INCONCLUSIVE, HOSTILE)
    runs = [keep(context, each) for each in (old, new)]
    broken = ReportFolder(context.reports).keep("backlog", 1_750_000_000.0)
    broken.journal.write_text("{")
    part = browser.get("/drills/history").text
    assert part.index(runs[1].name) < part.index(broken.name) < part.index(runs[0].name)
    assert "? inconclusive" in part
    assert "cannot be read" in part
    assert "<script>" not in part


def test_two_runs_are_compared(browser: TestClient, context: ConsoleContext) -> None:
    one, other = journal(started_at=1_700_000_000.0), journal(started_at=1_800_000_000.0)
    for each, met in ((one, True), (other, False)):
        for phase in (Phase.RECOVERY, Phase.STEADY_BEFORE):
            each.checks.append(CheckRecord(phase, HOSTILE, "= 0", 20, met, "7", 9.0, 8.0))
    runs = [keep(context, each) for each in (one, other)]
    answer = browser.get("/drills/compare", params={"run": [run.name for run in runs]})
    assert answer.status_code == OK
    assert "expected = 0, saw 7" in answer.text
    assert answer.text.index("steady state before") < answer.text.index("recovery"), "as phases come"
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("runs", "status"),
    [([], CONFLICT), (["a/b"], CONFLICT), (["a/b", "../x"], NOT_FOUND), (["a"] * 3, CONFLICT)],
)
def test_what_is_not_two_runs_is_not_compared(browser: TestClient, runs: list[str], status: int) -> None:
    assert browser.get("/drills/compare", params={"run": runs}).status_code == status


def _browser(context: ConsoleContext) -> TestClient:
    return TestClient(
        create_app(context),
        base_url=f"http://{HOST}",
        headers={TOKEN_HEADER: "the-token", "Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"},
    )


def _launching(context: ConsoleContext, folder: Path, environment: dict[str, str]) -> ConsoleContext:
    control = DrillControl(
        lock=folder / "lock",
        progress=folder / "progress.jsonl",
        log=folder / "console-drill.log",
        environment=environment,
    )
    return replace(context, drills=control)


def _stand_in(folder: Path) -> "subprocess.Popen[bytes]":
    """A process with a drill's name, lock and progress, which notes each interrupt and goes on."""
    program = """
import signal, sys, time
from pathlib import Path
from ops.lab.drills.journal import DrillJournal, Phase
from ops.lab.drills.progress_file import ProgressWriter
from ops.lab.local.command_lock import exclusively
folder = Path(sys.argv[1])

def note(*_):
    with (folder / "interrupts").open("a") as file:
        file.write("one\\n")

signal.signal(signal.SIGTERM, note)
with exclusively(folder / "lock", "lab drill run"):
    writer = ProgressWriter(folder / "progress.jsonl")
    writer.began(DrillJournal("drill", "A drill", "", {}))
    writer.phase(Phase.METHOD)
    time.sleep(600)
"""
    return subprocess.Popen([sys.executable, "-c", program, str(folder), "drill", "run"])
