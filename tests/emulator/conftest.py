"""One LocalStack with the extension for this folder's tests, started here and stopped here."""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from ops.lab.local import emulator_process
from ops.lab.local.ports import free_port


@dataclass
class Emulator:
    """The running LocalStack: where it answers, what it logs, and clients for it."""

    endpoint: str
    pid: int
    log_path: Path
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.endpoint,
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
        return self._clients[service]

    def read(self, path: str) -> Any:
        """What one of the emulator's own resources answers."""
        return self.send("GET", path)

    def send(self, method: str, path: str) -> Any:
        """Ask one of the emulator's own resources. Raises HTTPError."""
        request = urllib.request.Request(f"{self.endpoint}{path}", method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    process = emulator_process.start(free_port(), tmp_path_factory.mktemp("emulator"))
    try:
        emulator_process.wait_until_ready(process)
        yield Emulator(process.endpoint, process.pid, process.log_path)
    finally:
        emulator_process.stop(process)
