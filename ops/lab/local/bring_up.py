"""`lab up`: LocalStack, the app on it, and one event through all of it."""

import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

from ops.lab.app.stacks import delete_broken
from ops.lab.app.target import Target
from ops.lab.errors import EmulatorFailed, Refused
from ops.lab.local import alarm_speed, deployment, emulator_process, state
from ops.lab.local.child_process import ChildProcesses
from ops.lab.local.directory import LabDirectory
from ops.lab.local.emulator_process import EmulatorProcess
from ops.lab.local.fingerprint import fingerprint
from ops.lab.local.state import RunningLab
from ops.lab.progress import Steps
from ops.lab.repository import REPOSITORY

DEFAULT_PORT = 4566


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


def chosen_port(environ: Mapping[str, str] = os.environ) -> int:
    """LAB_PORT, or 4566. Raises Refused where it is no port."""
    text = environ.get("LAB_PORT") or str(DEFAULT_PORT)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Refused(f"LAB_PORT={text} is not a port", hint="take a number from 1024 to 65535")
    return int(text)


class Lift:
    """Brings a lab up step by step. `undo` takes back what an interrupted one had started."""

    def __init__(self, directory: LabDirectory, plan: Plan, steps: Steps) -> None:
        self._directory = directory
        self._plan = plan
        self._steps = steps
        self._children = ChildProcesses(directory.cdk_log)
        self._started: EmulatorProcess | None = None

    def bring_up(self) -> Target:
        """Return the target once LocalStack runs with the app as the plan has it; do only what is missing."""
        self._directory.cdk_log.unlink(missing_ok=True)
        with ThreadPoolExecutor(1) as beside:
            synthesis = beside.submit(self._synthesize)
            try:
                lab, target = self._emulator()
                self._bootstrap(target)
                synthesis.result()
            except BaseException:
                self._children.end_all()
                raise
        self._deploy(lab, target)
        return target

    def undo(self) -> str:
        """End what runs on this lift's behalf; return what that was, for the person who interrupted it."""
        self._children.end_all()
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

    def _reuse(self) -> RunningLab | None:
        """The lab that runs, if it is whole, and has the port and the environment of the plan.

        Any other is stopped: two environments would both create the failure mode's parameter, whose name is
        fixed.
        """
        lab = state.living(self._directory.state_file)
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
        state.save(self._directory.state_file, lab)
        try:
            emulator_process.wait_until_ready(self._started)
        except EmulatorFailed:
            self._stop(self._started)
            raise
        return lab

    def _stop(self, emulator: EmulatorProcess) -> None:
        emulator_process.stop(emulator)
        self._directory.state_file.unlink(missing_ok=True)

    def _synthesize(self) -> None:
        with self._steps.step("Synthesize the app") as step:
            new = deployment.synthesize(
                self._directory.assembly,
                self._plan.context,
                self._children.run,
                fingerprint=self._plan.fingerprint,
            )
            step.now("" if new else "unchanged")

    def _bootstrap(self, target: Target) -> None:
        with self._steps.step("Bootstrap CDK") as step:
            step.now("" if deployment.bootstrap(target, self._children.run) else "was done")

    def _deploy(self, lab: RunningLab, target: Target) -> None:
        with self._steps.step("Deploy the app") as step:
            stacks = target.stacks()
            if lab.deployed == self._plan.fingerprint and stacks.statuses and not stacks.broken:
                step.now("unchanged")
                return
            self._record(lab, None)
            if deleted := delete_broken(target.cloudformation, self._plan.env_name):
                step.now(f"replacing {', '.join(deleted)}")
            deployment.deploy(self._directory.assembly, target, self._children.run, on_progress=step.now)
            self._record(lab, self._plan.fingerprint)
            step.now(f"{len(target.stacks().statuses)} stacks")

    def _record(self, lab: RunningLab, deployed: str | None) -> None:
        changed = replace(lab, deployed=deployed, env_name=self._plan.env_name, context=self._plan.context)
        state.save(self._directory.state_file, changed)
