"""Changes to LocalStack's code for Lambda: its event sources, environments, logs and metrics."""

from localstack.utils.patch import Patch


def patches() -> list[Patch]:
    """The patches in the order in which they are applied."""
    return [
        *_sqs_event_source(),
        *_threads(),
        *_shared_archives(),
        *_retries(),
        *_invocation_logs(),
        *_metrics(),
        *_tracing(),
    ]


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


def _threads() -> list[Patch]:
    """Let an invocation start no thread, and a burst of them no process for each.

    Stock, a thread waits for the next invocation and one counts this one; both are made by name. What counts
    now takes microseconds (see `_metrics`). Which environment an invocation gets is one method, and the end
    of all of a version's is another.
    """
    from localstack.services.lambda_.invocation import execution_environment, version_manager
    from localstack.services.lambda_.invocation.assignment import AssignmentService

    from lab_emulator.lambda_executor import environment_assignment
    from lab_emulator.lambda_executor.shared_timer import SharedTimer
    from lab_emulator.service_metrics import lambda_

    return [
        Patch(execution_environment, "Timer", SharedTimer),
        Patch(AssignmentService, "get_environment", environment_assignment.get_environment),
        Patch.function(
            AssignmentService.stop_environments_for_version,
            environment_assignment.stop_environments_for_version,
        ),
        Patch(version_manager, "start_thread", lambda_.count_at_once(version_manager.start_thread)),
    ]


def _shared_archives() -> list[Patch]:
    """Fetch and store the code of functions once for all that have it, instead of once for each.

    The provider imports the function that does it by name.
    """
    from localstack.services.lambda_ import provider

    from lab_emulator.lambda_executor.shared_archives import sharing

    return [Patch(provider, "store_s3_bucket_archive", sharing(provider.store_s3_bucket_archive))]


def _retries() -> list[Patch]:
    """Let LAB_SPEED shorten the minutes before an asynchronous invocation is tried again.

    They are a setting that is read at import, and the speed may change while the emulator runs.
    """
    from localstack.services.lambda_.invocation import event_manager

    from lab_emulator.lambda_executor.asynchronous_retries import CompressedRetryConfig

    return [Patch(event_manager, "config", CompressedRetryConfig())]


def _invocation_logs() -> list[Patch]:
    """Give each line of an invocation its own time. The loop that writes them is one method."""
    from localstack.services.lambda_.invocation.logs import LogHandler

    from lab_emulator.lambda_executor.invocation_log import run_log_loop

    return [Patch(LogHandler, "run_log_loop", run_log_loop)]


def _metrics() -> list[Patch]:
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


def _tracing() -> list[Patch]:
    """Leave the tracing header of an invocation as its caller sent it.

    Stock, each invocation is sampled, whatever was decided before, by a parent that is made up: the two
    methods do that in the header itself, on the only way to the executor, which makes the decision here.
    """
    from localstack.utils.xray.trace_header import TraceHeader

    from lab_emulator.xray.trace_header import unchanged

    return [
        Patch(TraceHeader, "ensure_sampled_exists", unchanged),
        Patch(TraceHeader, "ensure_parent_exists", unchanged),
    ]
