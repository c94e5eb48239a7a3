"""The integrations: what they carry on, what they keep, what they may do, and what shows that they fail."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from functions.integrations.dynatrace_exporter.resources import Resources
from functions.integrations.environment import (
    DynatraceExporterEnvironment,
    SmtpNotifierEnvironment,
    SplunkForwarderEnvironment,
)
from functions.integrations.smtp_notifier.mailer import MAIL_SECONDS
from functions.integrations.splunk_forwarder.hec import FORWARD_SECONDS
from infra.constructs.integrations import smtp_notifications, splunk_forwarding
from tests.infra.templates import Synthesized, as_list, references, strings
from tests.infra.test_checkers import EXCEPTIONS, lint, unexplained
from tests.infra.test_policies import CALLS, KEY_USES, LOGS, TRACES, as_set

STACK = "Integrations"
MODELS = {
    "smtp_notifier": SmtpNotifierEnvironment,
    "splunk_forwarder": SplunkForwarderEnvironment,
    "dynatrace_exporter": DynatraceExporterEnvironment,
}
POLLED = {"smtp_notifier": "SmtpWaitingQueue", "splunk_forwarder": "SplunkWaitingQueue"}
POLLER = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
ALARMS = {
    "Smtp": ("DlqDepth", "QueueAge", "Errors", "Throttles"),
    "Splunk": ("DlqDepth", "FailedInvocationsDepth", "RetryAge", "Errors", "Throttles"),
    "Dynatrace": ("Errors", "Throttles", "LinesInvalid", "PointsDropped"),
}


def _template(app: Synthesized) -> dict[str, Any]:
    return app.stacks[STACK]


def _resources(app: Synthesized, type_: str) -> dict[str, dict[str, Any]]:
    return app.resources(type_, STACK)


def test_without_settings_there_is_none_of_it(dev: Synthesized) -> None:
    assert STACK not in dev.stacks


def test_only_what_is_set_is_deployed(mailed: Synthesized) -> None:
    assert set(MODELS) & set(mailed.functions()) == {"smtp_notifier"}
    assert len(_resources(mailed, "AWS::SNS::Subscription")) == 2
    assert not _resources(mailed, "AWS::Logs::SubscriptionFilter")


def test_no_other_stack_knows_of_the_integrations(dev: Synthesized, mailed: Synthesized) -> None:
    """But for the names that they export."""
    for name, template in dev.stacks.items():
        assert mailed.stacks[name]["Resources"] == template["Resources"]


@pytest.mark.parametrize("function", MODELS)
def test_each_function_gets_the_variables_of_its_model(integrated: Synthesized, function: str) -> None:
    variables = integrated.functions()[function]["Environment"]["Variables"]
    own = {name for name in variables if not name.startswith("POWERTOOLS_")}
    assert own == {field.name.upper() for field in fields(MODELS[function])}


@pytest.mark.parametrize("function", MODELS)
def test_each_function_may_do_what_it_calls_where_it_calls_it(integrated: Synthesized, function: str) -> None:
    expected: dict[str, str | set[str]] = CALLS[function] | {
        action: POLLED[function] for action in POLLER if function in POLLED
    }
    assert integrated.actions(function) == set(expected) | LOGS | TRACES | KEY_USES[function]
    for action, resources in expected.items():
        arns = [
            arn
            for statement in integrated.statements(function)
            if action in as_list(statement["Action"])
            for arn in as_list(statement["Resource"])
        ]
        met = [{each for each in as_set(resources) if references(arn, each)} for arn in arns]
        assert all(met), f"{action} on {arns}"
        assert set.union(*met) == as_set(resources), action


def test_the_topics_of_both_pipelines_are_mailed_and_may_write_to_the_queue(integrated: Synthesized) -> None:
    subscriptions = _resources(integrated, "AWS::SNS::Subscription").values()
    assert {each["Protocol"] for each in subscriptions} == {"sqs"}
    topics = {json.dumps(each["TopicArn"]) for each in subscriptions}
    assert {name for name in ("Observability", "Csv") if any(f"-{name}:" in each for each in topics)} == {
        "Observability",
        "Csv",
    }
    assert len(topics) == 4
    recovered = [each for each in subscriptions if "Recoveries" in json.dumps(each["TopicArn"])]
    assert [each["FilterPolicy"] for each in recovered] == [{"OldStateValue": ["ALARM"]}] * 2
    policy = next(
        each["PolicyDocument"]["Statement"]
        for each in _resources(integrated, "AWS::SQS::QueuePolicy").values()
        if references(each["Queues"], "SmtpWaitingQueue")
    )
    writers = [each for each in policy if each["Effect"] == "Allow"]
    assert {json.dumps(each["Condition"]["ArnEquals"]["aws:SourceArn"]) for each in writers} == topics


def test_sns_may_use_the_key_of_the_encrypted_queue(integrated: Synthesized) -> None:
    (key,) = _resources(integrated, "AWS::KMS::Key").values()
    services = [
        each["Principal"].get("Service")
        for each in key["KeyPolicy"]["Statement"]
        if "kms:GenerateDataKey" in as_list(each["Action"])
    ]
    assert "sns.amazonaws.com" in services


def test_every_function_of_both_pipelines_is_subscribed_and_the_forwarder_is_not(
    integrated: Synthesized,
) -> None:
    filters = _resources(integrated, "AWS::Logs::SubscriptionFilter").values()
    assert {each["FilterPattern"] for each in filters} == {""}
    groups = [json.dumps(each["LogGroupName"]) for each in filters]
    assert len(set(groups)) == len(groups)
    pipelines = set(integrated.functions()) - set(MODELS)
    assert len(groups) == len(pipelines)
    own = _resources(integrated, "AWS::Logs::LogGroup")
    assert not any(name in group for group in groups for name in own)


def test_logs_may_invoke_the_forwarder_for_each_group_alone(integrated: Synthesized) -> None:
    permissions = [
        each
        for each in _resources(integrated, "AWS::Lambda::Permission").values()
        if each["Principal"] == "logs.amazonaws.com"
    ]
    assert len(permissions) == len(_resources(integrated, "AWS::Logs::SubscriptionFilter"))
    assert all(references(each["FunctionName"], "SplunkForwarder") for each in permissions)
    assert len({json.dumps(each["SourceArn"]) for each in permissions}) == len(permissions)


def test_what_the_forwarder_cannot_even_queue_is_kept_after_six_hours(integrated: Synthesized) -> None:
    (config,) = (
        each
        for each in _resources(integrated, "AWS::Lambda::EventInvokeConfig").values()
        if "DestinationConfig" in each
    )
    assert references(config["DestinationConfig"], "SplunkFailedInvocations")
    assert (config["MaximumEventAgeInSeconds"], config["MaximumRetryAttempts"]) == (21_600, 2)


def test_a_batch_may_fail_in_part_and_comes_back_slowly(integrated: Synthesized) -> None:
    sources = _resources(integrated, "AWS::Lambda::EventSourceMapping").values()
    assert len(sources) == 2
    for source in sources:
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_a_queue_waits_six_times_as_long_as_its_function_before_it_delivers_again(
    integrated: Synthesized,
) -> None:
    for name, queue in POLLED.items():
        function = integrated.functions()[name]
        (properties,) = (
            each for id_, each in _resources(integrated, "AWS::SQS::Queue").items() if id_.startswith(queue)
        )
        assert properties["VisibilityTimeout"] == 6 * function["Timeout"]
        assert properties["RedrivePolicy"]["maxReceiveCount"] == 20


def test_a_function_has_time_for_a_first_record_and_a_second() -> None:
    assert 2 * MAIL_SECONDS <= smtp_notifications.TIMEOUT_SECONDS
    assert 2 * FORWARD_SECONDS <= splunk_forwarding.TIMEOUT_SECONDS


def test_exports_never_overlap(integrated: Synthesized) -> None:
    exporter = integrated.functions()["dynatrace_exporter"]
    lease = int(exporter["Environment"]["Variables"]["LEASE_SECONDS"])
    assert exporter["Timeout"] < lease < 60
    (rule,) = _resources(integrated, "AWS::Events::Rule").values()
    assert rule["ScheduleExpression"] == "rate(1 minute)"


def test_the_exporter_reads_what_the_app_wrote_about_both_pipelines(integrated: Synthesized) -> None:
    read = {}
    for parameter in _resources(integrated, "AWS::SSM::Parameter").values():
        resources = Resources.from_json(_resolved(parameter["Value"]))
        read[resources.pipeline] = resources
    assert {"ingest", "worker", "processor", "authorizer"} <= set(read["ingestion"].functions)
    assert {"events", "dlq", "parked", "undelivered"} == set(read["ingestion"].queues)
    assert {"http"} == set(read["ingestion"].apis)
    assert {"workflow"} == set(read["ingestion"].state_machines)
    assert {"processing", "scaler"} <= set(read["csv"].functions)
    assert {each.name for each in read["csv"].lab} == {"Concurrency"}


def test_a_parameter_holds_even_the_longest_names(integrated: Synthesized) -> None:
    """4,096 characters (PutParameter); of queues and functions 80 and 64 at most, of a machine's ARN 160."""
    for parameter in _resources(integrated, "AWS::SSM::Parameter").values():
        assert len(_resolved(parameter["Value"], "x" * 80)) < 4_096


def _resolved(value: Any, reference: str = "name") -> str:
    """A value whose references have become names."""
    if isinstance(value, str):
        return value
    return "".join(part if isinstance(part, str) else reference for part in value["Fn::Join"][1])


def test_there_is_an_alarm_for_each_known_trouble_and_an_output_for_each_alarm(
    integrated: Synthesized,
) -> None:
    outputs = _template(integrated)["Outputs"]
    names = {f"{prefix}{name}" for prefix, each in ALARMS.items() for name in each}
    found = {outputs[f"{name}AlarmName"]["Value"]["Ref"] for name in names}
    alarms = _resources(integrated, "AWS::CloudWatch::Alarm")
    assert found == set(alarms)
    for alarm in alarms.values():
        actions = [json.dumps(alarm[name]) for name in ("AlarmActions", "OKActions")]
        assert ["NotificationsRecoveries" in each for each in actions] == [False, True]
        assert alarm["TreatMissingData"] == "notBreaching"
        assert "-Observability:" in json.dumps(alarm["AlarmActions"])


def test_the_outputs_are_those_that_the_lab_reads(integrated: Synthesized) -> None:
    outputs = {
        name
        for name in _template(integrated)["Outputs"]
        if not name.endswith("AlarmName") and not name.startswith("ExportsOutput")
    }
    assert outputs == {
        *("SmtpQueueUrl", "SmtpDlqUrl", "SmtpFunctionName"),
        *("SplunkRetryQueueUrl", "SplunkDlqUrl", "SplunkFailedInvocationsUrl", "SplunkFunctionName"),
        *("DynatraceFunctionName", "DynatraceTableName"),
    }


def test_counts_of_an_export_are_taken_from_what_it_logs(integrated: Synthesized) -> None:
    filters = _resources(integrated, "AWS::Logs::MetricFilter").values()
    assert {(each["FilterPattern"], each["MetricTransformations"][0]["MetricValue"]) for each in filters} == {
        ("{ $.linesInvalid > 0 }", "$.linesInvalid"),
        ("{ $.pointsDropped > 0 }", "$.pointsDropped"),
    }


def test_no_template_holds_a_secret_or_a_default_password(integrated: Synthesized) -> None:
    assert not _resources(integrated, "AWS::SecretsManager::Secret")
    text = "".join(strings(_template(integrated)))
    assert "password" not in text.lower()


@pytest.mark.parametrize("name", ["integrated", "mailed"])
def test_the_templates_are_sound(synthesize: Any, name: str) -> None:
    directory: Path = synthesize(name).directory
    ran = lint([str(path) for path in directory.glob("*-Integrations.template.json")])
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_cdk_nag_finds_nothing_unexplained(integrated: Synthesized) -> None:
    own = [each for each in integrated.findings if each[1].startswith(("Smtp/", "Splunk/", "Dynatrace/"))]
    known = (
        *EXCEPTIONS,
        (
            "AwsSolutions-SQS3",
            r"Splunk/FailedInvocations/Queue/Resource",
            "It is a dead end itself: of asynchronous invocations, which the rule does not look at.",
        ),
    )
    assert own
    assert unexplained(own, known) == []
