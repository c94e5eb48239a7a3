"""The integrations of the deployed files pipeline: what they should have sent, what the sinks received."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from ops.lab.app.queue_depth import depth
from ops.lab.app.target import Target
from ops.lab.sinks.access import SinkName
from ops.lab.sinks.client import SinksClient
from ops.lab.sinks.failure import FailureKind, SinkFailure
from ops.lab.sinks.ledger import Arrival

# A dead-letter queue, and the queue that its function works on.
_REDRIVES = {"SmtpDlqUrl": "SmtpQueueUrl", "SplunkDlqUrl": "SplunkRetryQueueUrl"}
_INVOCATIONS = "ingestionlab.function.invocations.count"
MINUTE = 60


class IntegrationsBench:
    """The deployed pipeline and the sinks that it speaks to."""

    def __init__(self, target: Target, sinks: SinksClient) -> None:
        self._target = target
        self._sinks = sinks
        self._arrivals: dict[SinkName, list[Arrival]] = {name: [] for name in SinkName}

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Whatever fails in the block is healed after it."""
        try:
            yield
        finally:
            self._sinks.heal()

    def fail(self, kind: FailureKind) -> None:
        for name in SinkName:
            self._sinks.fail(name, SinkFailure(kind))

    def invalid(self) -> list[str]:
        """What a sink refused because it was wrong."""
        return [
            f"{name}: {each.problem}" for name in SinkName for each in self._received(name) if each.problem
        ]

    def alarm(self, reason: str) -> None:
        """Have an alarm of the files pipeline rise for this reason. It tells of changes alone."""
        name = self._target.output("CsvDlqDepthAlarmName")
        for state in ("OK", "ALARM"):
            self._target.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=reason)

    def mails(self, reason: str) -> int:
        """How many mails tell of an alarm that rose for this reason."""
        texts = [each.document.get("text", "") for each in self._received(SinkName.SMTP)]
        return sum(reason in text and "ALARM (was" in text for text in texts)

    def logged(self, output: str, since: float, text: str = "") -> dict[str, str]:
        """The lines with `text` of the function of this output, by event id."""
        pages = self._target.logs.get_paginator("filter_log_events").paginate(
            logGroupName=self._log_group(output),
            startTime=int(since * 1000),
            filterPattern=f'"{text}"' if text else "",
        )
        return {event["eventId"]: event["message"] for page in pages for event in page["events"]}

    def unforwarded(self, output: str, since: float) -> list[str]:
        """The function's lines that Splunk lacks."""
        group = self._log_group(output)
        arrived = {
            each.document["fields"]["eventId"]
            for each in self._received(SinkName.HEC)
            if each.document.get("source") == group
        }
        return [line for id_, line in self.logged(output, since).items() if id_ not in arrived]

    def invoked(self, output: str, since: int, until: int) -> dict[int, float]:
        """CloudWatch's count of the function's invocations in each of these minutes."""
        points = self._target.cloudwatch.get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Invocations",
            Dimensions=[{"Name": "FunctionName", "Value": self._target.output(output)}],
            StartTime=datetime.fromtimestamp(since, UTC),
            EndTime=datetime.fromtimestamp(until, UTC),
            Period=MINUTE,
            Statistics=["Sum"],
        )["Datapoints"]
        return {int(point["Timestamp"].timestamp()): point["Sum"] for point in points}

    def exported(self, function: str, since: int, until: int) -> dict[int, float]:
        """The sums of the deltas that Dynatrace got of it, a minute each."""
        sums: Counter[int] = Counter()
        for each in self._received(SinkName.DYNATRACE):
            line = each.document
            if line.get("key") == _INVOCATIONS and line["dimensions"]["function"] == function:
                sums[line["timestamp"] // 1000] += line["values"]["delta"]
        return {minute: total for minute, total in sums.items() if since <= minute < until}

    def redrive(self) -> None:
        """Have SQS move what was given up back to where it came from (StartMessageMoveTask)."""
        for dead, queue in _REDRIVES.items():
            url = self._target.output(dead)
            if depth(self._target, url).visible:
                self._target.sqs.start_message_move_task(
                    SourceArn=self._arn(url), DestinationArn=self._arn(self._target.output(queue))
                )

    def dead_letters(self) -> int:
        return sum(depth(self._target, self._target.output(dead)).total for dead in _REDRIVES)

    def _received(self, name: SinkName) -> list[Arrival]:
        """All arrivals, of which only the new ones are asked for: a drill before has sent thousands of lines,
        and who polls them all takes the sinks, in the same process, their time."""
        known = self._arrivals[name]
        known += self._sinks.received(name, after=known[-1].number if known else 0)
        return known

    def _arn(self, url: str) -> str:
        answer = self._target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]

    def _log_group(self, output: str) -> str:
        function = self._target.functions.get_function_configuration(FunctionName=self._target.output(output))
        return function["LoggingConfig"]["LogGroup"]
