"""What the log metrics count is what happened."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ops.lab.app.function_names import FunctionName
from ops.lab.app.traffic import send_events
from ops.lab.app.traffic_outcome import wait_for_outcome
from ops.lab.waiting import eventually
from scenarios.ingestion import IngestionPipeline


def _sum(pipeline: IngestionPipeline, name: str, dimensions: dict[str, str] | None = None) -> float:
    """The metric's sum over the last day."""
    now = datetime.now(UTC)
    statistics = pipeline.target.cloudwatch.get_metric_statistics(
        Namespace=f"IngestionLab/{pipeline.target.env_name}",
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in (dimensions or {}).items()],
        StartTime=now - timedelta(days=1),
        EndTime=now + timedelta(minutes=5),
        Period=86_400,
        Statistics=["Sum"],
    )
    return sum(point["Sum"] for point in statistics["Datapoints"])


def test_processed_records_and_duplicates_are_counted_each_once(pipeline: IngestionPipeline) -> None:
    keys = [f"metrics-{number}-{uuid4()}" for number in range(5)]
    wait_for_outcome(pipeline.target, send_events(pipeline.target, keys=keys))
    wait_for_outcome(pipeline.target, send_events(pipeline.target, keys=keys[:2]))

    def logged() -> tuple[int, int]:
        lines = pipeline.log_lines(FunctionName.WORKER)
        return sum("processed" in line for line in lines), sum("duplicate" in line for line in lines)

    # A line may reach the log after the table has the verdict, so it is read anew with each look at the sums.
    eventually(
        lambda: (logged(), (_sum(pipeline, "Processed"), _sum(pipeline, "IdempotencyHits"))),
        within=20,
        until=lambda seen: seen[0] == seen[1] and seen[0][0] >= 5 and seen[0][1] >= 2,
        what="as many processed and duplicates in CloudWatch as in the log, 5 and 2 at least",
    )


@pytest.mark.parametrize(
    ("body", "error_type"), [(b'{"amount": 1}', "SchemaValidationError"), (b"{", "InvalidJson")]
)
def test_errors_are_counted_by_their_type(pipeline: IngestionPipeline, body: bytes, error_type: str) -> None:
    def logged() -> int:
        functions = FunctionName.INGEST, FunctionName.WORKER
        lines = [line for function in functions for line in pipeline.log_lines(function)]
        return sum(line.get("errorType") == error_type for line in lines)

    before = logged()
    pipeline.post_raw(body)
    # A line may reach the log after the answer has reached the client.
    expected = eventually(
        logged, within=20, until=lambda lines: lines > before, what=f"a line of {error_type}"
    )

    eventually(
        lambda: _sum(pipeline, "Errors", {"ErrorType": error_type}),
        within=20,
        until=lambda counted: counted == expected,
        what=f"{expected} {error_type} in CloudWatch",
    )
