"""Bring-up of the lab, as `lab up` does it: LocalStack and the app on it, only what is missing of them."""

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ops.lab.app import alarm_speed, permission_mode
from ops.lab.app.target import Target
from ops.lab.deployment.app_deployment import AppDeployment
from ops.lab.errors import DeploymentFailed, EmulatorFailed
from ops.lab.incidents import incident_process
from ops.lab.lifecycle.plan import Plan
from ops.lab.local import emulator_process, running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.local.emulator_process import EmulatorProcess
from ops.lab.local.running_lab import RunningLab
from ops.lab.progress import ProgressSteps


class BringUp:
    """Brings a lab up step by step. `undo` takes back what an interrupted one had started."""

    def __init__(self, directory: LabDirectory, plan: Plan, steps: ProgressSteps) -> None:
        self._directory = directory
        self._plan = plan
        self._steps = steps
        self._deployment = AppDeployment(directory, plan.context, steps)
        self._started: EmulatorProcess | None = None
        self._discarded = False

    def bring_up(self) -> Target:
        """Return the target once LocalStack runs with the app as the plan has it; do only what is missing.

        A lab that the plan discards is stopped here: the caller has asked. What is wrong with the app is
        found before that.
        """
        self._directory.cdk_log.unlink(missing_ok=True)
        self._refuse_what_cannot_start()
        try:
            return self._bring_up()
        finally:  # what was started ahead, and then not needed
            self._deployment.end()

    def _bring_up(self) -> Target:
        self._start_ahead()
        with ThreadPoolExecutor(1) as beside:
            synthesis = beside.submit(lambda: self._deployment.synthesize(self._plan.fingerprint))
            try:
                if self._plan.discards:
                    synthesis.result()
                    self._discard()
                lab, target = self._emulator()
                self._deployment.bootstrap(target)
                synthesis.result()
            except BaseException:
                self._deployment.end()
                raise
        self._deploy(lab, target)
        if self._plan.permissions is not None:
            # Once the app is deployed: a schedule that passes 20 times as fast as on AWS fires before the
            # permission that follows it in the same deployment.
            permission_mode.set_mode(lab.emulator.endpoint, self._plan.permissions)
        return target

    def undo(self) -> str:
        """End what runs on its behalf; return what that was, for the person who interrupted it."""
        self._deployment.end()
        if self._started is not None:
            self._stop(self._started)
            return "what it had started is stopped"
        if self._discarded:
            return "the lab that was up is stopped, and no other was started"
        return "LocalStack was up before and still is; `lab up` continues from here"

    def _start_ahead(self) -> None:
        lab = running_lab.living(self._directory.state_file)
        if lab is None or self._plan.discards or lab.deployed != self._plan.fingerprint:
            self._deployment.start_ahead(f"http://127.0.0.1:{self._plan.port}")

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

    def _discard(self) -> None:
        with self._steps.step("The lab that was up") as step:
            self._discarded = True
            if lab := running_lab.living(self._directory.state_file):
                self._stop(lab.emulator)
            step.now(f"stopped: {self._plan.discards}")

    def _refuse_what_cannot_start(self) -> None:
        """Raise EmulatorFailed before any work: no emulator is there, or another program has its port."""
        emulator_process.refuse_missing_emulator()
        lab = running_lab.living(self._directory.state_file)
        if lab is None or lab.port != self._plan.port:
            emulator_process.refuse_taken_port(self._plan.port)

    def _reuse(self) -> RunningLab | None:
        """The lab that runs. One that has never had the app is stopped where it is of no use: it is empty."""
        lab = running_lab.living(self._directory.state_file)
        if lab is None or lab.context:
            return lab
        if lab.port == self._plan.port and emulator_process.is_whole(lab.emulator):
            return lab
        self._stop(lab.emulator)
        return None

    def _start(self) -> RunningLab:
        incident_process.drop(self._directory)  # what it broke is gone
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
            self._deployment.keep(target, swapped=lab.swapped)
            if lab.swapped:
                running_lab.save(self._directory.state_file, replace(lab, swapped=False))
            return
        # What was deployed last stays on record until this is: a deployment that is refused is rolled back.
        before = lab.context or self._plan.context
        self._record(lab, before, None)
        try:
            self._deployment.deploy(target, swapped=lab.swapped)
        except DeploymentFailed as error:
            raise _with_the_way_back(error, before, self._plan.context) from error
        self._record(replace(lab, swapped=False), self._plan.context, self._plan.fingerprint)

    def _record(self, lab: RunningLab, context: dict[str, str], deployed: str | None) -> None:
        changed = replace(lab, deployed=deployed, env_name=context["envName"], context=context)
        running_lab.save(self._directory.state_file, changed)


def _with_the_way_back(
    error: DeploymentFailed, before: Mapping[str, str], now: Mapping[str, str]
) -> DeploymentFailed:
    if before == now:
        return error
    given = " ".join(f"-c {key}={value}" for key, value in before.items())
    way_back = f"the lab is still up, with its data; plain `lab up` deploys what it had: {given}"
    return DeploymentFailed(str(error), hint=f"{error.hint}\n{way_back}".lstrip())
