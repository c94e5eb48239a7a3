"""`lab deploy` to a container that is up: which environment it chooses; there is no second one."""

import pytest

from ops.lab.commands import deploy as command
from ops.lab.errors import Refused
from ops.lab.lifecycle.plan import FIRST_CONTEXT

ENDPOINT = "http://127.0.0.1:9"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The environments that the container has."""
    found: list[str] = []
    monkeypatch.setattr(command, "environments", lambda _: found)
    return found


def test_a_new_container_gets_what_a_new_lab_gets(there: list[str]) -> None:
    assert command.context_for_running(ENDPOINT, {}) == FIRST_CONTEXT
    assert command.context_for_running(ENDPOINT, {"envName": "dev"}) == {"envName": "dev"}


def test_the_environment_that_is_there_is_deployed_to(there: list[str]) -> None:
    there.append("dev")
    assert command.context_for_running(ENDPOINT, {"batchSize": "5"}) == {"envName": "dev", "batchSize": "5"}


def test_a_second_environment_is_refused(there: list[str]) -> None:
    there.append("dev")
    with pytest.raises(Refused, match="envName=dev already"):
        command.context_for_running(ENDPOINT, {"envName": "lab"})
