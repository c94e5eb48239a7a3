"""Record of calls: what counts as one kind of call, and that it stays small."""

import pytest

from lab_emulator.iam import call_record
from lab_emulator.iam.call_record import CallRecord, common_name
from lab_emulator.iam.evaluation.principal import Principal, PrincipalKind
from lab_emulator.iam.verdict import PermissionFinding, Verdict

ROLE = "arn:aws:iam::000000000000:role/worker"


def _verdict(session: str = "one", resource: str = "arn:aws:sqs:r:a:orders") -> Verdict:
    arn = f"arn:aws:sts::000000000000:assumed-role/worker/{session}"
    principal = Principal(arn, "000000000000", PrincipalKind.ROLE_SESSION, role_arn=ROLE)
    return Verdict(PermissionFinding.ALLOWED, principal, "sqs:SendMessage", resource)


def test_sessions_of_one_role_count_together() -> None:
    record = CallRecord()
    for session in ("one", "two", "one"):
        record.add(_verdict(session))

    (call,) = record
    assert (call.caller, call.count) == (ROLE, 3)


def test_a_verdict_that_comes_again_is_counted() -> None:
    record, verdict = CallRecord(), _verdict()
    for _ in range(5):
        record.add(verdict)

    (call,) = record
    assert call.count == 5


@pytest.mark.parametrize(
    ("arn", "common"),
    [
        ("arn:aws:s3:::files/incoming/a/b.csv", "arn:aws:s3:::files/incoming/a/*"),
        ("arn:aws:s3:::files/b.csv", "arn:aws:s3:::files/*"),
        ("arn:aws:s3:::files", "arn:aws:s3:::files"),
        ("arn:aws:logs:r:a:log-group:/aws/g:log-stream:2026/s", "arn:aws:logs:r:a:log-group:/aws/g:*"),
        ("arn:aws:states:r:a:execution:rounds:7", "arn:aws:states:r:a:execution:rounds:*"),
        ("arn:aws:states:r:a:stateMachine:rounds", "arn:aws:states:r:a:stateMachine:rounds"),
        ("arn:aws:sqs:r:a:orders", "arn:aws:sqs:r:a:orders"),
        ("*", "*"),
    ],
)
def test_names_made_at_run_time_are_one_resource(arn: str, common: str) -> None:
    assert common_name(arn) == common


def test_no_more_kinds_of_calls_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_record, "CAPACITY", 3)
    record = CallRecord()
    for number in range(5):
        record.add(_verdict(resource=f"arn:aws:sqs:r:a:queue-{number}"))

    assert (len(list(record)), record.dropped) == (3, 2)
