"""Listing of the state by AWS's APIs, to be compared before and after.

Left out: ids of requests, and what changes by itself when something begins anew: LastModified and RevisionId
of a function, LastModified of its mapping, the times and reasons of an alarm's state.
"""

from typing import Any

from tests.emulator.deployed_state.small_app import SmallApp

CHANGES_BY_ITSELF = {
    *("ResponseMetadata", "LastModified", "LastModifiedDate", "RevisionId", "lastModifiedTime"),
    *("StateUpdatedTimestamp", "StateTransitionedTimestamp", "StateReason", "StateReasonData"),
    *("storedBytes", "VersionId", "Date", "Location"),
}


def listing(app: SmallApp) -> dict[str, Any]:
    """Everything that the app's services tell of it, by what it is."""
    found = {**_messaging(app), **_compute(app), **_observability(app), **_rest(app)}
    return {what: _comparable(answer) for what, answer in found.items()}


def _messaging(app: SmallApp) -> dict[str, Any]:
    sqs, events = app.client("sqs"), app.client("events")
    found: dict[str, Any] = {"queues": sqs.list_queues(QueueNamePrefix=app.name)["QueueUrls"]}
    for queue, url in app.urls.items():
        found[f"queue {queue}"] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    found["rules"] = events.list_rules(NamePrefix=app.name)
    found["targets"] = events.list_targets_by_rule(Rule=app.name)
    found["topics"] = app.client("sns").list_subscriptions_by_topic(TopicArn=app.arn("sns", app.name))
    found["mails"] = app.mails()
    return found


def _compute(app: SmallApp) -> dict[str, Any]:
    lambda_, states = app.client("lambda"), app.client("stepfunctions")
    name = app.function.name
    return {
        "function": lambda_.get_function_configuration(FunctionName=name),
        "concurrency": lambda_.get_function_concurrency(FunctionName=name),
        "policy": lambda_.get_policy(FunctionName=name),
        "mapping": lambda_.get_event_source_mapping(UUID=app.mapping),
        "machine": states.describe_state_machine(stateMachineArn=app.machine),
        "executions": states.list_executions(stateMachineArn=app.machine)["executions"],
        "api": app.client("apigatewayv2").get_api(ApiId=app.api),
        "routes": app.client("apigatewayv2").get_routes(ApiId=app.api),
        "deployments of the api": app.client("apigatewayv2").get_deployments(ApiId=app.api),
    }


def _observability(app: SmallApp) -> dict[str, Any]:
    logs, cloudwatch = app.client("logs"), app.client("cloudwatch")
    history = cloudwatch.describe_alarm_history(AlarmName=app.name)["AlarmHistoryItems"]
    return {
        "log group": logs.describe_log_groups(logGroupNamePrefix=app.log_group),
        "streams": logs.describe_log_streams(logGroupName=app.log_group)["logStreams"],
        "metric filters": logs.describe_metric_filters(logGroupName=app.log_group),
        "alarm": cloudwatch.describe_alarms(AlarmNames=[app.name]),
        "alarm history": [item["HistorySummary"] for item in history],
        # Depths are counted every second, of a queue that is empty too.
        "metrics": cloudwatch.list_metrics(Namespace=app.name)["Metrics"]
        + cloudwatch.list_metrics(Namespace="AWS/Lambda")["Metrics"],
        "denied": app.emulator.read("/_lab/iam")["denied"],
    }


def _rest(app: SmallApp) -> dict[str, Any]:
    s3, iam = app.client("s3"), app.client("iam")
    return {
        "table": app.client("dynamodb").describe_table(TableName=app.name),
        "items": app.items(),
        "objects": s3.list_objects_v2(Bucket=app.name),
        "object": s3.get_object(Bucket=app.name, Key="deployed")["Body"].read(),
        "parameter": app.client("ssm").get_parameter(Name=f"/{app.name}/mode")["Parameter"],
        "role": iam.get_role(RoleName=app.name)["Role"],
        "role policy": iam.get_role_policy(RoleName=app.name, PolicyName="all"),
    }


def _comparable(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {key: _comparable(value) for key, value in answer.items() if key not in CHANGES_BY_ITSELF}
    if isinstance(answer, list):
        return [_comparable(value) for value in answer]
    return answer
