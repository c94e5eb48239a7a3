"""Bring-up: what `lab up` starts and deploys, what it leaves alone, what it does where a step fails."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ops.lab.app import alarm_speed, deployed_state, permission_mode
from ops.lab.app.code_swap import CodeSwap
from ops.lab.app.permission_mode import PermissionMode
from ops.lab.app.stacks import Stacks
from ops.lab.app.target import Target
from ops.lab.deployment import app_deployment, cdk_cli, toolkit_stack
from ops.lab.errors import DeploymentFailed, EmulatorFailed
from ops.lab.lifecycle.bring_up import BringUp
from ops.lab.lifecycle.plan import Plan
from ops.lab.local import emulator_process, running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.local.emulator_process import EmulatorProcess
from ops.lab.local.running_lab import RunningLab
from ops.lab.progress import ProgressSteps

PLAN = Plan(port=4660, context={"envName": "dev"})
WHOLE = [{"name": "server", "loaded": True}]


class World:
    """LocalStack and CDK as far as a bring-up touches them: what is done is kept in `done`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.ahead: list[str] = []
        self.synthesized = False
        self.parts: list[dict[str, object]] | None = WHOLE
        self.stacks = Stacks("dev", {}, {})
        self.deploy_fails = False
        self.synthesis_fails = False
        self.port_taken = False
        for name in ("start", "stop", "refuse_taken_port", "parts_of", "wait_until_ready"):
            monkeypatch.setattr(emulator_process, name, getattr(self, name))
        for name in ("synthesize", "deploy", "start_deployment_ahead"):
            monkeypatch.setattr(cdk_cli, name, getattr(self, name))
        monkeypatch.setattr(toolkit_stack, "bootstrap", self.bootstrap)
        monkeypatch.setattr(
            alarm_speed, "set_speed", lambda endpoint, speed: self.done.append(f"{endpoint} at {speed}")
        )
        self.kept: list[list[str]] = []
        monkeypatch.setattr(deployed_state, "keep", self.keep)
        monkeypatch.setattr(app_deployment, "make_way", lambda *_: [])
        monkeypatch.setattr(running_lab, "living", running_lab.load)
        monkeypatch.setattr(CodeSwap, "restore", self.restore)
        monkeypatch.setattr(Target, "identity", lambda _: {})
        monkeypatch.setattr(Target, "stacks", lambda _: self.stacks)

    def start(self, port: int, _folder: Path, *, log_path: Path) -> EmulatorProcess:
        self.done.append("start")
        return EmulatorProcess(port=port, pid=99, log_path=log_path)

    def refuse_taken_port(self, port: int) -> None:
        if self.port_taken:
            raise EmulatorFailed(f"port {port} is in use by another program")

    def stop(self, _emulator: EmulatorProcess) -> None:
        self.done.append("stop")

    def parts_of(self, _endpoint: str) -> list[dict[str, object]] | None:
        return self.parts

    def wait_until_ready(self, _emulator: EmulatorProcess) -> None:
        if self.parts != WHOLE:
            raise EmulatorFailed("parts of the emulator did not load: server")

    def synthesize(self, *_: object, **__: object) -> bool:
        self.synthesized = True
        self.done.append("synthesize")
        if self.synthesis_fails:
            raise DeploymentFailed("no such thing")
        return True

    @property
    def effects(self) -> list[str]:
        """What was done to the lab: all but syntheses, which run beside the rest."""
        return [done for done in self.done if done != "synthesize"]

    def start_deployment_ahead(self, _assembly: Path, endpoint: str, _start_ahead: object) -> None:
        self.ahead.append(endpoint)

    def keep(self, _endpoint: str) -> bool:
        self.kept.append(self.effects)
        return True

    def restore(self) -> list[object]:
        self.done.append("restore")
        return []

    def bootstrap(self, *_: object) -> bool:
        return True

    def deploy(self, *_: object, **__: object) -> None:
        self.done.append("deploy")
        if self.deploy_fails:
            raise DeploymentFailed("no")
        self.stacks = Stacks("dev", {"IngestionLab-dev-Queue": "CREATE_COMPLETE"}, {})


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def bringing_up(directory: LabDirectory, plan: Plan = PLAN) -> BringUp:
    return BringUp(directory, plan, ProgressSteps(Console(file=StringIO())))


def recorded(directory: LabDirectory, **changes: Any) -> None:
    lab = RunningLab(**{"pid": 7, "port": 4660, "log_path": "/log", **changes})
    running_lab.save(directory.state_file, lab)


def test_starts_and_deploys_where_nothing_runs(world: World, directory: LabDirectory) -> None:
    bringing_up(directory).bring_up()
    lab = running_lab.load(directory.state_file)
    assert world.effects == ["start", "deploy"]
    assert lab is not None
    assert (lab.pid, lab.deployed) == (99, PLAN.fingerprint)


def test_what_deploys_loads_ahead_where_there_will_be_something_to_deploy(
    world: World, directory: LabDirectory
) -> None:
    bringing_up(directory).bring_up()
    bringing_up(directory).bring_up()
    assert world.ahead == ["http://127.0.0.1:4660"]
    bringing_up(directory, Plan(port=4660, context={"envName": "dev", "batchSize": "5"})).bring_up()
    assert len(world.ahead) == 2


def test_a_taken_port_is_told_before_anything_is_synthesized(world: World, directory: LabDirectory) -> None:
    world.port_taken = True
    with pytest.raises(EmulatorFailed, match="port 4660 is in use"):
        bringing_up(directory).bring_up()
    assert not world.synthesized


def test_the_lab_that_runs_may_have_its_port(world: World, directory: LabDirectory) -> None:
    recorded(directory, port=4660)
    world.port_taken = True
    bringing_up(directory).bring_up()
    assert world.effects == ["deploy"]


def test_the_second_time_there_is_nothing_to_do(world: World, directory: LabDirectory) -> None:
    bringing_up(directory).bring_up()
    world.done.clear()
    bringing_up(directory).bring_up()
    assert world.effects == []


def test_the_state_that_a_reset_goes_back_to_is_that_after_each_deployment(
    world: World, directory: LabDirectory
) -> None:
    bringing_up(directory).bring_up()
    bringing_up(directory).bring_up()
    assert world.kept == [["start", "deploy"]]
    lab = running_lab.load(directory.state_file)
    assert lab is not None
    running_lab.save(directory.state_file, replace(lab, swapped=True))
    bringing_up(directory, Plan(port=4660, context={"envName": "dev", "batchSize": "5"})).bring_up()
    assert world.kept[1:] == [["start", "deploy", "deploy", "restore"]]


@pytest.mark.parametrize("context", [{"envName": "dev"}, {"envName": "dev", "batchSize": "5"}])
def test_code_that_was_swapped_is_brought_together_with_the_stacks(
    world: World, directory: LabDirectory, context: dict[str, str]
) -> None:
    bringing_up(directory).bring_up()
    lab = running_lab.load(directory.state_file)
    assert lab is not None
    running_lab.save(directory.state_file, replace(lab, swapped=True))
    world.done.clear()
    bringing_up(directory, Plan(port=4660, context=context)).bring_up()
    lab = running_lab.load(directory.state_file)
    assert lab is not None
    assert (world.effects[-1], lab.swapped) == ("restore", False)


def test_code_that_was_not_swapped_is_not_looked_at(world: World, directory: LabDirectory) -> None:
    bringing_up(directory).bring_up()
    assert "restore" not in world.done


def test_a_changed_context_is_deployed_to_the_lab_that_runs(world: World, directory: LabDirectory) -> None:
    bringing_up(directory).bring_up()
    world.done.clear()
    bringing_up(directory, Plan(port=4660, context={"envName": "dev", "batchSize": "5"})).bring_up()
    assert world.effects == ["deploy"]


def test_a_lab_that_the_plan_discards_is_stopped_once_the_new_app_is_synthesized(
    world: World, directory: LabDirectory
) -> None:
    bringing_up(directory).bring_up()
    world.done.clear()
    bringing_up(directory, Plan(port=4660, context={"envName": "lab"}, discards="another envName")).bring_up()
    assert world.done == ["synthesize", "stop", "start", "deploy"]


def test_an_app_that_is_not_synthesized_discards_nothing(world: World, directory: LabDirectory) -> None:
    bringing_up(directory).bring_up()
    before = running_lab.load(directory.state_file)
    world.done.clear()
    world.synthesis_fails = True
    with pytest.raises(DeploymentFailed):
        bringing_up(
            directory, Plan(port=4660, context={"envName": "lab"}, discards="another envName")
        ).bring_up()
    assert "stop" not in world.done
    assert running_lab.load(directory.state_file) == before


def test_a_refused_change_leaves_on_record_what_was_deployed_before(
    world: World, directory: LabDirectory
) -> None:
    bringing_up(directory).bring_up()
    world.deploy_fails = True
    refused = Plan(port=4660, context={"envName": "dev", "useKmsCmk": "true"})
    with pytest.raises(DeploymentFailed) as failure:
        bringing_up(directory, refused).bring_up()
    lab = running_lab.load(directory.state_file)
    assert lab is not None
    assert (lab.context, lab.deployed) == (PLAN.context, None)
    assert "-c envName=dev" in failure.value.hint
    assert "stop" not in world.done


def test_a_mode_of_permissions_is_given_to_the_lab_that_runs(
    world: World, directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    bringing_up(directory).bring_up()
    given: list[tuple[str, PermissionMode]] = []
    monkeypatch.setattr(permission_mode, "set_mode", lambda endpoint, mode: given.append((endpoint, mode)))
    plan = Plan(port=4660, context={"envName": "dev"}, permissions=PermissionMode.ENFORCE)

    bringing_up(directory, plan).bring_up()

    assert given == [("http://127.0.0.1:4660", PermissionMode.ENFORCE)]


def test_another_speed_is_given_to_the_lab_that_runs(world: World, directory: LabDirectory) -> None:
    bringing_up(directory).bring_up()
    world.done.clear()
    bringing_up(directory, Plan(port=4660, context={"envName": "dev"}, speed=20)).bring_up()
    assert world.effects == ["http://127.0.0.1:4660 at 20"]


@pytest.mark.parametrize("statuses", [{}, {"IngestionLab-dev-Queue": "ROLLBACK_COMPLETE"}])
def test_missing_or_broken_stacks_are_deployed_again(
    world: World, directory: LabDirectory, statuses: dict[str, str]
) -> None:
    recorded(directory, deployed=PLAN.fingerprint)
    world.stacks = Stacks("dev", statuses, {})
    bringing_up(directory).bring_up()
    assert world.effects == ["deploy"]


def test_an_emulator_that_never_had_the_app_and_does_not_answer_is_replaced(
    world: World, directory: LabDirectory
) -> None:
    recorded(directory)
    world.parts = None
    with pytest.raises(EmulatorFailed):
        bringing_up(directory).bring_up()
    assert world.effects == ["stop", "start", "stop"]
    assert not directory.state_file.exists()


def test_an_emulator_on_another_port_that_never_had_the_app_is_replaced(
    world: World, directory: LabDirectory
) -> None:
    recorded(directory, port=4669)
    bringing_up(directory).bring_up()
    assert world.effects == ["stop", "start", "deploy"]


def test_a_failed_deployment_is_tried_again_by_the_next(world: World, directory: LabDirectory) -> None:
    world.deploy_fails = True
    with pytest.raises(DeploymentFailed):
        bringing_up(directory).bring_up()
    world.deploy_fails = False
    bringing_up(directory).bring_up()
    assert world.effects == ["start", "deploy", "deploy"]


def test_an_interrupted_bring_up_stops_what_it_started(world: World, directory: LabDirectory) -> None:
    interrupted = bringing_up(directory)
    interrupted.bring_up()
    assert "stopped" in interrupted.undo()
    assert world.effects[-1] == "stop"
    assert not directory.state_file.exists()


def test_an_interrupted_bring_up_leaves_a_lab_that_ran_before(world: World, directory: LabDirectory) -> None:
    recorded(directory)
    interrupted = bringing_up(directory)
    interrupted.bring_up()
    assert "still is" in interrupted.undo()
    assert "stop" not in world.done
