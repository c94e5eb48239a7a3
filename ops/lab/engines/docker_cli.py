"""Command line of Docker: what this machine's engine answers, and the lab's image in it."""

import subprocess

from ops.lab.errors import EmulatorFailed
from ops.lab.repository import REPOSITORY

IMAGE = "dlq-reliability-lab"
# A first build fetches several hundred MB; a hanging one must still end.
_BUILD_LIMIT_SECONDS = 1800


def engine_version() -> str | None:
    """The version of the Docker engine that answers, or None where none does."""
    return _said("docker", "version", "--format", "{{.Server.Version}}") or None


def image_bytes() -> int | None:
    """The size of the lab's image, or None where there is none."""
    size = _said("docker", "image", "inspect", "--format", "{{.Size}}", IMAGE)
    return int(size) if size else None


def build_image() -> None:
    """Build the image of docker-compose.yml from this checkout. Raises EmulatorFailed with the last lines."""
    command = ["docker", "compose", "--progress", "plain", "build", "deploy"]
    try:
        built = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, timeout=_BUILD_LIMIT_SECONDS, check=False
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise EmulatorFailed(f"the image could not be built: {error}") from error
    if built.returncode != 0:
        last = [line for line in built.stderr.splitlines() if line.strip()][-15:]
        raise EmulatorFailed(
            f"`docker compose build` ended with status {built.returncode}", hint="\n".join(last)
        )


def _said(*command: str) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""
