"""Parts of Lambda, where functions run, what feeds them, what they log; and the check of each."""

from lab_emulator.parts.part import Part, is_patched_by, provider_of


def _runs_functions_as_processes() -> bool:
    from localstack.services.lambda_.invocation.runtime_executor import get_runtime_executor

    from lab_emulator.lambda_executor.executor import ProcessRuntimeExecutor

    return get_runtime_executor() is ProcessRuntimeExecutor


def _bounds_functions() -> bool:
    from lab_emulator.lambda_executor.provider import LabLambdaProvider

    return isinstance(provider_of("lambda"), LabLambdaProvider)


def _polls_sqs() -> bool:
    from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
    from localstack.services.lambda_.provider import LambdaProvider

    from lab_emulator.sqs_event_source import mapping_settings, mapping_worker

    made = is_patched_by(EsmWorkerFactory.get_esm_worker, mapping_worker.get_esm_worker)
    return made and is_patched_by(
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
    return is_patched_by(CountingService.get_invocation_lease, lambda_.counted_lease) and recorders == (
        lambda_.record_invocation,
        lambda_.record_error,
    )


def _retries_in_lab_time() -> bool:
    from localstack.services.lambda_.invocation import event_manager

    from lab_emulator.lambda_executor.asynchronous_retries import CompressedRetryConfig

    return isinstance(event_manager.config, CompressedRetryConfig)


PARTS = (
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
)
