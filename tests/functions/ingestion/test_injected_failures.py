"""What an injected failure leaves behind: the words of a real one, and nowhere the mode's name."""

import io
import logging
import re
import time
import traceback
from typing import Any

import pytest

from functions.common.environment import to_variables
from functions.common.logs import get_logger
from functions.ingest.handler import handler as ingest
from functions.ingestion.environment import IngestEnvironment, ProcessorEnvironment, WorkerEnvironment
from functions.ingestion.failure_mode import FailureMode
from functions.ingestion.identity import checksum
from functions.processor.handler import handler as process
from functions.worker.handler import handler as work
from tests.functions.conftest import LEASE_SECONDS, ORDER, TTL_DAYS, Aws
from tests.functions.worker.conftest import MAX_RECEIVE_COUNT, sqs_record

MODES = [mode for mode in FailureMode if mode is not FailureMode.NONE]
# Also the words by which the code of an injection would give itself away in a stack.
TELLTALES = re.compile(
    "|".join(["failure.?mode", "inject", "fault", "simulat", *(mode.value for mode in MODES)]), re.I
)
EVENT = {"idempotencyKey": "key-1", "checksum": checksum(ORDER), "body": ORDER}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    # A library of another test may have switched it off: logging's dictConfig does so by default.
    monkeypatch.setattr(logging.getLogger(get_logger().name), "disabled", False)
    monkeypatch.setattr(get_logger().registered_handler, "stream", stream)
    return stream


@pytest.fixture
def deployed(aws: Aws, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Aws:
    mode: dict[str, Any] = {
        "failure_mode_parameter": aws.failure_mode_parameter,
        "failure_mode_cache_seconds": 5,
    }
    worker = WorkerEnvironment(
        table_name=aws.table_name,
        bus_name=aws.bus_name,
        ttl_days=TTL_DAYS,
        lease_seconds=LEASE_SECONDS,
        max_receive_count=MAX_RECEIVE_COUNT,
        event_schema="v1",
        **mode,
    )
    environments = [worker, IngestEnvironment(queue_url=aws.queue_url, **mode)]
    for environment in [*environments, ProcessorEnvironment(event_schema="v1", **mode)]:
        for name, value in to_variables(environment).items():
            monkeypatch.setenv(name, value)
    monkeypatch.setattr("functions.processor.downstream.random.random", lambda: 0.0)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    return aws


@pytest.mark.parametrize("mode", MODES)
def test_nothing_that_a_failure_leaves_behind_names_its_mode(
    deployed: Aws, log: io.StringIO, context: Any, mode: FailureMode
) -> None:
    deployed.set_failure_mode(mode)
    accepted = ingest(_http_request(), context)
    last = sqs_record(receive_count=MAX_RECEIVE_COUNT)
    work({"Records": [last]}, context)
    left = {
        "answer": accepted,
        "item": deployed.item("key-1"),
        "events": deployed.announced(),
        "messages": deployed.receive_all(deployed.queue_url),
        "stack": _stack_of_the_step(context),
        "log": log.getvalue(),
    }
    assert left["item"]
    assert left["log"]
    assert [(name, found) for name, each in left.items() if (found := TELLTALES.findall(str(each)))] == []


@pytest.mark.parametrize(
    ("mode", "words", "cause"),
    [
        (FailureMode.POISON_PAYLOAD, r"^body\.amount must be string$", None),
        (
            FailureMode.RANDOM_FAIL_P30,
            r"^POST https://\S+: \[Errno 104\] Connection reset by peer$",
            "ConnectionResetError",
        ),
        (
            FailureMode.DOWNSTREAM_OUTAGE,
            r"^POST https://\S+: \[Errno 111\] Connection refused$",
            "ConnectionRefusedError",
        ),
    ],
)
def test_the_worker_s_error_line_has_the_words_of_what_would_really_have_failed(
    deployed: Aws,
    log: io.StringIO,
    context: Any,
    mode: FailureMode,
    words: str,
    cause: str | None,
) -> None:
    deployed.set_failure_mode(mode)
    work({"Records": [sqs_record()]}, context)
    assert re.search(f'"errorDetail":"{words[1:-1]}"', log.getvalue()), log.getvalue()
    stack = _stack_of_the_step(context)
    where = ["in process", "in read_order", "in validate_event"] if cause is None else ["in hand_over", cause]
    assert [each for each in where if each not in stack] == [], stack


def _stack_of_the_step(context: Any) -> str:
    """What Lambda logs where the step processor fails: its class, message and traceback. Without the frame of
    this test, which does name the mode."""
    try:
        process(EVENT, context)
    except Exception as error:
        below = error.__traceback__.tb_next if error.__traceback__ else None
        return "".join(traceback.format_exception(error.with_traceback(below)))
    return ""


def _http_request() -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": "/events",
        "headers": {"content-type": "application/json"},
        "requestContext": {"http": {"method": "POST"}, "stage": "$default"},
        "body": ORDER,
        "isBase64Encoded": False,
    }
