"""A console without an account: what its routes do, not what they show."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ops.lab.app.target import Target
from ops.lab.console.changes.action_journal import ActionJournal
from ops.lab.console.changes.drill_control import DrillControl
from ops.lab.console.context import ConsoleContext
from ops.lab.console.looking.poller import LOCAL_PACE, Poller
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving.access import ConsoleAccess
from ops.lab.console.serving.app import create_app
from ops.lab.errors import NotUp
from ops.lab.incidents.session import IncidentSession
from ops.lab.local.directory import LabDirectory
from ops.lab.web.own_origin import TOKEN_HEADER

HOST = "127.0.0.1:8080"


def no_target() -> Target:
    raise NotUp("the lab is not up", hint="start it: lab up")


def new_context(
    folder: Path, *, changes_allowed: bool = True, link: TargetLink | None = None
) -> ConsoleContext:
    link = link or TargetLink(no_target)
    return ConsoleContext(
        link=link,
        poller=Poller(link, LOCAL_PACE),
        access=ConsoleAccess(8080, changes_allowed=changes_allowed, token="the-token"),
        journal=ActionJournal(folder / "journal.jsonl"),
        refuse_beside_others=lambda: None,
        drills=DrillControl(
            lock=folder / "lock", progress=folder / "progress.jsonl", log=folder / "console-drill.log"
        ),
        reports=folder / "reports",
        where="a test",
        incident=lambda: IncidentSession.of(LabDirectory(folder)),
    )


@pytest.fixture
def context(tmp_path: Path) -> ConsoleContext:
    return new_context(tmp_path)


@pytest.fixture
def browser(context: ConsoleContext) -> Iterator[TestClient]:
    """A client that sends what the console's own pages send."""
    with TestClient(
        create_app(context),
        base_url=f"http://{HOST}",
        headers={TOKEN_HEADER: "the-token", "Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"},
    ) as client:
        yield client
