"""`docker compose` on this checkout's docker-compose.yml, under a project name and a port of its own."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from ops.lab.repository import REPOSITORY

UP_LIMIT_SECONDS = 240
# Compose 2.26 begins each line of a log with it, on a terminal or not.
_ERASE_LINE = "\x1b[2K"


@dataclass(frozen=True)
class Compose:
    """One project. `down` leaves nothing of it."""

    project: str
    port: int

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `docker compose …`; its output is in the failure where it fails and `check` is set."""
        done = subprocess.run(
            ["docker", "compose", "--project-name", self.project, *arguments],
            cwd=REPOSITORY,
            env=os.environ | {"LAB_PORT": str(self.port)},
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
        self.run("wait", "deploy")
        log = self.run("logs", "--no-log-prefix", "deploy").stdout
        return log.replace(_ERASE_LINE, "")

    def down(self) -> None:
        self.run("down", "--volumes")

    def containers(self) -> list[dict[str, Any]]:
        """What `docker inspect` says of every container of the project."""
        ids = self.run("ps", "--all", "--quiet").stdout.split()
        said = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True)
        inspected: list[dict[str, Any]] = json.loads(said.stdout)
        return inspected
