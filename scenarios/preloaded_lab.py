"""A `lab` whose libraries are loaded already.

The scenarios call `lab` more than 200 times, and each start costs about a second of CPU, more than what the
command does. So one process (`python -m scenarios.preloaded_lab SOCKET`) loads them once and forks for each
call, which gets the caller's arguments, environment, folder and streams. The program on the PATH only passes
those on.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ops.lab.__main__ import main
from ops.lab.repository import REPOSITORY
from ops.lab.waiting import eventually

_STREAMS = (0, 1, 2)
_CHUNK = 65_536
_CALLER = """#!{python} -SE
import json, os, socket, sys
call = {{"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": os.getcwd()}}
with socket.socket(socket.AF_UNIX) as lab:
    lab.connect({address!r})
    socket.send_fds(lab, [b"{{"], [0, 1, 2])
    lab.sendall(json.dumps(call).encode()[1:])
    lab.shutdown(socket.SHUT_WR)
    sys.exit(int(lab.recv(16)))
"""


@contextmanager
def preloaded_lab(folder: Path) -> Iterator[Path]:
    """A folder with a `lab` to put on the PATH. `folder` is an empty one with a short name."""
    address, program = folder / "socket", folder / "bin" / "lab"
    program.parent.mkdir()
    program.write_text(_CALLER.format(python=sys.executable, address=str(address)))
    program.chmod(0o755)
    command = [sys.executable, "-m", __name__, str(address)]
    server = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True)
    try:
        eventually(address.exists, within=60, what="the preloaded lab")
        yield program.parent
    finally:
        os.killpg(server.pid, signal.SIGTERM)  # its forks as well: one may wait for minutes
        server.wait()


def serve(address: str) -> None:
    """Answer each call in a fork, until terminated."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no process waits for the forks
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        while True:
            caller, _ = server.accept()
            with caller:
                if os.fork() == 0:
                    server.close()
                    _answer(caller)


def _answer(caller: socket.socket) -> None:
    """In the fork: be the `lab` that was called, and end with it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    head, streams, _, _ = socket.recv_fds(caller, 1, len(_STREAMS))
    call = json.loads(head + b"".join(iter(lambda: caller.recv(_CHUNK), b"")))
    for theirs, mine in zip(streams, _STREAMS, strict=True):
        os.dup2(theirs, mine)
        os.close(theirs)
    os.chdir(call["folder"])
    os.environ.clear()
    os.environ.update(call["environment"])
    sys.argv = ["lab", *call["arguments"]]
    code = _run()
    with suppress(BrokenPipeError):  # `lab … | head` has seen enough
        sys.stdout.flush()
    caller.sendall(str(code).encode())
    os._exit(0)


def _run() -> int:
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    serve(sys.argv[1])
