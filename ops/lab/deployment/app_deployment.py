"""Deployment of the app, step by step: synthesize it where its sources changed, bootstrap, deploy."""

from collections.abc import Mapping

from ops.lab.app import deployed_state
from ops.lab.app.code_swap import CodeSwap
from ops.lab.app.stacks import make_way
from ops.lab.app.target import Target
from ops.lab.deployment import cdk_cli, toolkit_stack
from ops.lab.deployment.app_sources import fingerprint
from ops.lab.local.child_process import ChildProcesses
from ops.lab.local.directory import LabDirectory
from ops.lab.progress import ProgressSteps
from ops.lab.repository import REPOSITORY


class AppDeployment:
    """Shows each part of one deployment as a step. `end` stops the programs of an interrupted one."""

    def __init__(self, directory: LabDirectory, context: Mapping[str, str], steps: ProgressSteps) -> None:
        self._directory = directory
        self._context = context
        self._steps = steps
        self._children = ChildProcesses(directory.cdk_log)

    def to_emulator(self, target: Target) -> None:
        """Do what is missing on an emulator that `lab up` did not start, such as docker-compose.yml's."""
        try:
            self.synthesize(fingerprint(REPOSITORY, self._context))
            self.bootstrap(target)
            self.deploy(target)
        except BaseException:
            self.end()
            raise

    def to_account(self, account: Target) -> None:
        """Synthesize and deploy to a real account, which the caller confirmed."""
        assembly = self._directory.account_assembly
        try:
            with self._steps.step("Synthesize the app"):
                cdk_cli.synthesize(assembly, self._context, self._children.run)
            with self._steps.step(f"Deploy the app to {account.region}") as step:
                # The CDK deletes a stack in ROLLBACK_FAILED by itself, with what is left in it.
                make_way(account.cloudformation, account.env_name, on_aws=True, delete=False)
                cdk_cli.deploy_to_account(assembly, account, self._children.run, on_progress=step.now)
        except BaseException:
            self.end()
            raise

    def start_ahead(self, endpoint: str) -> None:
        """Let what will deploy to this emulator load, beside what has to come before it."""
        cdk_cli.start_deployment_ahead(self._directory.assembly, endpoint, self._children.start_ahead)

    def synthesize(self, seal: str) -> None:
        """Write the assembly, unless the one there has this fingerprint.

        Not validated: the tests, the commit hook and a deployment to an account do that.
        """
        with self._steps.step("Synthesize the app") as step:
            new = cdk_cli.synthesize(
                self._directory.assembly,
                self._context,
                self._children.run,
                fingerprint=seal,
                validate=False,
            )
            step.now("" if new else "unchanged")

    def bootstrap(self, target: Target) -> None:
        """Deploy CDK's toolkit stack where it is not there yet."""
        with self._steps.step("Bootstrap CDK") as step:
            step.now("" if toolkit_stack.bootstrap(target) else "was done")

    def deploy(self, target: Target, *, swapped: bool = False) -> None:
        """Deploy the assembly to an emulator; stacks that failed to be created and hold nothing go first.

        Where code of functions was `swapped`, each has that of its stack afterwards.
        Raises DeploymentFailed for one that holds data and cannot be updated.
        """
        with self._steps.step("Deploy the app") as step:
            if deleted := make_way(target.cloudformation, target.env_name):
                step.now(f"replacing {', '.join(deleted)}")
            cdk_cli.deploy(self._directory.assembly, target, self._children.run, on_progress=step.now)
            told = f"{len(target.stacks().statuses)} stacks"
            if swapped:
                CodeSwap(target).restore()
                told += ", with what --watch had swapped"
            # What `lab reset` goes back to: before any event, and after each deployment, lest it be undone.
            if not deployed_state.keep(target.endpoint or ""):
                told += "; `lab reset` will not work: the emulator kept no state"
            step.now(told)

    def keep(self, target: Target, *, swapped: bool = False) -> None:
        """Show that what is deployed is what would be, and take back code of functions that was `swapped`."""
        with self._steps.step("Deploy the app") as step:
            step.now("unchanged")
            if swapped:
                restored = CodeSwap(target).restore()
                step.now(f"unchanged; {len(restored)} functions have the code of their stacks again")

    def end(self) -> None:
        """Stop every program that still runs on this deployment's behalf."""
        self._children.end_all()
