"""`lab trace`: the story of an event as a terminal shows it, and as JSON."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.cli import app
from ops.lab.commands import trace as command
from tests.ops.app.told_event import BEGAN, FIRST, KEY, POST, SECOND, ToldTarget, killed_then_processed


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> ToldTarget:
    told = killed_then_processed()
    monkeypatch.setattr(command, "choose", lambda *_: told)
    monkeypatch.setattr(command, "_EVERY_SECONDS", 0)
    monkeypatch.setattr("time.time", lambda: BEGAN + 60)
    return told


def lab_trace(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["trace", *arguments])


def test_the_story_is_told_in_the_order_in_which_it_happened(target: ToldTarget) -> None:
    lines = lab_trace(KEY).stdout.splitlines()
    heads = [line.split("  ") for line in lines if " s " in line and "│" not in line and line[2] == ":"]
    assert [head[0].split(" ", 2)[2] for head in heads] == [
        "s ingest",
        "s worker",
        "s worker",
        "s outcome event",
    ]
    assert "receive 1  100.0 ms  ✗ failed" in "\n".join(lines)
    assert "receive 2, in a batch of 2  100.0 ms  ✓" in "\n".join(lines)
    assert lines[-4:-2] == ["idempotencyKey   order-1", "status           SUCCEEDED"]


def test_calls_are_bars_on_the_time_of_their_invocation(target: ToldTarget) -> None:
    [row] = [line for line in lab_trace(KEY).stdout.splitlines() if "dynamodb PutItem" in line]
    _, bar, rest = row.split("│")
    assert len(bar) == 24
    assert bar.strip() == "██"  # 10 of 100 ms
    assert bar.index("█") == 4  # 20 of 100 ms
    assert rest.split() == ["10.0", "ms", "ConditionalCheckFailedException:", "no"]


def test_a_trace_id_leads_to_the_same_story(target: ToldTarget) -> None:
    assert lab_trace(POST).stdout == lab_trace(KEY).stdout


def test_json_is_json_and_nothing_else(target: ToldTarget) -> None:
    document = json.loads(lab_trace(KEY, "--json").stdout)
    assert [each["traceId"] for each in document["invocations"]] == [POST, FIRST, SECOND]


def test_a_batch_says_how_to_see_one_event(target: ToldTarget) -> None:
    assert lab_trace(SECOND).stdout.startswith(f"a batch of 2 events; one alone: lab trace {KEY}\n")


def test_a_trace_that_x_ray_has_not_shown_yet_is_waited_for(target: ToldTarget) -> None:
    traces = dict(target.traces)
    asked: list[None] = []

    def later() -> dict[str, Any]:
        asked.append(None)
        return traces if len(asked) > 3 else {}

    target.traces = Later(later)
    assert "not traced" not in lab_trace(KEY, "--wait", "60").stdout


def test_what_x_ray_does_not_have_is_said(target: ToldTarget) -> None:
    target.traces.clear()
    shown = lab_trace(KEY, "--wait", "0").stdout
    assert f"not traced, or not kept by X-Ray: {POST}, {SECOND}." in shown
    assert "5 % of the others" in shown


def test_an_unknown_key_is_an_error_that_says_what_to_do(target: ToldTarget) -> None:
    target.item.clear()
    result = lab_trace("nobody", "--wait", "0")
    assert result.exit_code != 0
    assert "nothing is known of nobody in the last 1h" in str(result.exception) + result.output


class Later(dict[str, Any]):
    """Traces that are there at a later look."""

    def __init__(self, look: Any) -> None:
        super().__init__()
        self._look = look

    def items(self) -> Any:
        return self._look().items()
