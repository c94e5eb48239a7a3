"""LocalStack as a container, by testcontainers."""

import os
from typing import Any

import docker
import docker.errors
from docker.models.containers import Container
from testcontainers.community.localstack import LocalStackContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from ops.lab.app.alarm_speed import VARIABLE
from ops.lab.app.target import LOCAL_REGION
from ops.lab.engines.docker_cli import IMAGE
from ops.lab.errors import EmulatorFailed
from ops.lab.local.ports import free_port
from ops.lab.local.process_table import command_line
from ops.lab.waiting import eventually

OWNER_LABEL = "dlq-reliability-lab.owner-pid"
START_LIMIT_SECONDS = 90
_LAST_LINES = 15
# testcontainers' own cleaner is an image to pull and wants the engine's socket; see `remove_orphans`.
testcontainers_config.ryuk_disabled = True
# As in docker-compose.yml.
_HARDENED: dict[str, Any] = {
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "read_only": True,
}


class _Emulator(LocalStackContainer):
    """LocalStack on the same port inside and outside, where only this machine reaches it."""

    def __init__(self, port: int, speed: float) -> None:
        labels = {OWNER_LABEL: str(os.getpid())}
        super().__init__(IMAGE, edge_port=port, region_name=LOCAL_REGION, labels=labels, **_HARDENED)
        self.ports = {str(port): ("127.0.0.1", port)}  # type: ignore[dict-item]  # with_bind_ports takes no host
        self.with_env("LAB_PORT", str(port))
        self.with_env(VARIABLE, f"{speed:g}")
        # The container's own /tmp, which no other process shares.
        self.with_tmpfs_mount("/tmp", "mode=1777")  # nosec B108

    def start(self, timeout: float = START_LIMIT_SECONDS) -> "_Emulator":
        DockerContainer.start(self)  # not its parent's, which waits for a line in the log
        eventually(
            lambda: _health(self.get_wrapped_container()),
            within=timeout,
            until=lambda health: health == "healthy",
            what="the container's health",
        )
        return self


class ContainerEngine:
    """Runs the lab's image, hardened as in docker-compose.yml, on a free port of 127.0.0.1."""

    def __init__(self, *, speed: float = 1) -> None:
        self._port = free_port()
        self._emulator = _Emulator(self._port, speed)

    def start(self) -> str:
        remove_orphans()
        try:
            self._emulator.start()
        except BaseException:
            self.stop()
            raise
        return f"http://127.0.0.1:{self._port}"

    def stop(self) -> None:
        try:
            self._emulator.stop()
        except docker.errors.NotFound:
            return  # removed already

    @property
    def container(self) -> Container:
        return self._emulator.get_wrapped_container()

    def ailment(self) -> str | None:
        try:
            self.container.reload()
        except docker.errors.NotFound:
            return f"the emulator's container {self.container.short_id} is gone"
        if self.container.status == "running":
            return None
        code = self.container.attrs["State"]["ExitCode"]
        return f"the emulator's container {self.container.short_id} {self.container.status}, exit code {code}"

    def kill(self) -> None:
        self.container.kill()

    def kill_function(self, function_name: str) -> None:
        module = "ops.lab.engines.function_process"
        code, output = self.container.exec_run(["/lab/.venv/bin/python", "-m", module, function_name, "1"])
        if code != 0:
            raise EmulatorFailed(f"{function_name} was not killed: {output.decode(errors='replace')}")

    def function_seconds(self) -> int:
        return 0

    def log_tail(self) -> str:
        try:
            return str(self.container.logs(tail=_LAST_LINES).decode(errors="replace"))
        except docker.errors.NotFound:
            return "its log is gone with it"


def remove_orphans() -> list[str]:
    """Remove the containers of owners that were killed before they could; return their ids."""
    removed = []
    for container in docker.from_env().containers.list(all=True, filters={"label": OWNER_LABEL}):
        if not command_line(int(container.labels[OWNER_LABEL])):
            container.remove(force=True, v=True)
            removed.append(container.id)
    return removed


def _health(container: Container) -> str:
    container.reload()
    if container.status not in {"created", "running"}:
        log = container.logs(tail=_LAST_LINES).decode(errors="replace")
        raise EmulatorFailed(f"the emulator's container {container.status}", hint=log)
    return str(container.attrs["State"].get("Health", {}).get("Status", "unknown"))
