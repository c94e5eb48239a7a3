"""Fields that are discovered in Lambda's logs: of its own lines, its runtimes' lines, JSON inside a line."""

from typing import Any

from lab_emulator.lambda_executor.invocation_result import InvocationReport
from tests.emulator_unit.logs.insights.answers import LAMBDA_STREAM, Row, ask, records

REQUEST = "8a9cb0f5-3fe6-4cf4-a8d9-1c9d0c2a5a77"
REPORT = (
    f"REPORT RequestId: {REQUEST}\tDuration: 102.25 ms\tBilled Duration: 103 ms\tMemory Size: 128 MB\t"
    "Max Memory Used: 39 MB\tInit Duration: 300.50 ms\t\n"
    "XRAY TraceId: 1-5e34a66a-474f4e7c2d9f4ee0ab1f8a99\tSegmentId: 4f2b3f2f5d6a1b2c\tSampled: true\t\n"
)
ALL = (
    "fields @type, @requestId, @duration, @billedDuration, @memorySize, @maxMemoryUsed, @initDuration,"
    " @xrayTraceId, @xraySegmentId"
)


def ask_lambda(query: str, *messages: Any) -> list[Row]:
    return ask(query, records(messages, stream=LAMBDA_STREAM, group="/aws/lambda/f"))


def test_a_report_tells_what_an_invocation_took() -> None:
    assert ask_lambda(ALL, REPORT) == [
        {
            "@type": "REPORT",
            "@requestId": REQUEST,
            "@duration": "102.25",
            "@billedDuration": "103",
            "@memorySize": "128000000",
            "@maxMemoryUsed": "39000000",
            "@initDuration": "300.5",
            "@xrayTraceId": "1-5e34a66a-474f4e7c2d9f4ee0ab1f8a99",
            "@xraySegmentId": "4f2b3f2f5d6a1b2c",
        }
    ]


def test_the_reports_of_the_emulator_are_read() -> None:
    report = InvocationReport(REQUEST, "$LATEST", 0.25, 0.5, 256, 64 * 2**20)
    lines = [line.text for line in report.around([], [], began_at_ms=0)]
    answer = ask_lambda(f'{ALL} | filter @type = "REPORT"', *lines)
    assert answer[0]["@requestId"] == REQUEST
    assert answer[0]["@duration"] == "250.0"
    assert answer[0]["@initDuration"] == "500.0"
    assert answer[0]["@memorySize"] == "256000000"
    assert answer[0]["@maxMemoryUsed"] == "64000000"
    types = {row.get("@type") for row in ask_lambda("fields @type", *lines)}
    assert types >= {"START", "END", "REPORT"}


def test_overprovisioned_memory_as_in_the_guide() -> None:
    query = """
    filter @type = "REPORT"
    | stats max(@memorySize / 1000 / 1000) as provisonedMemoryMB,
        min(@maxMemoryUsed / 1000 / 1000) as smallestMemoryRequestMB,
        avg(@maxMemoryUsed / 1000 / 1000) as avgMemoryUsedMB,
        max(@maxMemoryUsed / 1000 / 1000) as maxMemoryUsedMB,
        provisonedMemoryMB - maxMemoryUsedMB as overProvisionedMB
    """
    assert ask_lambda(query, REPORT, REPORT.replace("39 MB", "64 MB"), "END RequestId: x") == [
        {
            "provisonedMemoryMB": "128",
            "smallestMemoryRequestMB": "39",
            "avgMemoryUsedMB": "51.5",
            "maxMemoryUsedMB": "64",
            "overProvisionedMB": "64",
        }
    ]


def test_lines_of_handlers_have_their_request() -> None:
    lines = [
        f"[INFO]\t2026-11-28T09:30:00.123Z\t{REQUEST}\thello",
        f"2026-11-28T09:30:00.123Z\t{REQUEST}\tINFO\thello",
        f"2026-11-28T09:30:03.000Z {REQUEST} Task timed out after 3.00 seconds",
        "hello",
    ]
    assert ask_lambda("fields @requestId | sort @timestamp", *lines) == [{"@requestId": REQUEST}] * 3 + [{}]


def test_json_inside_a_line_is_found_in_lambda_logs_alone() -> None:
    line = f'[INFO]\t2026-11-28T09:30:00.123Z\t{REQUEST}\t{{"a": 1}} and {{"b": 2}}\n'
    assert ask_lambda("fields a, b", line) == [{"a": "1"}]
    assert ask("fields a, b", records([line], stream=LAMBDA_STREAM)) == [{"a": "1"}]
    assert ask("fields a, b", records([line])) == [{}]
    assert ask("fields a", records(['{"a": 1} trailing'])) == [{}]


def test_a_key_that_is_written_with_escapes_is_found() -> None:
    assert ask("fields errorType", records(['{"error\\u0054ype": "x"}'])) == [{"errorType": "x"}]
