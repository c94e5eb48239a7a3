"""Redrives of drills and incidents wait for a job of somebody else, and find what comes to a DLQ later."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from ops.lab.actions import dead_letters
from ops.lab.app.redrive_client import JobAtWork, RedriveClient, RedriveFilters, ReportedJob
from ops.lab.app.target import Target
from ops.lab.drill_parts.ingestion import REDRIVE_ALL
from ops.lab.drills.scene import Scene


@dataclass
class RedriveStandIn:
    """Stands for the app's redrive: a job is done as soon as it is asked for."""

    busy: int = 0
    on_job: Callable[[int], object] = lambda number: None
    started: list[RedriveFilters] = field(default_factory=list)

    def start(self, filters: RedriveFilters) -> ReportedJob:
        if self.busy:
            self.busy -= 1
            raise JobAtWork("job-of-a-rule", "a job is at work")
        self.started.append(filters)
        self.on_job(len(self.started))
        return self._job()

    def wait_for_job(self, _job_id: str, _within: float) -> ReportedJob:
        return self._job()

    def _job(self) -> ReportedJob:
        number = f"job-{len(self.started)}"
        return ReportedJob(number, "SUCCEEDED", 1, 0, 0, 0, 1000, "drained", None, {})


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> RedriveStandIn:
    client = RedriveStandIn()
    monkeypatch.setattr(RedriveClient, "of", lambda _target: client)
    return client


def test_a_redrive_begins_once_another_job_has_ended(target: Target, stand_in: RedriveStandIn) -> None:
    stand_in.busy = 2

    assert dead_letters.redrive(target) == "1 moved, 0 skipped, 0 parked"
    assert len(stand_in.started) == 1


def test_what_comes_to_the_dlq_later_is_redriven_while_clients_go_on(
    target: Target, stand_in: RedriveStandIn, put_item: Callable[..., None]
) -> None:
    """The queue is never empty, and an order was on its last delivery when the first job began."""
    scene = Scene(target, started_at=0.0)
    for key in ("failed", "on-its-last-delivery"):
        scene.ledger.accept(key, 0.0, 0.0)
    target.sqs.send_message(QueueUrl=target.output("QueueUrl"), MessageBody="of a client that goes on")
    dlq: Any = {"QueueUrl": target.output("DlqUrl")}
    target.sqs.send_message(**dlq, MessageBody="failed")

    def done(job: int) -> None:
        [letter] = target.sqs.receive_message(**dlq)["Messages"]
        target.sqs.delete_message(**dlq, ReceiptHandle=letter["ReceiptHandle"])
        if job == 1:
            put_item("failed")
            target.sqs.send_message(**dlq, MessageBody="on-its-last-delivery")
        else:
            put_item("on-its-last-delivery")

    stand_in.on_job = done

    assert REDRIVE_ALL.act(scene) == "2 orders succeeded, after 2 redrives"
    assert [each.max_redrives for each in stand_in.started] == [100, 100]
