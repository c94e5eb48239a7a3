"""What this package adds to LocalStack, and whether each piece was really loaded.

LocalStack falls back to its own behaviour with a mere warning when a plug-in's name is
wrong, so each part says how it can be told apart from what it replaces.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One thing that LocalStack lacks. `loaded` asks the running process, not the settings."""

    name: str
    mends: str
    loaded: Callable[[], bool]


def _listens_as_told() -> bool:
    from localstack.runtime import get_current_runtime

    from lab_emulator.server import AsToldServer

    return isinstance(get_current_runtime().components.runtime_server, AsToldServer)


def _polls_sqs() -> bool:
    from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
    from localstack.services.lambda_.provider import LambdaProvider

    from lab_emulator.sqs_event_source import factory, validation

    in_use = (EsmWorkerFactory.get_esm_worker, LambdaProvider.validate_event_source_mapping)
    ours = (factory.get_esm_worker, validation.validate_event_source_mapping)
    return all(getattr(used, "__subject__", None) is own for used, own in zip(in_use, ours, strict=True))


def _runs_functions_as_processes() -> bool:
    from localstack.services.lambda_.invocation.runtime_executor import get_runtime_executor

    from lab_emulator.lambda_executor.executor import ProcessRuntimeExecutor

    return get_runtime_executor() is ProcessRuntimeExecutor


def _keeps_tables_in_moto() -> bool:
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.dynamodb.provider import MotoDynamoDbProvider

    service = SERVICE_PLUGINS.get_service("dynamodb")
    return service is not None and isinstance(service._provider, MotoDynamoDbProvider)


def _reads_filter_patterns() -> bool:
    from localstack.services.logs import provider as stock
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.logs.provider import LabLogsProvider, pattern_matcher

    service = SERVICE_PLUGINS.get_service("logs")
    matching = stock.get_pattern_matcher is pattern_matcher
    return matching and service is not None and isinstance(service._provider, LabLogsProvider)


def _evaluates_alarms() -> bool:
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.cloudwatch.provider import LabCloudwatchProvider

    service = SERVICE_PLUGINS.get_service("cloudwatch")
    return service is not None and isinstance(service._provider, LabCloudwatchProvider)


def _logs_functions_as_told() -> bool:
    from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment

    from lab_emulator.logs.function_log_group import get_log_group_name

    return ExecutionEnvironment.get_log_group_name is get_log_group_name


def _adds_resource_types() -> bool:
    from localstack.services.cloudformation.resource_provider import plugin_manager

    from lab_emulator.cloudformation import plugins

    ours = (
        plugins.DashboardPlugin,
        plugins.MetricFilterPlugin,
        plugins.QueryDefinitionPlugin,
        plugins.ResourcePolicyPlugin,
    )
    return all(isinstance(plugin_manager.load(plugin.name), plugin) for plugin in ours)


def _knows_its_resource_types() -> bool:
    from localstack.utils.catalog.plugins import get_aws_catalog

    from lab_emulator.cloudformation.catalog import RuntimeCatalog

    return isinstance(get_aws_catalog(), RuntimeCatalog)


def _updates_resources() -> bool:
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor

    from lab_emulator.cloudformation.registry import MENDED

    load = ResourceProviderExecutor.try_load_resource_provider
    return all(type(load(name)) is provider for name, provider in MENDED.items())


def _answers_apigatewayv2() -> bool:
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.http_api.service import HttpApiProvider

    service = SERVICE_PLUGINS.get_service("apigatewayv2")
    return service is not None and isinstance(service._provider, HttpApiProvider)


def _serves_http_apis() -> bool:
    from localstack.aws.handlers.codec import ContentDecoder
    from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint

    from lab_emulator.http_api import execute_api
    from lab_emulator.http_api.data_plane import router

    shared = getattr(ApiGatewayEndpoint.__call__, "__subject__", None) is execute_api.prefer_http_api
    encoded = getattr(ContentDecoder.__call__, "__subject__", None) is execute_api.keep_encoded
    return router.is_registered() and shared and encoded


def _has_http_api_types() -> bool:
    from localstack.services.cloudformation.resource_provider import plugin_manager

    from lab_emulator.http_api.cloudformation.plugins import PLUGINS

    return all(isinstance(plugin_manager.load(plugin.name), plugin) for plugin in PLUGINS)


def _publishes_sqs_metrics() -> bool:
    from localstack.services.sqs.provider import CloudwatchDispatcher, CloudwatchPublishWorker

    from lab_emulator.service_metrics import sqs

    sampled = CloudwatchPublishWorker.publish_approximate_cloudwatch_metrics is sqs.publish_depths
    return sampled and CloudwatchDispatcher.dispatch_sqs_metric is sqs.dispatch


def _publishes_lambda_metrics() -> bool:
    from localstack.services.lambda_.invocation import version_manager
    from localstack.services.lambda_.invocation.counting_service import CountingService

    from lab_emulator.service_metrics import lambda_

    leased = getattr(CountingService.get_invocation_lease, "__subject__", None) is lambda_.counted_lease
    recorders = (version_manager.record_cw_metric_invocation, version_manager.record_cw_metric_error)
    return leased and recorders == (lambda_.record_invocation, lambda_.record_error)


def _publishes_http_api_metrics() -> bool:
    from lab_emulator.http_api.data_plane import gateway
    from lab_emulator.service_metrics import http_api

    return http_api.measure in gateway.OBSERVERS


def _mails_with_subject() -> bool:
    from localstack.services.sns.publisher import EmailTopicPublisher

    from lab_emulator.sns_email import publish_email

    return getattr(EmailTopicPublisher._publish, "__subject__", None) is publish_email


def _retries_targets() -> bool:
    from localstack.services.events import target
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.event_delivery import http_target
    from lab_emulator.event_delivery.provider import LabEventsProvider

    service = SERVICE_PLUGINS.get_service("events")
    strict = target.requests is http_target
    return strict and service is not None and isinstance(service._provider, LabEventsProvider)


def _runs_express_workflows_quickly() -> bool:
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (
        lambda_eval_utils,
    )
    from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
    from localstack.services.stepfunctions.asl.utils import json_path

    from lab_emulator.stepfunctions import history_log, parsing, role_client

    paths = json_path.parse is parsing.parse_extended_path
    logs = CloudWatchLoggingSession.publish_history_log is history_log.publish
    return paths and logs and lambda_eval_utils.boto_client_for is role_client.client_for


PARTS: tuple[Part, ...] = (
    Part("loopback server", "listens on the address it is told", _listens_as_told),
    Part("lambda process executor", "runs Python functions without Docker", _runs_functions_as_processes),
    Part("sqs event source poller", "batching window, MaximumConcurrency, throttling", _polls_sqs),
    Part("dynamodb over moto", "tables without a download, one writer at a time", _keeps_tables_in_moto),
    Part("logs metric filters", "patterns are read, values counted, queries saved", _reads_filter_patterns),
    Part("cloudwatch metrics and alarms", "exact dimensions, alarms evaluated when due", _evaluates_alarms),
    Part("function log groups", "functions write to the group they are given", _logs_functions_as_told),
    Part(
        "cloudformation types: catalog",
        "knows what is supported without a network",
        _knows_its_resource_types,
    ),
    Part("cloudformation types: added", "dashboards, metric filters, saved queries", _adds_resource_types),
    Part("cloudformation types: mended", "updates in place, or a failure that says so", _updates_resources),
    Part("http api control plane", "apigatewayv2, with an endpoint that needs no DNS", _answers_apigatewayv2),
    Part("http api data plane", "serves HTTP APIs: payload 2.0, CORS, authorizers", _serves_http_apis),
    Part("http api cloudformation types", "AWS::ApiGatewayV2::*", _has_http_api_types),
    Part("eventbridge delivery", "targets: retries, dead-letter queues, counts", _retries_targets),
    Part("sqs metrics", "age of the oldest message, depths each second", _publishes_sqs_metrics),
    Part("lambda metrics", "throttles, duration, concurrent executions", _publishes_lambda_metrics),
    Part("http api metrics", "counts, errors and latencies of HTTP APIs", _publishes_http_api_metrics),
    Part("sns e-mail", "mails bear the subject of what was published", _mails_with_subject),
    Part("express workflows", "no client a task, no wait a log line", _runs_express_workflows_quickly),
)


def report() -> list[dict[str, object]]:
    """One entry a part: `name`, `mends`, `loaded`, and `error` where the check itself failed."""
    return [_examine(part) for part in PARTS]


def _examine(part: Part) -> dict[str, object]:
    entry: dict[str, object] = {"name": part.name, "mends": part.mends}
    try:
        return entry | {"loaded": part.loaded()}
    except Exception as error:  # a broken part must show in the list, not take the list down
        return entry | {"loaded": False, "error": f"{type(error).__name__}: {error}"}
