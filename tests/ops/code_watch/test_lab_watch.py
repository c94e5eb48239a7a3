"""What `lab up --watch` does at a save: swaps, deploys, or keeps what there is."""

from pathlib import Path

import pytest

from ops.lab.app.code_swap import FunctionCodeState
from ops.lab.code_watch.handler_trial import BrokenHandler
from ops.lab.code_watch.lab_watch import LabWatch
from ops.lab.code_watch.source_watch import SourceWatch
from ops.lab.errors import DeploymentFailed
from ops.lab.local.command_lock import exclusively
from tests.ops.code_watch.repository_copy import HANDLER, HELLO, write_repository
from tests.ops.code_watch.test_source_watch import save

HELLO_STATE = FunctionCodeState("Hello-1", HANDLER, "sha")


class Code:
    """The functions' code, as far as the watch sees it: what is done is kept in `done`."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.broken: list[BrokenHandler] = []
        self.deployment_fails = False

    def problems(self) -> list[BrokenHandler]:
        self.done.append("try")
        return self.broken

    def swap(self) -> list[FunctionCodeState]:
        self.done.append("swap")
        return [HELLO_STATE]

    def renew(self) -> None:
        self.done.append("renew")

    def deploy(self) -> None:
        self.done.append("deploy")
        if self.deployment_fails:
            raise DeploymentFailed("no such queue", hint="see the log")


class Scene:
    """A watch of a small repository, with what it told."""

    def __init__(self, folder: Path) -> None:
        self.repository = write_repository(folder / "repository")
        self.lock = folder / "lock"
        self.code = Code()
        self.told: list[str] = []
        self.up = True
        seconds = iter(range(1000))
        self.watch = LabWatch(
            self.repository,
            self.lock,
            SourceWatch(self.repository),
            self.code,
            deploy=self.code.deploy,
            is_up=lambda: self.up,
            tell=self.told.append,
            clock=lambda: float(next(seconds)),
        )

    def save(self, name: str, text: str = "changed") -> list[str]:
        """Save a file and let the watch look; return what was done."""
        self.code.done.clear()
        self.told.clear()
        save(self.repository / name, text)
        self.watch.look()
        self.watch.look()
        return list(self.code.done)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_saved_handler_is_tried_and_swapped(scene: Scene) -> None:
    assert scene.save(HELLO) == ["try", "swap"]
    assert scene.told == [f"swapped 1 function in 1.0 s: hello ({HELLO})"]


def test_nothing_is_done_twice(scene: Scene) -> None:
    scene.save(HELLO)
    scene.code.done.clear()
    scene.watch.look()
    scene.watch.look()
    assert scene.code.done == []


def test_a_handler_that_cannot_be_imported_is_not_swapped_until_it_can(scene: Scene) -> None:
    scene.code.broken = [BrokenHandler(HANDLER, "SyntaxError: invalid syntax", f"{HELLO}:3")]
    assert scene.save(HELLO) == ["try"]
    assert f"{HELLO}:3: SyntaxError" in scene.told[0]
    scene.code.broken = []
    assert scene.save(HELLO, "mended") == ["try", "swap"]


@pytest.mark.parametrize(
    "name", ["infra/app.py", "infra/new.py", "ops/queries/slow.txt", "functions/common/names.py"]
)
def test_what_the_templates_depend_on_is_deployed(scene: Scene, name: str) -> None:
    assert scene.save(name) == ["try", "deploy", "renew"]


def test_other_distributions_are_deployed_without_a_trial(scene: Scene) -> None:
    assert scene.save("functions/requirements.in") == ["deploy", "renew"]


def test_a_deployment_that_failed_is_owed_at_the_next_save(scene: Scene) -> None:
    scene.code.deployment_fails = True
    assert scene.save("infra/app.py") == ["try", "deploy"]
    assert scene.told[-1] == "failed: no such queue\nsee the log"
    scene.code.deployment_fails = False
    assert scene.save(HELLO) == ["try", "deploy", "renew"]
    assert scene.save(HELLO, "again") == ["try", "swap"]


def test_beside_another_command_it_waits_and_says_so_once(scene: Scene) -> None:
    with exclusively(scene.lock, "lab drill run poison_payload"):
        assert scene.save(HELLO) == []
        scene.watch.look()
        assert len(scene.told) == 1
        assert "waiting: `lab drill run poison_payload` is at work" in scene.told[0]
    scene.watch.look()
    assert scene.code.done == ["try", "swap"]


def test_it_ends_with_the_lab(scene: Scene) -> None:
    looks = 0

    def sleep(_seconds: float) -> None:
        nonlocal looks
        looks += 1
        scene.up = looks < 3

    scene.watch.run(sleep)
    assert looks == 3
