"""What CloudWatch is told about an HTTP API."""

from ops.lab.waiting import eventually
from tests.emulator.http_api.builder import BuiltApi
from tests.emulator.http_api.client import send
from tests.emulator.http_api.conftest import MakeApi
from tests.emulator.metrics import Metrics

TEXT = [("content-type", "text/plain")]


def test_requests_errors_and_bytes_are_counted_for_the_api_and_for_its_stage(make_api: MakeApi) -> None:
    api = make_api()
    api.route("POST /echo")
    api.route("GET /failing", "failing")
    echoed = send(api.url, "POST", "/echo", TEXT, b"twelve bytes")
    assert [send(api.url, "GET", path).status for path in ("/failing", "/nowhere")] == [500, 404]
    for dimensions in ({"ApiId": api.id}, {"ApiId": api.id, "Stage": "$default"}):
        metrics = Metrics(api.emulator, "AWS/ApiGateway", dimensions)
        metrics.wait_for_totals(**{"Count": 3, "4xx": 1, "5xx": 1})
        assert metrics.total("DataProcessed") >= len(b"twelve bytes") + len(echoed.body)
    assert _by_route(api, "POST /echo").statistics("Count") == []


def test_latency_is_in_milliseconds_and_includes_the_integrations(make_api: MakeApi) -> None:
    api = make_api()
    api.route("GET /slow", "slow")
    send(api.url, "GET", "/slow?seconds=0.4")
    metrics = Metrics(api.emulator, "AWS/ApiGateway", {"ApiId": api.id})
    integration = eventually(lambda: metrics.highest("IntegrationLatency"), within=30) or 0
    assert 400 <= integration <= (metrics.highest("Latency") or 0) < 60_000


def test_routes_are_measured_where_the_stage_asks_for_details(make_api: MakeApi) -> None:
    api = make_api({"RouteSettings": {"GET /echo": {"DetailedMetricsEnabled": True}}})
    api.route("GET /echo")
    api.route("GET /other")
    for path in ("/echo", "/other"):
        send(api.url, "GET", path)
    _by_route(api, "GET /echo").wait_for_totals(Count=1)
    assert _by_route(api, "GET /other").statistics("Count") == []


def _by_route(api: BuiltApi, key: str) -> Metrics:
    return Metrics(api.emulator, "AWS/ApiGateway", {"ApiId": api.id, "Stage": "$default", "Route": key})
