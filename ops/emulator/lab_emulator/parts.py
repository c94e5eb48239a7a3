"""Parts of this package: what each adds to LocalStack, and whether it was really loaded.

LocalStack falls back to its own behaviour with a mere warning when a plug-in's name is
wrong, so each part says how it can be told apart from what it replaces. `/_lab/parts` answers
`report()`; `lab doctor`, the container's health check and the tests read it there.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# The first report loads most services: two at once would get into each other's way.
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Part:
    """One thing that LocalStack lacks. `loaded` asks the running process, not the settings."""

    name: str
    adds: str
    loaded: Callable[[], bool]


def report() -> list[dict[str, object]]:
    """One entry a part: `name`, `adds`, `loaded`, and `error` where the check itself failed."""
    with _LOCK:
        return [_examine(part) for part in PARTS]


def _examine(part: Part) -> dict[str, object]:
    entry: dict[str, object] = {"name": part.name, "adds": part.adds}
    try:
        return entry | {"loaded": part.loaded()}
    except Exception as error:  # a broken part must show in the list, not take the list down
        return entry | {"loaded": False, "error": f"{type(error).__name__}: {error}"}


def _provider_of(service_name: str) -> Any:
    """The object that answers the service's API; None where there is no such service."""
    from localstack.services.plugins import SERVICE_PLUGINS

    service = SERVICE_PLUGINS.get_service(service_name)
    return service and service._provider


def _is_patched_by(stock: Callable[..., Any], own: Callable[..., Any]) -> bool:
    """Whether `own` stands around `stock`: LocalStack's Patch.function keeps it as `__subject__`."""
    return getattr(stock, "__subject__", None) is own


def _has_cloudformation_plugins(plugins: tuple[type, ...]) -> bool:
    from localstack.services.cloudformation.resource_provider import plugin_manager

    return all(isinstance(plugin_manager.load(plugin.name), plugin) for plugin in plugins)


# The server


def _listens_where_told() -> bool:
    from localstack.runtime import get_current_runtime

    from lab_emulator.http_server.listen_address_server import ListenAddressServer

    return isinstance(get_current_runtime().components.runtime_server, ListenAddressServer)


# Lambda: where functions run, what feeds them, what they log and count


def _runs_functions_as_processes() -> bool:
    from localstack.services.lambda_.invocation.runtime_executor import get_runtime_executor

    from lab_emulator.lambda_executor.executor import ProcessRuntimeExecutor

    return get_runtime_executor() is ProcessRuntimeExecutor


def _bounds_functions() -> bool:
    from lab_emulator.lambda_executor.provider import LabLambdaProvider

    return isinstance(_provider_of("lambda"), LabLambdaProvider)


def _polls_sqs() -> bool:
    from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
    from localstack.services.lambda_.provider import LambdaProvider

    from lab_emulator.sqs_event_source import mapping_settings, mapping_worker

    made = _is_patched_by(EsmWorkerFactory.get_esm_worker, mapping_worker.get_esm_worker)
    return made and _is_patched_by(
        LambdaProvider.validate_event_source_mapping, mapping_settings.validate_event_source_mapping
    )


def _logs_functions_as_told() -> bool:
    from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
    from localstack.services.lambda_.invocation.logs import LogHandler

    from lab_emulator.lambda_executor.invocation_log import run_log_loop
    from lab_emulator.logs.function_log_group import get_log_group_name

    grouped = ExecutionEnvironment.get_log_group_name is get_log_group_name
    return grouped and LogHandler.run_log_loop is run_log_loop


def _publishes_lambda_metrics() -> bool:
    from localstack.services.lambda_.invocation import version_manager
    from localstack.services.lambda_.invocation.counting_service import CountingService

    from lab_emulator.service_metrics import lambda_

    recorders = (version_manager.record_cw_metric_invocation, version_manager.record_cw_metric_error)
    return _is_patched_by(CountingService.get_invocation_lease, lambda_.counted_lease) and recorders == (
        lambda_.record_invocation,
        lambda_.record_error,
    )


def _retries_in_lab_time() -> bool:
    from localstack.services.lambda_.invocation import event_manager

    from lab_emulator.lambda_executor.asynchronous_retries import CompressedRetryConfig

    return isinstance(event_manager.config, CompressedRetryConfig)


# DynamoDB


def _keeps_tables_in_moto() -> bool:
    from lab_emulator.dynamodb.provider import MotoDynamoDbProvider

    return isinstance(_provider_of("dynamodb"), MotoDynamoDbProvider)


# CloudWatch and CloudWatch Logs


def _reads_filter_patterns() -> bool:
    from localstack.services.logs import provider as stock

    from lab_emulator.logs.provider import LabLogsProvider, pattern_matcher

    return stock.get_pattern_matcher is pattern_matcher and isinstance(_provider_of("logs"), LabLogsProvider)


def _evaluates_alarms() -> bool:
    from lab_emulator.cloudwatch.provider import LabCloudwatchProvider

    return isinstance(_provider_of("cloudwatch"), LabCloudwatchProvider)


def _forwards_logs() -> bool:
    from moto.logs.models import LogGroup, LogStream

    from lab_emulator.logs import subscriptions

    streams = LogGroup.create_log_stream is subscriptions.create_log_stream
    return streams and LogStream.put_log_events.__module__ == subscriptions.__name__


# CloudFormation


def _lists_its_resource_types() -> bool:
    from localstack.utils.catalog.plugins import get_aws_catalog

    from lab_emulator.cloudformation.resource_type_catalog import RuntimeCatalog

    return isinstance(get_aws_catalog(), RuntimeCatalog)


def _adds_resource_types() -> bool:
    from lab_emulator.cloudformation.resource_types import PLUGINS

    return _has_cloudformation_plugins(PLUGINS)


def _updates_resources() -> bool:
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor

    from lab_emulator.cloudformation.resource_types import REPLACED_TYPES

    load = ResourceProviderExecutor.try_load_resource_provider
    return all(type(load(name)) is provider for name, provider in REPLACED_TYPES.items())


# HTTP APIs of API Gateway


def _answers_apigatewayv2() -> bool:
    from lab_emulator.http_api.provider import HttpApiProvider

    return isinstance(_provider_of("apigatewayv2"), HttpApiProvider)


def _serves_http_apis() -> bool:
    from localstack.aws.handlers.codec import ContentDecoder
    from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint

    from lab_emulator.http_api.data_plane import router

    shared = _is_patched_by(ApiGatewayEndpoint.__call__, router.prefer_http_api)
    encoded = _is_patched_by(ContentDecoder.__call__, router.keep_encoded)
    return router.is_registered() and shared and encoded


def _has_http_api_types() -> bool:
    from lab_emulator.http_api.cloudformation_types import PLUGINS

    return _has_cloudformation_plugins(PLUGINS)


def _publishes_http_api_metrics() -> bool:
    from lab_emulator.http_api.data_plane import gateway
    from lab_emulator.service_metrics import http_api

    return http_api.measure in gateway.OBSERVERS


# EventBridge and what feeds it, SQS and SNS


def _tells_objects_as_they_are() -> bool:
    from localstack.services.s3.notifications import EventBridgeNotifier

    from lab_emulator.s3.event_payload import event_payload

    return getattr(EventBridgeNotifier._get_event_payload, "func", None) is event_payload


def _retries_targets() -> bool:
    from localstack.services.events import target

    from lab_emulator.event_delivery import http_target
    from lab_emulator.event_delivery.provider import LabEventsProvider

    return target.requests is http_target and isinstance(_provider_of("events"), LabEventsProvider)


def _keeps_queues() -> bool:
    from lab_emulator.sqs.provider import LabSqsProvider

    return isinstance(_provider_of("sqs"), LabSqsProvider)


def _publishes_sqs_metrics() -> bool:
    from localstack.services.sqs.provider import CloudwatchDispatcher, CloudwatchPublishWorker

    from lab_emulator.service_metrics import sqs

    sampled = CloudwatchPublishWorker.publish_approximate_cloudwatch_metrics is sqs.publish_depths
    return sampled and CloudwatchDispatcher.dispatch_sqs_metric is sqs.dispatch


def _mails_with_subject() -> bool:
    from localstack.services.sns.provider import SnsProvider
    from localstack.services.sns.publisher import EmailTopicPublisher, PublishDispatcher

    from lab_emulator import sns_subjects
    from lab_emulator.sns_email import publish_email, should_publish

    checked = _is_patched_by(SnsProvider.publish, sns_subjects.publish)
    mailed = _is_patched_by(EmailTopicPublisher._publish, publish_email)
    return checked and mailed and _is_patched_by(PublishDispatcher._should_publish, should_publish)


# Step Functions


def _runs_express_workflows_quickly() -> bool:
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (
        lambda_eval_utils,
    )
    from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
    from localstack.services.stepfunctions.asl.utils import json_path

    from lab_emulator.stepfunctions import executions, task_services

    paths = json_path.parse is executions.parse_extended_path
    logs = CloudWatchLoggingSession.publish_history_log is executions.deliver_history_log
    return paths and logs and lambda_eval_utils.boto_client_for is task_services.client_for


def _ends_executions_at_once() -> bool:
    from localstack.services.stepfunctions.asl.eval.environment import Environment
    from localstack.services.stepfunctions.backend.execution import Execution

    from lab_emulator.stepfunctions import executions

    stopped = _is_patched_by(Execution.stop, executions.stop)
    return stopped and _is_patched_by(Environment.set_timed_out, executions.set_timed_out)


def _names_services_as_aws() -> bool:
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (
        state_task_service_aws_sdk as stock,
    )

    return stock.StateTaskServiceAwsSdk._normalise_service_error_name("sqs") == "Sqs"


PARTS: tuple[Part, ...] = (
    Part("loopback server", "listens on the address it is told", _listens_where_told),
    Part("lambda process executor", "runs Python functions without Docker", _runs_functions_as_processes),
    Part("lambda limits", "timeouts, memory and storage are AWS's at most", _bounds_functions),
    Part("sqs event source poller", "batching window, MaximumConcurrency, throttling", _polls_sqs),
    Part(
        "function log groups",
        "functions write to the group they are given, each line with its time",
        _logs_functions_as_told,
    ),
    Part("lambda metrics", "throttles, duration, concurrent executions", _publishes_lambda_metrics),
    Part("asynchronous invocations", "retries wait a minute and two at LAB_SPEED", _retries_in_lab_time),
    Part("dynamodb over moto", "tables without a download, one writer at a time", _keeps_tables_in_moto),
    Part("logs metric filters", "patterns are read, values counted, queries saved", _reads_filter_patterns),
    Part("cloudwatch metrics and alarms", "exact dimensions, alarms evaluated when due", _evaluates_alarms),
    Part("log subscriptions", "filters read patterns; functions are invoked asynchronously", _forwards_logs),
    Part(
        "cloudformation types: catalog",
        "what is supported is said without a network",
        _lists_its_resource_types,
    ),
    Part("cloudformation types: added", "dashboards, metric filters, saved queries", _adds_resource_types),
    Part("cloudformation types: replaced", "updates in place, or a failure that says so", _updates_resources),
    Part("http api control plane", "apigatewayv2, with an endpoint that needs no DNS", _answers_apigatewayv2),
    Part("http api data plane", "serves HTTP APIs: payload 2.0, CORS, authorizers", _serves_http_apis),
    Part("http api cloudformation types", "AWS::ApiGatewayV2::*", _has_http_api_types),
    Part("http api metrics", "counts, errors and latencies of HTTP APIs", _publishes_http_api_metrics),
    Part("s3 events on eventbridge", "keys as they are, sequencers that order", _tells_objects_as_they_are),
    Part(
        "eventbridge delivery",
        "targets and schedules: retries, dead-letter queues, LAB_SPEED",
        _retries_targets,
    ),
    Part("sqs queues", "moved messages are new, retention ends them, limits hold", _keeps_queues),
    Part("sqs metrics", "age of the oldest message, depths each second", _publishes_sqs_metrics),
    Part("sns e-mail", "mails bear their subject, and filter policies choose them", _mails_with_subject),
    Part("express workflows", "no client a task, no wait a log line", _runs_express_workflows_quickly),
    Part("executions that are stopped", "status and last event come at once", _ends_executions_at_once),
    Part(
        "services of state machines", "names and errors are AWS's: Sqs.SqsException", _names_services_as_aws
    ),
)
