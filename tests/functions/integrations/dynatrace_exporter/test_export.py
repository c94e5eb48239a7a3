"""Exports, one after another, with an outage of either side: over moto's DynamoDB and a socket.

CloudWatch is a table of values here, since late data and outages are what the tests are about.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.common import clients
from functions.common.errors import LeaseLost
from functions.integrations.dynatrace_exporter.dynatrace_api import MAX_LINES, Dynatrace, NotAccepted
from functions.integrations.dynatrace_exporter.export import Export, ExportReport
from functions.integrations.dynatrace_exporter.export_ledger import ExportLedger
from functions.integrations.dynatrace_exporter.metric_series import MetricSeries
from functions.integrations.dynatrace_exporter.metrics import STATISTICS, Kind
from functions.integrations.http_post import NotSent
from tests.functions.conftest import Aws, _table
from tests.functions.doubles import FakeClock, client_error
from tests.functions.servers.http_server import HttpServer, http_server
from tests.functions.servers.secrets import secret_of

MINUTE = 60
NOW = 1_800_000_000  # a whole minute
SENT = MetricSeries("lab.sent.count", Kind.COUNT, "AWS/SQS", "Sent", ())
DEPTH = MetricSeries("lab.depth", Kind.GAUGE, "AWS/SQS", "Depth", ())
TOOK = MetricSeries("lab.took", Kind.SUMMARY, "AWS/Lambda", "Duration", ())


def accepted(lines: int) -> tuple[int, Any]:
    return 202, {"linesOk": lines, "linesInvalid": 0, "error": None, "warnings": None}


class CloudWatch:
    """Values by metric and minute; raises `error` where there is one."""

    def __init__(self) -> None:
        self.values: dict[str, dict[int, float]] = {}
        self.error: Exception | None = None

    def put(self, name: str, minutes_ago: int, value: float, now: int = NOW) -> None:
        self.values.setdefault(name, {})[now - minutes_ago * MINUTE] = value

    def get_metric_data(self, **request: Any) -> Any:
        if self.error:
            raise self.error
        return {"MetricDataResults": [self._result(query, request) for query in request["MetricDataQueries"]]}

    def _result(self, query: Any, request: Any) -> Any:
        values = self.values.get(query["MetricStat"]["Metric"]["MetricName"], {})
        start, end = request["StartTime"].timestamp(), request["EndTime"].timestamp()
        found = {time: value for time, value in sorted(values.items()) if start <= time < end}
        times = [datetime.fromtimestamp(time, UTC) for time in found]
        return {"Id": query["Id"], "Label": "", "Timestamps": times, "Values": list(found.values())}


class World:
    """An exporter of `series` and what is around it."""

    def __init__(self, server: HttpServer, table_name: str, clock: FakeClock) -> None:
        self.cloudwatch = CloudWatch()
        self.server = server
        self.table_name = table_name
        self.clock = clock
        self.series = [SENT, DEPTH]

    def export(self, holder: str | None = None, dynamodb: Any = None) -> Export:
        """`holder` is another one each time unless the test says which."""
        return Export(
            cloudwatch=self.cloudwatch,  # type: ignore[arg-type]  # the one operation that is called
            all_series=lambda: self.series,
            ledger=ExportLedger(dynamodb or clients.dynamodb(), self.table_name, holder or uuid.uuid4().hex),
            dynatrace=Dynatrace(self.server.url + "/", secret_of(token="dt0c01.t")),
            clock=self.clock,
            lease_seconds=50,
        )

    def run(self, *answers: tuple[int, Any]) -> ExportReport | None:
        if answers:
            self.server.answer(*answers)
        return self.export().run()

    def lines(self) -> list[str]:
        """What was sent since the last look."""
        sent = [text for request in self.server.requests for text in request.body.split("\n")]
        self.server.requests.clear()
        return sent


class AnswersLost:
    """DynamoDB whose first answer to each write is lost: the SDK writes again, and gets the second one."""

    def update_item(self, **parameters: Any) -> Any:
        clients.dynamodb().update_item(**parameters)
        return clients.dynamodb().update_item(**parameters)


@pytest.fixture
def world(aws: Aws, clock: FakeClock) -> Iterator[World]:
    with http_server() as server:
        clock.now = NOW + 5
        server.answer(accepted(1))
        yield World(server, _table(f"{aws.table_name}-ledger", key="name"), clock)


def sent_line(delta: float, minutes_ago: int, now: int = NOW) -> str:
    return f"lab.sent.count count,delta={delta:g} {(now - minutes_ago * MINUTE) * 1000}"


def test_what_is_complete_goes_out_once(world: World) -> None:
    world.cloudwatch.put("Sent", 1, 3)
    world.cloudwatch.put("Sent", 0, 9)  # its minute is not over
    report = world.run()
    assert world.lines() == [sent_line(3, 1)]
    assert report == ExportReport(lines_accepted=1, lines_invalid=0, points_dropped=0, lag_seconds=0)
    world.run()
    assert world.lines() == []
    world.clock.advance(MINUTE)
    report = world.run()
    assert world.lines() == [sent_line(9, 0)]
    assert report is not None
    assert report.lag_seconds == MINUTE


def test_the_request_is_plain_text_with_the_token(world: World) -> None:
    world.cloudwatch.put("Depth", 1, 2.5)
    world.run()
    (request,) = world.server.requests
    assert request.path == "/api/v2/metrics/ingest"
    assert request.headers["Authorization"] == "Api-Token dt0c01.t"
    assert request.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert request.body == f"lab.depth gauge,2.5 {(NOW - MINUTE) * 1000}"


def test_a_summary_carries_its_four_figures(world: World) -> None:
    world.series = [TOOK]
    world.cloudwatch.put("Duration", 1, 4)
    assert len(STATISTICS[Kind.SUMMARY]) == 4
    world.run()
    assert world.lines() == [f"lab.took gauge,min=4,max=4,sum=4,count=4 {(NOW - MINUTE) * 1000}"]


def test_of_a_count_that_grew_after_its_minute_only_the_rest_follows(world: World) -> None:
    world.cloudwatch.put("Sent", 1, 3)
    world.cloudwatch.put("Depth", 1, 7)
    world.run(accepted(2))
    world.lines()
    world.cloudwatch.put("Sent", 1, 5)
    world.cloudwatch.put("Sent", 2, 1)  # of a minute that had none before
    world.cloudwatch.put("Depth", 1, 8)  # what was sent of a gauge stands
    world.clock.advance(MINUTE)
    world.run(accepted(2))
    assert world.lines() == [sent_line(1, 2), sent_line(2, 1)]
    world.clock.advance(MINUTE)
    world.run()
    assert world.lines() == []


def test_after_an_outage_the_export_catches_up(world: World) -> None:
    world.run()
    for minute in range(1, 31):
        world.clock.advance(MINUTE)
        world.cloudwatch.put("Sent", -minute + 1, minute)
        with pytest.raises(NotAccepted, match="503"):
            world.run((503, "<html>"))
    world.lines()
    report = world.run(accepted(30))
    assert world.lines() == [sent_line(minute, -minute + 1) for minute in range(1, 31)]
    assert report is not None
    assert (report.lag_seconds, report.points_dropped) == (30 * MINUTE, 0)


def test_what_dynatrace_would_find_too_old_is_counted_and_given_up(world: World) -> None:
    world.run()
    for minute in range(90):
        world.cloudwatch.put("Sent", -minute, 1)
    world.clock.advance(90 * MINUTE)
    report = world.run(accepted(58))
    assert report is not None
    assert (report.lines_accepted, report.points_dropped) == (58, 32)
    sent_at = [int(text.rsplit(" ", 1)[1]) / 1000 for text in world.lines()]
    assert min(sent_at) > world.clock() - 3_600
    again = world.run()
    assert again is not None
    assert (again.lines_accepted, again.points_dropped) == (0, 0)


def test_what_was_accepted_before_a_failure_is_not_sent_again(world: World) -> None:
    world.series = [
        MetricSeries(f"lab.s{index}.count", Kind.COUNT, "AWS/SQS", "Sent", ())
        for index in range(MAX_LINES + 1)
    ]
    world.cloudwatch.put("Sent", 1, 3)
    with pytest.raises(NotAccepted):
        world.run(accepted(MAX_LINES), (500, ""))
    assert [len(request.body.split("\n")) for request in world.server.requests] == [MAX_LINES, 1]
    world.lines()
    report = world.run(accepted(1))
    assert world.lines() == [f"lab.s{MAX_LINES}.count count,delta=3 {(NOW - MINUTE) * 1000}"]
    assert report is not None


def test_invalid_lines_are_counted_and_do_not_hold_up_the_rest(world: World) -> None:
    world.cloudwatch.put("Sent", 1, 3)
    world.cloudwatch.put("Depth", 1, 3)
    error = {"code": 400, "message": "1 invalid line", "invalidLines": [{"line": 2, "error": "no key"}]}
    report = world.run((400, {"linesOk": 1, "linesInvalid": 1, "error": error}))
    assert report == ExportReport(lines_accepted=1, lines_invalid=1)
    world.lines()
    world.run()
    assert world.lines() == []


@pytest.mark.parametrize(
    "answer",
    [
        (401, {"error": {"code": 401, "message": "Token is missing"}}),
        (403, {"error": {"code": 403, "message": "Token is missing required scope"}}),
        (429, {"error": {"code": 429, "message": "too many"}}),
        (400, {"error": {"code": 400, "message": "not for us"}}),
        (202, "<html>log in</html>"),
        (202, {"linesOk": 7, "linesInvalid": 0}),
    ],
)
def test_whatever_else_is_answered_the_watermark_stays(world: World, answer: tuple[int, Any]) -> None:
    world.cloudwatch.put("Sent", 1, 3)
    with pytest.raises(NotAccepted):
        world.run(answer)
    world.lines()
    world.run(accepted(1))
    assert world.lines() == [sent_line(3, 1)]


def test_so_it_does_where_nobody_answers_or_cloudwatch_fails(world: World) -> None:
    world.cloudwatch.put("Sent", 1, 3)
    url, world.server.url = world.server.url, "http://127.0.0.1:1"
    with pytest.raises(NotSent):
        world.run()
    world.server.url = url
    world.cloudwatch.error = client_error("InternalServiceFault", 500)
    with pytest.raises(type(world.cloudwatch.error)):
        world.run()
    world.cloudwatch.error = None
    world.run(accepted(1))
    assert world.lines() == [sent_line(3, 1)]


def test_two_exports_do_not_run_at_once(world: World) -> None:
    world.cloudwatch.put("Sent", 1, 3)
    assert world.export("first").ledger.begin(world.clock(), 50, NOW) is not None
    assert world.export("second").run() is None
    assert world.lines() == []


def test_a_lease_that_a_killed_export_left_runs_out(world: World) -> None:
    world.cloudwatch.put("Sent", 1, 3)
    killed = world.export("killed").ledger
    progress = killed.begin(world.clock(), 50, NOW)
    assert progress is not None
    world.clock.advance(51)
    world.export("second").run()
    assert world.lines() == [sent_line(3, 1)]
    with pytest.raises(LeaseLost):
        killed.commit(progress)


def test_a_write_that_the_sdk_repeats_is_recognized_as_ones_own(world: World) -> None:
    world.cloudwatch.put("Sent", 1, 3)
    assert world.export(dynamodb=AnswersLost()).run() == ExportReport(lines_accepted=1)
    assert world.lines() == [sent_line(3, 1)]
    assert world.export(dynamodb=AnswersLost()).run() == ExportReport()
    assert world.lines() == []


def test_minutes_before_the_first_success_are_exported_too(world: World) -> None:
    """A wrong token from the first deployment on."""
    for minute in range(-1, 55):
        world.cloudwatch.put("Sent", -minute, 1)
    for _ in range(55):
        with pytest.raises(NotAccepted):
            world.run((401, {"error": {"code": 401, "message": "Token is missing"}}))
        world.clock.advance(MINUTE)
    world.lines()
    report = world.run(accepted(56))
    assert report == ExportReport(lines_accepted=56, lag_seconds=55 * MINUTE)
    assert len(world.lines()) == 56
