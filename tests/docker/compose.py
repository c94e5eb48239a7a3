"""`docker compose` on this checkout's docker-compose.yml, under a project name and a port of its own."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import Any

from ops.lab.local.ports import free_port
from ops.lab.repository import REPOSITORY

# From nothing to a console beside the deployed app, on a machine that is busy otherwise.
UP_LIMIT_SECONDS = 480
# Compose 2.26 begins each line of a log with it, on a terminal or not.
_ERASE_LINE = "\x1b[2K"


@dataclass(frozen=True)
class Compose:
    """One project. `down` leaves nothing of it."""

    project: str
    port: int
    console_port: int = field(default_factory=free_port)

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `docker compose …`; its output is in the failure where it fails and `check` is set."""
        done = subprocess.run(
            ["docker", "compose", "--project-name", self.project, *arguments],
            cwd=REPOSITORY,
            env=os.environ | {"LAB_PORT": str(self.port), "LAB_CONSOLE_PORT": str(self.console_port)},
            capture_output=True,
            text=True,
            timeout=UP_LIMIT_SECONDS,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def up(self) -> str:
        """Bring everything up, wait for the deployment to end, and return what it printed."""
        self.run("up", "--detach", "--no-build", "--force-recreate")
        self.await_deployment()
        log = self.run("logs", "--no-log-prefix", "deploy").stdout
        return log.replace(_ERASE_LINE, "")

    def await_deployment(self) -> None:
        """Return once `deploy` has ended. `up` has waited for it where it started the console after it, and
        Compose then finds no container to wait for."""
        self.run("wait", "deploy", check=False)

    def down(self) -> None:
        self.run("down", "--volumes")

    def containers(self) -> list[dict[str, Any]]:
        """What `docker inspect` says of every container of the project."""
        ids = self.run("ps", "--all", "--quiet").stdout.split()
        said = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True)
        inspected: list[dict[str, Any]] = json.loads(said.stdout)
        return inspected
