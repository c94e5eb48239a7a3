"""Executor: an execution environment as LocalStack sees it, which starts, invokes and stops it."""

import threading
import time
import weakref

from localstack import config
from localstack.aws.api.lambda_ import PackageType
from localstack.runtime import events
from localstack.services.lambda_.invocation.lambda_models import (
    FunctionVersion,
    InvocationResult,
    VersionFunctionConfiguration,
)
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from lab_emulator.lambda_executor.compiled_code import compile_aside
from lab_emulator.lambda_executor.invocation_log import InvocationLog
from lab_emulator.lambda_executor.invocation_result import InvocationReport, outcome_of
from lab_emulator.lambda_executor.invocation_rights import may_trace
from lab_emulator.lambda_executor.invocation_trace import InvocationTrace
from lab_emulator.lambda_executor.nursery import NURSERY
from lab_emulator.lambda_executor.process_events import Answered, Invocation
from lab_emulator.lambda_executor.process_output import OutputLine
from lab_emulator.lambda_executor.sandbox import Sandbox
from lab_emulator.lambda_executor.unpacked_code import unpack
from lab_emulator.service_metrics.lambda_ import record_duration

_LIVING: "weakref.WeakSet[ProcessRuntimeExecutor]" = weakref.WeakSet()


class ProcessRuntimeExecutor(RuntimeExecutor):
    """One execution environment; LocalStack gives it one invocation at a time.

    LocalStack takes an environment that returned a result, whatever the result, for usable again.
    So a timeout, a crash and a failed import are results here, and the sandbox recovers by itself.
    """

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self._sandbox: Sandbox | None = None
        self._lock = threading.Lock()
        self._stopped = False
        self._invoking = False
        _LIVING.add(self)

    @classmethod
    def validate_environment(cls) -> bool:
        NURSERY.warm_up()
        return True

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        refuse_unsupported(function_version.config)
        compile_aside(unpack(function_version.config.code))

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """The code on disk belongs to LocalStack, which removes it itself."""

    def start(self, env_vars: dict[str, object]) -> None:
        """Start the process. A failed import waits for `invoke`: raised here, it would lose its logs."""
        sandbox = Sandbox(self.function_version.config, env_vars)
        with self._lock:
            self._sandbox = sandbox
            stopped = self._stopped
        if stopped:  # `end` and `stop` found nothing to close
            sandbox.close()
            raise LambdaRuntimeException("the execution environment was stopped while it started")
        sandbox.initialise()

    def stop(self) -> None:
        """End the process. As on AWS an invocation under way may finish, unless LocalStack itself stops."""
        with self._lock:
            self._stopped = True
            if self._invoking and not events.infra_stopping.is_set():
                return
        if self._sandbox:
            self._sandbox.close()

    def end(self) -> None:
        """End the process at once, and with it the invocation under way, which fails as of a crash."""
        with self._lock:
            self._stopped = True
        if self._sandbox:
            self._sandbox.close()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        with self._lock:
            if self._stopped or self._sandbox is None:
                raise LambdaRuntimeException("the execution environment was stopped before its invocation")
            self._invoking = True
        try:
            return self._invoke(self._sandbox, payload)
        finally:
            with self._lock:
                self._invoking = False
            if self._stopped:
                self._sandbox.close()

    def get_logs(self) -> str:
        """Return nothing: each invocation's result carries its logs, those of a failed start included."""
        return ""

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}"

    def _invoke(self, sandbox: Sandbox, payload: dict[str, str]) -> InvocationResult:
        function = self.function_version.config
        is_traced = may_trace(self.function_version)
        trace = InvocationTrace.begin(payload["invoked-function-arn"], payload["trace-id"], is_traced)
        invocation = _invocation(payload, trace.header)
        process, init_output = sandbox.usable_process()
        init_seconds = process.init_seconds if process.invocations == 0 else None
        began, began_at = time.monotonic(), time.time()
        event = process.run(invocation, function.timeout, function.memory_size * 2**20)
        duration_seconds = time.monotonic() - began
        record_duration(self.function_version.id, duration_seconds)
        if not isinstance(event, Answered):
            sandbox.discard(process)
        outcome = outcome_of(event, invocation.request_id, function.timeout)
        trace.end(invocation.request_id, began_at, began_at + duration_seconds, process, outcome)
        report = InvocationReport(
            invocation.request_id,
            self.function_version.id.qualifier,
            duration_seconds,
            init_seconds,
            function.memory_size,
            process.peak_memory_bytes(),
            outcome.status,
            trace.report_line,
        )
        output = [*process.output.take(), *map(OutputLine.now, outcome.log)]
        log = InvocationLog.of(report.around(init_output, output, int(began_at * 1000)))
        return InvocationResult(invocation.request_id, outcome.payload, outcome.is_error, log)


def end_all() -> None:
    """End every execution environment that there is, those that are just starting too."""
    for executor in list(_LIVING):
        executor.end()


def _invocation(payload: dict[str, str], trace_header: str) -> Invocation:
    """Translate LocalStack's message to the init program of its containers."""
    return Invocation(
        payload["invoke-id"],
        function_arn=payload["invoked-function-arn"],
        trace_id=trace_header,
        payload=payload["payload"].encode(),
    )


def refuse_unsupported(config: VersionFunctionConfiguration) -> None:
    """Raise LambdaRuntimeException, which becomes the function's StateReason, for all but zipped Python."""
    if config.package_type == PackageType.Image:
        raise LambdaRuntimeException(
            "container images are not supported: functions run here as local Python processes. "
            "Package the function as a zip archive."
        )
    if not (config.runtime or "").startswith("python"):
        raise LambdaRuntimeException(
            f"the runtime {config.runtime} is not supported: functions run here as local Python processes. "
            "Use a python runtime, such as python3.13."
        )
    if config.layers:
        raise LambdaRuntimeException(
            "layers are not supported: functions run here as local Python processes. "
            "Put the layers' packages into the function's own archive."
        )


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):
    """The name by which `LAMBDA_RUNTIME_EXECUTOR` chooses the executor."""

    name = "process"

    def load(self, *args, **kwargs):
        return ProcessRuntimeExecutor
