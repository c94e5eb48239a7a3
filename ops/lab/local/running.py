"""The emulator that is up: the one that `lab up` started, or any other that answers on the lab's port."""

import json
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

from ops.lab.app.stacks import environments
from ops.lab.app.target import Target
from ops.lab.errors import NotUp
from ops.lab.local import state
from ops.lab.local.bring_up import chosen_port
from ops.lab.local.directory import LabDirectory


@dataclass(frozen=True)
class RunningEmulator:
    """Where it answers, and which environment of the app it has. `pid` is None where it is not ours."""

    endpoint: str
    env_name: str
    pid: int | None = None
    log: str | None = None

    @property
    def port(self) -> int | None:
        return urlsplit(self.endpoint).port


def find_running(directory: LabDirectory, port: int | None = None) -> RunningEmulator:
    """The lab of `directory`, else what answers on `port` (LAB_PORT by default), as a container does.

    Raises NotUp where neither is there, and Refused where what answers is not LocalStack's account.
    """
    if state.living(directory.state_file) is not None:
        lab = state.answering(directory.state_file)
        return RunningEmulator(lab.emulator.endpoint, lab.env_name, lab.pid, lab.log_path)
    endpoint = f"http://127.0.0.1:{chosen_port() if port is None else port}"
    if not is_localstack(endpoint):
        raise NotUp("the lab is not up", hint="start it: lab up, or docker compose up")
    target = Target.running(endpoint)
    target.identity()
    return RunningEmulator(endpoint, next(iter(environments(target.cloudformation)), target.env_name))


def is_localstack(endpoint: str, timeout_seconds: float = 5) -> bool:
    """Whether LocalStack's health resource answers there, of this image or of the official one."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_localstack/health", timeout=timeout_seconds) as answer:  # nosec B310
            return "services" in json.load(answer)
    except (OSError, ValueError):
        return False
