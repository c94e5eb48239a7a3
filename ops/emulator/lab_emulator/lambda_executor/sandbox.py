"""Sandbox: what an execution environment consists of, one process at a time and a scratch folder."""

import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from localstack.services.lambda_.invocation.lambda_models import VersionFunctionConfiguration
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException

from lab_emulator.lambda_executor.function_process import FunctionProcess
from lab_emulator.lambda_executor.invocation_result import init_timeout_line
from lab_emulator.lambda_executor.process_events import ProcessTimedOut
from lab_emulator.lambda_executor.process_output import OutputLine
from lab_emulator.lambda_executor.runtime_environment import function_variables

# "The Init phase is limited to 10 seconds. If all three tasks do not complete within 10 seconds, Lambda
# retries the Init phase at the time of the first function invocation with the configured function timeout."
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
INIT_LIMIT_SECONDS = 10.0


class Sandbox:
    """Keeps a process ready, and replaces the one that timed out, crashed or could not start."""

    def __init__(self, config: VersionFunctionConfiguration, given_variables: Mapping[str, object]) -> None:
        self._handler = config.handler
        self._task_root = Path(config.code.get_unzipped_code_location()).resolve()
        self._scratch = Path(tempfile.mkdtemp(prefix="lambda-scratch-"))
        self._variables = function_variables(
            given_variables,
            config.environment or {},
            runtime=config.runtime,
            task_root=self._task_root,
            scratch=self._scratch,
        )
        self._lock = threading.Lock()
        self._closed = False
        self._process: FunctionProcess | None = None

    def initialise(self) -> FunctionProcess:
        """Start a process and wait until its handler is imported, or is known not to be."""
        process = self._start()
        process.await_init(INIT_LIMIT_SECONDS)
        return process

    def usable_process(self) -> tuple[FunctionProcess, list[OutputLine]]:
        """Return a process to invoke, and what was printed since the last invocation or by its start."""
        process = self._process
        if process and process.died_idle():
            self.discard(process)
            process = None
        process = process or self.initialise()
        if isinstance(process.init, ProcessTimedOut):
            self.discard(process)
            return self._start(), [*process.output.take(), init_timeout_line(INIT_LIMIT_SECONDS)]
        return process, process.output.take()

    def discard(self, process: FunctionProcess) -> None:
        """Kill `process`; the next invocation gets a fresh one."""
        with self._lock:
            if self._process is process:
                self._process = None
        process.kill()

    def close(self) -> None:
        """Kill the process and start no other."""
        with self._lock:
            self._closed = True
            process = self._process
        if process:
            self.discard(process)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _start(self) -> FunctionProcess:
        process = FunctionProcess(self._handler, self._task_root, self._variables)
        with self._lock:
            if not self._closed:
                self._process = process
                return process
        process.kill()
        raise LambdaRuntimeException("the execution environment was stopped while it started")
