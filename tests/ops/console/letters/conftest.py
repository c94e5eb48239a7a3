"""A console whose lab is moto, with a DLQ that holds what the test puts there."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ops.lab.app.target import Target
from ops.lab.console.context import ConsoleContext
from ops.lab.console.letters import letter_scan
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving.app import create_app
from ops.lab.web.own_origin import TOKEN_HEADER
from tests.ops.console.conftest import HOST, new_context


@dataclass
class ListedQueues:
    """What the emulator's developer endpoint would list, by the end of the queue's URL."""

    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"dlq": [], "parked": []})
    listings: int = 0

    def list_messages(self, _: Target, url: str) -> list[dict[str, Any]]:
        self.listings += 1
        return list(self.messages[url.rpartition("/")[2]])


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> ListedQueues:
    queues = ListedQueues()
    monkeypatch.setattr(letter_scan, "list_messages", queues.list_messages)
    return queues


@pytest.fixture
def lab(target: Target, redrive_jobs: str, monkeypatch: pytest.MonkeyPatch) -> Target:
    """The account of moto, taken for an emulator."""
    monkeypatch.setattr("ops.lab.app.queue_walk._WAIT_SECONDS", 0)
    target.endpoint = "http://127.0.0.1:9"
    return target


@pytest.fixture
def lab_context(tmp_path: Path, lab: Target) -> ConsoleContext:
    """Its poller has no target, so that the pages alone look at the account."""
    return replace(new_context(tmp_path), link=TargetLink(lambda: lab))


@pytest.fixture
def page(lab_context: ConsoleContext) -> Iterator[TestClient]:
    with TestClient(
        create_app(lab_context),
        base_url=f"http://{HOST}",
        headers={TOKEN_HEADER: "the-token", "Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"},
    ) as client:
        yield client
