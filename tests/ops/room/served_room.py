"""Served room: `lab room serve` in a process of its own, which may be killed and started again."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from ops.lab.local.directory import LabDirectory
from ops.lab.local.ports import free_port
from ops.lab.repository import REPOSITORY
from ops.lab.waiting import eventually
from ops.lab.web.own_origin import TOKEN_HEADER

# Of a machine that is busy otherwise.
_START_SECONDS = 120


@dataclass
class ServedRoom:
    """Always on the same port of loopback."""

    directory: LabDirectory
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self, *options: str) -> None:
        """Return once it answers."""
        self.directory.root.mkdir(parents=True, exist_ok=True)
        with (self.directory.root / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ops.lab", "room", "serve", f"--port={self.port}", *options],
                cwd=REPOSITORY,
                env=os.environ | {"LAB_DIR": str(self.directory.root)},
                stdout=log,
                stderr=log,
            )
        eventually(self._answers, within=_START_SECONDS, every=0.05, what="the room", hint=self.said())

    def kill(self) -> None:
        """End it by SIGKILL, and collect it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def said(self) -> str:
        return (self.directory.root / "serve.log").read_text()

    @property
    def session(self) -> dict[str, Any]:
        """What the room keeps of itself: its code, and the facilitator's token."""
        found: dict[str, Any] = json.loads((self.directory.room / "session.json").read_text())
        return found

    def get(self, path: str) -> str:
        """As the facilitator's page asks for it."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={TOKEN_HEADER: self.session["token"]}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.read().decode())

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
