"""Mode of permissions, asked of an emulator and set."""

from collections.abc import Iterator

import pytest

from ops.lab.app.permission_mode import PermissionMode, mode_of, read_policy, read_report, set_mode
from ops.lab.errors import EmulatorFailed, Refused
from tests.ops.app.emulator_resource import EmulatorResource


class PermissionEmulator(EmulatorResource):
    """Keeps a mode as the extension does, and knows one function."""

    mode = "warn"

    def do_GET(self) -> None:
        if self.path == "/_lab/iam/mode":
            self.answer(200, {"mode": PermissionEmulator.mode})
        elif self.path == "/_lab/iam/policy?function=worker":
            self.answer(200, {"policy": {"Statement": []}})
        elif self.path.startswith("/_lab/iam/policy"):
            self.answer(404, {"error": "no function and no state machine is called so"})
        else:
            self.answer(500, {})

    def do_PUT(self) -> None:
        PermissionEmulator.mode = self.body()["mode"]
        self.answer(200, {"mode": PermissionEmulator.mode})


@pytest.fixture
def endpoint() -> Iterator[str]:
    with PermissionEmulator.serving() as endpoint:
        yield endpoint


def test_a_mode_is_read_back_as_it_was_set(endpoint: str) -> None:
    set_mode(endpoint, PermissionMode.ENFORCE)

    assert mode_of(endpoint) is PermissionMode.ENFORCE


def test_an_emulator_that_evaluates_nothing_has_no_mode() -> None:
    assert mode_of("http://127.0.0.1:1") is None


def test_a_mode_that_cannot_be_set_says_why() -> None:
    with pytest.raises(EmulatorFailed, match="mode of permissions was not set"):
        set_mode("http://127.0.0.1:1", PermissionMode.OFF)


def test_a_policy_is_of_a_function_that_there_is(endpoint: str) -> None:
    assert read_policy(endpoint, "worker") == {"policy": {"Statement": []}}
    with pytest.raises(Refused, match="no function and no state machine is called so"):
        read_policy(endpoint, "nobody")


def test_an_emulator_without_a_record_is_told_from_an_empty_one(endpoint: str) -> None:
    with pytest.raises(EmulatorFailed, match="no record of permissions"):
        read_report(endpoint)
