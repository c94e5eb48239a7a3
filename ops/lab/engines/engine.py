"""Engine that runs the emulator: what each can do, and the one place that chooses one."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from ops.lab.engines import docker_cli
from ops.lab.engines.process_engine import ProcessEngine
from ops.lab.errors import EmulatorFailed


class Engine(Protocol):
    """One emulator from `start` to `stop`. `stop` may be called at any time, and more than once."""

    def start(self) -> str:
        """Return the endpoint once every part of the extension is loaded. Raises EmulatorFailed."""

    def stop(self) -> None:
        """End the emulator and whatever it started, and leave nothing behind."""

    def ailment(self) -> str | None:
        """Why the started emulator no longer runs; None while it does."""

    def kill(self) -> None:
        """End the emulator at once, as a crash would."""

    def kill_function(self, function_name: str) -> None:
        """End the process that works for a function, as a crash would. Linux only."""

    def function_seconds(self) -> int:
        """Whole seconds of the processor that its functions have used: they grow while one works. Always 0
        where that is not seen."""

    def log_tail(self) -> str:
        """The last lines that the emulator wrote."""


class EngineName(StrEnum):
    """`auto` is docker where an engine answers and the image exists or can be built, else process."""

    PROCESS = "process"
    DOCKER = "docker"
    AUTO = "auto"


@dataclass(frozen=True)
class EngineChoice:
    """The engine taken, never `auto`, and why."""

    name: EngineName
    reason: str

    def __str__(self) -> str:
        return f"{self.name.value}: {self.reason}"

    def engine(self, folder: Path, *, speed: float = 1) -> Engine:
        """A new engine that writes its own files, where it has any, below `folder`.

        With `speed` 20, the periods of alarms pass 20 times as fast.
        """
        if self.name is EngineName.PROCESS:
            return ProcessEngine(folder, speed=speed)
        # Imported late: the lab inside the image comes without testcontainers.
        from ops.lab.engines.container_engine import ContainerEngine

        return ContainerEngine(speed=speed)


def choose(wanted: EngineName) -> EngineChoice:
    """Decide, and build the image for docker. Raises EmulatorFailed where docker is told but not there."""
    if wanted is EngineName.PROCESS:
        return EngineChoice(EngineName.PROCESS, "as told")
    try:
        return EngineChoice(EngineName.DOCKER, _ready_image())
    except EmulatorFailed as error:
        if wanted is EngineName.DOCKER:
            raise
        return EngineChoice(EngineName.PROCESS, str(error))


def _ready_image() -> str:
    version = docker_cli.engine_version()
    if version is None:
        raise EmulatorFailed("no Docker engine answers", hint="start Docker, or use --engine process")
    answering = f"Docker {version} answers"
    try:
        docker_cli.build_image()
    except EmulatorFailed as error:
        if docker_cli.image_bytes() is None:
            raise
        return f"{answering}; the image is an older one, for {error}"
    return f"{answering} and {docker_cli.IMAGE} was built from this checkout"
