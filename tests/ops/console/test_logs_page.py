"""The page of the logs: a tail that is shared and bounded, and questions to Logs Insights."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from starlette.testclient import TestClient

from ops.lab.app.function_names import FunctionName
from ops.lab.app.insights_query import InsightsAnswer
from ops.lab.app.target import Target
from ops.lab.console.logs import live_log
from ops.lab.console.logs.answer_view import view_of
from ops.lab.console.logs.live_log import LiveLog, LiveLogs, LogLevel
from ops.lab.console.logs.query_downloads import QueryDownload
from tests.ops.commands.test_query import ERRORS, GROUPS, TIMELINE, FakeLogs, Functions
from tests.ops.console.shown_page import HOSTILE, ShownPage
from tests.ops.console.test_story_page import client_of

HTMX = {"HX-Request": "true"}
POLL = HTMX | {"HX-Target": "tail-more"}


class TailedLogs(FakeLogs):
    """CloudWatch Logs with lines that FilterLogEvents finds."""

    def __init__(self) -> None:
        super().__init__([{"errorType": "[x]", "n": "3"}])
        self.events: dict[str, list[str]] = {}
        self.reads: list[dict[str, Any]] = []

    def get_paginator(self, _: str) -> Any:
        return SimpleNamespace(paginate=self._paginate)

    def _paginate(self, **request: Any) -> Iterator[Any]:
        self.reads.append(request)
        lines = self.events.get(request["logGroupName"], [])
        yield {
            "events": [
                {"eventId": f"{request['logGroupName']}{at}", "timestamp": 10**12 * 9 + at, "message": text}
                for at, text in enumerate(lines)
            ]
        }


@pytest.fixture
def logs(target: Target, monkeypatch: pytest.MonkeyPatch) -> TailedLogs:
    outputs: Any = target.outputs
    outputs |= {"IngestFunctionName": "ingest", "WorkerFunctionName": "worker", "CsvFunctionName": "csv"}
    fake = TailedLogs()
    monkeypatch.setattr(target, "logs", fake, raising=False)
    monkeypatch.setattr(target, "functions", Functions(), raising=False)
    monkeypatch.setattr(live_log, "_SHARE_OF_TIME", float("inf"))  # each look reads
    return fake


@pytest.fixture
def client(target: Target, logs: TailedLogs, tmp_path: Path) -> TestClient:
    return client_of(target, tmp_path)


def cursor(page: ShownPage) -> str:
    [found] = [
        attributes["value"] or "" for _, attributes in page.elements if attributes.get("id") == "tail-after"
    ]
    return found


def lines_of(page: ShownPage) -> int:
    return sum(tag == "details" for tag, _ in page.elements)


def test_the_page_says_how_far_back_its_tail_goes(client: TestClient) -> None:
    assert f"Lines from {live_log.FIRST_SECONDS} s before" in client.get("/logs").text


def test_the_page_warns_on_aws_of_what_a_query_costs(client: TestClient) -> None:
    page = client.get("/logs").text
    assert "Each query costs money" in page
    assert "error-analysis: Which errors, how often." in page
    assert 'hx-get="/logs/query"' in page


def test_a_tail_goes_on_after_the_lines_that_the_page_has(client: TestClient, logs: TailedLogs) -> None:
    logs.events["/custom/worker"] = ['{"level":"INFO","message":"one"}']
    first = ShownPage(client.get("/logs/tail", headers=HTMX).text)
    assert (lines_of(first), "one" in first.text) == (1, True)
    logs.events["/custom/worker"].append('{"level":"ERROR","message":"two"}')
    second = ShownPage(client.get("/logs/tail", params={"after": cursor(first)}, headers=POLL).text)
    assert (lines_of(second), "two" in second.text, "one" in second.text) == (1, True, False)
    third = ShownPage(client.get("/logs/tail", params={"after": cursor(second)}, headers=POLL).text)
    assert (lines_of(third), cursor(third)) == (0, cursor(second))


def test_a_poll_of_another_choice_changes_nothing(client: TestClient, logs: TailedLogs) -> None:
    logs.events["/custom/worker"] = ["one"]
    first = ShownPage(client.get("/logs/tail", headers=HTMX).text)
    params = {"after": cursor(first), "level": "error"}
    assert client.get("/logs/tail", params=params, headers=POLL).status_code == 204
    assert lines_of(ShownPage(client.get("/logs/tail", params=params, headers=HTMX).text)) == 1


@pytest.mark.parametrize("after", ["x", ":", "own:-1", "own:1e9", "ingest,own:" + "9" * 30, "\u0661"])
def test_a_cursor_that_is_none_is_taken_for_the_first_look(client: TestClient, after: str) -> None:
    assert client.get("/logs/tail", params={"after": after}, headers=HTMX).status_code == 200


def test_functions_and_levels_are_asked_for_and_texts_filtered(client: TestClient, logs: TailedLogs) -> None:
    logs.events["/custom/worker"] = ["apple", "pear"]
    page = ShownPage(client.get("/logs/tail?function=worker&level=error&text=pear", headers=HTMX).text)
    assert (lines_of(page), "apple" in page.text) == (1, False)
    [read] = logs.reads
    assert read["logGroupName"] == "/custom/worker"
    assert read["filterPattern"] == LogLevel.ERROR.pattern


def test_without_a_choice_it_is_the_ingestion_pipelines_own_lines(
    client: TestClient, logs: TailedLogs
) -> None:
    client.get("/logs/tail", headers=HTMX)
    assert [read["logGroupName"] for read in logs.reads] == ["/custom/ingest", "/custom/worker"]
    assert {read["filterPattern"] for read in logs.reads} == {'"\\"level\\":"'}


@pytest.mark.parametrize("choice", ["function=nobody", "level=loud"])
def test_a_wrong_choice_is_refused_with_the_right_ones(client: TestClient, choice: str) -> None:
    answer = client.get(f"/logs/tail?{choice}", headers=HTMX)
    assert answer.status_code == 409
    assert "one of " in answer.text


def test_a_flood_is_cut_and_said(client: TestClient, logs: TailedLogs) -> None:
    logs.events["/custom/worker"] = [f"line {number}" for number in range(1500)]
    page = ShownPage(client.get("/logs/tail", headers=HTMX).text)
    assert lines_of(page) == 200
    assert "800 lines before these are not shown" in page.text
    assert "line 1499" in page.text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_lines_and_fields_are_text(client: TestClient, logs: TailedLogs, hostile: str) -> None:
    logs.events["/custom/worker"] = [
        hostile,
        json.dumps({"level": hostile, "message": hostile, hostile: hostile, "deep": {"a": [hostile]}}),
    ]
    page = ShownPage(client.get("/logs/tail?level=all", headers=HTMX).text)
    assert page.can_run() == []
    assert page.text.count(hostile) >= 6


def test_pages_share_what_was_read_and_reading_takes_a_small_part_of_the_time(
    target: Target, logs: TailedLogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_log, "_SHARE_OF_TIME", 1e-9)
    all_logs = LiveLogs()
    for _ in range(3):
        all_logs.of(target, [], LogLevel.ALL)
        log = all_logs.of(target, [FunctionName.WORKER], LogLevel.ALL)
        log.after(0)
    assert len(logs.reads) == 1


def test_another_target_has_another_log(target: Target, logs: TailedLogs) -> None:
    all_logs, other = LiveLogs(), cast(Any, SimpleNamespace(endpoint=None))
    assert all_logs.of(target, [], LogLevel.ALL) is all_logs.of(target, [], LogLevel.ALL)
    assert isinstance(all_logs.of(other, [], LogLevel.ALL), LiveLog)
    assert all_logs.of(other, [], LogLevel.ALL).target is other


def test_a_function_that_was_deployed_anew_has_a_log_of_its_own(target: Target, logs: TailedLogs) -> None:
    all_logs, outputs = LiveLogs(), cast(Any, target.outputs)
    before = all_logs.of(target, [FunctionName.WORKER], LogLevel.ALL)
    assert all_logs.of(target, [FunctionName.WORKER], LogLevel.ALL) is before
    outputs["WorkerFunctionName"] = "worker-2"
    assert all_logs.of(target, [FunctionName.WORKER], LogLevel.ALL) is not before


def test_a_link_runs_no_query(client: TestClient, logs: TailedLogs) -> None:
    answer = client.get("/logs/query", params={"text": ERRORS})
    assert answer.status_code == 409
    assert logs.started == []


def test_a_saved_query_is_asked_of_its_own_groups_and_another_of_all(
    client: TestClient, logs: TailedLogs
) -> None:
    text = ShownPage(client.get("/logs/saved?name=error-analysis", headers=HTMX).text).text
    assert ERRORS in text
    page = ShownPage(client.get("/logs/query", params={"text": ERRORS, "since": "2h"}, headers=HTMX).text)
    assert "7 of 1,234 log events matched" in page.text
    assert "are billed" in page.text
    client.get("/logs/query", params={"text": "fields @message", "function": "worker"}, headers=HTMX)
    client.get("/logs/query", params={"text": "fields @message"}, headers=HTMX)
    assert [each["logGroupNames"] for each in logs.started] == [
        GROUPS,
        ["/custom/worker"],
        ["/custom/ingest", "/custom/worker", "/custom/csv"],
    ]
    assert logs.started[0]["endTime"] - logs.started[0]["startTime"] == 7201


def test_a_query_about_one_event_needs_its_key(client: TestClient, logs: TailedLogs) -> None:
    text = 'filter idempotencyKey = "REPLACE-WITH-THE-KEY"'
    assert "fill in its key" in client.get("/logs/query", params={"text": text}, headers=HTMX).text
    client.get("/logs/query", params={"text": text, "key": 'a"b'}, headers=HTMX)
    assert [each["queryString"] for each in logs.started] == ['filter idempotencyKey = "a\\"b"']


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({"text": " "}, "write one"),
        ({"text": "x" * 10_001}, "10,000 at most"),
        ({"text": "fields @message", "limit": "1001"}, "1 to 1,000"),
        ({"text": "fields @message", "limit": "-1"}, "1 to 1,000"),
        ({"text": "fields @message", "since": "1 year"}, "5m, 2h or 1d"),
        ({"text": "fields @message", "function": "nobody"}, "one of ingest"),
    ],
)
def test_a_question_that_is_none_is_refused(
    client: TestClient, logs: TailedLogs, asked: dict[str, str], hint: str
) -> None:
    answer = client.get("/logs/query", params=asked, headers=HTMX)
    assert answer.status_code == 409
    assert hint in answer.text
    assert logs.started == []


def test_a_malformed_query_is_shown_with_a_caret_below_the_mistake(
    client: TestClient, logs: TailedLogs
) -> None:
    location = {"startCharOffset": 20, "endCharOffset": 22}
    response: Any = {
        "Error": {"Code": "MalformedQueryException", "Message": "no"},
        "queryCompileError": {"message": "unexpected <b1>", "location": location},
    }
    logs.error = ClientError(response, "StartQuery")
    page = ShownPage(
        client.get("/logs/query", params={"text": "fields @message\n| a<b1>xx"}, headers=HTMX).text
    )
    assert "| a<b1>xx\n    ^" in page.text
    assert "character 5 of this line" in page.text
    assert page.can_run() == []


def test_an_answer_is_a_table_with_bars_and_files_of_it(client: TestClient, logs: TailedLogs) -> None:
    logs.rows = [
        {"bin(5m)": "2026-11-28 09:35:00.000", "errorType": "A", "failures": "10"},
        {"bin(5m)": "2026-11-28 09:30:00.000", "errorType": "A", "failures": "5"},
    ]
    answer = client.get("/logs/query", params={"text": TIMELINE}, headers=HTMX).text
    page = ShownPage(answer)
    assert [attributes["width"] for tag, attributes in page.elements if tag == "rect"] == ["50.0", "100.0"]
    assert "09:30" in page.text.split("09:35")[0]
    asked = len(logs.started)
    [number] = set(re.findall(r"/logs/answer/(\w+)\.", answer))
    file = client.get(f"/logs/answer/{number}.csv")
    assert list(csv.reader(io.StringIO(file.text)))[1] == ["2026-11-28 09:35:00.000", "A", "10"]
    assert "attachment" in file.headers["Content-Disposition"]
    assert client.get(f"/logs/answer/{number}.json").json()["rows"] == logs.rows
    assert len(logs.started) == asked
    assert client.get("/logs/answer/another.csv").status_code == 404


@pytest.mark.parametrize("hostile", HOSTILE)
def test_cells_are_text(client: TestClient, logs: TailedLogs, hostile: str) -> None:
    logs.rows = [{"@message": hostile, hostile: "1"}]
    page = ShownPage(client.get("/logs/query", params={"text": "fields @message"}, headers=HTMX).text)
    assert page.can_run() == []
    assert page.text.count(hostile) == 2


def test_a_spreadsheet_calculates_no_cell() -> None:
    rows = [{"a": "=HYPERLINK(1)", "b": "-3.5", "c": "@x", "d": "plain"}]
    file = QueryDownload("q", InsightsAnswer(rows, 1, 1, 1)).as_csv()
    assert list(csv.reader(io.StringIO(file)))[1] == ["'=HYPERLINK(1)", "-3.5", "'@x", "plain"]


def test_an_answer_without_numbers_or_bins_has_no_bars() -> None:
    view = view_of(InsightsAnswer([{"a": "x", "b": "1"}, {"b": "2"}], 2, 2, 2), "fields a, b")
    assert (view.measure, list(view.numeric), [row.width for row in view.rows]) == (
        "",
        [False, True],
        [0.0, 0.0],
    )
    assert view_of(InsightsAnswer([], 0, 0, 0), "stats count(*) by bin(5m)").rows == []
