"""Handler of the redrive runner: the job of its event."""

from typing import Any

import pytest

from functions.common.environment import to_variables
from functions.ingestion.environment import RedriveRunnerEnvironment
from functions.redrive_runner.handler import handler
from tests.functions.redrive_runner.conftest import Workshop


def test_runs_the_job_that_the_event_names(
    shop: Workshop, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = shop.aws
    environment = RedriveRunnerEnvironment(
        queue_url=aws.queue_url,
        dlq_url=aws.dlq_url,
        parked_url=aws.parked_url,
        table_name=aws.table_name,
        jobs_table_name=aws.jobs_table_name,
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("functions.redrive_runner.handler.system_clock", shop.lease_clock)
    shop.letters.add("a")
    job = shop.queue()
    handler({"jobId": job.job_id}, context)
    assert shop.jobs.find(job.job_id).counts.moved == 1
    assert len(shop.main_messages()) == 1
