"""The integrations of the files pipeline while the other side works, and while it fails in three ways."""

import time

import pytest
from botocore.exceptions import ClientError

from ops.lab.files.simulation import SimulationOutcome
from ops.lab.probes import alarms
from ops.lab.sinks.client import SinksClient
from ops.lab.sinks.failure import FailureKind
from ops.lab.waiting import eventually
from scenarios.files.bench import Bench
from scenarios.files.integrations import MINUTE, IntegrationsBench

_SENDERS = ("SmtpFunctionName", "SplunkFunctionName", "DynatraceFunctionName")
# The forwarder tries three times, 10 s each, before it hands a batch to its retry queue.
_LONGEST_ATTEMPT_SECONDS = 60.0
# The last wait of a message is up to 16 s; then it is in the DLQ, and comes back from there.
_RECOVERY_SECONDS = 60.0
# How each function's log names what it met.
_NAMED = {
    FailureKind.HANG: ("timed out",) * 3,
    FailureKind.SERVER_ERROR: ("451 4.3.0", "500 Internal server error", "500 Internal server error"),
    FailureKind.REFUSED: ("Connection refused",) * 3,
}


@pytest.fixture
def integrations(bench: Bench, sinks: SinksClient | None) -> IntegrationsBench:
    if sinks is None:
        pytest.skip("no sinks: they listen on this machine's 127.0.0.1, which containers do not reach")
    return IntegrationsBench(bench.target, sinks)


def test_alarms_are_mailed_and_logs_forwarded(bench: Bench, integrations: IntegrationsBench) -> None:
    reason = f"raised at {bench.began}"
    integrations.alarm(reason)
    assert _files_succeed(bench).good
    eventually(lambda: integrations.mails(reason), within=30, what="the alarm's mail")
    _await_every_line(integrations, bench.began)
    assert integrations.invalid() == []


def test_an_outage_stops_no_file_loses_nothing_and_is_seen(
    bench: Bench, integrations: IntegrationsBench
) -> None:
    """Metrics are accounted for here alone: they go out by the minute, and this test outlasts one."""
    first_minute = int(bench.began) // MINUTE * MINUTE
    with integrations.outage():
        for kind, names in _NAMED.items():
            integrations.fail(kind)
            began = time.time()
            integrations.alarm(_reason(kind, bench))
            assert _files_succeed(bench).good, "the pipeline waits for no integration"
            for sender, name in zip(_SENDERS, names, strict=True):
                _await_log(integrations, sender, began, name)
        _await_alarm(bench, "DynatraceErrors")
        eventually(
            integrations.dead_letters, within=_RECOVERY_SECONDS, what="dead letters of the integrations"
        )
        _await_end_of(first_minute)
    for kind in _NAMED:
        _await_mail(integrations, _reason(kind, bench))
    _await_every_line(integrations, bench.began)
    _await_every_minute(integrations, first_minute)
    assert integrations.invalid() == []


def _reason(kind: FailureKind, bench: Bench) -> str:
    return f"raised during {kind} at {bench.began}"


def _files_succeed(bench: Bench) -> SimulationOutcome:
    return bench.await_end(bench.upload(files=2, rows=10), within=60)


def _await_log(integrations: IntegrationsBench, sender: str, since: float, text: str) -> None:
    eventually(
        lambda: integrations.logged(sender, since, text),
        within=_LONGEST_ATTEMPT_SECONDS,
        every=0.5,
        what=f"{text!r} in the log of {sender}",
    )


def _await_alarm(bench: Bench, name: str) -> None:
    eventually(
        lambda: alarms.state(bench.target, name), until=lambda state: state == "ALARM", within=30, what=name
    )


def _await_end_of(minute: int) -> None:
    """Only whole minutes are exported: the outage outlasts this one and its export."""
    eventually(
        lambda: time.time() > minute + MINUTE + 5, within=MINUTE + 10, every=1, what="the minute's end"
    )


def _await_mail(integrations: IntegrationsBench, reason: str) -> None:
    def redriven_and_mailed() -> int:
        integrations.redrive()
        return integrations.mails(reason)

    eventually(
        redriven_and_mailed,
        within=_RECOVERY_SECONDS,
        retry_on=(ClientError,),  # a move task runs already
        what=f"the mail with {reason!r}",
    )


def _await_every_line(integrations: IntegrationsBench, since: float) -> None:
    assert integrations.logged("CsvFunctionName", since), "the processing function has logged nothing"

    def left() -> list[str]:
        integrations.redrive()
        return integrations.unforwarded("CsvFunctionName", since)

    eventually(
        left,
        until=lambda lines: not lines,
        within=_RECOVERY_SECONDS,
        retry_on=(ClientError,),
        what="every line of the processing function at Splunk",
    )


def _await_every_minute(integrations: IntegrationsBench, first: int) -> None:
    until = int(time.time()) // MINUTE * MINUTE
    invoked = integrations.invoked("CsvFunctionName", first, until)
    assert invoked, "no invocation was counted"
    eventually(
        lambda: integrations.exported("processing", first, until),
        until=lambda exported: exported == invoked,
        within=_RECOVERY_SECONDS,
        what=f"the invocations of each minute, {invoked}, at Dynatrace",
    )
