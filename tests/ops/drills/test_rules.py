"""Actions on rules and alarms put back exactly what they changed, and what they add is gone afterwards."""

import json
from typing import Any

import pytest

from ops.lab.actions import alarm_definitions, rules
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import NotCarriedOut
from ops.lab.probes import alarms
from tests.ops.deployed_worker import deploy_worker

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/lab"
TOPIC = "arn:aws:sns:us-east-1:123456789012:topic"


@pytest.fixture
def bus(target: Target) -> Target:
    """A bus with a rule of the failures and one of the successes, which writes to a log group."""
    target.events.create_event_bus(Name="bus")
    target.stacks().outputs["OutcomeLogGroupName"] = "/aws/events/lab"
    for name, kind in {"failed": "IngestionFailure", "done": "IngestionSuccess"}.items():
        target.events.put_rule(
            Name=name, EventBusName="bus", EventPattern=json.dumps({"detail-type": [kind]})
        )
    target.events.put_targets(Rule="done", EventBusName="bus", Targets=[{"Id": "Target0", "Arn": GROUP}])
    return target


def targets(target: Target) -> list[Any]:
    return list(target.events.list_targets_by_rule(Rule="done", EventBusName="bus")["Targets"])


def test_the_successes_go_elsewhere_and_back(bus: Target) -> None:
    before = targets(bus)

    change = rules.write_successes_to(bus, "/aws/events/other")

    assert [each["Arn"] for each in targets(bus)] == [GROUP.replace("/lab", "/other")]
    change.restore()
    assert targets(bus) == before


def test_another_target_takes_the_place_of_the_one_that_is_wrong(bus: Target) -> None:
    change = rules.write_successes_to(bus, "/aws/events/other")

    rules.add_outcome_target(bus, "log")

    assert [(each["Id"], each["Arn"]) for each in targets(bus)] == [("log", GROUP)]
    change.restore()
    assert [(each["Id"], each["Arn"]) for each in targets(bus)] == [("Target0", GROUP)]


def test_without_a_rule_of_the_successes_nothing_is_carried_out(target: Target) -> None:
    target.events.create_event_bus(Name="bus")
    with pytest.raises(NotCarriedOut, match="IngestionSuccess"):
        rules.success_rule(target)


def alarm(target: Target) -> Any:
    [found] = target.cloudwatch.describe_alarms(AlarmNames=["lab-DlqDepth"])["MetricAlarms"]
    return {name: value for name, value in found.items() if "Timestamp" not in name}


@pytest.fixture
def watched(target: Target) -> Target:
    """An alarm on the DLQ that tells the topic."""
    target.stacks().outputs["DlqDepthAlarmName"] = "lab-DlqDepth"
    target.cloudwatch.put_metric_alarm(
        AlarmName="lab-DlqDepth",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "dlq"}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=2,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[TOPIC],
    )
    return target


def telling(target: Target) -> int:
    return alarms.watching_queue(target, target.output("DlqUrl"), TOPIC)


def test_an_alarm_that_looks_elsewhere_tells_nobody_until_it_is_put_back(watched: Target) -> None:
    before = alarm(watched)
    assert telling(watched) == 1

    change = alarm_definitions.look_at_queue(watched, "DlqDepth", "dlq-v1")

    assert telling(watched) == 0
    assert alarm(watched) == before | {"Dimensions": [{"Name": "QueueName", "Value": "dlq-v1"}]}
    change.restore()
    assert (telling(watched), alarm(watched)) == (1, before)


def test_an_alarm_beside_it_tells_as_well_and_goes_with_the_change(watched: Target) -> None:
    change = alarm_definitions.look_at_queue(watched, "DlqDepth", "dlq-v1")

    alarm_definitions.add_beside(watched, "DlqDepth", "dlq")

    assert telling(watched) == 1
    change.restore()
    assert [each["AlarmName"] for each in watched.cloudwatch.describe_alarms()["MetricAlarms"]] == [
        "lab-DlqDepth"
    ]


def test_an_alarm_without_its_actions_tells_nobody(watched: Target) -> None:
    watched.cloudwatch.disable_alarm_actions(AlarmNames=["lab-DlqDepth"])
    assert telling(watched) == 0


def test_a_rule_that_is_gone_is_no_trouble(bus: Target) -> None:
    assert rules.delete_rule(bus, "never-there") == "there was none"


@pytest.fixture
def worker(target: Target) -> Target:
    deploy_worker(target)
    return target


@pytest.mark.parametrize("how", [rules.disable_rule, rules.delete_rule])
def test_a_function_is_called_every_minute_until_the_rule_is_off(worker: Target, how: Any) -> None:
    assert rules.scheduled_calls(worker, [FunctionName.WORKER]) == 0
    change = rules.call_every_minute(worker, "every-minute", FunctionName.WORKER, {"a": 1})
    assert rules.scheduled_calls(worker, [FunctionName.WORKER]) == 1

    how(worker, "every-minute")

    assert rules.scheduled_calls(worker, [FunctionName.WORKER]) == 0
    change.restore()
    assert worker.events.list_rules()["Rules"] == []


def test_a_target_that_eventbridge_did_not_take_is_told_and_the_old_one_stays(
    bus: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [{"TargetId": "log", "ErrorCode": "InternalFailure"}]
    monkeypatch.setattr(
        bus.events, "put_targets", lambda **_: {"FailedEntryCount": 1, "FailedEntries": refused}
    )

    with pytest.raises(NotCarriedOut, match="InternalFailure"):
        rules.add_outcome_target(bus, "log")

    assert [each["Id"] for each in targets(bus)] == ["Target0"]
