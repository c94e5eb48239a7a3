"""Lambda: where functions run, what feeds them, what they log and count."""

from lab_emulator.parts.part import Part


def _runs_functions_as_processes() -> bool:
    from localstack.services.lambda_.invocation.runtime_executor import get_runtime_executor

    from lab_emulator.lambda_executor.executor import ProcessRuntimeExecutor

    return get_runtime_executor() is ProcessRuntimeExecutor


def _polls_sqs() -> bool:
    from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
    from localstack.services.lambda_.provider import LambdaProvider

    from lab_emulator.sqs_event_source import factory, validation

    in_use = (EsmWorkerFactory.get_esm_worker, LambdaProvider.validate_event_source_mapping)
    ours = (factory.get_esm_worker, validation.validate_event_source_mapping)
    return all(getattr(used, "__subject__", None) is own for used, own in zip(in_use, ours, strict=True))


def _logs_functions_as_told() -> bool:
    from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment

    from lab_emulator.logs.function_log_group import get_log_group_name

    return ExecutionEnvironment.get_log_group_name is get_log_group_name


def _publishes_lambda_metrics() -> bool:
    from localstack.services.lambda_.invocation import version_manager
    from localstack.services.lambda_.invocation.counting_service import CountingService

    from lab_emulator.service_metrics import lambda_

    leased = getattr(CountingService.get_invocation_lease, "__subject__", None) is lambda_.counted_lease
    recorders = (version_manager.record_cw_metric_invocation, version_manager.record_cw_metric_error)
    return leased and recorders == (lambda_.record_invocation, lambda_.record_error)


def _retries_in_lab_time() -> bool:
    from localstack.services.lambda_.invocation import event_manager

    from lab_emulator.lambda_executor.retry_pauses import CompressedConfig

    return isinstance(event_manager.config, CompressedConfig)


PARTS: tuple[Part, ...] = (
    Part("lambda process executor", "runs Python functions without Docker", _runs_functions_as_processes),
    Part("sqs event source poller", "batching window, MaximumConcurrency, throttling", _polls_sqs),
    Part("function log groups", "functions write to the group they are given", _logs_functions_as_told),
    Part("lambda metrics", "throttles, duration, concurrent executions", _publishes_lambda_metrics),
    Part("asynchronous invocations", "retries wait a minute and two at LAB_SPEED", _retries_in_lab_time),
)
