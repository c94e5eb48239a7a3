"""Every change to LocalStack's own code, each with its reason. Read in version 4.13.1.

A plug-in point is used wherever there is one; what stands here had none.
"""

import sys
from functools import partial
from importlib import import_module

from localstack.utils.patch import Patch, Patches


def all_patches() -> Patches:
    """Return the patches in the order in which they are applied."""
    return Patches(
        [
            *_sqs_event_source(),
            *_cloudformation(),
            *_logs(),
            *_kms(),
            *_http_api(),
            *_s3(),
            *_sqs_metrics(),
            *_lambda_metrics(),
            *_lambda_retries(),
            *_lambda_threads(),
            *_lambda_logs(),
            *_dynamodb(),
            *_sns_email(),
            *_sns_subjects(),
            *_http_targets(),
            *_stepfunctions(),
            *_stepfunctions_endings(),
            *_stepfunctions_service_names(),
        ]
    )


def _sqs_event_source() -> list[Patch]:
    """The worker of an SQS event source mapping, and what AWS refuses in one.

    The hook `localstack.hooks.lambda_create_event_source_poller` is asked only for sources that
    LocalStack does not know: `EsmWorkerFactory.get_esm_worker` makes its own poller for SQS before
    it comes to the hook, and the hook supplies a poller, not the worker that starts and stops it.
    Mappings are validated in one method of the provider, which has no hook at all.
    """
    from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
    from localstack.services.lambda_.provider import LambdaProvider

    from lab_emulator.sqs_event_source import mapping_settings, mapping_worker

    return [
        Patch.function(EsmWorkerFactory.get_esm_worker, mapping_worker.get_esm_worker),
        Patch.function(
            LambdaProvider.validate_event_source_mapping, mapping_settings.validate_event_source_mapping
        ),
    ]


def _cloudformation() -> list[Patch]:
    """Replace resource types that LocalStack gets wrong, and roll failed deployments back.

    Two plug-ins of one name cannot replace a type: plux keeps the one it finds first, and that
    is a matter of directory order. The API makes its engine by name, and gives a stack its last
    status without asking the engine how the deployment went: neither has a hook.
    """
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor
    from localstack.services.cloudformation.v2 import provider as stock
    from localstack.services.cloudformation.v2.entities import Stack

    from lab_emulator.cloudformation.engine import RollingBackExecutor
    from lab_emulator.cloudformation.provider_executor import prefer_replaced
    from lab_emulator.cloudformation.rollback import keep_rolled_back

    load = prefer_replaced(ResourceProviderExecutor.try_load_resource_provider)
    return [
        Patch(ResourceProviderExecutor, "try_load_resource_provider", staticmethod(load)),
        Patch(stock, "ChangeSetModelExecutor", RollingBackExecutor),
        Patch(Stack, "set_stack_status", keep_rolled_back(Stack.set_stack_status)),
    ]


def _logs() -> list[Patch]:
    """Let FilterLogEvents and subscription filters read patterns, functions log where they are told, and
    subscribers hear of it without the writer waiting for them.

    LocalStack's own `get_pattern_matcher` matches everything, and says that plug-ins patch it. It
    keeps a function's LoggingConfig, and writes to `/aws/lambda/<name>` all the same: metric
    filters on the configured group would never see a line. It delivers to subscribers in a method of
    moto's that it has patched itself, and there is no hook in it.
    """
    from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
    from localstack.services.logs import provider as stock
    from moto.logs.models import LogGroup, LogStream

    from lab_emulator.logs import subscriptions
    from lab_emulator.logs.function_log_group import get_log_group_name
    from lab_emulator.logs.provider import pattern_matcher

    return [
        Patch(stock, "get_pattern_matcher", pattern_matcher),
        Patch(ExecutionEnvironment, "get_log_group_name", get_log_group_name),
        Patch(LogGroup, "create_log_stream", subscriptions.create_log_stream),
        Patch(LogStream, "put_log_events", subscriptions.subscribed(LogStream.put_log_events)),
    ]


def _kms() -> list[Patch]:
    """Let Python 3.11 create KMS keys: LocalStack names a UUID by bytes, which came with 3.12."""
    if sys.version_info >= (3, 12):
        return []
    from localstack.services.kms.models import KmsKey

    from lab_emulator.python_compat import generate_key_material_id

    return [Patch(KmsKey, "generate_key_material_id", generate_key_material_id)]


def _http_api() -> list[Patch]:
    """Share the execute-api routes between API Gateway's two versions, and leave bodies as they came.

    Version 1 registers every execute-api path once it is loaded and answers 404 for ids it does not
    know, so that it has to let ids of version 2 pass. LocalStack unpacks gzip bodies for all services
    but S3; API Gateway hands them to the integration as they are. Neither place has a hook.
    """
    from localstack.aws.handlers.codec import ContentDecoder
    from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint

    from lab_emulator.http_api.data_plane import router

    return [
        Patch.function(ApiGatewayEndpoint.__call__, router.prefer_http_api),
        Patch.function(ContentDecoder.__call__, router.keep_encoded),
    ]


def _s3() -> list[Patch]:
    """Let S3 tell EventBridge a key as it is. The payload is made by one static method, without a hook."""
    from localstack.services.s3.notifications import EventBridgeNotifier

    from lab_emulator.s3.event_payload import event_payload

    payload = partial(event_payload, EventBridgeNotifier._get_event_payload)
    return [Patch(EventBridgeNotifier, "_get_event_payload", staticmethod(payload))]


def _sqs_metrics() -> list[Patch]:
    """Sample the age of the oldest message too, and count messages without a request for each.

    The provider makes its `CloudwatchPublishWorker` and its `CloudwatchDispatcher` by name. The worker has
    a to-do where the age belongs, and the dispatcher has three threads that each wait for CloudWatch.
    """
    from localstack.services.sqs.provider import CloudwatchDispatcher, CloudwatchPublishWorker

    from lab_emulator.service_metrics import sqs

    return [
        Patch(CloudwatchPublishWorker, "publish_approximate_cloudwatch_metrics", sqs.publish_depths),
        Patch(CloudwatchDispatcher, "dispatch_sqs_metric", sqs.dispatch),
    ]


def _lambda_metrics() -> list[Patch]:
    """Count throttled requests and concurrent executions where Lambda decides about both.

    Nothing outside the lease sees whether an invocation was let in, and at which concurrency. The two
    functions that count invocations stay where they are called; only how they publish is replaced.
    """
    from localstack.services.lambda_.invocation import version_manager as stock
    from localstack.services.lambda_.invocation.counting_service import CountingService

    from lab_emulator.service_metrics import lambda_

    return [
        Patch.function(CountingService.get_invocation_lease, lambda_.counted_lease),
        Patch(stock, "record_cw_metric_invocation", lambda_.record_invocation),
        Patch(stock, "record_cw_metric_error", lambda_.record_error),
    ]


def _lambda_retries() -> list[Patch]:
    """Let LAB_SPEED shorten the minutes before an asynchronous invocation is tried again.

    They are a setting that is read at import, and the speed may change while the emulator runs.
    """
    from localstack.services.lambda_.invocation import event_manager

    from lab_emulator.lambda_executor.asynchronous_retries import CompressedRetryConfig

    return [Patch(event_manager, "config", CompressedRetryConfig())]


def _lambda_threads() -> list[Patch]:
    """Let an invocation start no thread: stock, one waits for the next invocation and one counts this one.

    Both are made by name. What counts now takes microseconds (see `_lambda_metrics`).
    """
    from localstack.services.lambda_.invocation import execution_environment, version_manager

    from lab_emulator.lambda_executor.shared_timer import SharedTimer
    from lab_emulator.service_metrics import lambda_

    return [
        Patch(execution_environment, "Timer", SharedTimer),
        Patch(version_manager, "start_thread", lambda_.count_at_once(version_manager.start_thread)),
    ]


def _lambda_logs() -> list[Patch]:
    """Give each line of an invocation its own time. The loop that writes them is one method."""
    from localstack.services.lambda_.invocation.logs import LogHandler

    from lab_emulator.lambda_executor.invocation_log import run_log_loop

    return [Patch(LogHandler, "run_log_loop", run_log_loop)]


def _dynamodb() -> list[Patch]:
    """Keep parsed update expressions: moto parses each anew, and its validator copies them by `deepcopy`."""
    from moto.dynamodb.parsing import validators
    from moto.dynamodb.parsing.expressions import UpdateExpressionParser

    from lab_emulator.dynamodb import update_expressions

    return [
        Patch(UpdateExpressionParser, "make", classmethod(update_expressions.make)),
        Patch(validators, "deepcopy", update_expressions.copied),
    ]


def _sns_email() -> list[Patch]:
    """Mail with the subject of the publication: stock, it is one and the same text. There is no hook."""
    from localstack.services.sns.publisher import EmailJsonTopicPublisher, PublishDispatcher

    from lab_emulator import sns_email

    return [
        Patch.function(EmailJsonTopicPublisher._publish, sns_email.publish_email),
        Patch.function(PublishDispatcher._should_publish, sns_email.should_publish),
    ]


def _sns_subjects() -> list[Patch]:
    """Refuse the subjects that SNS refuses. The two operations check their parameters themselves."""
    from localstack.services.sns.provider import SnsProvider

    from lab_emulator import sns_subjects

    return [
        Patch.function(SnsProvider.publish, sns_subjects.publish),
        Patch.function(SnsProvider.publish_batch, sns_subjects.publish_batch),
    ]


def _http_targets() -> list[Patch]:
    """Let EventBridge's HTTP targets raise: the two senders ignore the status, and retrying is a to-do.

    A sender can be registered in their place, but would have to repeat all of theirs for one line.
    """
    from localstack.services.events import target as stock

    from lab_emulator.event_delivery import http_target

    return [Patch(stock, "requests", http_target)]


def _stepfunctions() -> list[Patch]:
    """Let a task, a path and a log line cost a state machine what they cost on AWS: next to nothing.

    Each execution parses the definition and each use of a JSONPath the path, each task assumes the role and
    makes another client, and each history event waits for PutLogEvents, some 25 of them an execution: an
    Express workflow of four steps took several times longer for these than for its functions. All are called
    by name. Ended executions stay in memory.
    """
    from localstack.services.stepfunctions.asl.component.common.path import result_path
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (
        lambda_eval_utils,
        service,
    )
    from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
    from localstack.services.stepfunctions.asl.utils import json_path
    from localstack.services.stepfunctions.backend import execution_worker
    from localstack.services.stepfunctions.provider import StepFunctionsProvider

    from lab_emulator.stepfunctions import executions, task_services

    integrations = [
        import_module(f"{service.__name__}.state_task_service_{name}")
        for name in ("aws_sdk", "dynamodb", "events", "sfn", "sns", "sqs")
    ]
    return [
        *(
            Patch(module, "boto_client_for", task_services.client_for)
            for module in (lambda_eval_utils, *integrations)
        ),
        Patch(execution_worker, "AmazonStateLanguageParser", executions.KeptPrograms),
        Patch(json_path, "parse", executions.parse_extended_path),
        Patch(result_path, "parse", executions.parse_path),
        Patch(CloudWatchLoggingSession, "publish_history_log", executions.deliver_history_log),
        Patch.function(StepFunctionsProvider.start_sync_execution, executions.start_sync_execution),
    ]


def _stepfunctions_endings() -> list[Patch]:
    """Let StopExecution and TimeoutSeconds end an execution at once: these places decide about its end."""
    from localstack.services.stepfunctions.asl.eval.environment import Environment
    from localstack.services.stepfunctions.asl.eval.event.event_manager import EventManager
    from localstack.services.stepfunctions.backend.execution import (
        BaseExecutionWorkerCommunication,
        Execution,
    )

    from lab_emulator.stepfunctions import executions

    return [
        Patch.function(Execution.stop, executions.stop),
        Patch.function(BaseExecutionWorkerCommunication.terminated, executions.terminated),
        Patch.function(Environment.set_error, executions.set_error),
        Patch.function(Environment.set_timed_out, executions.set_timed_out),
        Patch.function(EventManager._publish_history_event, executions.publish_history_event),
        Patch.function(EventManager._publish_history_log, executions.publish_history_log),
    ]


def _stepfunctions_service_names() -> list[Patch]:
    """Know services by AWS's names, `eventbridge` for one, and their errors, such as Sqs.SqsException.

    Both are read from a class attribute and a static method.
    """
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (
        state_task_service,
        state_task_service_aws_sdk,
    )

    from lab_emulator.stepfunctions import task_services

    sdk = state_task_service_aws_sdk.StateTaskServiceAwsSdk
    prefix = partial(task_services.error_prefix, sdk._normalise_service_error_name)
    task = state_task_service.StateTaskService
    return [
        Patch(task, "_SERVICE_NAME_SFN_TO_BOTO_OVERRIDES", task_services.BOTO_NAMES),
        Patch(sdk, "_normalise_service_error_name", staticmethod(prefix)),
    ]
