"""`lab query`: which question it asks, and what it makes of the answer."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import query

ERRORS = "# Which errors, how often.\nfilter ispresent(errorType)\n| stats count(*) as n by errorType"
TIMELINE = "stats count(*) as failures, max(ms) by bin(5m), errorType"
TRACE = '# One event.\nfilter idempotencyKey = "REPLACE-WITH-THE-KEY"'
GROUPS = ["/aws/lambda/ingest", "/aws/lambda/worker"]


class FakeLogs:
    """CloudWatch Logs that answers each query with the same rows, once it was asked twice for them."""

    def __init__(self, rows: list[dict[str, str]], error: ClientError | None = None) -> None:
        self.rows = rows
        self.error = error
        self.started: list[dict[str, Any]] = []
        self.stopped: list[str] = []
        self._asked = 0

    def describe_query_definitions(self, **request: Any) -> dict[str, Any]:
        assert request["queryDefinitionNamePrefix"] == "IngestionLab-dev/"
        pages = {
            "": [("error-analysis", ERRORS), ("error-timeline", TIMELINE)],
            "2": [("event-trace", TRACE)],
        }
        token = request.get("nextToken", "")
        found = [
            {"name": f"IngestionLab-dev/{name}", "queryString": text, "logGroupNames": GROUPS}
            for name, text in pages[token]
        ]
        return {"queryDefinitions": found} | ({} if token else {"nextToken": "2"})

    def describe_log_groups(self, logGroupNamePrefix: str) -> dict[str, Any]:
        return {"logGroups": [{"logGroupName": logGroupNamePrefix}]}

    def start_query(self, **request: Any) -> dict[str, str]:
        self.started.append(request)
        if self.error:
            raise self.error
        return {"queryId": "q"}

    def get_query_results(self, queryId: str) -> dict[str, Any]:
        self._asked += 1
        if self._asked < 2:
            return {"status": "Running", "results": []}
        results = [[{"field": name, "value": value} for name, value in row.items()] for row in self.rows]
        statistics = {"recordsMatched": 7.0, "recordsScanned": 1234.0, "bytesScanned": 99.0}
        return {"status": "Complete", "results": results, "statistics": statistics}

    def stop_query(self, queryId: str) -> None:
        self.stopped.append(queryId)


class Functions:
    """Lambda, as far as it tells where a function logs."""

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:
        return {"LoggingConfig": {"LogGroup": f"/custom/{FunctionName}"}}


@pytest.fixture
def logs(target: Target, monkeypatch: pytest.MonkeyPatch) -> FakeLogs:
    outputs: Any = target.outputs
    outputs |= {"IngestFunctionName": "ingest", "WorkerFunctionName": "worker"}
    fake = FakeLogs([{"errorType": "[x]", "n": "3"}, {"n": "1"}])
    monkeypatch.setattr(target, "logs", fake, raising=False)
    monkeypatch.setattr(target, "functions", Functions(), raising=False)
    monkeypatch.setattr(query, "choose", lambda *_: target)
    return fake


def lab(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 2, result.output
    return result.output


def test_without_a_question_the_saved_ones_are_listed(logs: FakeLogs) -> None:
    lines = [line.rstrip().split(maxsplit=1) for line in lab("query").splitlines()]
    assert lines[1:] == [
        ["error-analysis", "Which errors, how often."],
        ["error-timeline"],
        ["event-trace", "One event."],
    ]
    assert json.loads(lab("query", "--json"))[0]["name"] == "error-analysis"


def test_a_saved_query_is_asked_of_its_own_groups(logs: FakeLogs) -> None:
    printed = lab("query", "error-analysis", "--since", "2h", "--limit", "5")
    [request] = logs.started
    assert (request["queryString"], request["logGroupNames"], request["limit"]) == (ERRORS, GROUPS, 5)
    assert request["endTime"] - request["startTime"] == 7201
    assert [line.split() for line in printed.splitlines()] == [
        ["errorType", "n"],
        ["[x]", "3"],
        ["1"],
        ["7", "of", "1,234", "log", "events", "of", "the", "last", "2h", "matched"],
    ]


def test_a_field_that_no_event_has_is_said_to_be_none(logs: FakeLogs) -> None:
    logs.rows = [{"@ptr": "1"}, {"@ptr": "2"}]
    assert "no event has a field that the query shows" in lab("query", "fields nosuch | limit 2")


def test_a_time_span_of_nothing_is_refused(logs: FakeLogs) -> None:
    assert "'0m' is no time span" in refused("query", "fields @message", "--since", "0m")


def test_a_text_is_asked_of_every_function_or_of_the_chosen_one(logs: FakeLogs) -> None:
    lab("query", "fields @message | limit 3")
    lab("query", "fields @message | limit 3", "--function", "worker")
    assert [each["logGroupNames"] for each in logs.started] == [
        ["/custom/ingest", "/custom/worker"],
        ["/custom/worker"],
    ]


def test_one_event_is_asked_for_by_its_key(logs: FakeLogs) -> None:
    lab("query", "event-trace", "--key", 'a"b')
    assert logs.started[0]["queryString"] == TRACE.replace("REPLACE-WITH-THE-KEY", 'a\\"b')
    assert "lab query event-trace --key KEY" in refused("query", "event-trace")
    assert "--key belongs" in refused("query", "error-analysis", "--key", "a")


def test_json_has_the_rows_as_they_come(logs: FakeLogs) -> None:
    document = json.loads(lab("query", "error-analysis", "--json"))
    assert document == {
        "query": ERRORS,
        "rows": [{"errorType": "[x]", "n": "3"}, {"n": "1"}],
        "statistics": {"matched": 7, "scanned": 1234, "bytes": 99},
    }


def test_counts_by_bin_come_in_the_order_of_time_and_with_bars(logs: FakeLogs) -> None:
    logs.rows = [
        {"bin(5m)": "2026-11-28 09:35:00.000", "errorType": "A", "failures": "10", "max(ms)": "1"},
        {"bin(5m)": "2026-11-28 09:30:00.000", "errorType": "A", "failures": "1", "max(ms)": "9"},
        {"bin(5m)": "2026-11-28 09:40:00.000", "errorType": "A", "failures": "0"},
    ]
    lines = lab("query", "error-timeline").splitlines()
    assert lines[0].split() == ["bin(5m)", "errorType", "failures", "max(ms)", "failures", "▕"]
    assert [line.count("█") for line in lines[1:4]] == [3, 30, 0]
    assert [line.split()[1] for line in lines[1:4]] == ["09:30:00.000", "09:35:00.000", "09:40:00.000"]


def test_an_alias_of_bin_and_a_numeric_group_are_told_from_the_measure(logs: FakeLogs) -> None:
    logs.rows = [{"t": "2026-11-28 09:35:00.000", "status": "200", "c": "4"}]
    assert "c ▕" in lab("query", "stats count(*) as c by bin(1m) as t, status | sort t")


def test_no_row_is_no_error(logs: FakeLogs) -> None:
    logs.rows = []
    assert "no row: 7 of 1,234" in lab("query", "error-analysis")


def test_pointers_and_line_ends_are_not_shown(logs: FakeLogs) -> None:
    logs.rows = [{"@message": "one\n", "@ptr": "abc"}]
    lines = lab("query", "fields @message | limit 3").splitlines()
    assert [line.rstrip() for line in lines[:2]] == ["@message", "one"]


def test_a_name_that_is_none_is_answered_with_the_nearest(logs: FakeLogs) -> None:
    assert "did you mean error-analysis?" in refused("query", "eror-analysis")


@pytest.mark.parametrize("location", [True, False])
def test_a_mistake_is_shown_with_its_place(logs: FakeLogs, location: bool) -> None:
    message = "unexpected symbol found = at line 2 and position 12"
    response: dict[str, Any] = {"Error": {"Code": "MalformedQueryException", "Message": message}}
    if location:
        response["queryCompileError"] = {"location": {"startCharOffset": 28, "endCharOffset": 29}}
    logs.error = ClientError(response, "StartQuery")  # type: ignore[arg-type]
    lines = refused("query", "fields @message\n| filter a == 3").splitlines()
    assert lines == [f"✗ {message}", "  | filter a == 3", f"{'^':>15}"]


def test_an_interrupted_query_is_stopped(logs: FakeLogs, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(**_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(logs, "get_query_results", interrupt)
    assert CliRunner().invoke(app, ["query", "error-analysis"]).exit_code == 130
    assert logs.stopped == ["q"]
