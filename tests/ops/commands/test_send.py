"""`lab send`, through an API that goes away."""

import json
import shlex
import time
from collections.abc import Callable
from io import StringIO

import pytest
from rich.progress import BarColumn
from typer.testing import CliRunner, Result

from ops.lab import progress
from ops.lab.actions import traffic
from ops.lab.app import api
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import send
from ops.lab.drills.declaration import NotCarriedOut
from ops.lab.drills.scene import Scene
from ops.lab.progress import CountProgress
from ops.lab.waiting import eventually
from tests.ops.api_stub import ApiStub

COUNT, BEFORE_THE_END, CONNECTIONS = 40, 10, 4


class DyingApi(ApiStub):
    """Accepts so many events, and is gone with the next."""

    def __init__(self) -> None:
        super().__init__(self._until_the_end)

    def _until_the_end(self, _key: str) -> int:
        if len(self.keys) > BEFORE_THE_END:
            self.die()
        return 202


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried again as often as ever, but without the pauses between."""
    monkeypatch.setattr(api, "_RETRY", api._RETRY.new(backoff_factor=0))


@pytest.fixture
def run(target: Target, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(send, "choose", lambda *_: target)
    return lambda *arguments: CliRunner().invoke(app, ["send", *arguments])


def test_the_first_event_without_an_answer_ends_the_sending(
    target: Target, run: Callable[..., Result]
) -> None:
    with DyingApi().serving() as stub:
        target.stacks().outputs["ApiUrl"] = stub.url
        result = run("--count", str(COUNT), "--concurrency", str(CONNECTIONS), "--run", "mine", "--wait")
    assert result.exit_code == 4
    said = " ".join(result.stderr.split())
    assert f"{BEFORE_THE_END} of {COUNT} events were accepted" in said
    assert "lab send -n 40 --run mine --wait" in said
    # Each connection may have one event in hand when the API goes.
    assert len(set(stub.keys)) <= BEFORE_THE_END + CONNECTIONS


def test_each_event_of_a_broken_run_is_in_one_count(target: Target, run: Callable[..., Result]) -> None:
    with DyingApi().serving() as stub:
        target.stacks().outputs["ApiUrl"] = stub.url
        report = json.loads(run("--count", str(COUNT), "--concurrency", str(CONNECTIONS), "--json").stdout)
    assert report["accepted"] == BEFORE_THE_END
    assert report["unanswered"] in range(1, CONNECTIONS + 1)
    assert report["accepted"] + report["unanswered"] + report["not_sent"] == COUNT


@pytest.mark.parametrize("name", ["a b", "", "ümlaut", "x" * 122])
def test_a_run_whose_keys_would_be_refused_is_not_begun(
    target: Target, run: Callable[..., Result], name: str
) -> None:
    with ApiStub(lambda _: 202).serving() as stub:
        target.stacks().outputs["ApiUrl"] = stub.url
        result = run("--run", name)
    assert (result.exit_code, stub.keys) == (2, [])
    assert "--run" in result.stderr
    assert "visible ASCII" in result.stderr


def test_the_same_again_is_for_a_shell(target: Target, run: Callable[..., Result]) -> None:
    with ApiStub(lambda _: 202).serving() as stub:
        target.stacks().outputs["ApiUrl"] = stub.url
        said = run("--run", "it's$HOME[1]").stdout
    line = next(line for line in said.splitlines() if "the same keys again: " in line)
    command = line.partition("the same keys again: ")[2]
    assert shlex.split(command) == ["lab", "send", "-n", "1", "--run", "it's$HOME[1]"]


def test_where_all_was_refused_nobody_is_sent_to_the_worker(
    target: Target, run: Callable[..., Result]
) -> None:
    with ApiStub(lambda _: 400).serving() as stub:
        target.stacks().outputs["ApiUrl"] = stub.url
        result = run("--count", "2")
    assert result.exit_code == 1
    assert "nothing was queued" in result.stderr
    assert "worker" not in result.stderr


def test_a_drill_stops_sending_to_an_api_that_is_gone(target: Target) -> None:
    with DyingApi().serving() as stub:
        target.stacks().outputs["ApiUrl"] = stub.url
        scene = Scene(target, started_at=time.time())
        with pytest.raises(NotCarriedOut, match=rf"accepted {BEFORE_THE_END} of {COUNT}.* were not sent"):
            traffic.send(scene, COUNT, concurrency=CONNECTIONS)
    assert len(scene.ledger.accepted) == BEFORE_THE_END


def test_a_pipe_gets_a_line_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_LINES", 0.01)
    pipe = StringIO()
    with CountProgress(BarColumn(), quiet=False) as bars:
        bars.console.file = pipe
        posted = bars.add_task("posted", total=400)
        bars.add_task("settled", total=400, visible=False)
        bars.update(posted, completed=120)
        eventually(pipe.getvalue, within=10, until=lambda text: "posted 120 of 400 after" in text)
    assert "settled" not in pipe.getvalue()
