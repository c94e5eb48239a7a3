"""Nursery: LocalStack's side of the zygote. It starts the zygote and asks it for function processes."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab_emulator.lambda_executor.runtime_environment import SEARCH_PATH, link_runtime_packages
from lab_emulator.lambda_executor.zygote_link import ZygoteGone, ZygoteLate, ZygoteLink
from lab_emulator.processor_affinity import ALL_CORES

ZYGOTE = Path(__file__).parent / "child" / "lab_zygote.py"

# Long enough for the zygote's own start on a busy machine; a fork takes milliseconds.
ANSWER_LIMIT_SECONDS = 30


class NurseryFailed(Exception):
    """The zygote started no function process in time; a traceback of its own is in LocalStack's log."""


@dataclass(frozen=True)
class Child:
    """A started function process, leader of its own process group. `exit_fd` tells of its end."""

    pid: int
    exit_fd: int


class Nursery:
    """One zygote for the whole emulator, started when first needed and replaced when it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._link: ZygoteLink | None = None

    def warm_up(self) -> None:
        """Start the zygote, so that it imports the SDK before the first function needs it."""
        with self._lock:
            self._ensure_started()

    def spawn(self, handler: str, task_root: Path, variables: dict[str, str], output_fd: int) -> Child:
        """Start one function process that prints to `output_fd`. Raises NurseryFailed."""
        request = {"handler": handler, "task_root": str(task_root), "variables": variables}
        message = json.dumps(request).encode() + b"\n"
        exit_fd, exit_write_fd = os.pipe()
        try:
            with self._lock:
                answer = self._ask(message, [output_fd, exit_write_fd])
        finally:
            os.close(exit_write_fd)
        if "error" in answer:
            os.close(exit_fd)
            raise NurseryFailed(f"no function process could be started: {answer['error']}")
        return Child(int(answer["pid"]), exit_fd)

    def _ask(self, message: bytes, descriptors: list[int]) -> dict[str, Any]:
        link = self._ensure_started()
        try:
            return link.ask(message, descriptors, ANSWER_LIMIT_SECONDS)
        except ZygoteLate as error:  # the functions that it has started go on
            return {"error": str(error)}
        except ZygoteGone as error:
            link.close()
            self._link = None
            return {"error": str(error)}

    def _ensure_started(self) -> ZygoteLink:
        if self._link and self._link.is_alive:
            return self._link
        if self._link:
            self._link.close()
        sdk = link_runtime_packages(Path(tempfile.gettempdir()) / "lambda-runtime-sdk")
        control, other_end = socket.socketpair()
        with other_end:
            process = subprocess.Popen(
                [sys.executable, "-S", str(ZYGOTE), str(other_end.fileno()), str(sdk), *map(str, ALL_CORES)],
                pass_fds=[other_end.fileno()],
                stdin=subprocess.DEVNULL,
                # Nothing of LocalStack's environment may reach a function by way of an imported module;
                # botocore, for one, notes the folder ~/.aws/models when it is imported.
                env={"PATH": SEARCH_PATH, "LANG": "en_US.UTF-8", "TZ": ":UTC", "HOME": str(sdk)},
                start_new_session=True,
            )
        self._link = ZygoteLink(process, control)
        return self._link


NURSERY = Nursery()
