"""`lab incident` tells symptoms, counts hints, and never says what it is before that is asked for or over."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import incident as command
from ops.lab.commands import incident_play
from ops.lab.incidents import catalog, incident_process
from ops.lab.incidents.declaration import Incident
from ops.lab.incidents.folder import AttendeeRecord, IncidentFolder, SealedIncident, WatchRecord
from ops.lab.incidents.reading import Symptom
from ops.lab.lifecycle.take_down import take_down
from ops.lab.local import background_process
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory

Lab = Callable[..., Result]
_load = catalog.load  # the catalogue's own, where a test has it replaced
_BROKEN = WatchRecord(
    begun=True,
    shown=4.0,
    symptoms=(
        Symptom("clients can send orders", "", ok=True),
        Symptom("no dead letters", "3 in the DLQ", ok=False),
    ),
)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, declared: Incident) -> Lab:
    """Run `lab incident …` where the catalogue has one incident."""
    monkeypatch.setattr(catalog, "load", lambda _name: declared)

    def run(*arguments: str, said: str = "") -> Result:
        return CliRunner().invoke(app, ["incident", *arguments], input=said, env={"COLUMNS": "200"})

    return run


@pytest.fixture
def held(folder: IncidentFolder) -> Iterator[IncidentFolder]:
    """An incident whose process lives: one that waits until it is ended, under the same command line."""
    waits = (
        "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit()); "
        "print(flush=True); signal.pause()  # ops.lab incident hold"
    )
    process = subprocess.Popen([sys.executable, "-c", waits], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    folder.put_process({"pid": process.pid})
    folder.put_watch(_BROKEN)
    yield folder
    process.kill()
    process.wait()
    process.stdout.close()


def test_without_an_incident_it_says_how_to_begin_one(lab: Lab) -> None:
    result = lab("status")
    assert result.exit_code == 4
    assert "lab incident start" in result.stderr


def test_the_list_tells_counts_and_no_names(lab: Lab) -> None:
    listed = lab("list").stdout + lab("list", "--json").stdout
    assert not [name for name in catalog.names() if name in listed]
    assert all(name in lab("list", "--spoil").stdout for name in catalog.names())


def test_status_and_check_tell_symptoms_and_no_cause(
    lab: Lab, held: IncidentFolder, declared: Incident
) -> None:
    checked, told = lab("check"), lab("status").stdout + lab("status", "--json").stdout
    assert checked.exit_code == 1
    assert "✗ no dead letters  3 in the DLQ" in checked.stdout
    assert declared.ticket.subject in told
    for secret in (declared.name, declared.title, declared.cause):
        assert secret not in told + checked.stdout


def test_check_ends_with_0_once_it_is_over(lab: Lab, folder: IncidentFolder) -> None:
    folder.put_watch(WatchRecord(begun=True, shown=4.0, mitigated=9.0, recovered=12.0, ended=13.0))
    checked = lab("check")
    assert checked.exit_code == 0
    for told in (checked.stdout, lab("status").stdout):
        assert "what it was: lab incident solve" in told


def _looked(held: IncidentFolder, ago: float) -> None:
    """Have the process have looked so many seconds ago."""
    held.put_attendee(replace(held.attendee(), started_at=time.time() - 100))
    held.put_watch(replace(_BROKEN, seen_at=100.0 - ago))


def test_check_says_how_old_its_look_is(lab: Lab, held: IncidentFolder) -> None:
    _looked(held, 3)
    assert re.search(r"looked \d+ s ago", lab("check").stdout)
    assert json.loads(lab("check", "--json").stdout)["looked_seconds_ago"] >= 3


def test_check_waits_for_the_next_look_where_the_last_one_is_old(
    lab: Lab, held: IncidentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_play, "_NEXT_LOOK_SECONDS", 60.0)
    _looked(held, 3600)
    look = threading.Timer(0.5, held.put_watch, [replace(_BROKEN, seen_at=100.0)])
    look.start()
    told = json.loads(lab("check", "--json").stdout)
    look.join()
    assert told["looked_seconds_ago"] < 3600
    assert told["notices"] == []


def test_a_look_that_stays_old_is_told_with_what_to_do(
    lab: Lab, held: IncidentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_play, "_NEXT_LOOK_SECONDS", 0.3)
    _looked(held, 3605)
    for told in (lab("check").stdout, lab("status").stdout):
        assert re.search(r"60:\d\d old", told)
        assert "stalled" in told
        assert "lab incident abandon" in told


def test_a_mistake_in_a_clients_settings_is_told(
    lab: Lab, held: IncidentFolder, directory: LabDirectory
) -> None:
    directory.clients.mkdir()
    (directory.clients / "till-7.toml").write_text('order_key = "numbers"')
    for told in (lab("check").stdout, lab("status").stdout):
        assert "till-7.toml: order_key is" in told
        assert "goes on with the settings that it had" in told


def test_hints_come_one_by_one_and_are_counted(lab: Lab, held: IncidentFolder, declared: Incident) -> None:
    given = [lab("hint").stdout for _ in declared.hints]
    assert all(hint in text for hint, text in zip(declared.hints, given, strict=True))
    assert lab("hint").exit_code == 2
    assert len(held.attendee().hints) == len(declared.hints)


def test_what_the_attendee_says_is_noted_and_not_judged(lab: Lab, held: IncidentFolder) -> None:
    assert lab("ack", "the", "queue  is\nfull").exit_code == 0
    assert [mark.what for mark in held.attendee().acknowledged] == ["the queue is full"]
    assert lab("ack", " ").exit_code == 2


def test_help_is_asked_for_and_taken_back(lab: Lab, held: IncidentFolder) -> None:
    lab("call-for-help")
    assert held.attendee().help_asked is not None
    lab("call-for-help", "--off")
    assert held.attendee().help_asked is None


def test_solve_asks_first_and_counts(lab: Lab, held: IncidentFolder, declared: Incident) -> None:
    refused = lab("solve", said="n\n")
    assert (refused.exit_code, declared.cause in refused.output) == (2, False)
    assert held.attendee().solved is None
    shown = lab("solve", "--yes").stdout
    assert declared.cause in shown
    assert all(command in shown for repair in declared.repairs for command in repair.commands)
    assert held.attendee().solved is not None


@pytest.mark.parametrize("name", catalog.names())
def test_every_repair_and_hint_is_shown_as_it_is_declared(
    lab: Lab, held: IncidentFolder, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    incident = _load(name)
    monkeypatch.setattr(catalog, "load", lambda _name: incident)
    for text in incident.hints:
        assert lab("hint").stdout.endswith(f"left): {text}\n")
    shown = lab("solve", "--yes").stdout.splitlines()
    for repair in incident.repairs:
        told = [line for command in repair.commands for line in f"  {command}".splitlines()]
        at = next(at for at, line in enumerate(shown) if line.endswith(f"way: {repair.title}"))
        assert shown[at + 1 :][: len(told)] == told


def test_abandon_has_the_process_put_everything_back(
    lab: Lab, held: IncidentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore = incident_process.restore

    def restored(running: incident_process.IncidentProcess) -> None:
        restore(running)
        held.put_watch(replace(_BROKEN, ended=20.0))

    monkeypatch.setattr(incident_process, "restore", restored)
    result = lab("abandon")
    assert (result.exit_code, "restored, nothing that it broke is left" in result.stdout) == (0, True)
    assert held.attendee().abandoned is not None
    assert lab("ack", "too late").exit_code == 2
    checked = lab("check")
    assert checked.exit_code == 1
    for told in (checked.stdout, lab("status").stdout):
        assert "abandoned after" in told
        assert "restored, nothing that it broke is left" in told
        assert "3 in the DLQ" not in told  # it was so before


def test_what_could_not_be_put_back_is_told_afterwards_too(lab: Lab, folder: IncidentFolder) -> None:
    folder.put_attendee(replace(folder.attendee(), abandoned=9.0))
    folder.put_watch(replace(_BROKEN, ended=20.0, left=("the stop: access denied",)))
    for told in (lab("check").stdout, lab("status").stdout):
        assert "not put back: the stop: access denied" in told
        assert "lab reset" in told
        assert "restored" not in told


@pytest.fixture
def killed(folder: IncidentFolder) -> IncidentFolder:
    """An incident whose process is gone, and put nothing back."""
    folder.put_process({"pid": 2**22 + 1})  # above what Linux gives
    folder.put_watch(_BROKEN)
    return folder


@pytest.mark.parametrize("arguments", [["status"], ["check"], ["hint"], ["ack", "it is the queue"]])
def test_that_its_process_is_gone_is_told_with_what_to_do(
    lab: Lab, killed: IncidentFolder, arguments: list[str]
) -> None:
    told = lab(*arguments).output
    assert "process is gone" in told
    assert "lab reset" in told


def test_beside_one_whose_process_is_gone_none_begins(
    lab: Lab, killed: IncidentFolder, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "choose", lambda *_: target)
    result = lab("start")
    assert (result.exit_code, "lab reset" in result.stderr) == (2, True)


def test_what_a_process_that_is_gone_has_broken_is_told_after_it_was_abandoned_too(
    lab: Lab, killed: IncidentFolder
) -> None:
    abandoned = lab("abandon")
    assert (abandoned.exit_code, "lab reset" in abandoned.stdout) == (1, True)
    assert killed.attendee().abandoned is not None
    for told in (lab("status").stdout, lab("check").stdout, lab("abandon").stdout):
        assert "may still be broken" in told
        assert "restored" not in told


def test_with_its_lab_an_incident_whose_process_is_gone_has_ended(
    lab: Lab, killed: IncidentFolder, directory: LabDirectory
) -> None:
    directory.clients.mkdir()
    (directory.clients / "till-7.toml").write_text("")
    assert incident_process.drop(directory) is None
    assert list(directory.clients.iterdir()) == []
    told = lab("status").stdout
    assert "abandoned after" in told
    assert "may still be broken" not in told


def test_a_process_that_was_stopped_puts_everything_back_all_the_same(
    lab: Lab, held: IncidentFolder, directory: LabDirectory
) -> None:
    process = incident_process.living(directory)
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    lab("abandon")
    assert incident_process.living(directory) is None


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, target: Target) -> Callable[[WatchRecord], None]:
    """Have the process be one that writes this, and then ends or lives on as the record says."""

    def write(record: WatchRecord) -> None:
        def start(directory: LabDirectory) -> None:
            incident_process.folder_of(directory).put_watch(record)

        monkeypatch.setattr(incident_process, "start", start)
        alive = None if record.error else incident_process.IncidentProcess(os.getpid())
        found = iter([None])  # before it was started none lives
        monkeypatch.setattr(incident_process, "living", lambda _: next(found, alive))

    monkeypatch.setattr(command, "choose", lambda *_: target)
    return write


def test_a_start_shows_the_ticket_and_no_name(
    lab: Lab, begun: Callable[[WatchRecord], None], directory: LabDirectory, declared: Incident
) -> None:
    begun(WatchRecord(begun=True))
    result = lab("start", declared.name, "--as", "  Team   7 ")
    assert result.exit_code == 0, result.output
    assert declared.ticket.subject in result.stdout
    assert declared.name not in result.stdout
    folder = incident_process.folder_of(directory)
    assert folder.attendee().name == "Team 7"
    assert folder.sealed() == SealedIncident(declared.name)


def test_a_start_by_chance_tells_the_seed_that_draws_it_again(
    lab: Lab,
    begun: Callable[[WatchRecord], None],
    declared: Incident,
    directory: LabDirectory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun(WatchRecord(begun=True))
    monkeypatch.setattr(catalog, "load_all", lambda: [declared])
    assert "drawn by seed 42" in lab("start", "--seed", "42").stdout
    assert incident_process.folder_of(directory).sealed() == SealedIncident(declared.name, 42)


def test_a_start_that_fails_is_told_and_forgotten(
    lab: Lab, begun: Callable[[WatchRecord], None], directory: LabDirectory, declared: Incident
) -> None:
    begun(WatchRecord(error="the pipeline is not at rest: 4 messages in the DLQ", ended=1.0))
    result = lab("start", declared.name)
    assert (result.exit_code, "4 messages in the DLQ" in result.stderr) == (1, True)
    assert incident_process.folder_of(directory).sealed() is None


def test_a_second_incident_and_a_drill_beside_it_are_refused(
    lab: Lab, held: IncidentFolder, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "choose", lambda *_: target)
    monkeypatch.setattr("ops.lab.commands.drill.choose", lambda *_: target)
    assert lab("start").exit_code == 2
    drilled = CliRunner().invoke(app, ["drill", "run", "backlog"])
    assert (drilled.exit_code, "an incident goes on" in drilled.stderr) == (2, True)


def test_an_incident_beside_a_drill_is_refused(
    lab: Lab, directory: LabDirectory, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "choose", lambda *_: target)
    with exclusively(directory.lock_file, "lab drill run backlog"):
        result = lab("start")
    assert (result.exit_code, "lab drill run backlog" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "arguments", [["some_name", "--level", "2"], ["some_name", "--seed", "3"], ["--as", ""]]
)
def test_what_does_not_fit_together_is_refused(
    lab: Lab, target: Target, monkeypatch: pytest.MonkeyPatch, declared: Incident, arguments: list[str]
) -> None:
    monkeypatch.setattr(command, "choose", lambda *_: target)
    monkeypatch.setattr(catalog, "load_all", lambda: [declared])
    assert lab("start", *arguments).exit_code == 2


def test_the_take_down_ends_an_incident(held: IncidentFolder, directory: LabDirectory) -> None:
    assert [line for line in take_down(directory) if "ended the incident" in line]
    assert held.attendee().abandoned is not None
    assert incident_process.living(directory) is None


def test_the_card_is_written_as_json_and_as_a_page(
    lab: Lab, held: IncidentFolder, declared: Incident, tmp_path: Path
) -> None:
    held.put_watch(replace(_BROKEN, mitigated=30.0, recovered=60.0, ended=61.0))
    assert (
        lab("export", "--json", str(tmp_path / "a.json"), "--html", str(tmp_path / "a.html")).exit_code == 0
    )
    card = json.loads((tmp_path / "a.json").read_text())
    page = (tmp_path / "a.html").read_text()
    assert (card["incident"], card["outcome"]) == (declared.title, "recovered")
    assert declared.title in page
    assert "dead-lettered, at least" in page  # a lower bound, and told as one
    assert "http" not in page.partition("</style>")[2].partition("<script>")[0]  # it loads nothing


def test_a_name_on_the_card_is_text_and_no_markup(lab: Lab, held: IncidentFolder, tmp_path: Path) -> None:
    held.put_attendee(replace(held.attendee(), name="<script>alert(1)</script>"))
    lab("export", "--html", str(tmp_path / "card.html"))
    assert "<script>alert" not in (tmp_path / "card.html").read_text()


@pytest.mark.parametrize("name", catalog.names())
def test_neither_arguments_nor_environment_of_the_process_name_it(
    name: str, directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = catalog.load(name)
    told: list[str] = []

    def start(arguments: list[str], _log: object, *, environment: dict[str, str], folder: Path) -> int:
        told.extend([*arguments, *environment, *environment.values(), str(folder)])
        return os.getpid()

    monkeypatch.setattr(background_process, "start_in_background", start)
    incident_process.folder_of(directory).renew(SealedIncident(name, 1), AttendeeRecord("Ada", 1.0))
    incident_process.start(directory)
    assert told
    for text in told:
        assert not [secret for secret in (name, incident.title, incident.cause) if secret in text]
