"""Metrics of HTTP APIs (AWS/ApiGateway), by ApiId, and Stage; by Route too where the stage asks for it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
"""

from localstack.http import Response

from lab_emulator.cloudwatch.metric_store import MetricKey
from lab_emulator.cloudwatch.metric_stores import metric_store
from lab_emulator.http_api.data_plane.exchange import Exchange

NAMESPACE = "AWS/ApiGateway"


def measure(exchange: Exchange, response: Response) -> None:
    """Observe one finished exchange. A request for a stage that does not exist is its API's alone."""
    store = metric_store(exchange.located.account_id, exchange.located.region)
    values = _values(exchange, response)
    for dimensions in _dimensions(exchange):
        for name, value, unit in values:
            store.add(MetricKey.of(NAMESPACE, name, dimensions), value, unit)


def _values(exchange: Exchange, response: Response) -> list[tuple[str, float, str]]:
    """Return name, value, unit. Errors are 0 or 1, so that their average is the rate of errors."""
    kind = response.status_code // 100
    values: list[tuple[str, float, str]] = [
        ("Count", 1, "Count"),
        ("4xx", int(kind == 4), "Count"),
        ("5xx", int(kind == 5), "Count"),
        ("Latency", exchange.elapsed_millis, "Milliseconds"),
        ("DataProcessed", len(exchange.body) + (response.calculate_content_length() or 0), "Bytes"),
    ]
    if exchange.integration_outcome:
        values.append(("IntegrationLatency", exchange.integration_outcome.latency_millis, "Milliseconds"))
    return values


def _dimensions(exchange: Exchange) -> list[dict[str, str]]:
    of_api = {"ApiId": exchange.api.api_id}
    stage = exchange.found_stage
    if stage is None:
        return [of_api]
    of_stage = of_api | {"Stage": stage.name}
    if exchange.match is None or not exchange.route_settings.get("detailedMetricsEnabled"):
        return [of_api, of_stage]
    return [of_api, of_stage, of_stage | {"Route": exchange.match.route.route_key}]
