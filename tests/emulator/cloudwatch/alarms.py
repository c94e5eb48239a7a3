"""Alarms for tests: putting them, feeding their metric, and waiting for a state."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ops.lab.waiting import eventually
from tests.emulator.cloudwatch.conftest import NAMESPACE
from tests.emulator.conftest import Emulator


@dataclass(frozen=True)
class Watched:
    """An alarm named after the one metric that it watches, with queue `orders` as its dimension."""

    cloudwatch: Any
    metric: str

    def put_alarm(self, **changed: Any) -> None:
        one_metric = {
            "Namespace": NAMESPACE,
            "MetricName": self.metric,
            "Dimensions": dimensions("orders"),
            "Statistic": "Maximum",
            "Period": 60,
        }
        if "ExtendedStatistic" in changed:
            del one_metric["Statistic"]
        self.cloudwatch.put_metric_alarm(
            **{
                "AlarmName": self.metric,
                "EvaluationPeriods": 1,
                "Threshold": 0,
                "ComparisonOperator": "GreaterThanThreshold",
                "TreatMissingData": "notBreaching",
                **({} if "Metrics" in changed else one_metric),
                **changed,
            }
        )

    def put_data(self, *values: float, queue: str = "orders") -> None:
        self.put_data_of({queue: values})

    def put_data_of(self, values: Mapping[str, Sequence[float]]) -> None:
        """Write the values of each queue, all in one call: they fall into the same period."""
        data = [
            {"MetricName": self.metric, "Dimensions": dimensions(queue), "Values": list(of_queue)}
            for queue, of_queue in values.items()
        ]
        self.cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)

    def describe(self) -> dict[str, Any]:
        [alarm] = self.cloudwatch.describe_alarms(AlarmNames=[self.metric])["MetricAlarms"]
        return dict(alarm)

    def state(self) -> str:
        return str(self.describe()["StateValue"])

    def wait_for(self, state: str, *, within: float) -> None:
        eventually(self.state, within=within, until=lambda found: found == state, what=f"the state {state}")


def dimensions(queue: str) -> list[dict[str, str]]:
    return [{"Name": "QueueName", "Value": queue}]


class Inbox:
    """A topic, and a queue that receives what is published to it."""

    def __init__(self, emulator: Emulator, name: str) -> None:
        self._sqs = emulator.client("sqs")
        sns = emulator.client("sns")
        self.topic: str = sns.create_topic(Name=name)["TopicArn"]
        self._url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=found["Attributes"]["QueueArn"])

    def next(self) -> tuple[str, dict[str, Any]]:
        """The subject and the message of the next notification, waiting for it 20 s at most."""
        found = self._sqs.receive_message(QueueUrl=self._url, WaitTimeSeconds=20, MaxNumberOfMessages=1)
        [message] = found["Messages"]
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        notification = json.loads(message["Body"])
        return notification["Subject"], json.loads(notification["Message"])
