"""Runner of alarms' actions: their order, and what follows a stop or a failure."""

import threading
from collections.abc import Iterator

import pytest

from lab_emulator.cloudwatch.alarms import action_runner
from lab_emulator.cloudwatch.alarms.action_runner import Action, ActionRunner
from ops.lab.waiting import eventually

WITHIN = 20


class Scene:
    """A runner whose actions named `held…` last until `release`, and those named `broken…` fail."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str, str | None]] = []
        self.held = threading.Event()
        self.release = threading.Event()
        self.loses_next_result = False
        self.runner = ActionRunner(self._carry_out, self._note)

    def submit(self, *resources: str) -> None:
        for resource in resources:
            self.runner.submit(Action(resource, {}, {}, "000000000000", "us-east-1"))

    def finished(self, *resources: str) -> None:
        eventually(
            lambda: [resource for resource, _, _ in self.done],
            within=WITHIN,
            until=lambda names: names == list(resources),
            every=0.005,
        )

    def _carry_out(self, action: Action) -> str:
        if action.resource.startswith("held"):
            self.held.set()
            assert self.release.wait(WITHIN)
        if action.resource.startswith("broken"):
            raise ConnectionError("on purpose")
        return f"message to {action.resource}"

    def _note(self, action: Action, message: str, error: str | None) -> None:
        if self.loses_next_result:
            self.loses_next_result = False
            raise KeyError("on purpose")
        self.done.append((action.resource, message, error))


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.release.set()
    made.runner.stop()


def test_actions_are_run_in_the_order_in_which_they_were_submitted(scene: Scene) -> None:
    scene.submit("held first", "second", "third")
    scene.release.set()
    scene.finished("held first", "second", "third")


def test_a_failed_action_is_noted_and_the_next_is_run(scene: Scene) -> None:
    scene.submit("broken", "next")
    scene.finished("broken", "next")
    assert scene.done == [("broken", "", "on purpose"), ("next", "message to next", None)]


def test_an_action_whose_result_cannot_be_kept_does_not_end_the_runner(scene: Scene) -> None:
    scene.loses_next_result = True
    scene.submit("lost", "next")
    scene.finished("next")


def test_stop_waits_for_what_is_queued(scene: Scene) -> None:
    scene.submit("first", "second")
    scene.runner.stop()
    assert [resource for resource, _, _ in scene.done] == ["first", "second"]


def test_an_action_after_a_stop_is_run_though_one_before_still_lasts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action_runner, "STOPS_WITHIN_SECONDS", 0.01)
    scene.submit("held")
    assert scene.held.wait(WITHIN)
    scene.runner.stop()
    scene.submit("after the stop")
    scene.finished("after the stop")
    scene.release.set()
    scene.finished("after the stop", "held")
    scene.submit("later")
    scene.finished("after the stop", "held", "later")
