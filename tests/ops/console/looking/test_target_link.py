"""The account as it is now: after another deployment, and after a restart at another port."""

from typing import Any

import pytest

from ops.lab.app.stacks import Stacks
from ops.lab.app.target import Target
from ops.lab.console.looking.target_link import TargetLink


class Deployed(Target):
    """A target whose stacks have the outputs of a mapping that a test changes."""

    def __init__(self, endpoint: str, outputs: dict[str, str]) -> None:
        plain = Target.running(endpoint)
        super().__init__(plain._session, endpoint=endpoint, env_name="dev")
        self.now = outputs

    def stacks(self) -> Stacks:
        return Stacks("dev", {}, dict(self.now))


@pytest.fixture
def outputs() -> dict[str, str]:
    return {"QueueUrl": "first"}


def test_another_deployment_is_noticed_and_the_clients_are_kept(outputs: dict[str, str]) -> None:
    link = TargetLink(lambda: Deployed("http://127.0.0.1:9", outputs))
    target = link.target()
    assert target.output("QueueUrl") == "first"
    assert not link.notice_deployment()
    outputs["QueueUrl"] = "second"
    assert target.output("QueueUrl") == "first"
    assert link.notice_deployment()
    assert link.target().output("QueueUrl") == "second"
    assert link.target().sqs is target.sqs


def test_a_lab_at_another_port_is_another_target(outputs: dict[str, str]) -> None:
    places: list[Any] = ["http://127.0.0.1:9", "http://127.0.0.1:10"]
    link = TargetLink(lambda: Deployed(places[0], outputs))
    assert link.target().endpoint == places.pop(0)
    link.renew()
    assert link.target().endpoint == places[0]
