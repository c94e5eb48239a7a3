"""Endpoint of Dynatrace's metrics ingest, API v2.

Sources: Dynatrace, "Metrics API - POST ingest data points"
(https://docs.dynatrace.com/docs/shortlink/api-metrics-v2-post-datapoints); the answer to a request with
invalid lines as micrometer-metrics/micrometer#4058 and #5037 show it.
"""

import time
from collections.abc import Callable
from email.message import Message
from typing import Any

from ops.lab.sinks.http_exchange import SinkAnswer, SinkRequest, SinkVerdict
from ops.lab.sinks.ledger import SinkFinding
from ops.lab.sinks.metric_line import InvalidMetricLine, MetricLine, read_line

PATH = "/api/v2/metrics/ingest"
_MAX_BYTES = 1_048_576  # "The payload is limited to 1 MB."
_ACCEPTED, _BAD_REQUEST = 202, 400


def _error(status: int, message: str) -> SinkAnswer:
    return SinkAnswer.of(status, {"error": {"code": status, "message": message}})


class DynatraceEndpoint:
    """Takes every valid line from a sender that has the token, and names the invalid ones."""

    max_bytes = _MAX_BYTES
    server_error = _error(500, "Internal server error")

    def __init__(self, token: str, now: Callable[[], float] = time.time) -> None:
        self._token = token
        self._now = now

    def examine(self, request: SinkRequest) -> SinkVerdict:
        if request.path != PATH:
            return _refused(404, f"no resource {request.path}")
        if request.method != "POST":
            return _refused(405, f"{request.method}, not POST")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Api-Token" or token != self._token:
            return _refused(401, "Token Authentication failed")
        if problem := _unsupported(request):
            return _refused(415, problem)
        try:
            text = request.body.decode()
        except UnicodeDecodeError as error:
            return _refused(_BAD_REQUEST, f"no UTF-8: {error}")
        return self._take(text)

    def too_large(self, length: int) -> SinkVerdict:
        return _refused(413, f"{length} bytes, more than {_MAX_BYTES}")

    def _take(self, text: str) -> SinkVerdict:
        valid: list[tuple[int, MetricLine]] = []
        invalid: list[tuple[int, str]] = []
        findings = []
        # Lines end with \n alone: a dimension's value may hold what else Python takes for a line's end.
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip() or line.startswith("#"):  # metadata, such as a unit
                continue
            try:
                valid.append((number, read_line(line, self._now())))
                findings.append(SinkFinding(valid[-1][1].document))
            except InvalidMetricLine as error:
                invalid.append((number, str(error)))
                findings.append(SinkFinding({"line": line}, str(error)))
        if not findings:
            return _refused(_BAD_REQUEST, "no metric line")
        return SinkVerdict(_report(valid, invalid), findings)


def _unsupported(request: SinkRequest) -> str:
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    if header.get_content_type() != "text/plain" or "content-type" not in request.headers:
        return "Content-Type must be text/plain"
    if (header.get_content_charset() or "utf-8") != "utf-8":
        return "the charset must be utf-8"
    encoding = request.headers.get("content-encoding", "identity")
    return "" if encoding == "identity" else f"Content-Encoding {encoding}"


def _report(valid: list[tuple[int, MetricLine]], invalid: list[tuple[int, str]]) -> SinkAnswer:
    report: dict[str, Any] = {"linesOk": len(valid), "linesInvalid": len(invalid), "error": None}
    if invalid:
        lines = [{"line": number, "error": problem} for number, problem in invalid]
        message = f"{len(invalid)} invalid lines"
        report["error"] = {"code": _BAD_REQUEST, "message": message, "invalidLines": lines}
    report["warnings"] = _warnings(valid)
    return SinkAnswer.of(_BAD_REQUEST if invalid else _ACCEPTED, report)


def _warnings(valid: list[tuple[int, MetricLine]]) -> dict[str, Any] | None:
    """A counter's key that does not end with .count is given that end, and the answer says so."""
    lines = [
        {"line": number, "warning": f"metric key '{line.key}' changed to '{line.key}.count'"}
        for number, line in valid
        if line.payload.kind == "count" and not line.key.endswith(".count")
    ]
    return {"message": f"{len(lines)} warnings", "warningLines": lines} if lines else None


def _refused(status: int, problem: str) -> SinkVerdict:
    return SinkVerdict(_error(status, problem), [SinkFinding({}, problem)])
