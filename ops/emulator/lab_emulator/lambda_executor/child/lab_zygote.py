"""The parent of every function process: `python -S lab_zygote.py CONTROL_FD SDK [CORE…]`.

It has one thread, so forking is safe and the kernel's parent-death signal means the process and
not some thread of it. It kills what it started when LocalStack closes the control socket, which
the kernel does even for a LocalStack that was killed.

A request on the control socket is one byte with two descriptors (output, exit status) and one line
of JSON: handler, task_root, variables. The answer is a line of JSON: pid or error. The exit status
goes as a line "code peak_memory_bytes" to the second descriptor.
"""

import json
import os
import select
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

import lab_launch
import lab_preload

# ru_maxrss is in KiB on Linux and in bytes on macOS (getrusage(2) of each).
MAXRSS_UNIT_BYTES = 1024 if sys.platform == "linux" else 1


@dataclass(frozen=True)
class ProcessRequest:
    handler: str
    task_root: str
    variables: dict[str, str]
    parent_pid: int


class Zygote:
    def __init__(self, control: socket.socket, sdk: str) -> None:
        self._control = control
        self._lines = control.makefile("rb")
        self._sdk = sdk
        self._exit_fds: dict[int, int] = {}
        self._woken, self._wake = socket.socketpair()
        self._selector = selectors.DefaultSelector()

    def serve(self) -> ProcessRequest | None:
        """Start what is asked for. Returns None when LocalStack is gone, and in a child its request."""
        self._listen()
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._woken:
                    self._woken.recv(4096)
                    self._report_exits()
                    continue
                message, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
                if not message:
                    return self._kill_all()
                if request := self._start(*descriptors):
                    return request

    def _listen(self) -> None:
        for end in (self._woken, self._wake):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)

    def _start(self, output_fd: int, exit_fd: int) -> ProcessRequest | None:
        request = ProcessRequest(**json.loads(self._lines.readline()), parent_pid=os.getpid())
        for descriptor in (output_fd, exit_fd):
            os.set_inheritable(descriptor, False)
        try:
            if _reader_is_gone(exit_fd):
                raise TimeoutError("nothing waits for the process any more")
            pid = os.fork() if self._can_fork(request) else self._spawn(request, output_fd)
        except (OSError, ValueError) as error:  # its code may be gone; the others must not suffer
            self._answer(error=str(error))
            os.close(exit_fd)
        else:
            if pid == 0:
                self._become_child(output_fd, exit_fd)
                return request
            with suppress(ProcessLookupError, PermissionError):
                os.setpgid(pid, pid)  # the child does so too: the first of the two counts
            self._exit_fds[pid] = exit_fd
            self._answer(pid=pid)
        os.close(output_fd)
        return None

    def _answer(self, **answer: int | str) -> None:
        self._control.sendall(json.dumps(answer).encode() + b"\n")

    def _can_fork(self, request: ProcessRequest) -> bool:
        # Other kernels' system libraries may break in a forked child; Python reads PYTHON* only at its start.
        return (
            sys.platform == "linux"
            and not any(name.startswith(("PYTHON", "LD_")) for name in request.variables)
            and not lab_preload.shadowed(request.task_root, self._sdk)
        )

    def _spawn(self, request: ProcessRequest, output_fd: int) -> int:
        arguments = [request.handler, request.task_root, self._sdk, str(request.parent_pid)]
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-S", lab_launch.__file__, *arguments],
            request.variables,
            file_actions=[(os.POSIX_SPAWN_DUP2, output_fd, 1), (os.POSIX_SPAWN_DUP2, output_fd, 2)],
            setpgroup=0,
        )

    def _become_child(self, output_fd: int, exit_fd: int) -> None:
        """Leave behind everything of the zygote but its imported modules."""
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for held in (self._lines, self._control, self._woken, self._wake, self._selector):
            held.close()
        os.dup2(output_fd, 1)
        os.dup2(output_fd, 2)
        for descriptor in (output_fd, exit_fd, *self._exit_fds.values()):
            os.close(descriptor)

    def _report_exits(self) -> None:
        while self._exit_fds:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            _kill_group(pid)  # what the function itself started
            exit_fd = self._exit_fds.pop(pid)
            peak_memory_bytes = usage.ru_maxrss * MAXRSS_UNIT_BYTES
            with suppress(BrokenPipeError):  # its reader is gone
                os.write(exit_fd, b"%d %d\n" % (os.waitstatus_to_exitcode(status), peak_memory_bytes))
            os.close(exit_fd)

    def _kill_all(self) -> None:
        for pid in self._exit_fds:
            _kill_group(pid)


def _reader_is_gone(pipe_fd: int) -> bool:
    """Whether the reading end was closed, as it is when this process was too slow for LocalStack."""
    poll = select.poll()
    poll.register(pipe_fd, 0)
    return bool(poll.poll(0))


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def main(control_fd: int, sdk: str, cores: list[int]) -> None:
    if cores:
        os.sched_setaffinity(0, cores)  # the emulator itself may keep to one
    lab_launch.arrange_imports(sdk)
    lab_preload.preload()
    control = socket.socket(fileno=control_fd)
    control.set_inheritable(False)
    request = Zygote(control, sdk).serve()
    if request:
        os.environ.clear()
        os.environ.update(request.variables)
        time.tzset()
        lab_launch.launch(request.handler, request.task_root, request.parent_pid)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], [int(core) for core in sys.argv[3:]])
