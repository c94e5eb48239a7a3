"""Bring-up of the lab, as `lab up` does it: LocalStack and the app on it, only what is missing of them."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

from ops.lab.app.target import Target
from ops.lab.errors import EmulatorFailed
from ops.lab.local import alarm_speed, emulator_process, running_lab
from ops.lab.local.app_deployment import AppDeployment, fingerprint
from ops.lab.local.directory import LabDirectory
from ops.lab.local.emulator_process import EmulatorProcess
from ops.lab.local.running_lab import RunningLab
from ops.lab.progress import ProgressSteps
from ops.lab.repository import REPOSITORY


@dataclass(frozen=True)
class Plan:
    """What is to be up: the app with this context, on this port, with alarms that pass so fast.

    A `speed` of None leaves a running emulator's as it is.
    """

    port: int
    context: dict[str, str]
    speed: float | None = None

    @property
    def env_name(self) -> str:
        return self.context["envName"]

    @cached_property
    def fingerprint(self) -> str:
        """Taken once, so that a source edited meanwhile is seen as changed by the next `lab up`."""
        return fingerprint(REPOSITORY, self.context)


class BringUp:
    """Brings a lab up step by step. `undo` takes back what an interrupted one had started."""

    def __init__(self, directory: LabDirectory, plan: Plan, steps: ProgressSteps) -> None:
        self._directory = directory
        self._plan = plan
        self._steps = steps
        self._deployment = AppDeployment(directory, plan.context, steps)
        self._started: EmulatorProcess | None = None

    def bring_up(self) -> Target:
        """Return the target once LocalStack runs with the app as the plan has it; do only what is missing."""
        self._directory.cdk_log.unlink(missing_ok=True)
        self._refuse_taken_port()
        with ThreadPoolExecutor(1) as beside:
            synthesis = beside.submit(lambda: self._deployment.synthesize(self._plan.fingerprint))
            try:
                lab, target = self._emulator()
                self._deployment.bootstrap(target)
                synthesis.result()
            except BaseException:
                self._deployment.end()
                raise
        self._deploy(lab, target)
        return target

    def undo(self) -> str:
        """End what runs on its behalf; return what that was, for the person who interrupted it."""
        self._deployment.end()
        if self._started is None:
            return "LocalStack was up before and still is; `lab up` continues from here"
        self._stop(self._started)
        return "what it had started is stopped"

    def _emulator(self) -> tuple[RunningLab, Target]:
        with self._steps.step("LocalStack") as step:
            lab = self._reuse()
            step.now("was running" if lab else "starting")
            lab = lab or self._start()
            if self._plan.speed is not None:
                alarm_speed.set_speed(lab.emulator.endpoint, self._plan.speed)
            step.now(f"{'started' if self._started else 'was running'} on {lab.emulator.endpoint}")
            target = Target.running(lab.emulator.endpoint, self._plan.env_name)
            target.identity()
        return lab, target

    def _refuse_taken_port(self) -> None:
        """Raise EmulatorFailed before any work where another program has the port that LocalStack needs."""
        lab = running_lab.living(self._directory.state_file)
        if lab is None or lab.port != self._plan.port:
            emulator_process.refuse_taken_port(self._plan.port)

    def _reuse(self) -> RunningLab | None:
        """The lab that runs, if it is whole, and has the port and the environment of the plan.

        Any other is stopped: two environments would both create the failure mode's parameter, whose name is
        fixed.
        """
        lab = running_lab.living(self._directory.state_file)
        if lab is None:
            return None
        parts = emulator_process.parts_of(lab.emulator.endpoint)
        same = lab.port == self._plan.port and lab.context.get("envName", self._plan.env_name) == (
            self._plan.env_name
        )
        if same and parts and all(part["loaded"] for part in parts):
            return lab
        self._stop(lab.emulator)
        return None

    def _start(self) -> RunningLab:
        shutil.rmtree(self._directory.emulator, ignore_errors=True)
        log = self._directory.emulator_log
        log.unlink(missing_ok=True)
        self._started = emulator_process.start(self._plan.port, self._directory.emulator, log_path=log)
        # Recorded before it is ready: should this command be killed, the next one finds the process.
        lab = RunningLab(pid=self._started.pid, port=self._plan.port, log_path=str(log))
        running_lab.save(self._directory.state_file, lab)
        try:
            emulator_process.wait_until_ready(self._started)
        except EmulatorFailed:
            self._stop(self._started)
            raise
        return lab

    def _stop(self, emulator: EmulatorProcess) -> None:
        emulator_process.stop(emulator)
        self._directory.state_file.unlink(missing_ok=True)

    def _deploy(self, lab: RunningLab, target: Target) -> None:
        stacks = target.stacks()
        if lab.deployed == self._plan.fingerprint and stacks.statuses and not stacks.broken:
            self._deployment.keep()
            return
        self._record(lab, None)
        self._deployment.deploy(target)
        self._record(lab, self._plan.fingerprint)

    def _record(self, lab: RunningLab, deployed: str | None) -> None:
        changed = replace(lab, deployed=deployed, env_name=self._plan.env_name, context=self._plan.context)
        running_lab.save(self._directory.state_file, changed)
