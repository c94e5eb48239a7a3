"""Process of the operating system that runs one handler, from its start to its end, and its memory."""

import contextlib
import os
import selectors
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import psutil

from lab_emulator.lambda_executor.nursery import NURSERY
from lab_emulator.lambda_executor.process_events import (
    Event,
    Exited,
    InitFailed,
    Invocation,
    ProcessTimedOut,
    Ready,
)
from lab_emulator.lambda_executor.process_output import OutputPipe
from lab_emulator.lambda_executor.runtime_api import RuntimeApi

# A function that holds too much for less than this may get away with it, as it would not on AWS.
MEMORY_LOOK_SECONDS = 0.1
# What clears the peak when it is written to /proc/PID/clear_refs (proc(5)).
RESET_PEAK = b"5"


class FunctionProcess:
    """A handler being imported, waiting for work or working. One invocation at a time."""

    def __init__(self, handler: str, task_root: Path, variables: dict[str, str]) -> None:
        self.started = time.monotonic()
        self.init: Event | None = None
        self.init_seconds: float | None = None
        self.invocations = 0
        self.output = OutputPipe()
        self._exited: Exited | None = None
        self._gone = threading.Event()
        self._wake, self._woken = socket.socketpair()  # the process has ended
        self._api = RuntimeApi()
        self._listening = threading.Lock()
        variables = variables | {"AWS_LAMBDA_RUNTIME_API": self._api.address, "_HANDLER": handler}
        try:
            self._child = NURSERY.spawn(handler, task_root, variables, self.output.write_fd)
        except BaseException:
            self._api.close()
            self.output.close()
            raise
        finally:
            self.output.close_write_end()
        self._memory = ProcessMemory(self._child.pid)
        threading.Thread(target=self._watch, name="lambda-watch", daemon=True).start()

    def await_init(self, limit_seconds: float) -> None:
        """Wait for the handler's import to end; `init` says how it did."""
        with self._listening:
            self.init = self._next_event(limit_seconds)
        self.init_seconds = time.monotonic() - self.started

    def run(self, invocation: Invocation, timeout_seconds: float, memory_limit_bytes: int) -> Event:
        """Have the handler work on `invocation` and return the result, ProcessTimedOut at the latest.

        The process is killed when it is seen to hold more than `memory_limit_bytes`.
        """
        if isinstance(self.init, InitFailed | Exited):
            return self.init
        self.invocations += 1
        self._memory.forget_peak()
        deadline = time.monotonic() + timeout_seconds
        with self._listening:
            self._api.send(invocation, timeout_seconds)
            return self._result(deadline, memory_limit_bytes)

    def _result(self, deadline: float, memory_limit_bytes: int) -> Event:
        while True:
            left_seconds = deadline - time.monotonic()
            event = self._next_event(max(0.0, min(left_seconds, MEMORY_LOOK_SECONDS)))
            if isinstance(event, Ready):
                self.init = event  # it started over, inside this very invocation
            elif not isinstance(event, ProcessTimedOut) or left_seconds <= MEMORY_LOOK_SECONDS:
                return event
            elif self._memory.resident_bytes() > memory_limit_bytes:
                self._signal_kill()  # the next event is its end

    def died_idle(self) -> bool:
        """Whether the process was killed between two invocations."""
        return self._gone.is_set() and isinstance(self.init, Ready)

    def peak_memory_bytes(self) -> int:
        """Return the most that the process held at once since its invocation began."""
        return self._exited.peak_memory_bytes if self._exited else self._memory.peak_bytes()

    def kill(self, patience_seconds: float = 5) -> None:
        """End the process with all that it started. Its last output can still be taken."""
        if not self._gone.is_set():
            self._signal_kill()
            self._gone.wait(patience_seconds)
        self.output.close()
        # A thread that listens has got the end. Closed before that, the descriptor might be reused by then.
        if self._listening.acquire(timeout=patience_seconds):
            self._api.close()
            self._listening.release()

    def _signal_kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)

    def _next_event(self, timeout_seconds: float) -> Event:
        if said := self._api.listen(timeout_seconds, self._woken):
            return said
        return self._exited or ProcessTimedOut()

    def _watch(self) -> None:
        """Read what the process prints until it ends: with a full pipe it would wait."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.output.read_fd, selectors.EVENT_READ)
            selector.register(self._child.exit_fd, selectors.EVENT_READ)
            while self._exited is None:
                for key, _ in selector.select():
                    if key.fd == self._child.exit_fd:
                        self._exited = self._read_exit()
                    elif not self.output.pump():
                        selector.unregister(key.fd)
        self._gone.set()
        self._wake.send(b"\0")

    def _read_exit(self) -> Exited:
        with open(self._child.exit_fd, "rb") as exit_status:
            code, _, peak_memory_bytes = exit_status.readline().partition(b" ")
        return Exited(int(code), int(peak_memory_bytes)) if code else Exited(None, 0)


class ProcessMemory:
    """Resident memory by the kernel's own account, pages that are shared with other processes included.

    Any number is 0 once the process is gone, and where the system keeps no peak it is what is held now.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def forget_peak(self) -> None:
        """Let the peak be counted from now on, so that it is one invocation's and not all before it."""
        if sys.platform == "linux":
            with contextlib.suppress(OSError), open(f"/proc/{self._pid}/clear_refs", "wb", 0) as references:
                references.write(RESET_PEAK)

    def peak_bytes(self) -> int:
        return self._status(b"VmHWM:")

    def resident_bytes(self) -> int:
        return self._status(b"VmRSS:")

    def _status(self, field: bytes) -> int:
        with contextlib.suppress(OSError, IndexError, psutil.Error):
            if sys.platform == "linux":
                with open(f"/proc/{self._pid}/status", "rb", 0) as status:
                    return int(status.read().partition(field)[2].split(None, 1)[0]) * 1024
            return int(psutil.Process(self._pid).memory_info().rss)
        return 0
