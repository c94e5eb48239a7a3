"""What holds of every staggered processor: nothing on the way is lost unseen, and every part is watched."""

from typing import Any

import pytest

from infra.constructs.rounds.processor_parameters import RoundLimits
from infra.synth_errors import SettingsError
from tests.infra.templates import Properties, Synthesized, references, topics

ALARMS = {
    "QueueAge": ("ApproximateAgeOfOldestMessage", "FilesQueue"),
    "QueueBacklog": ("ApproximateNumberOfMessagesVisible", "FilesQueue"),
    "DlqDepth": ("ApproximateNumberOfMessagesVisible", "FilesDlq"),
    "UndeliveredDepth": ("ApproximateNumberOfMessagesVisible", "Undelivered"),
    "FailedInvocationsDepth": ("ApproximateNumberOfMessagesVisible", "FailedInvocations"),
    "ExecutionsFailed": ("ExecutionsFailed", "RoundMachine"),
    "ExecutionsTimedOut": ("ExecutionsTimedOut", "RoundMachine"),
    "ProcessingErrors": ("Errors", "Function"),
    "ProcessingThrottles": ("Throttles", "Function"),
    "ProcessingDuration": ("Duration", "Function"),
    "RoundErrors": ("Errors", "RoundControl"),
    "RoundThrottles": ("Throttles", "RoundControl"),
    "StarterErrors": ("Errors", "RoundStarter"),
    "StarterThrottles": ("Throttles", "RoundStarter"),
    "ScalerErrors": ("Errors", "Scaler"),
    "ScalerThrottles": ("Throttles", "Scaler"),
    "ArrivalsFailedInvocations": ("FailedInvocations", "ArrivalsRule"),
    "ScheduleFailedInvocations": ("FailedInvocations", "EachMinute"),
    "FailuresFailedInvocations": ("FailedInvocations", "FailuresFailed"),
}


def rules(app: Synthesized) -> dict[str, Properties]:
    """The three rules, by what they listen to."""
    found = app.resources("AWS::Events::Rule").values()
    return {rule.get("EventPattern", {}).get("detail-type", ["schedule"])[0]: rule for rule in found}


def main_queue(app: Synthesized) -> Properties:
    [queue] = [q for q in app.resources("AWS::SQS::Queue").values() if "QueueName" in q]
    return queue


def test_every_component_has_its_alarm(processor: Synthesized) -> None:
    alarms = processor.resources("AWS::CloudWatch::Alarm")
    assert len(alarms) == len(ALARMS)
    for name, (metric, resource) in ALARMS.items():
        [alarm] = [each for id_, each in alarms.items() if id_.startswith(f"ProcessorAlarms{name}")]
        assert alarm["MetricName"] == metric
        assert references(alarm["Dimensions"], resource), name


def test_every_alarm_tells_when_it_rises_and_when_it_is_ok_and_rests_without_data(
    processor: Synthesized,
) -> None:
    alarms, recoveries = topics(processor)
    for alarm in processor.resources("AWS::CloudWatch::Alarm").values():
        assert (alarm["AlarmActions"], alarm["OKActions"]) == ([{"Ref": alarms}], [{"Ref": recoveries}])
        assert "InsufficientDataActions" not in alarm
        assert alarm["TreatMissingData"] == "notBreaching"


def test_alarms_are_found_by_outputs(files: Synthesized) -> None:
    assert {f"Csv{name}AlarmName" for name in ALARMS} <= files.stacks["Csv"]["Outputs"].keys()


def test_a_slow_function_is_told_of_before_it_is_killed(processor: Synthesized) -> None:
    [duration] = [
        alarm
        for alarm in processor.resources("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "Duration"
    ]
    functions = processor.functions()
    processing = functions.get("csv_processor") or functions["fingerprint"]
    assert 0 < duration["Threshold"] < processing["Timeout"] * 1_000


def test_every_target_of_every_rule_is_retried_and_has_a_dead_end(processor: Synthesized) -> None:
    targets = [target for rule in rules(processor).values() for target in rule["Targets"]]
    assert len(targets) == 6
    for target in targets:
        assert references(target["DeadLetterConfig"], "Undelivered")
        assert target["RetryPolicy"]["MaximumRetryAttempts"] >= 3


def test_every_function_that_is_invoked_later_has_a_dead_end(processor: Synthesized) -> None:
    caught = processor.resources("AWS::Lambda::EventInvokeConfig").values()
    assert len(caught) == 3
    for config in caught:
        assert references(config["DestinationConfig"]["OnFailure"], "FailedInvocations")
    for name in ("RoundStarter", "Scaler"):
        assert any(references(config["FunctionName"], name) for config in caught)


def test_every_queue_is_a_dead_end_or_has_one(processor: Synthesized) -> None:
    for id_, queue in processor.resources("AWS::SQS::Queue").items():
        is_dead_end = any(part in id_ for part in ("Dlq", "Undelivered", "FailedInvocations"))
        assert is_dead_end != ("RedrivePolicy" in queue), id_
    assert references(main_queue(processor)["RedrivePolicy"], "FilesDlq")


def test_a_batch_of_the_largest_messages_fits_twice_into_a_state(processor: Synthesized) -> None:
    """Of 256 KiB: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
    assert 2 * 10 * main_queue(processor)["MaximumMessageSize"] < 256 * 1_024


def test_no_message_comes_back_while_its_round_works(processor: Synthesized) -> None:
    """Ten files at the least concurrency, each with its longest wait and the function's timeout."""
    control = processor.functions()["round_control"]["Environment"]["Variables"]
    functions = processor.functions()
    processing = functions.get("csv_processor") or functions["fingerprint"]
    turns = -(-10 // int(control["MIN_CONCURRENCY"]))
    longest = turns * (int(control["MAX_WAIT_SECONDS"]) + processing["Timeout"])
    assert main_queue(processor)["VisibilityTimeout"] > longest


def test_a_shorter_visibility_stops_synth() -> None:
    with pytest.raises(SettingsError, match="shorter than a round may take: set it to at least"):
        RoundLimits(timeout_seconds=20, visibility_seconds=60)


def test_arrivals_go_to_the_queue_and_wake_the_starter(processor: Synthesized) -> None:
    rule = rules(processor)["Object Created"]
    assert rule["EventPattern"]["source"] == ["aws.s3"]
    assert references(rule["EventPattern"]["detail"]["bucket"]["name"], "FilesBucket")
    queue, starter = rule["Targets"]
    assert references(queue["Arn"], "FilesQueue")
    assert references(starter["Arn"], "RoundStarter")
    assert queue["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}


def test_only_what_arrives_is_processed_and_not_what_is_written_back(
    files: Synthesized, fingerprint: Synthesized
) -> None:
    def keys(app: Synthesized) -> list[dict[str, str]]:
        found: list[dict[str, str]] = rules(app)["Object Created"]["EventPattern"]["detail"]["object"]["key"]
        return found

    assert keys(files) == [{"wildcard": "incoming/*.csv"}, {"wildcard": "incoming/*.csv.gz"}]
    assert keys(fingerprint) == [{"prefix": "incoming/"}]


def test_starter_and_scaler_run_each_minute(processor: Synthesized) -> None:
    rule = rules(processor)["schedule"]
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    starter, scaler = rule["Targets"]
    assert references(starter["Arn"], "RoundStarter")
    assert references(scaler["Arn"], "Scaler")


def test_a_file_that_failed_is_told_to_the_topic_and_logged_by_its_own_processor(
    processor: Synthesized,
) -> None:
    rule = rules(processor)["file.failed"]
    assert rule["EventPattern"]["source"] == ["ingestion-lab.files"]
    assert rule["EventPattern"]["detail"]["processor"] == [main_queue(processor)["QueueName"]]
    targets = [target["Arn"] for target in rule["Targets"]]
    assert any(references(arn, "FailuresLog") for arn in targets)
    assert any(references(arn, "NotificationsTopic") for arn in targets)


def test_the_bucket_is_private_versioned_and_tells_eventbridge(processor: Synthesized) -> None:
    bucket = processor.only("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    statements = processor.only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    denied = [each for each in statements if each["Effect"] == "Deny"]
    assert any("aws:SecureTransport" in str(each["Condition"]) for each in denied)
    assert any("s3:TlsVersion" in str(each["Condition"]) for each in denied)


def test_old_versions_outlive_every_message_that_names_them(processor: Synthesized) -> None:
    lifecycle = processor.only("AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    [old] = [each for each in lifecycle if "NoncurrentVersionExpiration" in each]
    days = old["NoncurrentVersionExpiration"]["NoncurrentDays"]
    kept = max(queue["MessageRetentionPeriod"] for queue in processor.resources("AWS::SQS::Queue").values())
    assert days * 86_400 > kept + main_queue(processor)["MessageRetentionPeriod"]


def test_nothing_is_deployed_beside_what_is_stated(processor: Synthesized) -> None:
    """No custom resource, such as the CDK's own way to switch a bucket's notifications on would be."""
    assert not any(type_.startswith(("Custom::", "AWS::CloudFormation::")) for type_ in processor.types())
    expected = {"round_control", "round_starter", "scaler"}
    assert expected < set(processor.functions())
    assert len(processor.functions()) == len(expected) + 1


def test_the_stack_refers_to_no_other(processor: Synthesized) -> None:
    assert "Fn::ImportValue" not in str(processor.stacks)


def test_the_environment_agrees_with_the_limits(files: Synthesized) -> None:
    functions = files.functions()
    scaler: dict[str, Any] = functions["scaler"]["Environment"]["Variables"]
    control: dict[str, Any] = functions["round_control"]["Environment"]["Variables"]
    for name in ("CONCURRENCY", "MIN_CONCURRENCY", "MAX_CONCURRENCY"):
        assert scaler[name] == control[name]
    assert functions["csv_processor"]["ReservedConcurrentExecutions"] == int(scaler["CONCURRENCY"])
    assert references(scaler["FUNCTION_NAME"], "CsvProcessorFunction")


def test_the_concurrency_that_was_set_is_a_metric_of_its_own(processor: Synthesized) -> None:
    [metric] = processor.only("AWS::Logs::MetricFilter")["MetricTransformations"]
    assert (metric["MetricName"], metric["MetricValue"]) == ("Concurrency", "$.concurrency")
    name = main_queue(processor)["QueueName"]
    assert metric["MetricNamespace"] == name.replace("-", "/")
