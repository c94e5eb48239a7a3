"""Alarms, dashboard, rules, metrics from logs and saved queries."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from functions.common.circuits import downstream, dynamodb, eventbridge, sqs
from infra.constructs.log_group import RETENTION
from infra.settings.shared import LOG_RETENTION_DAYS
from tests.infra.templates import Synthesized, references, strings, topics

FUNCTIONS = ("Ingest", "Worker", "Redrive", "RedriveRunner")
REPOSITORY = Path(__file__).resolve().parents[2]
QUERIES = REPOSITORY / "ops" / "queries" / "cloudwatch-insights"

ALARMS = {
    ("ApproximateNumberOfMessagesVisible", "EventsDlq"): 0,
    ("ApproximateNumberOfMessagesVisible", "EventsQueue"): 1_000,
    ("ApproximateNumberOfMessagesVisible", "OutcomesUndelivered"): 0,
    ("ApproximateNumberOfMessagesVisible", "EventsParked"): 0,
    ("ApproximateAgeOfOldestMessage", "EventsDlq"): 300,
    ("ApproximateAgeOfOldestMessage", "EventsQueue"): 300,
    ("Errors", "IngestFunction"): 0,
    ("Errors", "WorkerFunction"): 0,
    ("Errors", "RedriveRunnerFunction"): 0,
    ("Throttles", "IngestFunction"): 0,
    ("Throttles", "WorkerFunction"): 0,
    ("Throttles", "RedriveRunnerFunction"): 0,
    ("5xx", "HttpApi"): 0,
    ("Latency", "HttpApi"): 3_000,
    ("CircuitOpened", "DynamoDB"): 0,
    ("CircuitOpened", "SQS"): 0,
    ("CircuitOpened", "EventBridge"): 0,
    ("CircuitOpened", "Downstream"): 0,
}
# A drill finds an alarm by the output <name>AlarmName.
ALARM_NAMES = (
    *("DlqDepth", "QueueBacklog", "UndeliveredDepth", "ParkedDepth", "DlqAge", "QueueAge"),
    *("RedriveRunnerErrors", "RedriveRunnerThrottles"),
    *("IngestErrors", "WorkerErrors", "IngestThrottles", "WorkerThrottles", "Api5xx", "ApiLatency"),
    *("CircuitOpenedDynamoDB", "CircuitOpenedSQS", "CircuitOpenedEventBridge", "CircuitOpenedDownstream"),
)


STEP_ALARM_NAMES = ("ProcessorErrors", "ProcessorThrottles")


def _names_of_steps(app: Synthesized) -> tuple[str, ...]:
    return STEP_ALARM_NAMES if "processor" in app.functions() else ()


Alarms = dict[str, dict[str, Any]]
"""Properties of alarms, by the names that their outputs bear."""


def _by_output(stack: dict[str, Any]) -> Alarms:
    return {
        name.removesuffix("AlarmName"): stack["Resources"][output["Value"]["Ref"]]["Properties"]
        for name, output in stack["Outputs"].items()
        if name.endswith("AlarmName")
    }


@pytest.fixture
def all_alarms(
    orchestrated: Synthesized, files: Synthesized, fingerprint: Synthesized, integrated: Synthesized
) -> Alarms:
    """Of every pipeline and integration."""
    apps = (orchestrated, files, fingerprint, integrated)
    stacks = [stack for app in apps for stack in app.stacks.values()]
    return {name: alarm for stack in stacks for name, alarm in _by_output(stack).items()}


def _alarm(app: Synthesized, metric: str, resource: str) -> dict[str, Any]:
    (alarm,) = (
        alarm
        for alarm in app.resources("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric
        and (references(alarm["Dimensions"], resource) or resource in strings(alarm["Dimensions"]))
    )
    return alarm


def test_there_is_an_alarm_for_each_known_trouble_and_no_other(each: Synthesized) -> None:
    assert len(each.resources("AWS::CloudWatch::Alarm")) == len(ALARMS) + len(_names_of_steps(each))


@pytest.mark.parametrize(("metric", "resource"), ALARMS)
def test_alarms_rise_above_the_default_thresholds(dev: Synthesized, metric: str, resource: str) -> None:
    alarm = _alarm(dev, metric, resource)
    assert alarm["Threshold"] == ALARMS[metric, resource]
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"


def test_every_alarm_tells_when_it_rises_and_when_it_is_ok_and_rests_without_data(each: Synthesized) -> None:
    alarms, recoveries = topics(each)
    for alarm in each.resources("AWS::CloudWatch::Alarm").values():
        assert (alarm["AlarmActions"], alarm["OKActions"]) == ([{"Ref": alarms}], [{"Ref": recoveries}])
        assert "InsufficientDataActions" not in alarm
        assert alarm["TreatMissingData"] == "notBreaching"


def test_every_circuit_has_its_alarm_on_what_its_log_lines_count(dev: Synthesized) -> None:
    names = {circuit.name for circuit in (dynamodb(), sqs(), eventbridge(), downstream())}
    alarms = [
        alarm
        for alarm in dev.resources("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "CircuitOpened"
    ]
    assert {alarm["Dimensions"][0]["Value"] for alarm in alarms} == names
    filters = dev.resources("AWS::Logs::MetricFilter").values()
    [written] = {
        (each["MetricNamespace"], each["Dimensions"][0]["Key"])
        for filter_ in filters
        for each in filter_["MetricTransformations"]
        if each["MetricName"] == "CircuitOpened"
    }
    assert {(alarm["Namespace"], alarm["Dimensions"][0]["Name"]) for alarm in alarms} == {written}


def test_an_alarm_has_a_name_to_read_aloud_and_says_what_it_means_and_what_to_do(all_alarms: Alarms) -> None:
    for output, alarm in all_alarms.items():
        assert re.fullmatch(rf"IngestionLab-\w+-{output}", alarm["AlarmName"])
        meaning, _, runbook = alarm["AlarmDescription"].partition(" Runbook: ")
        assert meaning.endswith(".")
        assert (REPOSITORY / runbook).is_file(), alarm["AlarmName"]
        assert len(alarm["AlarmDescription"]) <= 1_024  # CloudWatch API reference, PutMetricAlarm


def test_the_description_names_the_runbook_that_the_index_of_runbooks_names(dev: Synthesized) -> None:
    index = (REPOSITORY / "ops/runbooks/README.md").read_text()
    for output, alarm in _by_output(dev.stacks["Observability"]).items():
        [row] = re.findall(rf"^\| `{output}` \| (.*) \|$", index, re.MULTILINE)
        runbook = Path(alarm["AlarmDescription"].partition(" Runbook: ")[2]).name
        assert runbook in (re.findall(r"\((\w+\.md)\)", row) or ["README.md"]) or row.startswith("the same")


def test_two_environments_of_one_account_have_no_alarm_in_common(dev: Synthesized, prod: Synthesized) -> None:
    mine, theirs = (
        [alarm["AlarmName"] for alarm in app.resources("AWS::CloudWatch::Alarm").values()]
        for app in (dev, prod)
    )
    assert len(set(mine + theirs)) == len(mine) + len(theirs)


def test_the_note_of_costs_counts_the_alarms(dev: Synthesized, files: Synthesized) -> None:
    note = (REPOSITORY / "docs/cost.md").read_text()
    counted = re.search(r"\| (\d+) alarms, (\d+) of them of the files pipeline \|", note)
    assert counted is not None
    of_ingestion = len(dev.resources("AWS::CloudWatch::Alarm", "Observability"))
    of_files = len(files.resources("AWS::CloudWatch::Alarm", "Csv"))
    assert [int(number) for number in counted.groups()] == [of_ingestion + of_files, of_files]


def test_the_note_of_costs_counts_the_dashboards_and_the_keys(
    dev: Synthesized, files: Synthesized, prod: Synthesized, files_prod: Synthesized
) -> None:
    note = (REPOSITORY / "docs/cost.md").read_text()
    dashboards, keys = (
        len(pipeline.resources(type_)) + len(of_files.resources(type_, "Csv"))
        for type_, pipeline, of_files in (
            ("AWS::CloudWatch::Dashboard", dev, files),
            ("AWS::KMS::Key", prod, files_prod),
        )
    )
    assert re.findall(r"\| (\d+) dashboards, one a pipeline \|", note) == [str(dashboards)]
    assert re.findall(r"`useKmsCmk` makes (\d+) keys", note) == [str(keys)]


def test_the_month_that_the_notes_tell_is_the_sum_of_its_rows() -> None:
    note = (REPOSITORY / "docs/cost.md").read_text()
    events, months = note.partition("\nAnd by the month")[::2]
    rows = re.findall(
        r"^\|.*\| ([\d.]+)(?: to ([\d.]+))? \|$", events + months.partition("\nSo a month")[0], re.M
    )
    least, most = (sum(float(row[at] or row[0]) for row in rows) for at in (0, 1))
    told = [f"{least:.0f}", f"{most:.0f}"]
    assert [list(each) for each in re.findall(r"a million events costs (\d+) to (\d+) dollars", note)] == [
        told
    ]
    deploying = (REPOSITORY / "docs/deploy.md").read_text()
    found = re.findall(r"A month with a million events costs (\d+) to (\d+) US dollars", deploying)
    assert [list(each) for each in found] == [told]


def test_a_dead_letter_alarms_after_the_window(dev: Synthesized, jwt: Synthesized) -> None:
    for app, seconds in ((dev, 300), (jwt, 60)):
        alarm = _alarm(app, "ApproximateNumberOfMessagesVisible", "EventsDlq")
        assert alarm["Period"] * alarm["EvaluationPeriods"] == seconds


def test_one_error_in_the_window_is_enough(dev: Synthesized) -> None:
    alarm = _alarm(dev, "Errors", "WorkerFunction")
    assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("Sum", 300, 1)


def test_alarms_may_publish_to_both_topics(each: Synthesized) -> None:
    """A topic's own policy replaces the default one, which would have let them."""
    alarms, recoveries = topics(each)
    publishers = {
        policy["Topics"][0]["Ref"]: {
            statement["Principal"].get("Service")
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Allow"
        }
        for policy in each.resources("AWS::SNS::TopicPolicy").values()
    }
    assert publishers == {
        alarms: {"cloudwatch.amazonaws.com", "events.amazonaws.com"},
        recoveries: {"cloudwatch.amazonaws.com"},
    }


def test_people_and_tools_are_subscribed_only_if_set(dev: Synthesized, prod: Synthesized) -> None:
    assert "AWS::SNS::Subscription" not in dev.types()
    subscriptions = prod.resources("AWS::SNS::Subscription").values()
    for topic in topics(prod):
        subscribed = {
            (s["Protocol"], s["Endpoint"]) for s in subscriptions if s["TopicArn"] == {"Ref": topic}
        }
        assert subscribed == {("email", "ops@example.com"), ("https", "https://hooks.example.com/lab")}


def test_of_the_alarms_that_are_ok_people_hear_of_those_that_were_raised(prod: Synthesized) -> None:
    """And no filter stands between them and an alarm, or an event that failed."""
    alarms, recoveries = topics(prod)
    filters = {
        (topic, each.get("FilterPolicyScope"), json.dumps(each.get("FilterPolicy")))
        for topic in (alarms, recoveries)
        for each in prod.resources("AWS::SNS::Subscription").values()
        if each["TopicArn"] == {"Ref": topic}
    }
    from_alarm = json.dumps({"OldStateValue": ["ALARM"]})
    assert filters == {(alarms, None, "null"), (recoveries, "MessageBody", from_alarm)}


def test_failures_are_announced_and_both_outcomes_are_logged(each: Synthesized) -> None:
    topic, _ = topics(each)
    (log,) = (id_ for id_ in each.resources("AWS::Logs::LogGroup") if id_.startswith("OutcomesLog"))
    rules = {
        rule["EventPattern"]["detail-type"][0]: rule for rule in each.resources("AWS::Events::Rule").values()
    }
    assert set(rules) == {"IngestionSuccess", "IngestionFailure"}
    for kind, rule in rules.items():
        targets = [id_ for id_ in (topic, log) if any(references(t["Arn"], id_) for t in rule["Targets"])]
        assert targets == ([topic, log] if kind == "IngestionFailure" else [log])
        assert references(rule["EventBusName"], "OutcomesBus")


def test_a_target_that_refuses_loses_nothing(each: Synthesized) -> None:
    for rule in each.resources("AWS::Events::Rule").values():
        for target in rule["Targets"]:
            assert references(target["DeadLetterConfig"], "OutcomesUndelivered")
            assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 3600


def test_eventbridge_may_write_to_the_log(each: Synthesized) -> None:
    """EventBridge takes only groups under /aws/events/, by a resource policy rather than by a role."""
    (group,) = (
        group
        for group in each.resources("AWS::Logs::LogGroup", "Observability").values()
        if str(group.get("LogGroupName", "")).startswith("/aws/events/")
    )
    assert group["LogGroupName"].rsplit("/", 1)[1].startswith("IngestionLab-")
    policy = "".join(strings(each.only("AWS::Logs::ResourcePolicy")["PolicyDocument"]))
    assert "events.amazonaws.com" in policy
    assert "logs:PutLogEvents" in policy


def test_the_dashboard_shows_queues_functions_rules_outcomes_and_the_api(each: Synthesized) -> None:
    body = "".join(strings(each.only("AWS::CloudWatch::Dashboard")["DashboardBody"]))
    for metric in (
        *("ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"),
        *("ApproximateAgeOfOldestMessage", "Invocations", "Errors", "Throttles", "Duration"),
        *("MatchedEvents", "Processed", "IdempotencyHits", "5xx", "Latency"),
    ):
        assert f'"{metric}"' in body, metric
    assert '"p95"' in body
    for searched in ("Errors", "CircuitOpened"):
        assert f'MetricName=\\"{searched}\\"' in body, searched


def test_the_dashboard_names_rules_as_their_metrics_do(each: Synthesized) -> None:
    """Of a rule on a bus of its own, Ref is `bus|rule`; the dimension RuleName is the rule alone."""
    parts = each.only("AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Join"][1]
    named = [
        after
        for before, after in pairwise(parts)
        if isinstance(before, str) and before.endswith('"RuleName","')
    ]
    rules = each.resources("AWS::Events::Rule")
    assert len(named) == 2 * len(rules)
    for name in named:
        assert name["Fn::Select"][0] == 1
        separator, rule = name["Fn::Select"][1]["Fn::Split"]
        assert separator == "|"
        assert rule["Ref"] in rules


def test_metrics_are_counted_from_the_fields_that_the_functions_log(each: Synthesized) -> None:
    found = {
        (filter_["FilterPattern"], filter_["MetricTransformations"][0]["MetricName"])
        for filter_ in each.resources("AWS::Logs::MetricFilter").values()
    }
    assert found == {
        ("{ $.duplicate IS TRUE }", "IdempotencyHits"),
        ('{ $.errorType = "*" }', "Errors"),
        ('{ $.errorType = "*" }', "FailedAttempts"),
        ('{ $.circuitState = "open" }', "CircuitOpened"),
        ("{ $.processed IS TRUE }", "Processed"),
    }


def test_failed_attempts_are_the_workers_alone(each: Synthesized) -> None:
    """A request that ingest refuses has an error type too, and is no failed record."""
    [filter_] = [
        filter_
        for filter_ in each.resources("AWS::Logs::MetricFilter").values()
        if filter_["MetricTransformations"][0]["MetricName"] == "FailedAttempts"
    ]
    assert references(filter_["LogGroupName"], "WorkerLogs")
    assert "Dimensions" not in filter_["MetricTransformations"][0]


@pytest.mark.parametrize(
    ("metric", "dimension", "field", "functions"),
    [
        ("Errors", "ErrorType", "$.errorType", ("Ingest", "Worker")),
        ("CircuitOpened", "Circuit", "$.circuit", ("Ingest", "Worker", "Redrive", "RedriveRunner")),
    ],
)
def test_errors_and_circuits_are_counted_by_name(
    each: Synthesized, metric: str, dimension: str, field: str, functions: tuple[str, ...]
) -> None:
    """A filter with dimensions takes no default value, or CloudWatch refuses it."""
    filters = [
        filter_
        for filter_ in each.resources("AWS::Logs::MetricFilter").values()
        if filter_["MetricTransformations"][0]["MetricName"] == metric
    ]
    for name in functions:
        assert any(references(filter_["LogGroupName"], f"{name}Logs") for filter_ in filters), name
    for filter_ in filters:
        (transformation,) = filter_["MetricTransformations"]
        assert transformation["Dimensions"] == [{"Key": dimension, "Value": field}]
        assert "DefaultValue" not in transformation


def test_every_query_file_is_saved_and_reads_the_functions_logs(each: Synthesized) -> None:
    saved = each.resources("AWS::Logs::QueryDefinition").values()
    steps = [name for name in ("Validate", "Processor", "Events") if name.lower() in each.functions()]
    assert {query["Name"].split("/")[1] for query in saved} == {path.stem for path in QUERIES.glob("*.txt")}
    for query in saved:
        assert query["QueryString"].startswith("# ")
        assert all(references(query["LogGroupNames"], f"{name}Logs") for name in (*FUNCTIONS, *steps))


def test_every_log_group_forgets(each: Synthesized) -> None:
    for id_, group in each.resources("AWS::Logs::LogGroup").items():
        assert group["RetentionInDays"] in LOG_RETENTION_DAYS, id_


def test_every_retention_that_settings_allow_can_be_rendered() -> None:
    assert tuple(RETENTION) == LOG_RETENTION_DAYS


def test_the_outputs_are_those_that_the_lab_reads(dev: Synthesized, prod: Synthesized) -> None:
    outputs = {
        name: {key for key in stack["Outputs"] if not key.startswith("ExportsOutput")}
        for name, stack in prod.stacks.items()
    }
    assert outputs == {
        "Queue": {"QueueUrl", "QueueArn", "DlqUrl", "ParkedUrl", "TableName", "RedriveJobsTableName"},
        "Functions": {
            *("IngestFunctionName", "WorkerFunctionName", "RedriveFunctionName", "ResetFunctionName"),
            "RedriveRunnerFunctionName",
            *("FailureModeParameter", "BusName", "WorkerMappingId"),
        },
        "Api": {"ApiUrl", "ApiKeySecretArn"},
        "Observability": {
            *("TopicArn", "DashboardName", "OutcomeLogGroupName", "UndeliveredUrl"),
            *(f"{name}AlarmName" for name in ALARM_NAMES),
        },
    }
    assert "ApiKeySecretArn" not in json.dumps(dev.stacks["Api"]["Outputs"])


def test_every_alarm_can_be_found_by_an_output(each: Synthesized) -> None:
    outputs = each.stacks["Observability"]["Outputs"]
    names = (*ALARM_NAMES, *_names_of_steps(each))
    found = {outputs[f"{name}AlarmName"]["Value"]["Ref"] for name in names}
    assert found == set(each.resources("AWS::CloudWatch::Alarm"))
